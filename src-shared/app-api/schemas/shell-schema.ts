import * as z from 'zod';
import { AUTOSTART_CALLS, noticeLevel } from './background-schema.ts';
import { defaultRelay } from './default-relay.ts';
import { none } from '../fields.ts';
import { keySettings } from './key-settings.ts';
import { LANGUAGES } from '../../locales/index.ts';
import { TRANSFER_SHELL_CALLS } from './shell-transfer-schema.ts';
import { DEFAULT_TERMINAL_SETTINGS, terminalSettings } from './terminal-settings.ts';
import { DEFAULT_UPDATE_SETTINGS, UPDATE_CALLS, UPDATE_EVENTS, updateSettings } from './update-schema.ts';

/** Zoom steps of the window, percent. */
export const WINDOW_ZOOMS = [75, 90, 100, 110, 125, 150, 175, 200, 250] as const;

/** Settings of the window and its terminals on this machine. The program around the window stores them. */
export const windowSettings = z.strictObject({
  theme: z.enum(['system', 'light', 'dark']),
  /** Language of the window, tray, menus and notifications. */
  language: z.enum(['system', ...LANGUAGES]).default('system'),
  /** Percent. A browser has its own zoom. Undefined in documents of earlier versions. */
  zoom: z.number().int().min(50).max(400).default(100),
  /** Draws changes at once, also where the system doesn't ask for less motion. */
  lessMotion: z.boolean().default(false),
  /** Closing the window leaves the application running in the tray, if there is one. */
  closeToTray: z.boolean(),
  /** The application starts without showing the window. */
  startHidden: z.boolean(),
  /** System notifications. */
  notifications: noticeLevel,
  updates: updateSettings.default(DEFAULT_UPDATE_SETTINGS),
  terminal: terminalSettings,
  keys: keySettings.default({}),
});
export type WindowSettings = z.infer<typeof windowSettings>;

export const DEFAULT_WINDOW_SETTINGS: WindowSettings = {
  theme: 'system',
  language: 'system',
  zoom: 100,
  lessMotion: false,
  closeToTray: true,
  startHidden: false,
  notifications: 'all',
  updates: DEFAULT_UPDATE_SETTINGS,
  terminal: DEFAULT_TERMINAL_SETTINGS,
  keys: {},
};

/** Storage of the device's secret: sealed by the system's key store, or a file that only this account can read. */
export const secretLocation = z.enum(['key-store', 'file']);
export type SecretLocation = z.infer<typeof secretLocation>;

const shellFacts = z.strictObject({
  kind: z.enum(['desktop', 'browser']),
  /** Node's name: `linux`, `darwin`, `win32`. */
  platform: z.string(),
  version: z.string(),
  /** Version of Electron; null in a browser. */
  electron: z.string().nullable(),
  /** Languages that the person prefers in the system settings, BCP 47 tags, preferred first. Undefined in a browser, which has its own. */
  languages: z.array(z.string().max(64)).max(32).optional(),
  /**
   * Pages of the window and sections of its settings that the agent can't serve; the window hides them. `accounts`: the browser's relay has none, so
   * that it pairs by code only. Undefined: none, as for every machine.
   */
  without: z
    .array(
      z.enum([
        'forwards',
        'transfers',
        'messages',
        'inbox',
        'openclaw',
        'relay',
        'network',
        'diagnostics',
        'saved-commands',
        'accounts',
      ]),
    )
    .max(10)
    .optional(),
  /** A tray icon can bring the window back. */
  tray: z.boolean(),
  /** The application can run a relay on this machine. */
  canHostRelay: z.boolean(),
  /** Relay that this build suggests; null without one. Used only when a person says so. */
  defaultRelay: defaultRelay.nullable(),
  /** The application runs the agent. Otherwise the agent is a separate program that continues when the window closes. */
  ownsAgent: z.boolean(),
  /**
   * Protection of the device's secret: `encrypted` by a key store, or a `file` that only this account can read. `problem` gives the reason for a
   * file; null if a person chose it, here or when starting a separate agent.
   */
  secretStore: z.strictObject({
    protection: z.enum(['encrypted', 'file']),
    /** Name of the key store, such as `gnome-libsecret`; null without one. */
    backend: z.string().nullable(),
    /** Reason why no key store is used; null without one. */
    problem: z.enum(['no-key-store', 'key-store-locked']).nullable(),
  }),
});
/** Facts about the program around the window: its kind, platform, versions and abilities. */
export type ShellFacts = z.infer<typeof shellFacts>;

