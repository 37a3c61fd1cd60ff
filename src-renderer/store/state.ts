import type { ReactElement } from 'react';
import { isOver } from '#shared/files/index.ts';
import { create } from 'zustand';
import {
  DEFAULT_WINDOW_SETTINGS,
  type AddRequestView,
  type AgentView,
  type AgentStatus,
  type ApprovalView,
  type ConversationView,
  type ForeignInstanceView,
  type ForwardView,
  type GatewayRequestView,
  type GatewayView,
  type HostedRelay,
  type NodeRun,
  type PeerView,
  type PlainRelayView,
  type RemoteView,
  type SavedCommand,
  type SharedTerminalView,
  type ShareLinkView,
  type TerminalView,
  type TransferView,
  type ShellFacts,
  type UpdatesView,
  type WindowSettings,
} from '#shared/app-api/index.ts';

/** Pages of the window, in the order of the side bar. */
export const PAGES = [
  'machines',
  'terminals',
  'forwards',
  'transfers',
  'messages',
  'openclaw',
  'inbox',
  'history',
  'settings',
] as const;
export type Page = (typeof PAGES)[number];

/** Tabs of a machine's page, in their order. */
export const MACHINE_TABS = ['overview', 'terminals', 'folders', 'forwards', 'access', 'activity'] as const;
export type MachineTab = (typeof MACHINE_TABS)[number];

/** Tabs of the history, in their order. */
export const HISTORY_TABS = ['events', 'recordings', 'log'] as const;
export type HistoryTab = (typeof HISTORY_TABS)[number];

/**
 * Place in the window: a page, and on the page Machines the machine that is open and its tab. Without `machine` the page shows the list; without
 * `tab`, the machine's overview. `request`: ID of the request that the inbox opens.
 */
export type Place =
  | Readonly<{ page: Exclude<Page, 'machines' | 'inbox' | 'history'> }>
  | Readonly<{ page: 'history'; tab?: HistoryTab | undefined }>
  | Readonly<{ page: 'inbox'; request?: number | string | undefined }>
  | Readonly<{ page: 'machines'; machine?: string | undefined; tab?: MachineTab | undefined }>;

/**
 * Subject that the page OpenClaw shows beside its list: one of this device's gateways, the devices and nodes of one, the saved OpenClaw of a peer, the
 * rules for this machine as a node, or this device's workflows.
 */
export type OpenClawSubject =
  | Readonly<{ kind: 'gateway' | 'devices' | 'remote'; id: string }>
  | Readonly<{ kind: 'node' | 'workflows' }>;

/** Two agents that write to each other: one of this machine, and one of `peerId`, which may be this machine too. */
export type ConversationKey = Readonly<Pick<ConversationView, 'agent' | 'peerId' | 'other'>>;

/** Subject that the page Messages shows beside its list: a conversation, a new message, to a machine if it is known, or the agents of this machine; `isAdding` asks for another one. */
export type MessagesSubject =
  | Readonly<{ kind: 'conversation' } & ConversationKey>
  | Readonly<{ kind: 'new'; peerId?: string | undefined }>
  | Readonly<{ kind: 'agents'; isAdding?: boolean | undefined }>;

/** Machine found in the local network that a person has chosen to pair with. All of it is announced, and nothing is proven. */
export type ChosenMachine = Readonly<{
  /** `host:port` at which its code is tried. */
  address: string;
  /** Host as the person sees it, with the port where another machine has the same one. */
  host: string;
  /** Announced name, or the host where it has none. */
  name: string;
  /** True while it announces that it shows a code. */
  inviting: boolean;
}>;

/**
 * Open pairing dialog: the step to begin with, and a code, link or ID to fill in; null for none. `by-hand`: by ID. `add`: by ID, asking that device at
 * once. `wait`: by ID, waiting at once. `ask-own`: as `wait`, and asking the machines of the account at once. `machine`: to join, chosen from those found in
 * the network.
 */
export type Pairing = Readonly<{
  mode: 'choose' | 'invite' | 'invite-link' | 'join' | 'by-hand' | 'add' | 'wait' | 'ask-own';
  codeOrLink: string | null;
  machine?: ChosenMachine | undefined;
  /** Quoted name of the machine that is to be paired again, as far as it is known which. */
  again?: string | undefined;
}>;

