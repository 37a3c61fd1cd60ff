import { describe, expect, it, vi } from 'vitest';
import { menuTemplate } from '../../../../src-main/desktop/tray/menu-template.ts';
import {
  MAX_FORWARDS,
  MAX_PEERS,
  trayModel,
  type TrayEntry,
  type TrayFacts,
} from '../../../../src-main/desktop/tray/model.ts';
import type { ForwardView, PeerView } from '#shared/app-api/index.ts';
import { forwardView } from '../forward-view.ts';
import { agentStatus, approvalView, peerView, requestView, sharedView } from '../views.ts';

function facts(changes: Partial<TrayFacts> = {}): TrayFacts {
  return { status: agentStatus(), peers: [], pending: [], requests: [], forwards: [], shared: [], ...changes };
}

function labels(entries: readonly TrayEntry[]): string[] {
  return entries.map((entry) => (entry.kind === 'separator' ? '-' : entry.label));
}

function peersOf(changes: Partial<TrayFacts>): readonly TrayEntry[] {
  const entry = trayModel(facts(changes)).menu.find((entry) => entry.kind === 'menu');
  return entry?.kind === 'menu' ? entry.entries : [];
}

function forwardsOf(changes: Partial<TrayFacts>): readonly TrayEntry[] {
  const entry = trayModel(facts(changes)).menu.find((entry) => entry.kind === 'menu' && entry.label === 'Forwards');
  return entry?.kind === 'menu' ? entry.entries : [];
}

