import type { ReactElement } from 'react';
import type { AppApiClient, PeerView } from '#shared/app-api/index.ts';
import { LANGUAGE_NAMES, LANGUAGES } from '#shared/locales/index.ts';
import { plainKey, showHidden } from '#shared/visible-text/index.ts';
import { matchSorter, rankings } from 'match-sorter';
import {
  ArrowLeftRight,
  ArrowUpDown,
  Bot,
  History,
  Inbox,
  Keyboard,
  MessageSquare,
  Monitor,
  Palette,
  Pause,
  Play,
  Plus,
  Power,
  Radio,
  Send,
  Settings,
  SquareTerminal,
  SquareChevronRight,
  type LucideIcon,
} from 'lucide-react';
import { keysFor } from '../../keys/index.ts';
import { compareNames, explain, formatNumber, text } from '../../locale/index.ts';
import {
  applyForward,
  askToQuit,
  navigate,
  notify,
  openPairing,
  openPalette,
  openSavedCommand,
  PAGES,
  isWithout,
  hasPage,
  showMessages,
  requestForward,
  requestTerminal,
  showOpenClaw,
  useApp,
  type AppState,
  type Page,
} from '../../store/index.ts';
import { forwardStatus, shownAddressOf } from '../forwards/index.ts';
import { currentRightsThere, machineIcon, rightsThere } from '../peers/index.ts';
import { canSendTo, chooseAndSend } from '../transfers/index.ts';
import { SECTION_ICONS, settingsEntries, showSettings } from '../settings/index.ts';

/**
 * Command of the palette: opens a page or terminal, acts on the terminal in front, switches a forward, pauses or resumes this device, or changes a
 * setting.
 */
export type PaletteCommand = Readonly<{
  /** Unique among all commands. */
  id: string;
  /** Text that the palette shows and searches. */
  label: string;
  /** Secondary text after the label, such as "offline" or the section of a setting. */
  note?: string | undefined;
  /** True where the note finds the entry as well. */
  isFoundByNote?: true;
  /** Name beside the label that finds the entry as well: that of the account for a machine. */
  alias?: string | undefined;
  /** True for an entry that isn't remembered as recent: its ID means another thing later. */
  isPassing?: true;
  icon: LucideIcon | ReactElement;
  /** True for an action in a group that has others as well. It stays after `>`. */
  isCommand?: true;
  /** Keys of its shortcut, as caps; undefined without one. */
  keys?: string | undefined;
  /** Name of the machine that it is about: Tab lists everything about it. */
  machine?: string | undefined;
  run(): void;
}>;

/** Group of commands under one heading. */
export type PaletteGroup = Readonly<{
  /** Heading of the group. */
  value: string;
  /** True for groups of actions, which stay after `>`. */
  isCommands?: true;
  items: readonly PaletteCommand[];
  /** True if labels are whole phrases. They have to contain the query: fuzzy matching would find nearly anything in them. */
  phrases?: true;
}>;

type Facts = Pick<
  AppState,
  | 'peers'
  | 'forwards'
  | 'gateways'
  | 'remotes'
  | 'status'
  | 'settings'
  | 'place'
  | 'pageCommands'
  | 'facts'
  | 'recentCommands'
  | 'openTerminals'
  | 'labels'
  | 'conversations'
  | 'savedCommands'
> &
  Readonly<{
    /** Machines that come first: those that were online when the palette was opened, so that no entry moves under the pointer. */
    firstPeers?: ReadonlySet<string> | undefined;
  }>;

const HOUR = 3_600_000;
/** Number of commands that each group lists before the person types. */
const INITIAL_COUNT = 8;

/**
 * Lists all commands by group, in the current language. Commands act through the store and the calls `forwards.enable`, `agent.pause`, `agent.resume`
 * and `shell.settings.set`.
 */