const relayOutside = z.strictObject({
  /**
   * Port of the hosted relay at this machine's router. `off`: not asked for. `mapping`: the router is being asked. `mapped`: the router says that it
   * is open, which no one has tested. `public`: this machine has a public address, so no router is asked. `shared`: the router has no public address
   * of its own, so no port of it can be reached. `refused`: the router opens no port. `no-router`: no router here opens ports.
   */
  state: z.enum(['off', 'mapping', 'mapped', 'public', 'shared', 'refused', 'no-router']),
  /** URL for machines elsewhere, in states `mapped` and `public`. */
  url: z.string().max(300).nullable(),
  /** Address that the router has outside, as it says; null if it doesn't. */
  address: z.string().max(64).nullable(),
  /** Protocol by which the router was asked; null before an answer. */
  method: z.enum(['pcp', 'nat-pmp', 'upnp']).nullable(),
  /** The port stays open at the router after a crash, because the router knows no limited time. */
  permanent: z.boolean(),
});
/** Port of the hosted relay at this machine's router. */
export type RelayOutside = z.infer<typeof relayOutside>;

const hostedRelay = z.strictObject({
  state: z.enum(['off', 'starting', 'running', 'failed']),
  /** URL that this device itself uses. */
  url: z.string().nullable(),
  /** URLs for other machines in the network, one for each address of this machine. */
  addresses: z.array(z.string()),
  /** SHA-256 of the relay's TLS key, hexadecimal, which other machines must trust. */
  pin: z.string().nullable(),
  /** Admission token for a new device. */
  admission: z.string().nullable(),
  /** Error code, in state `failed`. */
  problem: z.string().nullable(),
  outside: relayOutside,
});
/** State of the relay that runs inside the application. */
export type HostedRelay = z.infer<typeof hostedRelay>;

/** Most terminals that a window names, and most characters of each title and of the end of each folder. */
export const MOST_OPEN_TERMINALS = 64;
export const MOST_TITLE_LENGTH = 200;

const openTerminal = z.strictObject({
  /** Number of the terminal in its window. */
  id: z.number().int().nonnegative(),
  peerId: z.string().max(64),
  /** Title that a program there has chosen, else the machine's name. */
  title: z.string().max(MOST_TITLE_LENGTH),
  /** End of the folder of its program, with `~` for the home folder; empty if it isn't known. */
  folder: z.string().max(MOST_TITLE_LENGTH),
});
/** Terminal that a window has open on a peer. */
export type OpenTerminalView = z.infer<typeof openTerminal>;

/** Port outside that isn't asked for. */
export const OUTSIDE_OFF: RelayOutside = { state: 'off', url: null, address: null, method: null, permanent: false };

/** Hosted relay that doesn't run. */
export const HOSTED_RELAY_OFF: HostedRelay = {
  state: 'off',
  url: null,
  addresses: [],
  pin: null,
  admission: null,
  problem: null,
  outside: OUTSIDE_OFF,
};

/**
 * Second half of the contract: calls that the program around a window answers, because an agent can't. That program is the desktop application, or
 * for a browser the web server of `clawreach ui`; the agent doesn't know these calls. Pure data. Times are ms since 1970.
 */
