import type {
  AppApiClient,
  AppTransport,
  EventPayload,
  HostedRelay,
  OpenTerminalView,
  SecretLocation,
  ShellEvent,
  WindowSettings,
} from '#shared/app-api/index.ts';
import type { Logger } from '#shared/logger.ts';
import type { Autostart } from './autostart/index.ts';
import type { WindowFiles } from './transfers/index.ts';

/**
 * Contract between the two halves of the application: the shell (window, tray, links, notifications, life cycle) on one
 * side, and what it shows (agent, settings, relay) on the other. Neither knows more of the other than this file.
 */

/** Agent behind the application: its own, or the one that already runs on this profile. */
export interface AgentHost {
  /** True if the agent ends with the application; false if it was already running and stays. */
  readonly ownsAgent: boolean;
  /** Error why there is no agent; undefined if there is one. */
  readonly problem: unknown;
  /** The application's own client, for tray and notifications; replaced when `onClient` reports another one. Throws without an agent. */
  readonly client: AppApiClient;
  /**
   * Calls `listener` when another agent has replaced one that ended; the old client then gets no more events. Returns a function that removes the
   * listener.
   */
  onClient(listener: (client: AppApiClient) => void): () => void;
  /** Resolves when a user interface or a command has asked the agent to stop; the application then ends. */
  readonly stopRequested: Promise<void>;
  /** Serves one window until its transport ends: the shell's calls and the agent's. */
  attach(window: AppTransport): void;
  /** Sends an event to all attached windows. */
  emit<Event extends ShellEvent>(event: Event, payload: EventPayload<Event>): void;
  /**
   * Reports that the machine has woken from sleep, so that dead connections are found at once. An agent that was already running notices by itself.
   */
  woke(): void;
  /** Reports that the machine is about to sleep. */
  suspended(): void;
  /** Reports that the machine is in another network, or online again. An agent that was already running notices by itself. */
  networkChanged(): void;
  /** Ends the windows' connections, then the application's own agent with its terminals. Idempotent. */
  close(): Promise<void>;
}

/** Position and size of a window, in device-independent pixels. */
export type Bounds = Readonly<{ x: number; y: number; width: number; height: number; maximised: boolean }>;

/** Stored choice of the secret's location. `save` throws a StoreError, `store.write`, and then stores nothing. */
export type StoredSecretLocation = Readonly<{
  load(): SecretLocation | undefined;
  save(location: SecretLocation): void;
}>;

export interface WindowSettingsStore {
  get(): WindowSettings;
  /** Saves the settings and returns those in effect. */
  set(next: WindowSettings): WindowSettings;
  /** Adds a listener; returns a function that removes it. */
  onChange(listener: (settings: WindowSettings) => void): () => void;
  readonly bounds: Readonly<{ load(): Bounds | undefined; save(bounds: Bounds): void }>;
  /** Location of this device's secret that the person chose; undefined until then. */
  readonly secretLocation: StoredSecretLocation;
}

/** Controller of the relay that this application can host itself. */
export interface HostedRelayController {
  get(): HostedRelay;
  start(): Promise<HostedRelay>;
  stop(): Promise<HostedRelay>;
  /** Has the router open the relay's port for machines elsewhere, or close it. */
  setOutside(on: boolean): Promise<HostedRelay>;
  /** Adds a listener; returns a function that removes it. */
  onChange(listener: (relay: HostedRelay) => void): () => void;
  /** Ends the relay's process. Idempotent. */
  close(): Promise<void>;
}

/** Functions of the shell for calls that only it can answer. */
export type ShellActions = Readonly<{
  /** Returns whether the screen is locked, if the system tells. */
  locked(): boolean;
  /** Opens a page of the window. */
  goTo(destination: EventPayload<'shell.navigate'>): void;
  /** Returns whether there is a tray icon to restore the window from; may change at any time. */
  tray(): boolean;
  /** Returns the person's languages as BCP 47 tags, preferred first. */
  languages(): readonly string[];
  /** Opens an `https:`, `http:` or `mailto:` link outside; rejects with `shell.link` for any other. */
  openLink(url: string): Promise<void>;
  /** Opens the system's program for a remote desktop, at a port of this machine. */
  openDesktop(protocol: 'rdp' | 'vnc', port: number): Promise<void>;
  /** Saves text to a file that the person chooses; false if they cancel. Rejects with `shell.file-failed`. */
  saveText(name: string, text: string, append?: boolean): Promise<boolean>;
  /** Asks the person for a folder; undefined if they cancel. */
  chooseFolder(): Promise<string | undefined>;
  /** Allows the window to ask for the camera for a moment, or stops that; false if the system refuses. */
  camera(on: boolean): Promise<boolean>;
  /** Quits in a moment, after a question if other machines use the hosted relay. */
  quit(): void;
  /** Lists the window's open terminals in the tray. */
  terminals(terminals: readonly OpenTerminalView[]): void;
}>;

/** Everything behind the shell, composed by `startServices`. Closed in the order agent, relay. */
export type DesktopServices = Readonly<{ agent: AgentHost; relay: HostedRelayController }>;

export type ServicesOptions = Readonly<{
  /** Absolute path of the profile directory. */
  profile: string;
  logger: Logger;
  settings: WindowSettingsStore;
  shell: ShellActions;
  /** Files of transfers that the person chooses in the window. */
  files: Pick<WindowFiles, 'handlers'>;
  /** Setting whether the application starts at login. */
  autostart: Autostart;
  /**
   * Functions for an update. `finish` ends everything in order and allows another start of the application;
   * `startAgain` restarts it if the update failed.
   */
  end: Readonly<{ finish(): Promise<void>; startAgain(): void }>;
}>;

/** Starts the services. Rejects with a ClawReachError that has a text; the application shows it and ends. */
export type StartServices = (options: ServicesOptions) => Promise<DesktopServices>;

/** Opens the window's settings. Synchronous and quick, since position and colours are needed before the window is shown. */
export type OpenWindowSettings = (profile: string) => WindowSettingsStore;