export function paletteGroups(facts: Facts, api: AppApiClient): readonly PaletteGroup[] {
  const groups: readonly PaletteGroup[] = [
    { value: text('palette.group.running'), items: runningTerminals(facts) },
    { value: text('palette.group.machines'), items: machines(facts, api) },
    {
      value: text('palette.group.terminal'),
      isCommands: true,
      items: facts.place.page === 'terminals' ? terminalCommands(facts) : [],
    },
    { value: text('palette.group.pages'), items: pages(facts) },
    { value: text('app.page.messages'), items: messages(facts) },
    { value: text('app.page.openclaw'), items: openClaw(facts) },
    { value: text('palette.group.forwards'), isCommands: true, items: forwards(facts, api) },
    { value: text('palette.group.saved'), isCommands: true, items: savedCommands(facts) },
    { value: text('palette.group.actions'), isCommands: true, items: actions(facts, api) },
    { value: text('app.page.settings'), isCommands: true, items: settings(facts, api), phrases: true },
  ];
  const byId = new Map(groups.flatMap(({ items }) => items.map((item) => [item.id, item] as const)));
  const recent = facts.recentCommands.map((id) => byId.get(id)).filter((item) => item !== undefined);
  // Each entry is in one group: base-ui tells them apart by identity.
  const isRecent = new Set(recent.map(({ id }) => id));
  return [
    { value: text('palette.group.recent'), items: recent },
    ...groups.map((group) => ({ ...group, items: group.items.filter(({ id }) => !isRecent.has(id)) })),
  ];
}

/**
 * Returns the commands that match the query, best first within each group; groups without a match are left out. Letters of a label may be left out in
 * the query, except in phrases. After `>` only actions are found. Pure.
 */
export function findCommands(groups: readonly PaletteGroup[], query: string): readonly PaletteGroup[] {
  const isCommandsOnly = query.startsWith('>');
  const wanted = query.replace(/^>/, '').trim();
  const found = groups
    .map((group) =>
      isCommandsOnly && group.isCommands !== true
        ? { ...group, items: group.items.filter(({ isCommand }) => isCommand === true) }
        : group,
    )
    .map(({ value, items, phrases }) => ({
      value,
      items:
        wanted === ''
          ? items.slice(0, isCommandsOnly ? undefined : INITIAL_COUNT)
          : matchSorter([...items], wanted, {
              keys: [typed, { key: noted, maxRanking: rankings.CONTAINS }],
              // Equal matches keep the order of the group.
              baseSort: (one, other) => one.index - other.index,
              threshold: rankings[phrases ? 'CONTAINS' : 'MATCHES'],
            }),
    }))
    .filter(({ items }) => items.length > 0);
  return wanted === '' ? found : bestFirst(leadWithPages(found, wanted), wanted);
}

/** Sorts groups by their best entry, so that Enter runs what matches best. Equal ones keep their order. Pure. */
function bestFirst(found: readonly PaletteGroup[], wanted: string): readonly PaletteGroup[] {
  const ranks = new Map(found.map((group) => [group, rankOf(group.items[0], wanted)]));
  return found.toSorted((one, other) => (ranks.get(other) ?? 0) - (ranks.get(one) ?? 0));
}

/** Returns how well a label matches: a value of `rankings`, and half a step more for whole words at its start; 0 if only its note does. */
function rankOf(command: PaletteCommand | undefined, wanted: string): number {
  if (command === undefined) return 0;
  const label = typed(command);
  const descending = Object.values(rankings).toSorted((one, other) => other - one);
  const rank = descending.find((threshold) => matchSorter([label], wanted, { threshold }).length > 0) ?? 0;
  const beginsWithWords = rank === rankings.STARTS_WITH && !/^[\p{L}\p{N}]/u.test(label.slice(wanted.length));
  return beginsWithWords ? rank + 0.5 : rank;
}

/** Puts the pages before others that match as well if the query begins the name of one. Pure. */
function leadWithPages(found: readonly PaletteGroup[], wanted: string): readonly PaletteGroup[] {
  const pageGroup = found.find(({ items }) => items[0]?.id.startsWith('page ') === true);
  const best = pageGroup?.items[0];
  if (wanted === '' || pageGroup === undefined || best === undefined) return found;
  if (!typed(best).toLowerCase().startsWith(wanted.toLowerCase())) return found;
  return [pageGroup, ...found.filter((group) => group !== pageGroup)];
}

