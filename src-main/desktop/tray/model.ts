import {
  groupMachines,
  shownRoundTrip,
  type AgentStatus,
  type AgentView,
  type ApprovalView,
  type ForwardView,
  type GatewayRequestView,
  type OpenTerminalView,
  type PeerView,
  type SharedTerminalView,
  type TransferView,
} from '#shared/app-api/index.ts';
import { assertNever } from '#shared/assert-never.ts';
import { cleanName } from '#shared/visible-text/index.ts';
import { compareNames, currentLocale, explainCode, joinParts, text } from '../locale/index.ts';

export type TrayState = 'off' | 'connecting' | 'online' | 'attention' | 'error' | 'paused';

/** Action of a menu entry, run by `runTrayAction`. */
export type TrayAction =
  | Readonly<{ do: 'resume' }>
  /** Pause; null means until resumed. */
  | Readonly<{ do: 'pause'; milliseconds: number | null }>
  | Readonly<{
      do: 'pair' | 'peers' | 'forwards' | 'transfers' | 'messages' | 'approvals' | 'open' | 'settings' | 'quit';
    }>
  /** New terminal on this peer, or the peer's page. */
  | Readonly<{ do: 'terminal' | 'machine'; peerId: string }>
  /** Terminal that is open in the window. */
  | Readonly<{ do: 'open-terminal'; id: number }>
  /** Address of a forward, in the browser. */
  | Readonly<{ do: 'browse'; url: string }>
  | Readonly<{ do: 'terminals' }>
  /** View a terminal that is shared with this device. */
  | Readonly<{ do: 'view'; peerId: string; terminal: string }>
  | Readonly<{ do: 'forward'; id: string; enabled: boolean }>
  | Readonly<{ do: 'copy'; text: string }>;

/** Entry of the tray's menu. */
export type TrayEntry =
  | Readonly<{ kind: 'separator' }>
  | Readonly<{ kind: 'text'; label: string }>
  | Readonly<{ kind: 'action'; label: string; action: TrayAction; enabled: boolean }>
  | Readonly<{ kind: 'check'; label: string; checked: boolean; action: TrayAction }>
  | Readonly<{ kind: 'menu'; label: string; entries: readonly TrayEntry[] }>;

/** Content of the tray, as data that `TrayController` applies. */
export type TrayModel = Readonly<{ icon: TrayState; tooltip: string; menu: readonly TrayEntry[] }>;

/** State of the agent that the tray shows, from `AgentView`. */
export type TrayFacts = Readonly<{
  status: AgentStatus | undefined;
  peers: readonly PeerView[];
  /** Pending approvals. */
  pending: readonly ApprovalView[];
  /** Requests waiting at gateways, and requests of gateways to this device. */
  requests: readonly GatewayRequestView[];
  forwards: readonly ForwardView[];
  /** Agents of this machine, with the numbers of their messages. */
  agents: readonly AgentView[];
  /** Transfers of files that are listed; undefined before they are known. */
  transfers: readonly TransferView[] | undefined;
  /** Terminals that peers share with this device. */
  shared: readonly SharedTerminalView[];
  /** Terminals that the window has open on peers, in the order of its tabs. */
  terminals: readonly OpenTerminalView[];
}>;

/** Number of machines in the menu itself; the others are in a submenu. */
export const FIRST_PEERS = 5;
/** Largest number of machines in that submenu, which has to fit a screen. */
export const MAX_PEERS = 20;
/** Largest number of terminals of one machine. */
export const MAX_TERMINALS = 12;
/** Most characters of a terminal's title, and of the end of its folder. */
const MAX_TITLE = 60;
const MAX_FOLDER = 40;
/** Largest number of forwards in the menu. */
export const MAX_FORWARDS = 20;

/** States of transfers that move, or go on by themselves. */
const RUNNING: ReadonlySet<TransferView['state']> = new Set(['preparing', 'running', 'reconnecting']);

const HOUR = 3_600_000;

