import * as z from 'zod';

/**
 * The second half of the contract: what the program around a window does for it, which no agent can. The application answers these calls, and
 * the little web server of `clawreach ui` answers them for a browser; an agent alone does not know them.
 */

const none = z.strictObject({});

/** How the window looks and behaves on this machine; terminals are part of it. */
export const windowSettings = z.strictObject({
  theme: z.enum(['system', 'light', 'dark']),
  /** Closing the window leaves the application in the tray, where there is one. */
  closeToTray: z.boolean(),
  /** Start without showing the window. */
  startHidden: z.boolean(),
  /** System notifications for what waits for an answer. */
  notifications: z.boolean(),
  terminal: z.strictObject({
    /** CSS pixels. */
    fontSize: z.number().int().min(8).max(32),
    /** Lines kept above the screen. */
    scrollback: z.number().int().min(0).max(100_000),
    cursorBlink: z.boolean(),
    copyOnSelect: z.boolean(),
    /** Ask before several lines or control characters are pasted. */
    pasteGuard: z.boolean(),
    screenReader: z.boolean(),
    /** Draw with the graphics card; without it, or when it fails, the page draws. */
    webgl: z.boolean(),
  }),
});
export type WindowSettings = z.infer<typeof windowSettings>;

export const DEFAULT_WINDOW_SETTINGS: WindowSettings = {
  theme: 'system',
  closeToTray: true,
  startHidden: false,
  notifications: true,
  terminal: {
    fontSize: 14,
    scrollback: 5000,
    cursorBlink: false,
    copyOnSelect: false,
    pasteGuard: true,
    screenReader: false,
    webgl: true,
  },
};

/** Where the application keeps the device's secret: sealed by the key store of the system, or a file that only this account can read. */
export const secretPlace = z.enum(['key-store', 'file']);
export type SecretPlace = z.infer<typeof secretPlace>;

const shellFacts = z.strictObject({
  kind: z.enum(['desktop', 'browser']),
  /** As Node names it: `linux`, `darwin`, `win32`. */
  platform: z.string(),
  version: z.string(),
  /** Version of Electron; null in a browser. */
  electron: z.string().nullable(),
  /** A tray icon is there to come back from. */
  tray: z.boolean(),
  /** A relay can be started here, as part of this application. */
  canHostRelay: z.boolean(),
  /** The agent is part of this application; else it runs on its own and goes on when the window closes. */
  ownsAgent: z.boolean(),
  /**
   * Whether the operating system protects the device's secret: `encrypted` by a key store, `file` readable by this account only, and why it is
   * not better. A file without a problem is the person's choice, or that of an agent which somebody else has started.
   */
  secretStore: z.strictObject({
    protection: z.enum(['encrypted', 'file']),
    /** Name of the key store, such as `gnome-libsecret`; null when there is none. */
    backend: z.string().nullable(),
    /** `no-key-store`, `key-store-locked`, or null when all is well. */
    problem: z.enum(['no-key-store', 'key-store-locked']).nullable(),
  }),
});
export type ShellFacts = z.infer<typeof shellFacts>;

const hostedRelay = z.strictObject({
  state: z.enum(['off', 'starting', 'running', 'failed']),
  /** What this device itself connects to. */
  url: z.string().nullable(),
  /** What others on the network can connect to, one for each address of this machine. */
  addresses: z.array(z.string()),
  /** SHA-256 of the relay's TLS key, hexadecimal; others have to trust it. */
  pin: z.string().nullable(),
  /** What a new device needs to be let in. */
  admission: z.string().nullable(),
  /** Key of `ERROR_TEXTS`, in state `failed`. */
  problem: z.string().nullable(),
});
export type HostedRelay = z.infer<typeof hostedRelay>;

export const SHELL_CALLS = {
  'shell.facts': { input: none, output: shellFacts },
  /** Opens a link outside: `https:`, `http:` and `mailto:` only, after the person has confirmed it in the window. */
  'shell.openLink': { input: z.strictObject({ url: z.string().min(1).max(2048) }), output: none },
  'shell.settings.get': { input: none, output: windowSettings },
  'shell.settings.set': { input: windowSettings, output: windowSettings },
  'shell.relay.get': { input: none, output: hostedRelay },
  /** Starts the relay of this application and points this device to it; answers when it listens. */
  'shell.relay.start': { input: none, output: hostedRelay },
  'shell.relay.stop': { input: none, output: hostedRelay },
  /**
   * Moves the device's secret at once, after the person has confirmed it in the window, and keeps it there at the next start; answers when it
   * lies there alone. The application only: another shell leaves it out.
   */
  'shell.secret.keep': { input: z.strictObject({ place: secretPlace }), output: shellFacts },
  /**
   * Asks the person where to keep a text, and writes it there; `saved` is false when they think better of it. The application only: a browser
   * keeps files itself.
   */
  'shell.saveText': {
    input: z.strictObject({
      /** What the file is called unless the person says otherwise. */
      name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9 ._-]{0,79}$/),
      text: z.string().max(400_000),
    }),
    output: z.strictObject({ saved: z.boolean() }),
  },
} as const satisfies Readonly<Record<string, Readonly<{ input: z.ZodType; output: z.ZodType }>>>;

export type ShellCall = keyof typeof SHELL_CALLS;

export const SHELL_EVENTS = {
  /** Tray, notification or link: where the person wants to be. Links only fill in, they decide nothing. */
  'shell.navigate': z.discriminatedUnion('to', [
    z.strictObject({ to: z.enum(['peers', 'terminals', 'forwards', 'approvals', 'gateways', 'settings']) }),
    z.strictObject({ to: z.literal('pair'), codeOrLink: z.string().max(1024).nullable() }),
    /** A new terminal on this peer. */
    z.strictObject({ to: z.literal('terminal'), peerId: z.string().max(64) }),
  ]),
  'shell.settings.changed': windowSettings,
  'shell.relay.changed': hostedRelay,
  /** Closing hides nothing here, for there is no tray: the window was minimised instead, and says so once. */
  'shell.minimised': none,
} as const;

export type ShellEvent = keyof typeof SHELL_EVENTS;