/** Returns the label without soft hyphens, which people don't type. */
function typed({ label }: PaletteCommand): string {
  return label.replaceAll('\u00AD', '');
}

/** Returns the words beside the label by which an entry is found too. */
function noted({ isFoundByNote, note, alias = '' }: PaletteCommand): string {
  return isFoundByNote === true ? (note ?? '') : alias;
}

/** Lists the terminals that are open in this window or were left running from it, with folder and machine. */
function runningTerminals({ openTerminals, peers }: Facts): readonly PaletteCommand[] {
  const names = new Map(peers.map(({ peerId, name }) => [peerId, name]));
  return openTerminals
    .filter(({ isEnded }) => isEnded !== true)
    .map(({ id, peerId, title, folder, isLeft, show }) => {
      const machine = names.get(peerId);
      return {
        id: `running ${id}`,
        label: title,
        note: [folder, machine, isLeft ? text('palette.running.left') : ''].filter(Boolean).join(' · '),
        isFoundByNote: true,
        isPassing: true,
        icon: SquareTerminal,
        machine,
        run: show,
      };
    });
}

function machines({ facts, peers, firstPeers, labels }: Facts, api: AppApiClient): readonly PaletteCommand[] {
  const rank = (peer: PeerView): number => Number(firstPeers === undefined ? peer.online : firstPeers.has(peer.peerId));
  const sorted = [...peers].sort((a, b) => rank(b) - rank(a) || compareNames(a.name, b.name));
  // A browser serves nothing.
  const served = sorted.filter(({ browser }) => browser === undefined);
  const terminals = served.map((peer): PaletteCommand => ({
    id: `terminal ${peer.peerId}`,
    label: text('palette.terminal', { name: peer.name }),
    note: terminalNote(peer),
    alias: labels[peer.peerId],
    icon: SquareTerminal,
    isCommand: true,
    machine: peer.name,
    run: () => requestTerminal(peer.peerId),
  }));
  const rest = sorted.flatMap((peer): readonly PaletteCommand[] => [
    {
      id: `machine ${peer.peerId}`,
      label: peer.name,
      note: pathNote(peer),
      alias: labels[peer.peerId],
      icon: machineIcon(peer.browser !== undefined),
      machine: peer.name,
      run: () => navigate({ page: 'machines', machine: peer.peerId }),
    },
    ...(peer.browser === undefined && !isWithout(facts, 'forwards')
      ? [
          {
            id: `port ${peer.peerId}`,
            label: text('palette.forward-port', { name: peer.name }),
            icon: ArrowLeftRight,
            isCommand: true as const,
            machine: peer.name,
            run: () => requestForward(peer.peerId),
          },
        ]
      : []),
    ...(canSendTo(peer, facts)
      ? [
          {
            id: `send ${peer.peerId}`,
            label: text('palette.send', { name: peer.name }),
            icon: Send,
            isCommand: true as const,
            machine: peer.name,
            run: () => void chooseAndSend(api, peer.peerId, 'files'),
          },
        ]
      : []),
    ...(peer.browser === undefined && !isWithout(facts, 'messages')
      ? [
          {
            id: `write ${peer.peerId}`,
            label: text('palette.messages.write', { name: peer.name }),
            icon: MessageSquare,
            isCommand: true as const,
            machine: peer.name,
            run: () => showMessages({ kind: 'new', peerId: peer.peerId }),
          },
        ]
      : []),
  ]);
  return [...terminals, ...rest];
}

/** Says why a terminal may not open at once: the machine is offline, or has said that it asks or denies. */
function terminalNote(peer: PeerView): string | undefined {
  if (!peer.online) return text('palette.offline');
  const decision = rightsThere(peer, Date.now())?.terminal;
  return decision === undefined || decision === 'allow' ? undefined : text(`palette.terminal.${decision}`);
}

function pathNote({ online, rtt }: PeerView): string {
  if (!online) return text('palette.offline');
  return rtt === null
    ? text('palette.online')
    : text('palette.round-trip', { value: formatNumber(Math.max(1, Math.round(rtt))) });
}

function terminalCommands({ pageCommands }: Facts): readonly PaletteCommand[] {
  return (pageCommands?.() ?? []).map(({ note, ...command }) => ({ ...command, keys: note }));
}