/** Computes icon, tooltip and menu of the tray, as data in the current language. Called by `TrayController` for each change. No I/O. */
export function trayModel(facts: TrayFacts): TrayModel {
  const count = facts.pending.length + facts.requests.length;
  const messages = facts.agents.reduce((sum, { builtIn, waiting, held }) => sum + held + (builtIn ? waiting : 0), 0);
  const { texts, state } = connectionOf(facts);
  const transfers = transferText(facts.transfers);
  const on = facts.forwards.filter(({ rule }) => rule.enabled).length;
  return {
    icon: count + messages > 0 ? 'attention' : state,
    tooltip: text('desktop.tray.tooltip', {
      parts: joinParts([
        ...texts,
        ...(count === 0 ? [] : [text('desktop.tray.waiting', { count })]),
        ...(messages === 0 ? [] : [text('desktop.tray.messages-waiting', { count: messages })]),
        ...(transfers === undefined ? [] : [transfers]),
      ]),
    }),
    menu: [
      { kind: 'text', label: joinParts(texts) },
      ...(count === 0 ? [] : [action(text('desktop.tray.answer', { count }), { do: 'approvals' })]),
      ...(messages === 0 ? [] : [action(text('desktop.tray.messages', { count: messages }), { do: 'messages' })]),
      ...(transfers === undefined ? [] : [action(transfers, { do: 'transfers' })]),
      { kind: 'separator' },
      ...machineEntries(facts),
      ...sharedEntries(facts.shared),
      { kind: 'separator' },
      {
        kind: 'menu',
        label: on === 0 ? text('desktop.tray.forwards') : text('desktop.tray.forwards-on', { count: on }),
        entries: forwardEntries(facts.forwards),
      },
      { kind: 'separator' },
      action(text('desktop.tray.pair'), { do: 'pair' }),
      action(text('desktop.tray.open'), { do: 'open' }),
      ...pauseEntries(facts.status),
      action(text('desktop.tray.settings'), { do: 'settings' }),
      { kind: 'separator' },
      action(text('desktop.tray.quit'), { do: 'quit' }),
    ],
  };
}

/** Returns the number of transfers that run, and how much of them is there; undefined while none runs. */
function transferText(transfers: readonly TransferView[] = []): string | undefined {
  const running = transfers.filter(({ state }) => RUNNING.has(state));
  const count = running.length;
  if (count === 0) return undefined;
  // Those that are being listed have no size yet.
  const sized = running.filter(({ bytes }) => bytes.of !== null);
  const all = sized.reduce((sum, { bytes }) => sum + (bytes.of ?? 0), 0);
  if (all === 0) return text('desktop.tray.transfers-open', { count });
  const done = sized.reduce((sum, { bytes }) => sum + Math.min(bytes.done, bytes.of ?? 0), 0);
  return text('desktop.tray.transfers', { count, percent: String(Math.floor((100 * done) / all)) });
}

/** Lists the terminals that are shared with this device. */
function sharedEntries(shared: readonly SharedTerminalView[]): readonly TrayEntry[] {
  const [first] = shared;
  if (first === undefined) return [];
  const { peerId, terminal } = first;
  const act: TrayAction = shared.length === 1 ? { do: 'view', peerId, terminal } : { do: 'terminals' };
  const label =
    shared.length === 1 ? text('desktop.tray.watch') : text('desktop.tray.shared', { count: shared.length });
  return [action(label, act)];
}

function pauseEntries(status: AgentStatus | undefined): readonly TrayEntry[] {
  // Without an agent there is nothing to pause.
  if (status === undefined) return [action(text('desktop.tray.pause'), { do: 'pause', milliseconds: null }, false)];
  if (status.paused !== undefined) return [action(text('desktop.tray.resume'), { do: 'resume' })];
  return [
    {
      kind: 'menu',
      label: text('desktop.tray.pause'),
      entries: [
        action(text('desktop.tray.pause-hour'), { do: 'pause', milliseconds: HOUR }),
        action(text('desktop.tray.pause-evening'), { do: 'pause', milliseconds: 8 * HOUR }),
        action(text('desktop.tray.pause-on'), { do: 'pause', milliseconds: null }),
      ],
    },
  ];
}

function pausedText({ until }: NonNullable<AgentStatus['paused']>): string {
  if (until === null) return text('desktop.tray.paused');
  return text('desktop.tray.paused-until', {
    time: new Date(until).toLocaleTimeString(currentLocale(), { hour: '2-digit', minute: '2-digit' }),
  });
}

