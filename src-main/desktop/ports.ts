import type {
  AppApiClient,
  AppTransport,
  EventPayload,
  HostedRelay,
  SecretLocation,
  ShellEvent,
  WindowSettings,
} from '#shared/app-api/index.ts';
import type { Logger } from '#shared/logger.ts';
import type { Autostart } from './autostart/types.ts';

/**
 * Where the two halves of the application meet: the shell (window, tray, links, notifications, life cycle) on one side, what it is a view of
 * (agent, settings, relay) on the other. Neither knows more of the other than this.
 */

/** The agent behind the application: one of its own, or the one that runs already on this profile. */
export interface AgentHost {
  /** The agent ends with the application; else it was there before and stays. */
  readonly ownsAgent: boolean;
  /** Why there is no agent; undefined where there is one. */
  readonly problem: unknown;
  /** The application's own connection, for tray and notifications; throws while there is none; another one after `onClient` has told. */
  readonly client: AppApiClient;
  /** Tells when another agent has taken the place of one that ended: listeners of the old client hear nothing more. The result takes it off. */
  onClient(listener: (client: AppApiClient) => void): () => void;
  /** Resolves when somebody has asked the agent to stop: the application ends. */
  readonly stopRequested: Promise<void>;
  /** Serves one window, the shell's calls and the agent's, until its transport ends. */
  attach(window: AppTransport): void;
  /** Tells every attached window. */
  emit<Event extends ShellEvent>(event: Event, payload: EventPayload<Event>): void;
  /** The machine slept: connections that only look open are found out at once. An agent that was there before notices by itself. */
  woke(): void;
  /** The machine is about to sleep. */
  suspended(): void;
  /** The machine is in another network, or has one again. An agent that was there before notices by itself. */
  networkChanged(): void;
  /** Ends the windows' connections, then the agent with its terminals where it is ours. Idempotent. */
  close(): Promise<void>;
}

/** Place of a window on the desktop, in device-independent pixels. */
export type Bounds = Readonly<{ x: number; y: number; width: number; height: number; maximised: boolean }>;

/** `save` throws a StoreError, `store.write`, and holds nothing then. */
export type RememberedSecretPlace = Readonly<{ load(): SecretLocation | undefined; save(place: SecretLocation): void }>;

export interface WindowSettingsStore {
  get(): WindowSettings;
  /** Returns what holds from now on. */
  set(next: WindowSettings): WindowSettings;
  /** The result takes the listener off again. */
  onChange(listener: (settings: WindowSettings) => void): () => void;
  readonly bounds: Readonly<{ load(): Bounds | undefined; save(bounds: Bounds): void }>;
  /** Where the person wants the secret of this device; undefined as long as nobody has chosen. */
  readonly secretPlace: RememberedSecretPlace;
}

/** The relay that this application can run itself. */
export interface HostedRelayController {
  get(): HostedRelay;
  start(): Promise<HostedRelay>;
  stop(): Promise<HostedRelay>;
  /** The result takes the listener off again. */
  onChange(listener: (relay: HostedRelay) => void): () => void;
  /** Ends the relay's process. Idempotent. */
  close(): Promise<void>;
}

/** What the shell gives for the calls that only it can answer. */
export type ShellActions = Readonly<{
  /** The screen is locked, as far as the system says so. */
  locked(): boolean;
  /** Shows a page of the window. */
  goTo(destination: EventPayload<'shell.navigate'>): void;
  /** Whether a tray icon is there to come back from; may change while the application runs. */
  tray(): boolean;
  /** What the system says that the person reads, tags of BCP 47, most wanted first. */
  languages(): readonly string[];
  /** Opens an `https:`, `http:` or `mailto:` link outside; rejects with `shell.link-refused` for any other. */
  openLink(url: string): Promise<void>;
  /** Writes a text where the person wants it; false when they think better of it. Rejects with `shell.file-failed`. */
  saveText(name: string, text: string, append?: boolean): Promise<boolean>;
  /** Lets the window ask for the camera, for a moment, or no more; false where the system does not let it. */
  camera(on: boolean): Promise<boolean>;
}>;

/** Everything behind the shell, as `startServices` of `services/index.ts` composes it. Closed in the order agent, relay. */
export type DesktopServices = Readonly<{ agent: AgentHost; relay: HostedRelayController }>;

export type ServicesOptions = Readonly<{
  /** Directory of the profile, absolute. */
  profile: string;
  logger: Logger;
  settings: WindowSettingsStore;
  shell: ShellActions;
  /** Whether the application starts at login. */
  autostart: Autostart;
  /** For an update. `finish`: all that runs ends, in order, and another start of the application may come. `startAgain`: after that, when nothing came of it. */
  end: Readonly<{ finish(): Promise<void>; startAgain(): void }>;
}>;

/** Rejects with a ClawReachError whose code has a text; the application shows it and ends. */
export type StartServices = (options: ServicesOptions) => Promise<DesktopServices>;

/** Synchronous and quick: the window is placed and coloured by it before it is shown. */
export type OpenWindowSettings = (profile: string) => WindowSettingsStore;