const PAGE_ICONS: Readonly<Record<Page, LucideIcon>> = {
  machines: Monitor,
  terminals: SquareTerminal,
  forwards: ArrowLeftRight,
  transfers: ArrowUpDown,
  messages: MessageSquare,
  openclaw: Bot,
  inbox: Inbox,
  history: History,
  settings: Settings,
};

function pages(facts: Facts): readonly PaletteCommand[] {
  const { keys } = facts.settings;
  return PAGES.filter((page) => hasPage(facts, page)).map((page) => ({
    id: `page ${page}`,
    label: text(`app.page.${page}`),
    icon: PAGE_ICONS[page],
    keys: keysFor('window.page', keys)[0]?.replace('#', String(PAGES.indexOf(page) + 1)),
    run: () => navigate({ page }),
  }));
}

function openClaw({ facts, gateways, remotes }: Facts): readonly PaletteCommand[] {
  if (isWithout(facts, 'openclaw')) return [];
  const entries = [
    ...gateways.map(({ id, settings }) => ({
      label: settings.name,
      note: text('palette.openclaw.gateway'),
      subject: { kind: 'gateway', id } as const,
    })),
    ...remotes.map(({ id, name }) => ({
      label: name,
      note: text('palette.openclaw.machine'),
      subject: { kind: 'remote', id } as const,
    })),
    { label: text('openclaw.node'), subject: { kind: 'node' } as const },
    { label: text('openclaw.workflows'), subject: { kind: 'workflows' } as const },
  ];
  return entries.map(({ subject, ...entry }) => ({
    ...entry,
    id: `openclaw ${subject.kind} ${'id' in subject ? subject.id : ''}`.trim(),
    icon: Bot,
    run: () => showOpenClaw(subject),
  }));
}

/** Lists the conversations between agents; empty before the first message. */
function messages({ facts, conversations = [], peers, status }: Facts): readonly PaletteCommand[] {
  if (isWithout(facts, 'messages') || conversations.length === 0) return [];
  const names = new Map(peers.map(({ peerId, name }) => [peerId, name]));
  if (status !== undefined) names.set(status.device.peerId, status.device.name);
  const nameOf = (peerId: string): string | undefined => names.get(peerId);
  return [
    ...conversations.map(({ agent, peerId, other }) => ({
      id: `messages ${agent} ${peerId} ${other}`,
      label: text('palette.messages.conversation', { agent, other }),
      note: nameOf(peerId),
      isFoundByNote: true as const,
      icon: MessageSquare,
      machine: nameOf(peerId),
      run: () => showMessages({ kind: 'conversation', agent, peerId, other }),
    })),
    {
      id: 'messages agents',
      label: text('palette.messages.agents'),
      icon: MessageSquare,
      isCommand: true as const,
      run: () => showMessages({ kind: 'agents' }),
    },
  ];
}

function forwards({ forwards: rules, facts, peers }: Facts, api: AppApiClient): readonly PaletteCommand[] {
  return rules.map((forward) => {
    const { id, rule } = forward;
    const { address, on } = shownAddressOf(forward, rules, facts?.platform);
    const peer = 'peer' in rule ? peers.find(({ peerId }) => peerId === rule.peer) : undefined;
    const there = peer === undefined ? undefined : currentRightsThere(peer, Date.now())?.forward;
    const status = forwardStatus(forward, there, rules);
    const answer = status === 'ask' || status === 'may-ask' || status === 'deny' ? status : 'running';
    return {
      id: `forward ${id}`,
      label: text(rule.enabled ? 'palette.forward.off' : 'palette.forward.on', { name: rule.name }),
      note:
        rule.enabled && forward.address !== null
          ? text(`palette.forward.${answer}`, { address: on === undefined ? address : `${address} ${on}` })
          : text('palette.forward.stopped'),
      icon: ArrowLeftRight,
      run: () => attempt(async () => applyForward(await api.call('forwards.enable', { id, enabled: !rule.enabled }))),
    };
  });
}