function connectionOf({ status, peers }: TrayFacts): Readonly<{ state: TrayState; texts: readonly string[] }> {
  if (status === undefined) return { state: 'off', texts: [text('desktop.tray.off')] };
  if (status.paused !== undefined) return { state: 'paused', texts: [pausedText(status.paused)] };
  const { state, problem } = status.relay;
  const online = peers.filter((peer) => peer.online).length;
  switch (state) {
    case 'none':
      return online > 0
        ? { state: 'online', texts: [text('desktop.tray.online', { online, count: peers.length })] }
        : { state: 'off', texts: [text('desktop.tray.no-relay')] };
    case 'stopped':
      return { state: 'off', texts: [text('desktop.tray.off')] };
    case 'connecting':
    case 'waiting':
      return {
        state: 'connecting',
        texts: [
          text('desktop.tray.connecting'),
          ...(online > 0 ? [text('desktop.tray.online', { online, count: peers.length })] : []),
        ],
      };
    case 'failed': {
      const what = problem === null ? text('desktop.tray.off') : explainCode(problem, text('desktop.tray.off')).what;
      return { state: 'error', texts: [what.replace(/[.。]$/, '')] };
    }
    case 'online':
      return {
        state: 'online',
        texts: [
          peers.length === 0
            ? text('desktop.tray.path.online')
            : text('desktop.tray.online', { online, count: peers.length }),
        ],
      };
    default:
      return assertNever(state);
  }
}

/**
 * Lists the machines in the person's order: all if they are few, else those used last, and the others in a submenu. Without any machine the status
 * says so.
 */
function machineEntries(facts: TrayFacts): readonly TrayEntry[] {
  const ordered = groupMachines(facts.peers, compareNames).flatMap(({ machines }) => machines);
  const byUse = ordered.toSorted((one, other) => (other.usedAt ?? 0) - (one.usedAt ?? 0));
  const lastUsed = new Set(byUse.slice(0, FIRST_PEERS));
  const entries = ordered.filter((peer) => lastUsed.has(peer)).map((peer) => machineEntry(peer, facts));
  const others = ordered.filter((peer) => !lastUsed.has(peer));
  if (others.length === 0)
    return entries.length > 0 ? entries : [{ kind: 'text', label: text('desktop.tray.no-peers') }];
  const shown = others.slice(0, MAX_PEERS).map((peer) => machineEntry(peer, facts));
  const rest = others.length - shown.length;
  const all: readonly TrayEntry[] =
    rest === 0 ? shown : [...shown, action(text('desktop.tray.more-peers', { count: rest }), { do: 'peers' })];
  return [
    ...entries,
    { kind: 'menu', label: text('desktop.tray.more-machines', { count: others.length }), entries: all },
  ];
}

/** Machine with its submenu: a new terminal, those that are open, what its forwards open, its page, and texts to copy. */
function machineEntry(peer: PeerView, { terminals, forwards }: TrayFacts): TrayEntry {
  const { peerId, address } = peer;
  const name = cleanName(peer.name) || peer.shortId;
  const open = terminals.filter((terminal) => terminal.peerId === peerId);
  const pages = forwards.filter((forward) => peerOf(forward) === peerId && isPage(forward)).slice(0, MAX_FORWARDS);
  return {
    kind: 'menu',
    label: peerLabel(name, peer),
    entries: [
      action(text('desktop.tray.new-terminal'), { do: 'terminal', peerId }, peer.online || address !== null),
      { kind: 'separator' },
      ...open
        .slice(0, MAX_TERMINALS)
        .map(({ id, title, folder }) =>
          action([titleOf(title) || name, folderOf(folder)].filter(Boolean).join(' · '), { do: 'open-terminal', id }),
        ),
      ...(open.length > MAX_TERMINALS
        ? [action(text('desktop.tray.more-peers', { count: open.length - MAX_TERMINALS }), { do: 'terminals' })]
        : []),
      ...(open.length > 0 ? [{ kind: 'separator' } as const] : []),
      ...pages.map(({ rule, url }) =>
        action(text('desktop.tray.browse', { name: cleanName(rule.name) || (url ?? '') }), {
          do: 'browse',
          url: url ?? '',
        }),
      ),
      forwardsOver(peer, forwards),
      action(text('desktop.tray.show-machine'), { do: 'machine', peerId }),
      action(text('desktop.tray.copy-name'), { do: 'copy', text: name }),
      ...(address === null ? [] : [action(text('desktop.tray.copy-address'), { do: 'copy', text: address })]),
    ],
  };
}

/** Returns the title of a terminal, which a program there has chosen, as one short line. */
function titleOf(title: string): string {
  const clean = cleanName(title);
  return clean.length > MAX_TITLE ? `${clean.slice(0, MAX_TITLE - 1)}…` : clean;
}

/** Returns the end of a terminal's folder, which its program has told, as one short line; empty if it isn't known. */
function folderOf(folder: string): string {
  const signs = [...folder];
  const clean = cleanName(signs.slice(-MAX_FOLDER).join(''));
  return signs.length > MAX_FOLDER && clean !== '' ? `…${clean}` : clean;
}

