import { create } from 'zustand';
import {
  DEFAULT_WINDOW_SETTINGS,
  type AgentStatus,
  type ApprovalView,
  type ForwardView,
  type GatewayRequestView,
  type GatewayView,
  type HostedRelay,
  type NodeRun,
  type PeerView,
  type RemoteView,
  type SharedTerminalView,
  type ShellFacts,
  type UpdatesView,
  type WindowSettings,
} from '#shared/app-api/index.ts';

export const PAGES = ['peers', 'terminals', 'forwards', 'approvals', 'openclaw', 'history', 'settings'] as const;
export type Page = (typeof PAGES)[number];

/** Tabs of the page OpenClaw, in their order. */
export const OPENCLAW_TABS = ['prompts', 'gateways', 'node', 'workflows'] as const;
export type OpenClawTab = (typeof OPENCLAW_TABS)[number];

export type Pairing = Readonly<{ mode: 'choose' | 'invite' | 'join' | 'by-hand'; codeOrLink: string | null }>;

export type Toast = Readonly<{ id: number; tone: 'neutral' | 'good' | 'warning' | 'bad' | 'info'; text: string }>;

/** Command that a page offers to the palette, with its keys. */
export type PageCommand = Readonly<{ id: string; label: string; note: string | undefined; run(): void }>;

/** State of the window: what the agent has sent, and where the person is. */
export type AppState = Readonly<{
  /** `lost`: reconnecting; the last known state is shown. */
  connection: 'connecting' | 'ready' | 'lost';
  facts: ShellFacts | undefined;
  settings: WindowSettings;
  hostedRelay: HostedRelay | undefined;
  /** Undefined in a browser, and before it is loaded. */
  updates: UpdatesView | undefined;
  status: AgentStatus | undefined;
  /** Code of the relay's problem, also during the next attempt; null when it is online or none is configured. */
  relayProblem: string | null;
  peers: readonly PeerView[];
  /** Pending approvals; `approvals.list` returns decided ones. */
  approvals: readonly ApprovalView[];
  /** Saved forwards with their state. */
  forwards: readonly ForwardView[];
  /** OpenClaw gateways with the state of their two connections. */
  gateways: readonly GatewayView[];
  /** Pending requests at gateways, and of gateways to this machine; oldest first. */
  requests: readonly GatewayRequestView[];
  /** Saved OpenClaws on peers with their last heartbeat. */
  remotes: readonly RemoteView[];
  /** Latest commands that gateways ran on this machine, newest first. */
  nodeRuns: readonly NodeRun[];
  /** Terminals that others share with this device. */
  shared: readonly SharedTerminalView[];
  /** Last round trips of each peer ID, oldest first, ms; at most `MOST_ROUND_TRIPS`. */
  roundTrips: Readonly<Record<string, readonly number[]>>;
  page: Page;
  /** The tab of the page OpenClaw that was shown last. */
  openClawTab: OpenClawTab;
  pairing: Pairing | undefined;
  /** Open palette: the commands or the list of keys. */
  palette: 'commands' | 'keys' | undefined;
  /** Returns the commands of the terminal in front when the palette opens. Undefined before there are terminals. */
  pageCommands: (() => readonly PageCommand[]) | undefined;
  /** Request for a new terminal; each one has another serial. */
  requestedTerminal: Readonly<({ peerId: string } | { gatewayId: string }) & { serial: number }> | undefined;
  /** Request to watch a shared terminal; each one has another serial. */
  requestedShared: Readonly<{ peerId: string; terminal: string; serial: number }> | undefined;
  toasts: readonly Toast[];
  /** The person has left the first page; until the next start. */
  firstRunSkipped: boolean;
  /** The window was minimised instead of closed, because nothing would bring it back. */
  minimised: boolean;
  /** Version whose banner was dismissed; until the next start. */
  dismissedUpdate: string | undefined;
}>;

export const INITIAL_STATE: AppState = {
  connection: 'connecting',
  facts: undefined,
  settings: DEFAULT_WINDOW_SETTINGS,
  hostedRelay: undefined,
  updates: undefined,
  status: undefined,
  relayProblem: null,
  peers: [],
  approvals: [],
  forwards: [],
  gateways: [],
  requests: [],
  remotes: [],
  nodeRuns: [],
  shared: [],
  roundTrips: {},
  page: 'peers',
  openClawTab: 'prompts',
  pairing: undefined,
  palette: undefined,
  pageCommands: undefined,
  requestedTerminal: undefined,
  requestedShared: undefined,
  toasts: [],
  firstRunSkipped: false,
  minimised: false,
  dismissedUpdate: undefined,
};

/** Counts the requests that wait for a decision, of peers and gateways. */
export function countWaiting({ approvals, requests }: AppState): number {
  return approvals.length + requests.length;
}

export const useApp = create<AppState>()(() => INITIAL_STATE);