/** Lists the saved commands, and the dialog for a new one; nothing where the agent keeps none. */
function savedCommands({ savedCommands: saved }: Facts): readonly PaletteCommand[] {
  if (saved === undefined) return [];
  return [
    ...saved.map((command) => ({
      id: `saved ${plainKey(command.name)}`,
      label: text('palette.saved.run', { name: command.name }),
      note: showHidden(command.line),
      icon: SquareChevronRight,
      run: () => openSavedCommand({ kind: 'run', command }),
    })),
    {
      id: 'save command',
      label: text('palette.saved.new'),
      icon: Plus,
      run: () => openSavedCommand({ kind: 'edit', command: undefined }),
    },
  ];
}

function actions({ status, settings: chosen, facts }: Facts, api: AppApiClient): readonly PaletteCommand[] {
  const pause: PaletteCommand =
    status?.paused === undefined
      ? {
          id: 'pause',
          label: text('palette.pause'),
          icon: Pause,
          run: () => attempt(() => api.call('agent.pause', { until: Date.now() + HOUR })),
        }
      : {
          id: 'resume',
          label: text('palette.resume'),
          icon: Play,
          run: () => attempt(() => api.call('agent.resume', {})),
        };
  const themes = (['light', 'dark', 'system'] as const)
    .filter((theme) => theme !== chosen.theme)
    .map((theme) => ({
      id: `theme ${theme}`,
      label: text(`palette.theme.${theme}`),
      icon: Palette,
      run: () => change(api, { theme }),
    }));
  const relay: PaletteCommand = {
    id: 'relay',
    label: text(typeof status?.relay.url === 'string' ? 'first-run.relay.change' : 'first-run.relay.add'),
    icon: Radio,
    run: () => showSettings('relay'),
  };
  return [
    {
      id: 'pair',
      label: text('palette.pair'),
      icon: Plus,
      keys: keysFor('window.pair', chosen.keys)[0],
      run: () => openPairing('choose'),
    },
    { id: 'code show', label: text('pairing.show.title'), icon: Plus, run: () => openPairing('invite') },
    { id: 'code enter', label: text('pairing.enter.title'), icon: Plus, run: () => openPairing('join') },
    // A browser uses the relay that its page came from.
    ...(isWithout(facts, 'relay') ? [] : [relay]),
    ...(status === undefined ? [] : [pause]),
    ...themes,
    {
      id: 'keys',
      label: text('palette.keys'),
      icon: Keyboard,
      keys: keysFor('window.keys', chosen.keys)[0],
      run: () => openPalette('keys'),
    },
    ...(facts?.kind === 'desktop'
      ? [{ id: 'quit', label: text('settings.background.quit'), icon: Power, run: () => askToQuit(true) }]
      : []),
  ];
}

/**
 * Lists commands for the settings, and for the other languages. Each language has its own name, which people recognise even when they can't read the
 * current language.
 */
function settings({ settings: chosen, facts }: Facts, api: AppApiClient): readonly PaletteCommand[] {
  // Among the actions is the same.
  const listed = settingsEntries(facts).filter(({ name }) => name !== 'settings.background.quit');
  const entries = listed.map(({ section, name, label }) => ({
    id: `settings ${name ?? section}`,
    label,
    note: name === undefined ? undefined : text(`settings.${section}`),
    icon: SECTION_ICONS[section],
    run: () => showSettings(section, name),
  }));
  const languages = LANGUAGES.filter((language) => language !== chosen.language).map((language) => ({
    id: `language ${language}`,
    label: LANGUAGE_NAMES[language],
    note: text('settings.appearance.language'),
    icon: SECTION_ICONS.appearance,
    run: () => change(api, { language }),
  }));
  return [...entries, ...languages];
}

function change(api: AppApiClient, part: Partial<AppState['settings']>): void {
  attempt(async () =>
    useApp.setState({ settings: await api.call('shell.settings.set', { ...useApp.getState().settings, ...part }) }),
  );
}

/** Runs a command and shows a failure as a toast, because the palette is closed by then. */
function attempt(work: () => Promise<unknown>): void {
  work().catch((error: unknown) => {
    const { what, next } = explain(error);
    notify({ tone: 'bad', text: text('palette.failed', { what, next }) });
  });
}
