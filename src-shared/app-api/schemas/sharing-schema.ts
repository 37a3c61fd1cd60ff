import * as z from 'zod';
import { channel, none, peerReference, terminalSize } from '../fields.ts';

/** Shared terminals: shared by their holder, or by the person whose device runs them. Times are ms since 1970. */

const peerId = z.string().max(64);
const terminal = z.string().regex(/^[0-9a-f]{32}$/);

const viewer = z.strictObject({
  peerId,
  /** Name on the device that runs the terminal. */
  name: z.string().max(256),
  /** Is watching now. */
  watching: z.boolean(),
});
export type TerminalViewer = z.infer<typeof viewer>;

const sharedTerminal = z.strictObject({
  /** Peer that runs it. */
  peerId,
  terminal,
  title: z.string().max(256),
  startedAt: z.number().int(),
  ...terminalSize,
  /** Holder's name on that device. */
  holder: z.string().max(256),
});
export type SharedTerminalView = z.infer<typeof sharedTerminal>;

const servedTerminal = z.strictObject({
  terminal,
  title: z.string().max(256),
  startedAt: z.number().int(),
  attached: z.boolean(),
  ...terminalSize,
  /** Peer that holds it. */
  peerId,
  peerName: z.string().max(256),
  viewers: z.array(viewer).max(16),
});
export type ServedTerminalView = z.infer<typeof servedTerminal>;

/** Device that runs a terminal; null is this one. */
const place = { peer: peerReference.nullable(), terminal };

export const SHARING_CALLS = {
  /** Lets a peer watch a terminal that this device holds on a peer, or that runs here. */
  'terminal.share': { input: z.strictObject({ ...place, with: peerReference }), output: none },
  /** Ends the sharing with one peer; `with` left out: with all. */
  'terminal.unshare': { input: z.strictObject({ ...place, with: peerReference.optional() }), output: none },
  /** Lists what peers share with this device; linked peers are queried. */
  'terminal.shared': { input: none, output: z.array(sharedTerminal).max(1000) },
  /** Lists terminals that run here for peers, with their viewers. */
  'terminal.served': { input: none, output: z.array(servedTerminal).max(256) },
} as const;

export const SHARING_EVENTS = {
  'terminal.shared.changed': z.array(sharedTerminal).max(1000),
  /** Viewers of a channel's terminal, and whether the device that runs it records it. */
  'terminal.viewers': z.strictObject({ channel, recorded: z.boolean(), viewers: z.array(viewer).max(16) }),
} as const;