/** Tells whether a browser can open the forward's address. */
function isPage({ state, url }: ForwardView): boolean {
  return state === 'ready' && url !== null && /^https?:/.test(url);
}

/** Lists the forwards to this peer; without any, an entry that opens the page where they are added. */
function forwardsOver({ peerId }: PeerView, forwards: readonly ForwardView[]): TrayEntry {
  const ofPeer = forwards.filter((forward) => peerOf(forward) === peerId);
  if (ofPeer.length === 0) return action(text('desktop.tray.forwards'), { do: 'forwards' });
  return { kind: 'menu', label: text('desktop.tray.forwards'), entries: ruleEntries(ofPeer) };
}

/** Lists the forwards by peer, those without one last; a single group gets no submenu. */
function forwardEntries(forwards: readonly ForwardView[]): TrayEntry[] {
  const page = action(text('desktop.tray.show-forwards'), { do: 'forwards' });
  if (forwards.length === 0)
    return [{ kind: 'text', label: text('desktop.tray.no-forwards') }, { kind: 'separator' }, page];
  const byPeer = new Map<string | null, ForwardView[]>();
  for (const forward of forwards) byPeer.set(peerOf(forward), [...(byPeer.get(peerOf(forward)) ?? []), forward]);
  const groups = [...byPeer].sort(([one], [other]) => Number(one === null) - Number(other === null));
  const [first] = groups;
  const entries =
    groups.length === 1 && first !== undefined
      ? ruleEntries(first[1])
      : groups.slice(0, MAX_PEERS).map(([peer, rules]): TrayEntry => ({
          kind: 'menu',
          label: peer === null ? text('desktop.tray.without-peer') : groupLabel(rules),
          entries: ruleEntries(rules),
        }));
  return [...entries, { kind: 'separator' }, page];
}

/** Lists forwards with a check mark that enables them, and the address to copy. */
function ruleEntries(forwards: readonly ForwardView[]): TrayEntry[] {
  const shown = forwards.slice(0, MAX_FORWARDS).flatMap((forward): TrayEntry[] => {
    const { id, rule, state } = forward;
    const copied = forward.url ?? (listensElsewhere(forward) ? null : forward.address);
    return [
      {
        kind: 'check',
        label: [cleanName(rule.name), text(`desktop.tray.forward-states.${state}`)].join(' · '),
        checked: rule.enabled,
        action: { do: 'forward', id, enabled: !rule.enabled },
      },
      ...(copied === null ? [] : [action(text('desktop.tray.copy', { text: copied }), { do: 'copy', text: copied })]),
    ];
  });
  const rest = forwards.length - Math.min(forwards.length, MAX_FORWARDS);
  return rest === 0 ? shown : [...shown, action(text('desktop.tray.more-peers', { count: rest }), { do: 'forwards' })];
}

function peerOf({ rule }: ForwardView): string | null {
  return 'peer' in rule ? (rule.peer ?? null) : null;
}

/** Labels a group, such as `office`, with the number of forwards that have a problem. */
function groupLabel(forwards: readonly ForwardView[]): string {
  const name = cleanName(forwards[0]?.peerName ?? '') || text('desktop.tray.unknown-peer');
  const failed = forwards.filter(({ state }) => state === 'failed').length;
  return failed === 0 ? name : [name, text('desktop.tray.not-running', { count: failed })].join(' · ');
}

/** Tells whether the port is on another machine, where programs here can't use it. */
function listensElsewhere({ rule }: ForwardView): boolean {
  if (rule.kind === 'folder') return rule.peer !== undefined;
  return 'direction' in rule && rule.direction === 'remote';
}

/** Labels a peer, such as `office · 1.4 ms`, `office · Offline` or `office · Reconnecting`. */
function peerLabel(name: string, { online, rtt, link }: PeerView): string {
  if (link?.state === 'reconnecting') return [name, text('desktop.tray.reconnecting')].join(' · ');
  if (!online) return [name, text('desktop.tray.path.offline')].join(' · ');
  if (rtt === null) return [name, text('desktop.tray.path.online')].join(' · ');
  return [name, roundTripText(rtt)].join(' · ');
}

/** Formats a round trip as the window does. */
function roundTripText(milliseconds: number): string {
  const shown = shownRoundTrip(milliseconds);
  if (shown.unit === 'under-one') return text('desktop.tray.under-one');
  return text(`desktop.tray.${shown.unit}`, {
    value: shown.value.toLocaleString(currentLocale(), { useGrouping: false }),
  });
}

function action(label: string, what: TrayAction, enabled = true): TrayEntry {
  return { kind: 'action', label, action: what, enabled };
}
