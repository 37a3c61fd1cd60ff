import { useEffect, type ReactElement, type ReactNode } from 'react';
import {
  AppApiError,
  DEFAULT_WINDOW_SETTINGS,
  type LinkState,
  type PeerView,
  type TerminalSettings,
} from '#shared/app-api/index.ts';
import { useApp } from '../../store/index.ts';
import {
  EXAMPLE_PATH,
  EXAMPLE_PEER_ID,
  EXAMPLE_STATUS,
  examplePeer,
  examplePeerId,
} from '../../stories/examples/index.ts';
import type { Story, StoryAnswers } from '../../stories/index.ts';
import { onePane, splitPane, type PaneLayout } from './panes/layout.ts';
import {
  OpenedMenu,
  encoder,
  ESC,
  storageWith,
  doNothing,
  play,
  playing,
  RECORDED,
  shown,
  tab,
  TERMINALS_STATE,
} from './story-data.tsx';
import { SearchBar } from './screen/search-bar.tsx';
import { NO_SEARCH, type Search, type Searchable, type SearchCount } from './screen/search.ts';
import { TerminalsPage } from './terminals-page.tsx';

const HOSTILE = [
  `${ESC}]0;<img src=x onerror=alert(1)>\u202egnp.exe${'x'.repeat(5000)}${ESC}\\`,
  `${ESC}]52;c;cm0gLXJmIC8=${ESC}\\${ESC}]52;c;?${ESC}\\`,
  `${ESC}]8;;javascript:alert(1)${ESC}\\click me${ESC}]8;;${ESC}\\`,
  '$ ',
].join('\r\n');

/** Answers of an agent whose terminals print something later; every second one rings the bell. */
function ringing(): StoryAnswers {
  return {
    ...playing(RECORDED),
    'terminal.open': async ({ terminal = '' }, { connection }) => {
      const channel = connection.openChannel();
      play(channel, RECORDED).catch(() => undefined);
      setInterval(() => {
        const output = /[02468]$/.test(terminal) ? String.fromCodePoint(7) : 'done';
        channel.write(encoder.encode(output)).catch(() => undefined);
      }, 300);
      return { channel: channel.id, terminal, path: EXAMPLE_PATH };
    },
  };
}

function ending(end: Readonly<{ exitCode: number | null; signal: string | null; code: string | null }>): StoryAnswers {
  let count = 0;
  return {
    ...playing(RECORDED),
    'terminal.open': async (_input, { connection }) => {
      count += 1;
      if (count > 1) throw new AppApiError(end.code ?? 'link.timeout', 'no way there');
      const channel = connection.openChannel();
      const run = async (): Promise<void> => {
        await channel.write(encoder.encode(RECORDED));
        channel.end();
        connection.emit('terminal.ended', { channel: channel.id, ...end });
      };
      run().catch(() => undefined);
      return { channel: channel.id, terminal: 't1', path: EXAMPLE_PATH };
    },
  };
}

function failing(code: string): StoryAnswers {
  return {
    'terminal.open': async () => {
      throw new AppApiError(code, 'refused');
    },
  };
}

/** Answers of an agent whose machine declines terminals, until a test lets it accept them. */
function declining(): StoryAnswers {
  const { 'terminal.open': open, ...others } = playing(RECORDED);
  return {
    ...others,
    'terminal.open': async (input, context) => {
      if (document.documentElement.dataset['accepts'] === undefined || open === undefined)
        throw new AppApiError('rights.denied', 'refused', { details: { retryAfter: 60_000 } });
      return await open(input, context);
    },
  };
}

/** Answers of an agent that refuses terminals while the device is paused. */
function pausedFirst(): StoryAnswers {
  const { 'terminal.open': open, ...others } = playing(RECORDED);
  return {
    ...others,
    'terminal.open': async (input, context) => {
      if (useApp.getState().status?.paused !== undefined || open === undefined)
        throw new AppApiError('agent.paused', 'a person has paused this device');
      return open(input, context);
    },
  };
}

function waiting(step: 'connecting' | 'approval'): StoryAnswers {
  return {
    'terminal.open': (_input, { progress }) => {
      progress(step);
      return new Promise<never>(() => undefined);
    },
  };
}

