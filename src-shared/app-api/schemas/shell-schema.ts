import * as z from 'zod';
import { AUTOSTART_CALLS, noticeLevel } from './background-schema.ts';
import { none } from '../fields.ts';
import { LANGUAGES } from '../../locales/index.ts';
import { DEFAULT_TERMINAL_SETTINGS, terminalSettings } from './terminal-settings.ts';
import { DEFAULT_UPDATE_SETTINGS, UPDATE_CALLS, UPDATE_EVENTS, updateSettings } from './update-schema.ts';

/**
 * Second half of the contract: what the shell around a window does for it and no agent can. The application answers these calls, or the web server of
 * `clawreach ui` for a browser; an agent alone doesn't know them.
 */

/** Look and behaviour of the window on this machine, including terminals. */
/** Zoom steps of the window, percent. */
export const WINDOW_ZOOMS = [75, 90, 100, 110, 125, 150, 175, 200, 250] as const;

export const windowSettings = z.strictObject({
  theme: z.enum(['system', 'light', 'dark']),
  /** Language of the window, tray, menus and notifications. */
  language: z.enum(['system', ...LANGUAGES]).default('system'),
  /** Percent; a browser has its own zoom. Missing in documents of earlier versions. */
  zoom: z.number().int().min(50).max(400).default(100),
  /** Closing the window leaves the application in the tray, if there is one. */
  closeToTray: z.boolean(),
  /** Starts without showing the window. */
  startHidden: z.boolean(),
  /** System notifications. */
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

/** Storage of the device's secret: sealed by the system's key store, or a file that only this account can read. */
export const secretPlace = z.enum(['key-store', 'file']);
export type SecretLocation = z.infer<typeof secretPlace>;

const shellFacts = z.strictObject({
  kind: z.enum(['desktop', 'browser']),
  /** Node's name: `linux`, `darwin`, `win32`. */
  platform: z.string(),
  version: z.string(),
  /** Version of Electron; null in a browser. */
  electron: z.string().nullable(),
  /** Preferred languages of the system, tags of BCP 47, most wanted first; a browser has its own. */
  languages: z.array(z.string().max(64)).max(32).optional(),
  /** A tray icon can bring the window back. */
  tray: z.boolean(),
  /** A relay can run as part of this application. */
  canHostRelay: z.boolean(),
  /** The agent is part of this application; otherwise it runs on its own and continues when the window closes. */
  ownsAgent: z.boolean(),
  /**
   * Protection of the device's secret: `encrypted` by a key store, or `file` readable by this account only, with the reason. A file without a problem
   * is the choice of the person, or of a separately started agent.
   */
  secretStore: z.strictObject({
    protection: z.enum(['encrypted', 'file']),
    /** Name of the key store, such as `gnome-libsecret`; null without one. */
    backend: z.string().nullable(),
    /** `no-key-store`, `key-store-locked`, or null. */
    problem: z.enum(['no-key-store', 'key-store-locked']).nullable(),
  }),
});
export type ShellFacts = z.infer<typeof shellFacts>;

const hostedRelay = z.strictObject({
  state: z.enum(['off', 'starting', 'running', 'failed']),
  /** URL that this device itself uses. */
  url: z.string().nullable(),
  /** URLs for others in the network, one for each address of this machine. */
  addresses: z.array(z.string()),
  /** SHA-256 of the relay's TLS key, hexadecimal; others have to trust it. */
  pin: z.string().nullable(),
  /** Admission token for a new device. */
  admission: z.string().nullable(),
  /** Error code, in state `failed`. */
  problem: z.string().nullable(),
});
export type HostedRelay = z.infer<typeof hostedRelay>;

export const SHELL_CALLS = {
  'shell.facts': { input: none, output: shellFacts },
  /** Opens a link outside, after the person has confirmed it in the window: `https:`, `http:` and `mailto:` only. */
  'shell.openLink': { input: z.strictObject({ url: z.string().min(1).max(2048) }), output: none },
  'shell.settings.get': { input: none, output: windowSettings },
  'shell.settings.set': { input: windowSettings, output: windowSettings },
  'shell.relay.get': { input: none, output: hostedRelay },
  /** Starts the application's relay and points this device to it; answers when it listens. */
  'shell.relay.start': { input: none, output: hostedRelay },
  /** Stops the relay and points this device back to the previous one, if any; see `relay.goBack`. */
  'shell.relay.stop': { input: none, output: hostedRelay },
  /**
   * Moves the device's secret at once, after the person has confirmed it in the window; answers when only the new location has it. The application
   * only.
   */
  'shell.secret.keep': { input: z.strictObject({ place: secretPlace }), output: shellFacts },
  /** Allows the window to request the camera while the person scans a code. The application only: a browser asks the person itself. */
  'shell.camera': { input: z.strictObject({ on: z.boolean() }), output: z.strictObject({ allowed: z.boolean() }) },
  /** Asks the person where to save a text, and writes it; `saved` is false if they cancel. The application only: a browser saves files itself. */
  'shell.saveText': {
    input: z.strictObject({
      /** Suggested name of the file. */
      name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9 ._-]{0,79}$/),
      text: z.string().max(400_000),
      /** Appends to the file saved last under this name, without asking. */
      append: z.boolean().optional(),
    }),
    output: z.strictObject({ saved: z.boolean() }),
  },
  ...AUTOSTART_CALLS,
  ...UPDATE_CALLS,
} as const satisfies Readonly<Record<string, Readonly<{ input: z.ZodType; output: z.ZodType }>>>;

export type ShellCall = keyof typeof SHELL_CALLS;

export const SHELL_EVENTS = {
  /** Target of a tray entry, notification or link. Links only fill forms in. */
  'shell.navigate': z.discriminatedUnion('to', [
    z.strictObject({ to: z.enum(['peers', 'terminals', 'forwards', 'approvals', 'gateways', 'history', 'settings']) }),
    z.strictObject({ to: z.literal('pair'), codeOrLink: z.string().max(1024).nullable() }),
    /** A machine that is being added by its ID, with words to compare. */
    z.strictObject({ to: z.literal('adding') }),
    /** New terminal on this peer. */
    z.strictObject({ to: z.literal('terminal'), peerId: z.string().max(64) }),
    /** Terminal to watch that is shared with this device; the window opens it only while it is. */
    z.strictObject({ to: z.literal('shared'), peerId: z.string().max(64), terminal: z.string().max(64) }),
  ]),
  'shell.settings.changed': windowSettings,
  'shell.relay.changed': hostedRelay,
  /** Closing would leave no way back without a tray, so the window was minimised; sent once. */
  'shell.minimised': none,
  ...UPDATE_EVENTS,
} as const;

export type ShellEvent = keyof typeof SHELL_EVENTS;
