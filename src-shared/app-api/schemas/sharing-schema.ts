import * as z from 'zod';
import { channel, none, peerReference, terminalSize } from '../fields.ts';

/** Terminals that are looked on at: shared by who has them, or by the person whose device they run on. Times are milliseconds since 1970. */

const peerId = z.string().max(64);
const terminal = z.string().regex(/^[0-9a-f]{32}$/);

const viewer = z.strictObject({
  peerId,
  /** As the device calls it on which the terminal runs. */
  name: z.string().max(256),
  /** It looks on now. */
  watching: z.boolean(),
});
export type TerminalViewer = z.infer<typeof viewer>;

const sharedTerminal = z.strictObject({
  /** Where it runs. */
  peerId,
  terminal,
  title: z.string().max(256),
  startedAt: z.number().int(),
  ...terminalSize,
  /** Who shares it, as that device calls them. */
  holder: z.string().max(256),
});
export type SharedTerminalView = z.infer<typeof sharedTerminal>;

const servedTerminal = z.strictObject({
  terminal,
  title: z.string().max(256),
  startedAt: z.number().int(),
  attached: z.boolean(),
  ...terminalSize,
  /** Who has it. */
  peerId,
  peerName: z.string().max(256),
  viewers: z.array(viewer).max(16),
});
export type ServedTerminalView = z.infer<typeof servedTerminal>;

/** The device a terminal runs on; null is this one. */
const place = { peer: peerReference.nullable(), terminal };

export const SHARING_CALLS = {
  /** Lets a peer look on at a terminal: one of this device on a peer, or one that runs here. */
  'terminal.share': { input: z.strictObject({ ...place, with: peerReference }), output: none },
  /** No more; `with` left out: nobody any more. */
  'terminal.unshare': { input: z.strictObject({ ...place, with: peerReference.optional() }), output: none },
  /** What peers share with this device; those that are linked are asked. */
  'terminal.shared': { input: none, output: z.array(sharedTerminal).max(1000) },
  /** What runs here for peers, and who looks on. */
  'terminal.served': { input: none, output: z.array(servedTerminal).max(256) },
} as const;

export const SHARING_EVENTS = {
  'terminal.shared.changed': z.array(sharedTerminal).max(1000),
  /** Of the terminal of a channel: who may look on, and whether the device it runs on records it. */
  'terminal.viewers': z.strictObject({ channel, recorded: z.boolean(), viewers: z.array(viewer).max(16) }),
} as const;
