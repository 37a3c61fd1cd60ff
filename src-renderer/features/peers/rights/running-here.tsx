import { useCallback, useState, type ReactElement } from 'react';
import type { PeerView, ServedTerminalView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { useApi, useCall, usePolling } from '../../../store/index.ts';
import {
  Button,
  ErrorNotice,
  UntrustedText,
  formatAgo,
  formatMoment,
  quoteUntrusted,
  useNow,
} from '../../../ui/index.ts';
import styles from './running-here.module.css';

/** Time between two requests for what runs here, ms. */
const INTERVAL = 3000;

export type RunningHereProps = Readonly<{
  peer: PeerView;
  /** Heading, where it is a section of its own; undefined: a line below a right. */
  heading?: string | undefined;
}>;

/**
 * Terminals and commands that a peer runs on this machine now (`terminal.served`), with a button that ends each (`terminal.stop`). Renders nothing
 * while none runs.
 */
export function RunningHere({ peer, heading }: RunningHereProps): ReactElement | null {
  const api = useApi();
  const now = useNow();
  const { peerId } = peer;
  const [running, setRunning] = useState<readonly ServedTerminalView[]>([]);
  const [ending, setEnding] = useState<string>();
  const stop = useCall('terminal.stop');
  const ask = useCallback(
    async (signal?: AbortSignal): Promise<void> => {
      const served = await api.call(
        'terminal.served',
        { commands: true, programs: true },
        signal === undefined ? {} : { signal },
      );
      if (signal?.aborted !== true) setRunning(served.filter((each) => each.peerId === peerId));
    },
    [api, peerId],
  );
  usePolling(ask, INTERVAL);
  const end = async (terminal: string): Promise<void> => {
    setEnding(terminal);
    await stop.run({ terminal });
    setEnding(undefined);
    await ask().catch(() => undefined);
  };
  if (running.length === 0 && stop.error === undefined) return null;
  return (
    <div className={styles['running']} role="group" aria-label={heading ?? text('access.running')}>
      {heading === undefined ? (
        <p className={styles['about']}>{text('access.running')}</p>
      ) : (
        <h2 className={styles['heading']}>{heading}</h2>
      )}
      <ul className={styles['list']}>
        {running.map(({ terminal, startedAt, attached, noTerminal, endsAt, ...served }) => (
          <li key={terminal} className={styles['one']}>
            <span className={styles['words']}>
              <UntrustedText>{titleOf({ terminal, ...served })}</UntrustedText>{' '}
              <span className={styles['facts']}>
                {endsAt === undefined
                  ? text(
                      noTerminal === true
                        ? 'access.running.command'
                        : attached
                          ? 'access.running.open'
                          : 'access.running.left',
                      { time: formatAgo(startedAt, now) },
                    )
                  : text('access.running.left.until', {
                      time: formatAgo(startedAt, now),
                      until: formatMoment(endsAt, now),
                    })}
              </span>
            </span>
            <Button
              size="small"
              busy={ending === terminal}
              disabled={stop.busy && ending !== terminal}
              aria-label={text('access.running.end.of', {
                title: quoteUntrusted(titleOf({ terminal, ...served })),
              })}
              onClick={() => void end(terminal)}
            >
              {text('access.running.end')}
            </Button>
          </li>
        ))}
      </ul>
      {stop.error !== undefined && <ErrorNotice error={stop.error} onDismiss={stop.reset} />}
    </div>
  );
}

/** Returns the program that runs in a terminal, its title, or the beginning of its ID. */
function titleOf({ terminal, title, program }: Pick<ServedTerminalView, 'terminal' | 'title' | 'program'>): string {
  return program ?? (title.trim() === '' ? terminal.slice(0, 8) : title);
}
