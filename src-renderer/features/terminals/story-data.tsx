import type { AppChannel } from '#shared/app-api/index.ts';
import { EXAMPLE_PATH, EXAMPLE_PEER_ID, EXAMPLE_PEERS } from '../../stories/examples/index.ts';
import type { StoryAnswers } from '../../stories/index.ts';
import type { TabStorage } from './tabs/saved-tabs.ts';
import { TerminalsPage } from './terminals-page.tsx';
import { useEffect, type ReactElement, type ReactNode } from 'react';

/** Store's state for the page Terminals with the example machines. */

export const TERMINALS_STATE = { place: { page: 'terminals' }, peers: EXAMPLE_PEERS } as const;
/** Does nothing; stands in for the callbacks of dialogs. */
export const doNothing = (): void => undefined;

/** Escape character, which begins control sequences. */
export const ESC = '\u001b';
const COLOURS = Array.from({ length: 16 }, (_, colour) => `${ESC}[38;5;${colour}m colour ${colour} ${ESC}[0m`);
/** Output of a program with colours, wide characters, links and a long line. */
export const RECORDED = [
  `${ESC}]0;mira@office: ~/project${String.fromCodePoint(7)}${ESC}[1;32mmira@office${ESC}[0m:${ESC}[1;34m~/project${ESC}[0m$ ls --color`,
  `${ESC}[34mdocs${ESC}[0m  ${ESC}[34msrc${ESC}[0m  ${ESC}[32mbuild.sh${ESC}[0m  README.md  ${ESC}[31mold.tar.gz${ESC}[0m`,
  COLOURS.slice(0, 8).join(''),
  COLOURS.slice(8).join(''),
  '日本語 한국어 größer → ✓ 👍 wide and narrow',
  'See https://example.org/help?page=2 or',
  `${ESC}]8;;https://xn--exmple-cua.example/login${ESC}\\https://bank.example/${ESC}]8;;${ESC}\\ for more.`,
  'a long line that goes on and on '.repeat(8),
  `${ESC}[7m inverse ${ESC}[0m ${ESC}[1mbold${ESC}[0m ${ESC}[3mitalic${ESC}[0m ${ESC}[4munderlined${ESC}[0m`,
  '$ ',
].join('\r\n');

/** Encoder of text to UTF-8. */
export const encoder = new TextEncoder();

/** Writes recorded output to a channel, then echoes typed input. */
export async function play(channel: AppChannel, recorded: string): Promise<void> {
  await channel.write(encoder.encode(recorded));
  for (let typed = await channel.read(); typed !== null; typed = await channel.read()) await channel.write(typed);
}

const HOME = '/home/mira';
const at = (program: string, folder: string) => ({ foreground: { program, folder: `${HOME}${folder}`, home: HOME } });
/** Programs of the terminals that play, in their order. */
const PROGRAMS = [
  { program: 'npm', ...at('npm', '/work/atlas') },
  { program: 'htop', ...at('htop', '/work/atlas') },
  at('zsh', ''),
] as const;

/** Answers of an agent whose terminals play this output. Notes the size of the terminal on the page's root element. */
export function playing(recorded: string): StoryAnswers {
  const open = new Map<string, string>();
  return {
    'terminal.open': async ({ peer }, { connection }) => {
      const channel = connection.openChannel();
      // Another story is shown, and the channel is closed.
      play(channel, recorded).catch(() => undefined);
      const terminal = `t${channel.id}`;
      open.set(terminal, peer);
      return { channel: channel.id, terminal, path: EXAMPLE_PATH };
    },
    'terminal.resize': async ({ cols, rows }) => {
      document.documentElement.dataset['terminalSize'] = `${cols}x${rows}`;
      return {};
    },
    'terminal.close': async () => ({}),
    'terminal.list': async ({ peer }) =>
      [...open]
        .filter(([, on]) => on === peer)
        .map(([terminal], index) => ({
          terminal,
          peerId: peer,
          title: '',
          startedAt: 1_795_000_000_000,
          attached: true,
          cols: 80,
          rows: 24,
          openedBy: null,
          heldBy: null,
          ...(PROGRAMS[index % PROGRAMS.length] ?? PROGRAMS[0]),
        })),
  };
}

/** Returns a storage that contains these tabs and saves nothing. */
export function storageWith(tabs: readonly unknown[]): TabStorage {
  return { getItem: () => JSON.stringify(tabs), setItem: () => undefined };
}
/** Returns the stored form of a tab. */
export const tab = (number: number, title = '') => ({ peerId: EXAMPLE_PEER_ID, terminal: `t${number}`, title });

/** Shows the page Terminals with these tabs. */
export const shown = (tabs: readonly unknown[] = [tab(1)]) =>
  ({
    frame: 'none',
    render: () => (
      <main style={{ height: '100%' }}>
        <TerminalsPage storage={storageWith(tabs)} />
      </main>
    ),
  }) as const;

/** Opens the menu of new terminals once the page shows this number of tabs. */
export function OpenedMenu({ tabs, children }: Readonly<{ tabs: number; children: ReactNode }>): ReactElement {
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.querySelectorAll('[role="tab"]').length !== tabs) return;
      clearInterval(timer);
      document.querySelector<HTMLElement>('[data-new-terminal]')?.click();
    }, 20);
    return () => clearInterval(timer);
  }, [tabs]);
  return <>{children}</>;
}