/** Returns the example machine with another link. */
const reached = (link: Partial<LinkState>, given: Partial<PeerView> = {}) => ({
  ...TERMINALS_STATE,
  peers: [
    examplePeer({
      link: {
        state: 'up',
        since: Date.now() - 2000,
        retryAt: null,
        via: null,
        hops: [],
        why: 'no-answer',
        history: [],
        ...link,
      },
      ...given,
    }),
  ],
});
const requested = { ...TERMINALS_STATE, requestedTerminal: { peerId: EXAMPLE_PEER_ID, serial: 1 } } as const;

/** The example machine offline; a terminal there is requested. */
const OFFLINE = [examplePeer({ online: false, linked: false, link: null, path: 'offline', rtt: null })];
const away = { ...requested, peers: OFFLINE };

/** Returns the stored form of a tab with several terminals. */
const splitTab = (layout: PaneLayout, count: number, rest: object = {}) => ({
  panes: Array.from({ length: count }, (_, index) => tab(20 + index, ['', 'htop', 'vim notes.md'][index % 3])),
  layout,
  ...rest,
});
const TWO = splitPane(onePane(0), 0, 'row', 1);
const THREE = splitPane(TWO, 1, 'column', 2);

/** Tabs of shells in different folders, of two in the same one, and of another machine. */
const SHELLS = ['~/work/atlas', '~/work/atlas', '~/work/relay/docs', '~/www/docs', '~'].map((folder, index) => ({
  ...tab(30 + index),
  foreground: { program: 'bash', folder: folder.replace('~', '/home/mira'), home: '/home/mira' },
}));

/** Builds a story with other terminal settings. */
const looking = (terminal: Partial<TerminalSettings>) => ({
  ...TERMINALS_STATE,
  settings: { ...DEFAULT_WINDOW_SETTINGS, terminal: { ...DEFAULT_WINDOW_SETTINGS.terminal, ...terminal } },
});

/** Output of a program that wants to write two lines to the clipboard. */
const CLIPBOARD_WRITE = `$ tmux${ESC}]52;c;${btoa('ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDlv mira@office\nand a second line')}${String.fromCodePoint(7)}\r\n$ `;

/** Builds a story of the search bar with this number of matches. */
const searching = (name: string, search: Search, count: SearchCount): Story => {
  const searched: Searchable = {
    find: () => count.count > 0,
    uncover: () => true,
    endSearch: doNothing,
    onSearchCount: (listener) => {
      listener(count);
      return doNothing;
    },
  };
  return {
    name: `terminals/search ${name}`,
    render: () => <SearchBar screen={searched} search={search} onSearch={doNothing} onClose={doNothing} />,
  };
};

/** Terminals that still run: one of this machine, one of another device that has detached, one that is open there. */
const LEFT = [
  { attached: false, openedBy: null, heldBy: null },
  { attached: false, openedBy: 'mira-laptop', heldBy: 'mira-laptop' },
  { attached: true, openedBy: null, heldBy: 'tablet <b>\u202e' },
] as const;

/** Answers of an agent with terminals that still run and can be resumed here. */
const DETACHED: StoryAnswers = {
  ...playing(RECORDED),
  'terminal.list': async ({ peer }) =>
    peer === EXAMPLE_PEER_ID
      ? ['htop', 'make -j8 all', 'make -j8 all', 'vim a-file-with-quite-a-long-name-that-someone-has-given-it.md'].map(
          (title, index) => ({
            terminal: `d${index}`,
            peerId: peer,
            title,
            startedAt: 1_795_000_000_000,
            cols: 80,
            rows: 24,
            ...(LEFT[index % LEFT.length] ?? LEFT[0]),
          }),
        )
      : [],
};

/** Starts broadcast input to all terminals of the tab. */
function Broadcast({ panes, children }: Readonly<{ panes: number; children: ReactNode }>): ReactElement {
  useEffect(() => {
    const timer = setInterval(() => {
      const running = [...document.querySelectorAll('.xterm-screen')].length;
      if (running < panes || document.activeElement?.closest('.xterm') === null) return;
      clearInterval(timer);
      const press = { key: 'I', code: 'KeyI', ctrlKey: true, shiftKey: true, bubbles: true, cancelable: true };
      window.dispatchEvent(new KeyboardEvent('keydown', press));
    }, 50);
    return () => clearInterval(timer);
  }, [panes]);
  return <>{children}</>;
}
const typingTogether = (name: string, tabs: readonly unknown[], panes: number): Story => ({
  ...shown(tabs),
  name: `terminals/${name}`,
  state: TERMINALS_STATE,
  answers: playing(RECORDED),
  render: () => <Broadcast panes={panes}>{shown(tabs).render()}</Broadcast>,
});

