import { beforeAll, describe, expect, it, vi } from 'vitest';
import { loadErrors } from '../../../../src-main/desktop/locale/index.ts';
import { menuTemplate } from '../../../../src-main/desktop/tray/menu-template.ts';
import {
  FIRST_PEERS,
  MAX_FORWARDS,
  MAX_PEERS,
  MAX_TERMINALS,
  trayModel,
  type TrayEntry,
  type TrayFacts,
} from '../../../../src-main/desktop/tray/model.ts';
import type { ForwardView, PeerView, TransferView } from '#shared/app-api/index.ts';
import { plainAgent } from '#test/support/app-views.ts';
import { forwardView } from '../forward-view.ts';
import { agentStatus, approvalView, peerView, requestView, sharedView, transferView } from '../views.ts';

beforeAll(loadErrors);

function facts(changes: Partial<TrayFacts> = {}): TrayFacts {
  return {
    status: agentStatus(),
    peers: [],
    pending: [],
    requests: [],
    forwards: [],
    shared: [],
    agents: [],
    transfers: [],
    terminals: [],
    ...changes,
  };
}

function labels(entries: readonly TrayEntry[]): string[] {
  return entries.map((entry) => (entry.kind === 'separator' ? '-' : entry.label));
}

/** Machines of the menu: those in it, and the submenu with the others. */
function peersOf(changes: Partial<TrayFacts>): readonly TrayEntry[] {
  const { menu } = trayModel(facts(changes));
  const [first = 0, second] = menu.flatMap(({ kind }, index) => (kind === 'separator' ? [index] : []));
  return menu.slice(first + 1, second);
}

function entriesOf(entry: TrayEntry | undefined): readonly TrayEntry[] {
  return entry?.kind === 'menu' ? entry.entries : [];
}

function forwardsOf(changes: Partial<TrayFacts>): readonly TrayEntry[] {
  const entry = trayModel(facts(changes)).menu.find(
    (entry) => entry.kind === 'menu' && entry.label.startsWith('Forwards'),
  );
  return entry?.kind === 'menu' ? entry.entries : [];
}

it.each([
  [0.4, 'office · <1 ms'],
  [1.46, 'office · 1.5 ms'],
  [57.4, 'office · 57 ms'],
  [1432, 'office · 1.4 s'],
])('the tray shows a round trip of %d ms as the window does', (rtt, label) => {
  expect(labels(peersOf({ peers: [peerView({ rtt })] }))).toContain(label);
});

describe('the tray icon', () => {
  it.each([
    ['off', 'ClawReach: Not connected', facts({ status: undefined })],
    ['off', 'ClawReach: No relay', facts({ status: agentStatus({ state: 'none', url: null }) })],
    ['off', 'ClawReach: Not connected', facts({ status: agentStatus({ state: 'stopped' }) })],
    ['connecting', 'ClawReach: Connecting…', facts({ status: agentStatus({ state: 'connecting' }) })],
    ['connecting', 'ClawReach: Connecting…', facts({ status: agentStatus({ state: 'waiting', retryAt: 5 }) })],
    [
      'online',
      'ClawReach: 1 of 1 machine online',
      facts({ status: agentStatus({ state: 'none', url: null }), peers: [peerView()] }),
    ],
    [
      'connecting',
      'ClawReach: Connecting…, 1 of 1 machine online',
      facts({ status: agentStatus({ state: 'waiting', retryAt: 5 }), peers: [peerView()] }),
    ],
    ['online', 'ClawReach: Online', facts()],
    [
      'online',
      'ClawReach: 1 of 2 machines online',
      facts({ peers: [peerView(), peerView({ online: false, path: 'offline' })] }),
    ],
    [
      'attention',
      'ClawReach: 3 of 3 machines online, 1 request waiting',
      facts({ peers: [peerView(), peerView(), peerView()], pending: [approvalView()] }),
    ],
    [
      'attention',
      'ClawReach: 1 of 1 machine online, 2 requests waiting',
      facts({ peers: [peerView()], pending: [approvalView()], requests: [requestView()] }),
    ],
    [
      'attention',
      'ClawReach: Connecting…, 2 requests waiting',
      facts({ status: agentStatus({ state: 'connecting' }), pending: [approvalView(), approvalView({ id: 2 })] }),
    ],
    [
      'error',
      'ClawReach: ClawReach is already running for this profile',
      facts({ status: agentStatus({ state: 'failed', problem: 'control.in-use' }) }),
    ],
    ['error', 'ClawReach: Not connected', facts({ status: agentStatus({ state: 'failed', problem: null }) })],
  ] as const)('is %s: %s', (icon, tooltip, state) => {
    const model = trayModel(state);
    expect([model.icon, model.tooltip]).toEqual([icon, tooltip]);
  });
});

