import * as z from 'zod';
import { AUTOSTART_CALLS, noticeLevel } from './background-schema.ts';
import { none } from '../fields.ts';
import { LANGUAGES } from '../../locales/index.ts';
import { DEFAULT_TERMINAL_SETTINGS, terminalSettings } from './terminal-settings.ts';
import { DEFAULT_UPDATE_SETTINGS, UPDATE_CALLS, UPDATE_EVENTS, updateSettings } from './update-schema.ts';

/**
 * The second half of the contract: what the program around a window does for it, which no agent can. The application answers these calls, and
 * the little web server of `clawreach ui` answers them for a browser; an agent alone does not know them.
 */

/** How the window looks and behaves on this machine; terminals are part of it. */
/** How large everything in the window is drawn, percent. */
export const WINDOW_ZOOMS = [75, 90, 100, 110, 125, 150, 175, 200, 250] as const;

export const windowSettings = z.strictObject({
  theme: z.enum(['system', 'light', 'dark']),
  /** Of the window, the tray, menus and notices. */
  language: z.enum(['system', ...LANGUAGES]).default('system'),
  /** Percent; a browser has a zoom of its own. Missing in documents from before it could be set. */
  zoom: z.number().int().min(50).max(400).default(100),
  /** Closing the window leaves the application in the tray, where there is one. */
  closeToTray: z.boolean(),
  /** Start without showing the window. */
  startHidden: z.boolean(),
  /** Notices of the system. */
  notifications: noticeLevel,
  updates: updateSettings.default(DEFAULT_UPDATE_SETTINGS),
  terminal: terminalSettings,
});
export type WindowSettings = z.infer<typeof windowSettings>;

export const DEFAULT_WINDOW_SETTINGS: WindowSettings = {
  theme: 'system',
  language: 'system',
  zoom: 100,
  closeToTray: true,
  startHidden: false,
  notifications: 'all',
  updates: DEFAULT_UPDATE_SETTINGS,
  terminal: DEFAULT_TERMINAL_SETTINGS,
};

/** Where the application keeps the device's secret: sealed by the key store of the system, or a file that only this account can read. */
export const secretPlace = z.enum(['key-store', 'file']);
export type SecretLocation = z.infer<typeof secretPlace>;

const shellFacts = z.strictObject({
  kind: z.enum(['desktop', 'browser']),
  /** As Node names it: `linux`, `darwin`, `win32`. */
  platform: z.string(),
  version: z.string(),
  /** Version of Electron; null in a browser. */
  electron: z.string().nullable(),
  /** What the system says that the person reads, tags of BCP 47, most wanted first; a browser knows that itself. */
  languages: z.array(z.string().max(64)).max(32).optional(),
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
  /** Ends it, and points this device back to the relay it used before, if there was one; see `relay.goBack`. */
  'shell.relay.stop': { input: none, output: hostedRelay },
  /**
   * Moves the device's secret at once, after the person has confirmed it in the window, and keeps it there at the next start; answers when it
   * lies there alone. The application only: another shell leaves it out.
   */
  'shell.secret.keep': { input: z.strictObject({ place: secretPlace }), output: shellFacts },
  /**
   * The person begins, or ends, to scan a code: the window may ask for the camera at that moment and at no other. The application only: a browser asks
   * the person itself.
   */
  'shell.camera': { input: z.strictObject({ on: z.boolean() }), output: z.strictObject({ allowed: z.boolean() }) },
  /**
   * Asks the person where to keep a text, and writes it there; `saved` is false when they think better of it. The application only: a browser
   * keeps files itself.
   */
  'shell.saveText': {
    input: z.strictObject({
      /** What the file is called unless the person says otherwise. */
      name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9 ._-]{0,79}$/),
      text: z.string().max(400_000),
      /** Behind what was saved last under this name, in the same place, without a question. */
      append: z.boolean().optional(),
    }),
    output: z.strictObject({ saved: z.boolean() }),
  },
  ...AUTOSTART_CALLS,
  ...UPDATE_CALLS,
} as const satisfies Readonly<Record<string, Readonly<{ input: z.ZodType; output: z.ZodType }>>>;

export type ShellCall = keyof typeof SHELL_CALLS;

export const SHELL_EVENTS = {
  /** Tray, notification or link: where the person wants to be. Links only fill in, they decide nothing. */
  'shell.navigate': z.discriminatedUnion('to', [
    z.strictObject({ to: z.enum(['peers', 'terminals', 'forwards', 'approvals', 'gateways', 'history', 'settings']) }),
    z.strictObject({ to: z.literal('pair'), codeOrLink: z.string().max(1024).nullable() }),
    /** A machine that is being added by its ID, whose words are to be compared. */
    z.strictObject({ to: z.literal('adding') }),
    /** A new terminal on this peer. */
    z.strictObject({ to: z.literal('terminal'), peerId: z.string().max(64) }),
    /** One that is shared with this device, to look on; the window opens it only while it is. */
    z.strictObject({ to: z.literal('shared'), peerId: z.string().max(64), terminal: z.string().max(64) }),
  ]),
  'shell.settings.changed': windowSettings,
  'shell.relay.changed': hostedRelay,
  /** Closing hides nothing here, for there is no tray: the window was minimised instead, and says so once. */
  'shell.minimised': none,
  ...UPDATE_EVENTS,
} as const;

export type ShellEvent = keyof typeof SHELL_EVENTS;
