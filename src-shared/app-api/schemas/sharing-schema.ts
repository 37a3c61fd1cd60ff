import * as z from 'zod';
import { channel, none, peerReference, terminalSize } from '../fields.ts';

const peerId = z.string().max(64);
const terminal = z.string().regex(/^[0-9a-f]{32}$/);

const viewer = z.strictObject({
  peerId,
  /** Name on the device that runs the terminal. */
  name: z.string().max(256),
  /** The viewer is watching now. */
  watching: z.boolean(),
});
/** Peer with which a terminal is shared. */
export type TerminalViewer = z.infer<typeof viewer>;

const sharedTerminal = z.strictObject({
  /** Peer that runs it. */
  peerId,
  terminal,
  title: z.string().max(256),
  startedAt: z.number().int(),
  ...terminalSize,
  /** Name of the holder on the device that runs the terminal. The holder is the device that types in it. */
  holder: z.string().max(256),
});
/** Terminal that a peer shares with this device. */
export type SharedTerminalView = z.infer<typeof sharedTerminal>;

/** Most terminals and commands that run on a device for peers, as one list. */
export const MOST_SERVED = 256;

const servedTerminal = z.strictObject({
  terminal,
  title: z.string().max(256),
  startedAt: z.number().int(),
  attached: z.boolean(),
  /** Time at which it ends unless a device attaches; absent while one is attached, and for one that a person has left running. */
  endsAt: z.number().int().optional(),
  ...terminalSize,
  /** Peer or plain relay that holds it. */
  peerId,
  peerName: z.string().max(256),
  /** Set if a plain relay holds it: the relay can read it and type in it. */
  relayReads: z.literal(true).optional(),
  /** Set if a browser holds it. */
  browser: z.literal(true).optional(),
  viewers: z.array(viewer).max(16),
  /** Set for a command that runs without a terminal: its size has no meaning. */
  noTerminal: z.literal(true).optional(),
  /** Program in the foreground, as this device's system tells it. Listed only on request. */
  program: z.string().max(64).optional(),
});
/** Terminal or command that runs on this device for a peer. */
export type ServedTerminalView = z.infer<typeof servedTerminal>;

/** Terminal and the device that runs it; null for this device. */
const location = { peer: peerReference.nullable(), terminal };

/**
 * Calls that share terminals with peers, who then only watch. The terminal's holder can share it, and so can the person at the device that runs it.
 * Part of `AGENT_CALLS`. Times are ms since 1970.
 */
export const SHARING_CALLS = {
  /** Lets the peer `with` watch a terminal that this device holds on another device, or that runs on this device. */
  'terminal.share': { input: z.strictObject({ ...location, with: peerReference }), output: none },
  /** Ends the sharing with one peer, or with all if `with` is undefined. */
  'terminal.unshare': { input: z.strictObject({ ...location, with: peerReference.optional() }), output: none },
  /** Lists the terminals that peers share with this device. Queries the linked peers. */
  'terminal.shared': { input: none, output: z.array(sharedTerminal).max(1000) },
  /** Lists the terminals that run on this device for peers, with their viewers. */
  'terminal.served': {
    input: z.strictObject({
      /** Includes commands without a terminal. */
      commands: z.boolean().optional(),
      /** Includes the program in the foreground of each terminal. */
      programs: z.boolean().optional(),
    }),
    output: z.array(servedTerminal).max(MOST_SERVED),
  },
  /** Ends a terminal or command that runs on this device for a peer, at once. The peer's permission stays. */
  'terminal.stop': { input: z.strictObject({ terminal }), output: none },
} as const;

/** Events about shared terminals. */
export const SHARING_EVENTS = {
  'terminal.shared.changed': z.array(sharedTerminal).max(1000),
  /** Viewers of a channel's terminal. `recorded`: the device that runs the terminal records it. */
  'terminal.viewers': z.strictObject({ channel, recorded: z.boolean(), viewers: z.array(viewer).max(16) }),
} as const;