describe('the tray icon', () => {
  it.each([
    ['off', 'ClawReach: Not connected', facts({ status: undefined })],
    ['off', 'ClawReach: No relay', facts({ status: agentStatus({ state: 'none', url: null }) })],
    ['off', 'ClawReach: Not connected', facts({ status: agentStatus({ state: 'stopped' }) })],
    ['connecting', 'ClawReach: Connecting…', facts({ status: agentStatus({ state: 'connecting' }) })],
    ['connecting', 'ClawReach: Connecting…', facts({ status: agentStatus({ state: 'waiting', retryAt: 5 }) })],
    [
      'online',
      'ClawReach: 1 machine online',
      facts({ status: agentStatus({ state: 'none', url: null }), peers: [peerView()] }),
    ],
    [
      'connecting',
      'ClawReach: Connecting…, 1 machine online',
      facts({ status: agentStatus({ state: 'waiting', retryAt: 5 }), peers: [peerView()] }),
    ],
    ['online', 'ClawReach: 0 machines online', facts()],
    [
      'online',
      'ClawReach: 1 machine online',
      facts({ peers: [peerView(), peerView({ online: false, path: 'offline' })] }),
    ],
    [
      'attention',
      'ClawReach: 3 machines online, 1 request waiting',
      facts({ peers: [peerView(), peerView(), peerView()], pending: [approvalView()] }),
    ],
    [
      'attention',
      'ClawReach: 1 machine online, 2 requests waiting',
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
  it('has the same entries always, in this order', () => {
    for (const state of [facts(), facts({ status: undefined }), facts({ pending: [approvalView()] })]) {
      expect(labels(trayModel(state).menu).slice(1)).toEqual([
        '-',
        'Pair…',
        'Machines',
        `Approvals (${state.pending.length})`,
        'Forwards',
        '-',
        'Pause',
        'Open ClawReach',
        'Settings',
        '-',
        'Quit',
      ]);
    }
    expect(labels(trayModel(facts({ peers: [peerView()] })).menu)[0]).toBe('1 machine online');
  });

  it('pauses for a time or until it is ended, which is what it says and offers then', () => {
    const pause = trayModel(facts()).menu.find((entry) => entry.kind === 'menu' && entry.label === 'Pause');
    expect(pause?.kind === 'menu' && pause.entries).toEqual([
      { kind: 'action', label: 'For 1 hour', action: { do: 'pause', milliseconds: 3_600_000 }, enabled: true },
      { kind: 'action', label: 'For 8 hours', action: { do: 'pause', milliseconds: 28_800_000 }, enabled: true },
      { kind: 'action', label: 'Until I resume', action: { do: 'pause', milliseconds: null }, enabled: true },
    ]);
    const status = agentStatus({ state: 'stopped', problem: 'agent.paused' });
    const paused = trayModel(facts({ status: { ...status, paused: { since: 1, until: null } } }));
    expect([paused.icon, paused.tooltip]).toEqual(['off', 'ClawReach: Paused']);
    expect(paused.menu).toContainEqual({ kind: 'action', label: 'Resume', action: { do: 'resume' }, enabled: true });
    const until = new Date(2026, 10, 21, 14, 30).getTime();
    expect(trayModel(facts({ status: { ...status, paused: { since: 1, until } } })).tooltip).toMatch(
      /^ClawReach: Paused until 0?2:30 PM$|^ClawReach: Paused until 14:30$/,
    );
  });

  it('lists peers, those online first, with path and round trip', () => {
    const peers = [
      peerView({ name: 'attic', online: false, path: 'offline', rtt: 80 }),
      peerView({ name: 'server', path: 'relay', rtt: null }),
      peerView({ name: 'office' }),
    ];
    expect(labels(peersOf({ peers }))).toEqual(['office · Direct · 12 ms', 'server · Relay', 'attic · Offline']);
    expect(labels(peersOf({}))).toEqual(['No machines yet']);
  });

  it('names the peer in between, and says of a link without a path that it is made anew', () => {
    const link = {
      state: 'up',
      since: 0,
      retryAt: null,
      via: null,
      hops: [],
      why: null,
      history: [],
    } satisfies PeerView['link'];
    const peers = [
      peerView({ name: 'a', path: 'via', link: { ...link, via: 'attic\u202e-nas' } }),
      peerView({ name: 'b', path: 'via', link }),
      peerView({ name: 'c', link: { ...link, state: 'reconnecting' } }),
      peerView({ name: 'd', path: 'relay', link: { ...link, state: 'doubtful' } }),
    ];
    expect(labels(peersOf({ peers }))).toEqual([
      'a · Via attic-nas · 12 ms',
      'b · Via a machine · 12 ms',
      'c · Reconnecting',
      'd · Relay · 12 ms',
    ]);
  });

  it('opens terminals only on peers that are online or have announced themselves nearby, and copies the name of any', () => {
    const away = { online: false, path: 'offline' } as const;
    const [online, nearby, offline] = peersOf({
      peers: [peerView(), peerView({ name: 'y', ...away }), peerView({ name: 'z', ...away, address: null })],
    });
    expect(nearby?.kind === 'menu' && nearby.entries[0]).toMatchObject({ enabled: true });
    expect(online?.kind === 'menu' && online.entries).toEqual([
      { kind: 'action', label: 'Open terminal', action: { do: 'terminal', peerId: '0'.repeat(56) }, enabled: true },
      { kind: 'action', label: 'Forwards', action: { do: 'forwards' }, enabled: true },
      { kind: 'action', label: 'Copy name', action: { do: 'copy', text: 'office' }, enabled: true },
    ]);
    expect(
      offline?.kind === 'menu' && offline.entries.map((entry) => entry.kind === 'action' && entry.enabled),
    ).toEqual([false, true, true]);
  });

  it('has the rules of a peer at that peer, too', () => {
    const peers = [peerView({ name: 'office' }), peerView({ name: 'z', peerId: '1'.repeat(56) })];
    const [office, other] = peersOf({ peers, forwards: [forwardView({ id: 'a', url: null, address: null })] });
    expect(office?.kind === 'menu' && office.entries[1]).toEqual({
      kind: 'menu',
      label: 'Forwards',
      entries: [
        { kind: 'check', label: 'Browse · Ready', checked: true, action: { do: 'forward', id: 'a', enabled: false } },
      ],
    });
    expect(other?.kind === 'menu' && other.entries[1]?.kind).toBe('action');
  });

  it('names no more peers than fit, and leads to the rest', () => {
    const peers = Array.from({ length: MAX_PEERS + 7 }, (_, index) => peerView({ name: `peer ${index}` }));
    const entries = peersOf({ peers });
    expect(entries.length).toBe(MAX_PEERS + 1);
    expect(entries.at(-1)).toEqual({ kind: 'action', label: '7 more…', action: { do: 'peers' }, enabled: true });
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
    expect(labels(peersOf({ peers: [peerView({ name: 'a\u202eb\u0007\nc' })] }))).toEqual(['ab c · Direct · 12 ms']);
    expect(labels(peersOf({ peers: [peerView({ name: '\u202e' })] }))).toEqual(['00000000 · Direct · 12 ms']);
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