/** Machine of a project that a person has opened in this browser, which isn't paired with it. Its name is that of the relay, and its short ID until that is found. */
export type UnpairedMachine = Readonly<{
  peerId: string;
  name: string;
  /** Name of the project's owner, who has to be asked; undefined if that is the person. */
  owner?: string | undefined;
  /** True while the relay is asked for name and owner, so that it isn't known yet who can be asked. */
  isSearched?: boolean | undefined;
}>;

/** Short message in a corner of the window. `tone` sets its colour. A toast that is `bad`, or `stays`, is shown until it is dismissed. */
export type Toast = Readonly<{
  id: number;
  tone: 'neutral' | 'good' | 'warning' | 'bad' | 'info';
  text: string;
  /** Button of the toast, which is dismissed when it is pressed. */
  action?: Readonly<{ label: string; run(): void }> | undefined;
  stays?: boolean | undefined;
  /** Makes toasts of the same subject one, which tells their number; undefined for one that stands alone. */
  repeated?: Readonly<{ subject: string; text(count: number): string }> | undefined;
  /** Number of toasts that this one stands for; undefined for one. */
  count?: number | undefined;
}>;

/** Dialog about a saved command. `edit` without a command: a new one. */
export type SavedCommandDialog =
  | Readonly<{ kind: 'edit'; command: SavedCommand | undefined }>
  | Readonly<{ kind: 'run' | 'remove'; command: SavedCommand }>;

/** Command that a page adds to the palette. `note`: its shortcut; undefined without one. */
export type PageCommand = Readonly<{
  id: string;
  label: string;
  icon: ReactElement;
  note: string | undefined;
  run(): void;
}>;

/** Terminal of this window on a peer. `show` brings it to the front, on the page of terminals, and opens one again that was left running. */
export type OpenTerminal = Readonly<{
  id: number;
  peerId: string;
  title: string;
  /** Folder of its program as untrusted text, with `~` for the home folder; empty if unknown. */
  folder: string;
  /** The person left it running; its ID is negative. */
  isLeft: boolean;
  /** The program has ended; the window still shows its output. */
  isEnded?: boolean | undefined;
  /** Part of the tab in front. */
  isInFront?: boolean | undefined;
  /** True if it is the one in front that takes what is typed. */
  isFocused?: boolean | undefined;
  /** ID of the terminal on its machine; undefined until it is opened there. */
  terminal?: string | undefined;
  show(): void;
}>;