describe('the menu of the tray', () => {
  it('has status, requests if any, machines, forwards and the rest, in this order', () => {
    const rest = [
      '-',
      'Forwards',
      '-',
      'Pair a machine…',
      'Open ClawReach',
      'Pause all connections',
      'Settings…',
      '-',
      'Quit ClawReach',
    ];
    for (const state of [facts(), facts({ status: undefined })])
      expect(labels(trayModel(state).menu).slice(1)).toEqual(['-', 'No machines yet', ...rest]);
    const busy = trayModel(facts({ peers: [peerView()], pending: [approvalView()], requests: [requestView()] }));
    expect(labels(busy.menu)).toEqual(['1 of 1 machine online', 'Answer 2 requests…', '-', 'office · 12 ms', ...rest]);
    expect(busy.menu[1]).toMatchObject({ action: { do: 'approvals' } });
  });

  it('pauses for a time or until it is ended, which is what it says and offers then', () => {
    const pause = trayModel(facts()).menu.find(
      (entry) => entry.kind === 'menu' && entry.label === 'Pause all connections',
    );
    expect(pause?.kind === 'menu' && pause.entries).toEqual([
      { kind: 'action', label: 'For 1 hour', action: { do: 'pause', milliseconds: 3_600_000 }, enabled: true },
      { kind: 'action', label: 'For 8 hours', action: { do: 'pause', milliseconds: 28_800_000 }, enabled: true },
      { kind: 'action', label: 'Until I resume', action: { do: 'pause', milliseconds: null }, enabled: true },
    ]);
    const status = agentStatus({ state: 'stopped', problem: 'agent.paused' });
    const paused = trayModel(facts({ status: { ...status, paused: { since: 1, until: null } } }));
    expect([paused.icon, paused.tooltip]).toEqual(['paused', 'ClawReach: Paused']);
    expect(paused.menu).toContainEqual({ kind: 'action', label: 'Resume', action: { do: 'resume' }, enabled: true });
    // A request that waits is more urgent.
    const asked = facts({ status: { ...status, paused: { since: 1, until: null } }, pending: [approvalView()] });
    expect(trayModel(asked).icon).toBe('attention');
    const until = new Date(2026, 10, 21, 14, 30).getTime();
    expect(trayModel(facts({ status: { ...status, paused: { since: 1, until } } })).tooltip).toMatch(
      /^ClawReach: Paused until 0?2:30 PM$|^ClawReach: Paused until 14:30$/,
    );
  });

  it('lists machines in the order of the person, with their round trips', () => {
    const peers = [
      peerView({ name: 'attic', peerId: '1', online: false, path: 'offline', rtt: 80, position: 2 }),
      peerView({ name: 'server', peerId: '2', path: 'relay', rtt: null, position: 1 }),
      peerView({ name: 'office', peerId: '3', position: 0 }),
      peerView({ name: 'nas', peerId: '4', rtt: 1.44 }),
    ];
    expect(labels(peersOf({ peers }))).toEqual([
      'office · 12 ms',
      'server · Online',
      'attic · Offline',
      'nas · 1.4 ms',
    ]);
  });

  it('says of a link without a path that it is made anew', () => {
    const link = {
      state: 'reconnecting',
      since: 0,
      retryAt: null,
      via: null,
      hops: [],
      why: null,
      history: [],
    } satisfies PeerView['link'];
    expect(labels(peersOf({ peers: [peerView({ name: 'c', link })] }))).toEqual(['c · Reconnecting']);
  });

  it('opens terminals only on machines that are online or have announced themselves nearby, and copies the name of any', () => {
    const away = { online: false, path: 'offline' } as const;
    const [online, nearby, offline] = peersOf({
      peers: [
        peerView({ address: null }),
        peerView({ name: 'y', peerId: '2', ...away }),
        peerView({ name: 'z', peerId: '3', ...away, address: null }),
      ],
    });
    const peerId = '0'.repeat(56);
    expect(entriesOf(nearby)[0]).toMatchObject({ enabled: true });
    expect(entriesOf(online)).toEqual([
      { kind: 'action', label: 'New terminal', action: { do: 'terminal', peerId }, enabled: true },
      { kind: 'separator' },
      { kind: 'action', label: 'Forwards', action: { do: 'forwards' }, enabled: true },
      { kind: 'action', label: 'Show in ClawReach', action: { do: 'machine', peerId }, enabled: true },
      { kind: 'action', label: 'Copy name', action: { do: 'copy', text: 'office' }, enabled: true },
    ]);
    expect(entriesOf(nearby).at(-1)).toMatchObject({
      label: 'Copy address',
      action: { do: 'copy', text: '192.0.2.1:7443' },
    });
    expect(entriesOf(offline)[0]).toMatchObject({ label: 'New terminal', enabled: false });
  });

  it('lists the open terminals of a machine by the title of their program, and no others', () => {
    const peers = [peerView(), peerView({ name: 'z', peerId: '1'.repeat(56) })];
    const terminals = [
      { id: 4, peerId: peers[0]?.peerId ?? '', title: 'npm test', folder: '~/work/atlas' },
      { id: 7, peerId: peers[1]?.peerId ?? '', title: 'htop', folder: '' },
      {
        id: 9,
        peerId: peers[0]?.peerId ?? '',
        title: `a\u202eb\u0007\n${'c'.repeat(200)}`,
        folder: '/a\u202e/\u0007\nb',
      },
      { id: 11, peerId: peers[0]?.peerId ?? '', title: '\u202e', folder: `/srv/${'x/'.repeat(40)}client/src` },
      { id: 12, peerId: 'gone', title: 'vim', folder: '~' },
    ];
    const [office, other] = peersOf({ peers, terminals });
    expect(labels(entriesOf(office)).slice(0, 6)).toEqual([
      'New terminal',
      '-',
      'npm test · ~/work/atlas',
      `ab ${'c'.repeat(56)}… · /a/ b`,
      `office · …${'x/'.repeat(15)}client/src`,
      '-',
    ]);
    expect(entriesOf(office)[2]).toMatchObject({ action: { do: 'open-terminal', id: 4 } });
    expect(labels(entriesOf(other)).slice(0, 4)).toEqual(['New terminal', '-', 'htop', '-']);
    const many = Array.from({ length: MAX_TERMINALS + 3 }, (_, id) => ({
      id,
      peerId: '0'.repeat(56),
      title: `t${id}`,
      folder: '',
    }));
    const [crowded] = peersOf({ peers: [peerView()], terminals: many });
    expect(labels(entriesOf(crowded)).slice(MAX_TERMINALS + 1, MAX_TERMINALS + 4)).toEqual(['t11', '3 more…', '-']);
  });

  it('opens what a forward of the machine shows, if a browser can', () => {
    const browsable = forwardView({ id: 'a', url: 'http://127.0.0.1:3000/', state: 'ready' }, { name: 'Grafana' });
    const [office] = peersOf({ peers: [peerView({ address: null })], forwards: [browsable, forwardView({ id: 'b' })] });
    expect(labels(entriesOf(office))).toEqual([
      'New terminal',
      '-',
      'Open Grafana',
      'Forwards',
      'Show in ClawReach',
      'Copy name',
    ]);
    expect(entriesOf(office)[2]).toMatchObject({ action: { do: 'browse', url: 'http://127.0.0.1:3000/' } });
  });

  it('has the rules of a peer at that peer, too', () => {
    const peers = [peerView({ name: 'office' }), peerView({ name: 'z', peerId: '1'.repeat(56) })];
    const [office, other] = peersOf({ peers, forwards: [forwardView({ id: 'a', url: null, address: null })] });
    expect(entriesOf(office).find((entry) => entry.kind === 'menu')).toEqual({
      kind: 'menu',
      label: 'Forwards',
      entries: [
        { kind: 'check', label: 'Browse · Ready', checked: true, action: { do: 'forward', id: 'a', enabled: false } },
      ],
    });
    expect(entriesOf(other).some((entry) => entry.kind === 'menu')).toBe(false);
  });

  it('lists the five machines used last, the others in a submenu, and leads to what has no room', () => {
    const peers = Array.from({ length: FIRST_PEERS + MAX_PEERS + 7 }, (_, index) =>
      peerView({ name: `machine ${index}`, peerId: `${index}`, ...(index % 7 === 3 ? { usedAt: 1000 + index } : {}) }),
    );
    const entries = peersOf({ peers });
    // Used last are 10, 17, 24 and 31, and before them 3; in the order of the person, here by name.
    expect(labels(entries)).toEqual([
      'machine 3 · 12 ms',
      'machine 10 · 12 ms',
      'machine 17 · 12 ms',
      'machine 24 · 12 ms',
      'machine 31 · 12 ms',
      `More machines (${MAX_PEERS + 7})`,
    ]);
    const others = entriesOf(entries.at(-1));
    expect(others.length).toBe(MAX_PEERS + 1);
    expect(others.at(-1)).toEqual({ kind: 'action', label: '7 more…', action: { do: 'peers' }, enabled: true });
    expect(labels(peersOf({ peers: peers.slice(0, FIRST_PEERS) })).length).toBe(FIRST_PEERS);
  });

  it('lists rules with a mark that switches them and a word for their state, and leads to the page', () => {
    const down = { address: null, url: null };
    const forwards = [
      forwardView({ id: 'a' }),
      forwardView({ id: 'b', state: 'off', ...down }, { name: 'DNS\u202e', enabled: false }),
      forwardView({ id: 'c', state: 'failed', ...down }, { name: 'c' }),
    ];
    const url = 'socks5h://127.0.0.1:1080';
    expect(forwardsOf({ forwards })).toEqual([
      { kind: 'check', label: 'Browse · Ready', checked: true, action: { do: 'forward', id: 'a', enabled: false } },
      { kind: 'action', label: `Copy ${url}`, action: { do: 'copy', text: url }, enabled: true },
      { kind: 'check', label: 'DNS · Off', checked: false, action: { do: 'forward', id: 'b', enabled: true } },
      { kind: 'check', label: 'c · Not running', checked: true, action: { do: 'forward', id: 'c', enabled: false } },
      { kind: 'separator' },
      { kind: 'action', label: 'Show forwards', action: { do: 'forwards' }, enabled: true },
    ]);
    expect(labels(forwardsOf({}))).toEqual(['No forwards yet', '-', 'Show forwards']);
  });

  it('puts the rules of several peers into a menu each, those without a peer last', () => {
    const listen = { host: '127.0.0.1', port: 8000 };
    const there = {
      kind: 'tcp-bridge',
      direction: 'remote',
      to: listen,
      listen,
      enabled: true,
      name: 'there',
    } as const;
    const forwards: readonly ForwardView[] = [
      {
        ...forwardView({ id: 'f', url: null, address: '127.0.0.1:8000' }),
        rule: { kind: 'folder', name: 'Pictures', enabled: true, listen, path: '/pictures' },
      },
      forwardView({ id: 'a' }),
      { ...forwardView({ id: 'b', peerName: 'attic', url: null }), rule: { ...there, peer: '1'.repeat(56) } },
      {
        ...forwardView({ id: 'c', peerName: null, state: 'failed', url: null }),
        rule: { ...there, peer: '2'.repeat(56) },
      },
    ];
    const menus = forwardsOf({ forwards });
    expect(labels(menus)).toEqual([
      'office',
      'attic',
      'Removed machine · 1 not running',
      'Without a machine',
      '-',
      'Show forwards',
    ]);
    expect(menus.map((entry) => (entry.kind === 'menu' ? labels(entry.entries) : []))).toEqual([
      ['Browse · Ready', 'Copy socks5h://127.0.0.1:1080'],
      // What listens there is of no use to programs here.
      ['there · Ready'],
      ['there · Not running'],
      ['Pictures · Ready', 'Copy 127.0.0.1:8000'],
      [],
      [],
    ]);
  });

  it('names no more rules than fit', () => {
    const forwards = Array.from({ length: MAX_FORWARDS + 3 }, (_, index) =>
      forwardView({ id: String(index), address: null, url: null }),
    );
    expect(labels(forwardsOf({ forwards })).slice(MAX_FORWARDS)).toEqual(['3 more…', '-', 'Show forwards']);
  });

  it('shows names that others chose as plain text [S-NAME-5]', () => {
    expect(labels(peersOf({ peers: [peerView({ name: 'a\u202eb\u0007\nc' })] }))).toEqual(['ab c · 12 ms']);
    expect(labels(peersOf({ peers: [peerView({ name: '\u202e' })] }))).toEqual(['00000000 · 12 ms']);
  });

  it('is given to Electron with every text as it is, and acts on a click', () => {
    const act = vi.fn();
    const [name, peers, forward, quit] = menuTemplate(
      [
        { kind: 'text', label: 'R&D' },
        { kind: 'menu', label: 'Machines', entries: [{ kind: 'separator' }] },
        { kind: 'check', label: 'A&B', checked: true, action: { do: 'forward', id: 'a', enabled: false } },
        { kind: 'action', label: 'Quit', action: { do: 'quit' }, enabled: true },
      ],
      act,
    );
    expect(name).toEqual({ label: 'R&&D', enabled: false });
    expect(peers).toEqual({ type: 'submenu', label: 'Machines', submenu: [{ type: 'separator' }] });
    expect(forward).toMatchObject({ type: 'checkbox', label: 'A&&B', checked: true });
    (quit?.click as (() => void) | undefined)?.();
    expect(act).toHaveBeenCalledExactlyOnceWith({ do: 'quit' });
  });
});