const offering = (name: string, tabs: readonly unknown[]): Story => ({
  ...shown(tabs),
  name: `terminals/${name}`,
  state: TERMINALS_STATE,
  answers: DETACHED,
  render: () => <OpenedMenu tabs={tabs.length}>{shown(tabs).render()}</OpenedMenu>,
});

/** Stories of the page Terminals: tabs, splits, phases, search, broadcast and links. */
export const TERMINALS_STORIES: readonly Story[] = [
  { ...shown([]), name: 'terminals/no peers', state: { place: { page: 'terminals' } } },
  { ...shown([]), name: 'terminals/none open', state: TERMINALS_STATE, answers: playing(RECORDED) },
  { ...shown(), name: 'terminals/running', state: TERMINALS_STATE, answers: playing(RECORDED) },
  {
    ...shown(),
    name: 'terminals/lost with the page',
    state: { ...TERMINALS_STATE, status: { ...EXAMPLE_STATUS, endsWithPage: true } },
    answers: playing(RECORDED),
  },
  {
    ...shown(Array.from({ length: 20 }, (_, index) => tab(index, `program ${index}`))),
    name: 'terminals/many tabs',
    state: TERMINALS_STATE,
    answers: playing('$ '),
  },
  {
    ...shown(SHELLS),
    name: 'terminals/same names',
    state: TERMINALS_STATE,
    answers: { ...playing('$ '), 'terminal.list': async () => [] },
  },
  { ...shown([splitTab(TWO, 2), tab(1)]), name: 'terminals/split', state: TERMINALS_STATE, answers: playing(RECORDED) },
  {
    ...shown([tab(1), splitTab(THREE, 3, { name: 'work', front: true, focused: 2 })]),
    name: 'terminals/split in three',
    state: TERMINALS_STATE,
    answers: playing(RECORDED),
  },
  {
    ...shown([splitTab(THREE, 3)]),
    name: 'terminals/split and lost',
    state: TERMINALS_STATE,
    answers: ending({ exitCode: null, signal: null, code: 'link.path-lost' }),
  },
  {
    ...shown([splitTab(THREE, 3)]),
    name: 'terminals/removed here and paired again',
    state: TERMINALS_STATE,
    answers: ending({ exitCode: null, signal: null, code: 'link.removed' }),
  },
  {
    ...shown([splitTab(TWO, 2)]),
    name: 'terminals/theme dark',
    state: looking({ theme: 'gruvbox-dark', lineHeight: 130, cursorStyle: 'bar' }),
    answers: playing(RECORDED),
  },
  {
    ...shown(),
    name: 'terminals/theme light',
    state: looking({ theme: 'solarized-light', fontSize: 16 }),
    answers: playing(RECORDED),
  },
  { ...shown(), name: 'terminals/clipboard', state: TERMINALS_STATE, answers: playing(CLIPBOARD_WRITE) },
  { ...shown(), name: 'terminals/hostile', state: TERMINALS_STATE, answers: playing(HOSTILE) },
  { ...shown([]), name: 'terminals/connecting', state: requested, answers: waiting('connecting') },
  { ...shown([]), name: 'terminals/approval', state: requested, answers: waiting('approval') },
  {
    ...shown([]),
    name: 'terminals/approval by its owner',
    state: { ...requested, owners: { [EXAMPLE_PEER_ID]: 'Ada Lovelace' } },
    answers: waiting('approval'),
  },
  {
    ...shown([]),
    name: 'terminals/asked for while offline',
    state: away,
    answers: failing('direct.connection-refused'),
  },
  { ...shown([]), name: 'terminals/machine unreachable', state: requested, answers: failing('direct.timeout') },
  {
    ...shown(),
    name: 'terminals/ended with its machine',
    state: { ...TERMINALS_STATE, peers: OFFLINE },
    answers: ending({ exitCode: null, signal: null, code: 'terminal.shutdown' }),
  },
  {
    ...shown([]),
    name: 'terminals/paused',
    state: { ...requested, status: { ...EXAMPLE_STATUS, paused: { since: 1_795_000_000_000, until: null } } },
    answers: pausedFirst(),
  },
  { ...shown([]), name: 'terminals/refused', state: requested, answers: failing('rights.denied') },
  {
    ...shown([]),
    name: 'terminals/declined',
    state: requested,
    answers: declining(),
  },
  {
    ...shown(),
    name: 'terminals/link in doubt',
    state: reached({ state: 'doubtful' }),
    answers: playing(RECORDED),
  },
  {
    ...shown([tab(1), tab(2)]),
    name: 'terminals/link reconnecting',
    state: reached({ state: 'reconnecting', retryAt: Date.now() + 240_000 }, { rtt: null }),
    answers: playing(RECORDED),
  },
  {
    ...shown(),
    name: 'terminals/link paused',
    state: {
      ...reached({ state: 'reconnecting' }, { rtt: null }),
      status: { ...EXAMPLE_STATUS, paused: { since: 1_795_000_000_000, until: null } },
    },
    answers: playing(RECORDED),
  },
  {
    ...shown(),
    name: 'terminals/link via a peer',
    state: reached({ via: 'the machine in the attic' }, { path: 'via', rtt: 61.2, address: examplePeerId(7) }),
    answers: playing(RECORDED),
  },
  {
    ...shown(),
    name: 'terminals/link direct',
    state: reached({ why: null }, { path: 'direct', rtt: 0.6, address: '192.168.4.20:7473' }),
    answers: playing(RECORDED),
  },
  {
    ...shown(),
    name: 'terminals/lost',
    state: TERMINALS_STATE,
    answers: ending({ exitCode: null, signal: null, code: 'link.path-lost' }),
  },
  {
    ...shown(),
    name: 'terminals/machine offline',
    state: {
      ...TERMINALS_STATE,
      peers: [examplePeer({ link: null, linked: false, online: false, path: 'offline', rtt: null })],
    },
    answers: ending({ exitCode: null, signal: null, code: 'link.closed' }),
  },
  {
    ...shown(),
    name: 'terminals/ended',
    state: TERMINALS_STATE,
    answers: ending({ exitCode: 3, signal: null, code: null }),
  },
  {
    ...shown(),
    name: 'terminals/ended by a signal',
    state: TERMINALS_STATE,
    answers: ending({ exitCode: null, signal: 'SIGKILL', code: null }),
  },
  {
    ...shown(),
    name: 'terminals/taken over',
    state: TERMINALS_STATE,
    answers: ending({ exitCode: null, signal: null, code: 'terminal.taken-over' }),
  },
  {
    ...shown([
      { ...tab(1), name: 'build', front: true, ended: { kind: 'ended', exitCode: 3, signal: null } },
      { ...tab(2), name: 'logs', ended: { kind: 'gone' } },
      { ...tab(3), name: 'notes', terminal: undefined },
    ]),
    name: 'terminals/ended before the restart',
    state: TERMINALS_STATE,
  },
  { ...shown(), name: 'terminals/gone', state: TERMINALS_STATE, answers: failing('terminal.unknown') },
  {
    ...shown(),
    name: 'terminals/search',
    state: TERMINALS_STATE,
    answers: playing(RECORDED),
    render: () => (
      <main style={{ height: '100%' }}>
        <TerminalsPage storage={storageWith([tab(1)])} search={{ ...NO_SEARCH, term: 'colour' }} />
      </main>
    ),
  },
  searching('3 of 12', { ...NO_SEARCH, term: 'error' }, { current: 3, count: 12 }),
  searching('many', { ...NO_SEARCH, term: 'e', caseSensitive: true }, { current: 0, count: 1000 }),
  searching('no match', { ...NO_SEARCH, term: 'no such thing' }, { current: 0, count: 0 }),
  searching('bad pattern', { term: 'err(or', caseSensitive: false, regex: true }, { current: 0, count: 0 }),
  { ...shown([tab(1), tab(2), tab(3)]), name: 'terminals/tabs with news', state: TERMINALS_STATE, answers: ringing() },
  typingTogether('typing into all of a tab', [splitTab(THREE, 3), tab(1)], 3),
  typingTogether('typing into chosen ones', [tab(1, 'htop'), tab(2), tab(3, 'vim notes.md')], 3),
  offering('detached', []),
  offering('detached beside others', [tab(1), tab(2)]),
];