/** State of the window: the data that the agent and the shell have sent, and the page and dialogs that are shown. */
export type AppState = Readonly<{
  /** Connection to the agent. `lost`: the window reconnects and shows the last known state. */
  connection: 'connecting' | 'ready' | 'lost';
  /** Time of the loss, as of which the shown state is, ms since 1970; undefined unless the connection is lost. */
  lostAt: number | undefined;
  /** Facts about the shell: application or browser, platform, versions; undefined before they are loaded. */
  facts: ShellFacts | undefined;
  /** Settings of the window; the defaults before they are loaded. */
  settings: WindowSettings;
  /** Relay that the application runs itself; undefined before it is loaded. */
  hostedRelay: HostedRelay | undefined;
  /** State of updates; undefined in a browser, and before it is loaded. */
  updates: UpdatesView | undefined;
  /** Status of the agent; undefined before it is loaded. */
  status: AgentStatus | undefined;
  /** Code of the relay's problem; null while the relay is online or none is configured. During an attempt to connect, the last problem stays. */
  relayProblem: string | null;
  /** Paired machines. */
  peers: readonly PeerView[];
  /** Plain relays, which can read what they carry. */
  plainRelays: readonly PlainRelayView[];
  /** Requests of peers that wait for a decision. The call `approvals.list` returns decided ones too. */
  approvals: readonly ApprovalView[];
  /** Requests of browsers to be added, by the relay's word. */
  addRequests: readonly AddRequestView[];
  /** Saved forwards with their status. */
  forwards: readonly ForwardView[];
  /** OpenClaw gateways with the status of their two connections, as operator and as node. */
  gateways: readonly GatewayView[];
  /** Requests that wait for a decision, at gateways and of gateways to this machine; oldest first. */
  requests: readonly GatewayRequestView[];
  /** IDs of requests of peers and gateways that the person knows of; undefined before the first ones have been counted. */
  seenRequests: ReadonlySet<number | string> | undefined;
  /** Saved OpenClaws on peers, with their last heartbeats. */
  remotes: readonly RemoteView[];
  /** Agents of this machine to which others write, with the numbers of their messages; empty before they are loaded. */
  agents: readonly AgentView[];
  /** Foreign instances that the relay names, or on which the person has decided. */
  instances: readonly ForeignInstanceView[];
  /** Transfers of files that aren't over, and the newest of the others, newest first; undefined before they are loaded. */
  transfers: readonly TransferView[] | undefined;
  /** Pairs of agents that have written to each other, the newest first; undefined before they are loaded. */
  conversations: readonly ConversationView[] | undefined;
  /** Last commands that gateways ran on this machine, newest first. */
  nodeRuns: readonly NodeRun[];
  /** Terminals that peers share with this device. */
  shared: readonly SharedTerminalView[];
  /** Times since which peers use terminals of this machine, by peer ID, ms since 1970. Those that don't use one are missing. */
  usedHere: Readonly<Record<string, number>>;
  /** Open links for guests to terminals. */
  shareLinks: readonly ShareLinkView[];
  /** Last round trips by peer ID, ms, oldest first; at most `MOST_ROUND_TRIPS` each. */
  roundTrips: Readonly<Record<string, readonly number[]>>;
  /** Place that is shown. */
  place: Place;
  /** Subject that the page OpenClaw showed last; undefined before a choice, and for the list alone in a narrow window. */
  openClaw: OpenClawSubject | undefined;
  /** Subject that the page Messages showed last; undefined before a choice, and for the list alone in a narrow window. */
  messages: MessagesSubject | undefined;
  /**
   * Section of the settings that was shown last, and the setting to mark in it; undefined before one was chosen. The serial tells equal choices apart.
   */
  settingsPlace: Readonly<{ section: string; setting: string | undefined; serial: number }> | undefined;
  /** URL at which another machine has reached the relay of this machine, and its name; undefined before such a test. */
  testedRelay: Readonly<{ url: string; name: string }> | undefined;
  /** Machine that the page of machines offers to pair with, while its place names it; undefined for none. */
  unpaired: UnpairedMachine | undefined;
  /**
   * Names that the account has for its machines, by peer ID, where the window is part of a relay's page. The relay's word: a peer has the name that it
   * gives itself.
   */
  labels: Readonly<Record<string, string>>;
  /** Names of other people who own the projects of machines, by peer ID, by the relay's word. */
  owners: Readonly<Record<string, string>>;
  /** Version and fingerprint of the relay's page in which the window is, by the relay's word; undefined in the application, and until they are known. */
  servedPage: Readonly<{ version: string; hash: string }> | undefined;
  /** Open pairing dialog; undefined while it is closed. */
  pairing: Pairing | undefined;
  /** Gives this browser new keys and leads to the field for a code, while its relay lets the old ones in no more; undefined otherwise. */
  renewKeys: (() => void) | undefined;
  /** Open dialog that pairs with a plain relay, and a code to fill in; undefined while it is closed. */
  plainPairing: Readonly<{ code: string }> | undefined;
  /** Open palette or list of keys; undefined while both are closed. */
  palette: 'commands' | 'keys' | undefined;
  /** Commands that the person has saved, by name; undefined before they are loaded, and where the agent keeps none. */
  savedCommands: readonly SavedCommand[] | undefined;
  /** Open dialog about saved commands; undefined while it is closed. */
  savedCommandDialog: SavedCommandDialog | undefined;
  /** True while the person is asked whether to quit the application. */
  isQuitAsked: boolean;
  /** IDs of the commands that the palette ran last, newest first; at most `MOST_RECENT`. */
  recentCommands: readonly string[];
  /** Returns the commands of the terminal in front, for the palette; undefined before the terminals page was shown. */
  pageCommands: (() => readonly PageCommand[]) | undefined;
  /** Machine that the person used last in this window, for the agent; undefined for none. */
  usedMachine: Readonly<{ peerId: string; at: number }> | undefined;
  /** Request to open a new terminal, which the terminals page fulfils. The serial tells equal requests apart. */
  requestedTerminal:
    | Readonly<
        (
          | {
              peerId: string;
              running?: Readonly<{ terminal: string; title: string }> | undefined;
              /** Set if a terminal that the window has there already will do. */
              isAny?: true;
            }
          | { gatewayId: string }
        ) & {
          serial: number;
        }
      >
    | undefined;
  /** Request to watch a shared terminal, which the terminals page fulfils. The serial tells equal requests apart. */
  requestedShared: Readonly<{ peerId: string; terminal: string; serial: number }> | undefined;
  /** Request to compare the words of this peer before something is opened there; undefined without one. */
  requestedComparison: Readonly<{ peerId: string; next: 'terminal' | 'forward' | 'files' }> | undefined;
  /** Terminals of this window on peers, in the order of their tabs, then those left running; empty before the terminals page was shown. */
  openTerminals: readonly OpenTerminal[];
  /** Terminals of machines by peer ID, as the page of the machine has listed them last. */
  terminalLists: Readonly<Record<string, readonly TerminalView[]>>;
  /** Terminals of machines by peer ID, as a person there has approved to list them last. */
  approvedLists: Readonly<Record<string, Readonly<{ views: readonly TerminalView[]; at: number }>>>;
  /** The terminals page has a terminal, which fills a narrow window. */
  hasTerminal: boolean;
  /** Toasts that are shown, oldest first. */
  toasts: readonly Toast[];
  /** True after the person has left the first run without pairing, until the next start. */
  firstRunSkipped: boolean;
  /** True after the window was minimised instead of closed, because there is no tray to bring a closed window back. */
  minimised: boolean;
  /** Peer IDs of the machines at which the notice about the relay was dismissed, until the next start. */
  dismissedRelayNotices: readonly string[];
  /** State and version of the update whose banner was dismissed, until the next start; undefined for none. */
  dismissedUpdate: string | undefined;
}>;