describe('what is shared with this device', () => {
  const entryOf = (shared: TrayFacts['shared']) =>
    trayModel(facts({ shared })).menu.find((entry) => entry.kind === 'action' && /hared/.test(entry.label));

  it('is in the menu while it is, and leads to it, or to all of it; never in the icon, for nobody waits', () => {
    expect(entryOf([])).toBeUndefined();
    expect(entryOf([sharedView()])).toMatchObject({
      label: 'Watch shared terminal',
      action: { do: 'view', peerId: sharedView().peerId, terminal: sharedView().terminal },
    });
    expect(entryOf([sharedView(), sharedView({ terminal: 'b' })])).toMatchObject({
      label: 'Shared terminals (2)',
      action: { do: 'terminals' },
    });
    expect(trayModel(facts({ shared: [sharedView()] })).icon).toBe('online');
  });
});

describe('transfers of files', () => {
  const transfer = (given: Partial<TransferView>): TransferView => ({
    ...transferView(),
    ...given,
  });

  it('that run are in the tooltip and lead to their page, with how much is there', () => {
    const transfers = [
      transfer({ bytes: { done: 300, of: 1000 } }),
      transfer({ state: 'reconnecting', bytes: { done: 500, of: 1000 } }),
      transfer({ state: 'preparing', bytes: { done: 0, of: null } }),
      transfer({ state: 'waiting', bytes: { done: 0, of: 5000 } }),
      transfer({ state: 'done', bytes: { done: 7000, of: 7000 } }),
    ];
    const { tooltip, menu } = trayModel(facts({ transfers }));
    expect(tooltip).toContain('3 transfers, 40 %');
    expect(menu).toContainEqual({
      kind: 'action',
      label: '3 transfers, 40 %',
      action: { do: 'transfers' },
      enabled: true,
    });
  });

  it('that only wait, or are over, are not there', () => {
    for (const transfers of [undefined, [], [transfer({ state: 'waiting' }), transfer({ state: 'paused' })]])
      expect(trayModel(facts({ transfers })).tooltip).not.toContain('transfer');
  });
});