export const SHELL_CALLS = {
  'shell.facts': { input: none, output: shellFacts },
  /** Opens a link in the system's browser or mail program, after the person has confirmed it in the window. Only `https:`, `http:` and `mailto:`. */
  'shell.openLink': { input: z.strictObject({ url: z.string().min(1).max(2048) }), output: none },
  /** Opens the system's program for a remote desktop, at a port of 127.0.0.1. Desktop application only. */
  'shell.openDesktop': {
    input: z.strictObject({ protocol: z.enum(['rdp', 'vnc']), port: z.number().int().min(1).max(65_535) }),
    output: none,
  },
  'shell.settings.get': { input: none, output: windowSettings },
  'shell.settings.set': { input: windowSettings, output: windowSettings },
  'shell.relay.get': { input: none, output: hostedRelay },
  /** Starts the relay inside the application and configures this device to use it; answers when the relay listens. */
  'shell.relay.start': { input: none, output: hostedRelay },
  /** Asks the router to open the relay's port for machines elsewhere, also again; or closes it. Remembered for the next start. */
  'shell.relay.outside': { input: z.strictObject({ on: z.boolean() }), output: hostedRelay },
  /** Stops that relay and returns this device to the previous one, if any; see `relay.goBack`. */
  'shell.relay.stop': { input: none, output: hostedRelay },
  /** Quits the application; it asks first if other machines use the relay that it hosts. Answers before. Desktop application only. */
  'shell.quit': { input: none, output: none },
  /**
   * Moves the device's secret to another storage, after the person has confirmed it in the window. Answers when the secret is only there. Desktop
   * application only.
   */
  'shell.secret.keep': { input: z.strictObject({ place: secretLocation }), output: shellFacts },
  /** Allows or forbids the window to use the camera, while the person scans a code. Desktop application only: a browser asks the person itself. */
  'shell.camera': { input: z.strictObject({ on: z.boolean() }), output: z.strictObject({ allowed: z.boolean() }) },
  /**
   * Asks the person for a file name and writes a text there; `saved` is false if the person cancels. Desktop application only: a browser saves files
   * itself.
   */
  'shell.saveText': {
    input: z.strictObject({
      /** Suggested name of the file. */
      name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9 ._-]{0,79}$/),
      text: z.string().max(400_000),
      /** Appends to the file that was saved last under this name, without asking again. */
      append: z.boolean().optional(),
    }),
    output: z.strictObject({ saved: z.boolean() }),
  },
  /**
   * Asks the person for a folder with the system's dialog; `path` is absolute, and null if the person cancels. Desktop application only: a browser
   * doesn't tell paths.
   */
  'shell.chooseFolder': { input: none, output: z.strictObject({ path: z.string().min(1).max(4096).nullable() }) },
  /** Terminals that this window has open on peers, in the order of its tabs; the tray lists them. Replaces those told before. A browser has no tray. */
  'shell.terminals': {
    input: z.strictObject({ terminals: z.array(openTerminal).max(MOST_OPEN_TERMINALS) }),
    output: none,
  },
  ...TRANSFER_SHELL_CALLS,
  ...AUTOSTART_CALLS,
  ...UPDATE_CALLS,
} as const satisfies Readonly<Record<string, Readonly<{ input: z.ZodType; output: z.ZodType }>>>;

export type ShellCall = keyof typeof SHELL_CALLS;

/** Events that the program around a window sends to it. */
export const SHELL_EVENTS = {
  /** Page to show after a click on a tray entry, notification or link. A link only fills in forms. */
  'shell.navigate': z.discriminatedUnion('to', [
    z.strictObject({
      to: z.enum([
        'peers',
        'terminals',
        'forwards',
        'transfers',
        'messages',
        'approvals',
        'gateways',
        'history',
        'settings',
      ]),
    }),
    z.strictObject({ to: z.literal('pair'), codeOrLink: z.string().max(1024).nullable() }),
    /** Machine that is being added by its ID, with words to compare. */
    z.strictObject({ to: z.literal('adding') }),
    /** New terminal on this peer. */
    z.strictObject({ to: z.literal('terminal'), peerId: z.string().max(64) }),
    /** Page of this peer. */
    z.strictObject({ to: z.literal('machine'), peerId: z.string().max(64) }),
    /** Terminal that the window has open, by its number in `shell.terminals`. */
    z.strictObject({ to: z.literal('open-terminal'), id: z.number().int() }),
    /** Terminal that a peer shares with this device. The window opens it only while it is shared. */
    z.strictObject({ to: z.literal('shared'), peerId: z.string().max(64), terminal: z.string().max(64) }),
  ]),
  'shell.settings.changed': windowSettings,
  'shell.relay.changed': hostedRelay,
  /** The person closed the window, but without a tray icon nothing could reopen it, so the application minimised it. Sent once. */
  'shell.minimised': none,
  ...UPDATE_EVENTS,
} as const;

export type ShellEvent = keyof typeof SHELL_EVENTS;