/** State before the first connection. */
export const INITIAL_STATE: AppState = {
  connection: 'connecting',
  lostAt: undefined,
  facts: undefined,
  settings: DEFAULT_WINDOW_SETTINGS,
  hostedRelay: undefined,
  updates: undefined,
  status: undefined,
  relayProblem: null,
  peers: [],
  plainRelays: [],
  approvals: [],
  addRequests: [],
  forwards: [],
  gateways: [],
  requests: [],
  seenRequests: undefined,
  remotes: [],
  agents: [],
  instances: [],
  transfers: undefined,
  conversations: undefined,
  nodeRuns: [],
  shared: [],
  usedHere: {},
  shareLinks: [],
  roundTrips: {},
  place: { page: 'machines' },
  openClaw: undefined,
  messages: undefined,
  settingsPlace: undefined,
  testedRelay: undefined,
  unpaired: undefined,
  labels: {},
  owners: {},
  servedPage: undefined,
  pairing: undefined,
  renewKeys: undefined,
  plainPairing: undefined,
  palette: undefined,
  savedCommands: undefined,
  savedCommandDialog: undefined,
  isQuitAsked: false,
  recentCommands: [],
  pageCommands: undefined,
  usedMachine: undefined,
  requestedTerminal: undefined,
  requestedShared: undefined,
  requestedComparison: undefined,
  openTerminals: [],
  terminalLists: {},
  approvedLists: {},
  hasTerminal: false,
  toasts: [],
  firstRunSkipped: false,
  minimised: false,
  dismissedRelayNotices: [],
  dismissedUpdate: undefined,
};

/** Counts the requests of peers, gateways and browsers that wait for a decision. */
export function countWaiting({ approvals, requests, addRequests }: AppState): number {
  return approvals.length + requests.length + addRequests.length;
}

/** Counts the transfers that aren't over. */
export function countTransfers({ transfers = [] }: Pick<AppState, 'transfers'>): number {
  return transfers.reduce((count, { state }) => (isOver(state) ? count : count + 1), 0);
}

/** Counts the messages that wait for the person: unread ones to `me`, and those that are held. */
export function countMessages({ agents }: Pick<AppState, 'agents'>): number {
  return agents.reduce((sum, { builtIn, waiting, held }) => sum + held + (builtIn ? waiting : 0), 0);
}

/**
 * Store of the window (zustand). Components read parts of the state with `useApp(selector)`; other code uses `useApp.getState()` and the functions of
 * `actions.ts`. The store is in memory only: the agent and the shell save settings.
 */
export const useApp = create<AppState>()(() => INITIAL_STATE);
