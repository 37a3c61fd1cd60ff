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

/** Something that a page offers to the palette, with the keys that do the same. */
export type PageCommand = Readonly<{ id: string; label: string; note: string | undefined; run(): void }>;

/** What the window shows: what the agent has told, and where the person is. */
export type AppState = Readonly<{
  /** `lost`: it was there and is being sought again; what is shown is what was known last. */
  connection: 'connecting' | 'ready' | 'lost';
  facts: ShellFacts | undefined;
  settings: WindowSettings;
  hostedRelay: HostedRelay | undefined;
  /** Undefined in a browser, and before it is known. */
  updates: UpdatesView | undefined;
  status: AgentStatus | undefined;
  /** Why the relay is not there, also while the next try runs; null when it is, or none is wanted. Key of `ERROR_TEXTS`. */
  relayProblem: string | null;
  peers: readonly PeerView[];
  /** What waits for an answer. What was decided is asked for with `approvals.list`. */
  approvals: readonly ApprovalView[];
  /** Saved rules, and what runs of them. */
  forwards: readonly ForwardView[];
  /** OpenClaw gateways, and how each of the two connections to them stands. */
  gateways: readonly GatewayView[];
  /** What waits for an answer at gateways, and what gateways want of this machine; oldest first. */
  requests: readonly GatewayRequestView[];
  /** OpenClaw on peers, saved under names, and how each was last heard of. */
  remotes: readonly RemoteView[];
  /** What gateways ran on this machine, newest first; the latest of them. */
  nodeRuns: readonly NodeRun[];
  /** Terminals that others share with this device. */
  shared: readonly SharedTerminalView[];
  /** The last round trips of each peer id, oldest first, ms; at most `MOST_ROUND_TRIPS`. */
  roundTrips: Readonly<Record<string, readonly number[]>>;
  page: Page;
  /** The tab of the page OpenClaw that was shown last. */
  openClawTab: OpenClawTab;
  pairing: Pairing | undefined;
  /** What the keyboard called up: everything by a few letters, or the list of keys. */
  palette: 'commands' | 'keys' | undefined;
  /** What can be done with the terminal in front, for the palette; asked when that opens. Undefined before there are terminals. */
  pageCommands: (() => readonly PageCommand[]) | undefined;
  /** The person wants a new terminal there; each wish has another serial. */
  requestedTerminal: Readonly<({ peerId: string } | { gatewayId: string }) & { serial: number }> | undefined;
  /** The person wants to look on at this one, if it is shared; each wish has another serial. */
  requestedShared: Readonly<{ peerId: string; terminal: string; serial: number }> | undefined;
  toasts: readonly Toast[];
  /** The way through the first steps was left; until the next start. */
  firstRunSkipped: boolean;
  /** The window was minimised instead of closed, because nothing would bring it back. */
  minimised: boolean;
  /** The news of a newer version that was put away; until the next start. */
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

/** How much waits for an answer: rights that peers ask for, and requests of gateways. */
export function countWaiting({ approvals, requests }: AppState): number {
  return approvals.length + requests.length;
}

export const useApp = create<AppState>()(() => INITIAL_STATE);
