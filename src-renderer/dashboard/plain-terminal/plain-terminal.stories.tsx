import type { TerminalViewPort } from '../../features/terminals/index.ts';
import { toUtf8 } from '#shared/bytes/index.ts';
import { PlatformError } from '#shared/platform/index.ts';
import { text } from '../../locale/index.ts';
import { Pressing, type Press, type Story } from '../../stories/index.ts';
import { StoryDashboard } from '../story-frame.tsx';
import { STORY_RELAY } from '../story-data.ts';
import type { PlainState } from './plain-session.ts';
import { PlainTerminalView } from './plain-terminal-page.tsx';
import styles from './plain-terminal.module.css';

const ignore = (): void => undefined;

const OUTPUT = toUtf8('\u001B[32mada@cellar\u001B[0m:~$ uptime\r\n 09:12:44 up 41 days,  load average: 0.08\r\n$ ');

const PORT: TerminalViewPort = {
  setScreen: (screen) => screen?.write(OUTPUT, ignore),
  input: ignore,
  binary: ignore,
  resized: ignore,
};

function story(name: string, state: PlainState, steps: readonly Press[] = []): Story {
  return {
    name: `plain-terminal/${name}`,
    frame: 'none',
    render: () => (
      <Pressing steps={steps}>
        <StoryDashboard relay={STORY_RELAY}>
          <main className={styles['page']}>
            <PlainTerminalView
              name="Build server in the cellar"
              state={state}
              port={PORT}
              onNew={ignore}
              onRetry={ignore}
              onEnd={() => Promise.resolve()}
            />
          </main>
        </StoryDashboard>
      </Pressing>
    ),
  };
}

/** Stories of the page of a plain device's terminal. */
export const PLAIN_TERMINAL_STORIES: readonly Story[] = [
  story('connecting', { kind: 'connecting' }),
  story('running', { kind: 'running', rtt: 24 }),
  story('lost', { kind: 'lost' }),
  story('offline', { kind: 'offline' }),
  story('over', { kind: 'over' }),
  story('failed', { kind: 'failed', error: new PlatformError('platform.not-found', 'no such session') }),
  story('end', { kind: 'running', rtt: 24 }, [text('plain.end')]),
];