describe('messages in the tray', () => {
  const agent = (name: string, waiting: number, held: number) => ({ ...plainAgent(name), waiting, held });
  const shown = (...agents: TrayFacts['agents']) => {
    const { icon, tooltip, menu } = trayModel(facts({ agents }));
    return {
      icon,
      tooltip,
      entries: menu.filter((entry) => entry.kind === 'action' && entry.action.do === 'messages'),
    };
  };

  it('are those to you that no one has read, and all that are held until you release them', () => {
    // What waits for a program is that program's matter.
    const { icon, tooltip, entries } = shown(agent('me', 2, 1), agent('coder', 40, 3), agent('idle', 0, 0));
    expect(icon).toBe('attention');
    expect(tooltip).toContain('6 messages');
    expect(labels(entries)).toEqual([expect.stringContaining('6 messages')]);
  });

  it.each([
    ['one to you', agent('me', 1, 0)],
    ['one that is held', agent('coder', 0, 1)],
  ])('are counted as one for %s', (_, one) => {
    const { icon, tooltip, entries } = shown(one);
    expect(icon).toBe('attention');
    expect(tooltip).toMatch(/\b1 message\b/);
    expect(labels(entries)).toEqual([expect.stringMatching(/\b1 message\b/)]);
  });

  it('are not mentioned while none waits for you', () => {
    const { icon, tooltip, entries } = shown(agent('me', 0, 0), agent('coder', 7, 0));
    expect(icon).not.toBe('attention');
    expect(tooltip).not.toContain('message');
    expect(entries).toEqual([]);
  });
});
