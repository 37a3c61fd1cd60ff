import * as z from 'zod';
import { MOST_REPORTED, MOST_ROOTS, SHOWN_ROOTS, TRANSFER_STATES, transferId } from '../../files/index.ts';
import { none, peerId, peerReference } from '../fields.ts';

const time = z.number().int();
const count = z.number().int().min(0);

/** Most transfers in an answer: all that aren't over, and the newest of the others. */
export const MOST_TRANSFERS = 1224;

export const transferView = z.strictObject({
  id: transferId,
  /** `in`: to this machine. */
  direction: z.enum(['in', 'out']),
  /** Other machine, and its name here; null if it is no longer a peer. */
  peerId,
  peerName: z.string().nullable(),
  /** First files and folders at the top, as their sender names them, and the number of all of them. */
  names: z.array(z.string()).max(SHOWN_ROOTS),
  top: count,
  state: z.enum(TRANSFER_STATES),
  /** Time at which the state began, and at which the transfer did. */
  since: time,
  startedAt: time,
  /** Reason for `failed`, `refused`, `partly` or `paused`, or why it waits; null for none. */
  code: z.string().nullable(),
  /** Set while it waits or is paused: `approval`, a person there is asked; `peer`, the other machine; `turn`, others come first; `here`, a person here. */
  waitsFor: z.enum(['approval', 'peer', 'turn', 'here', 'space']).nullable(),
  /** Numbers of files and folders; files and bytes that are there, and of all. Undefined totals are not known yet. */
  entries: count.nullable(),
  files: z.strictObject({ done: count, of: count.nullable() }),
  bytes: z.strictObject({ done: count, of: count.nullable() }),
  /** Bytes a second now, and the time left, ms; null if unknown. */
  rate: z.number().min(0).nullable(),
  left: z.number().min(0).nullable(),
  /** Files that changed while they were sent, files with another name at the receiver, and entries that are missing there. */
  changed: count,
  renamed: count,
  failed: count,
  /** Links, devices and others that are never sent. */
  leftOut: count,
  /** Folder here into which it goes, or from which it comes; null if it isn't known. */
  folder: z.string().nullable(),
});
/** Transfer of files and folders between this machine and a peer. Times are ms since 1970. */
export type TransferView = z.infer<typeof transferView>;

const failure = z.strictObject({ path: z.string(), code: z.string() });
/** File or folder that is missing at the receiver, and why. */
export type TransferFailure = z.infer<typeof failure>;

/** Path on this machine; the agent checks that it is absolute. */
const path = z.string().min(1).max(4096);
const reference = z.strictObject({ id: transferId });

/** Calls about transfers of files. Part of `AGENT_CALLS`. */
export const TRANSFER_CALLS = {
  /** Queues files and folders for a peer; answers when that is stored. They are sent when the peer is there. */
  'transfers.send': {
    input: z.strictObject({
      peer: peerReference,
      paths: z.array(path).min(1).max(MOST_ROOTS),
      /** Name of the only file at the receiver. */
      name: z.string().min(1).max(255).optional(),
    }),
    output: transferView,
  },
  /** Returns the transfers that aren't over and the newest of the others, newest first. */
  'transfers.list': { input: none, output: z.array(transferView).max(MOST_TRANSFERS) },
  'transfers.get': {
    input: reference,
    output: z.strictObject({ transfer: transferView, failures: z.array(failure).max(MOST_REPORTED) }),
  },
  'transfers.pause': { input: reference, output: transferView },
  /** Goes on with a paused transfer, or starts one again that was refused or has failed. */
  'transfers.go': { input: reference, output: transferView },
  /** Ends a transfer for good, at both ends. */
  'transfers.cancel': { input: reference, output: transferView },
  /** Approves the request of a peer to send files, as `approvals.decide` does, and chooses the folder for it. */
  'transfers.accept': { input: z.strictObject({ approval: z.number().int(), into: path.optional() }), output: none },
  /** While the call is open, files of this peer, or of any, that aren't here yet go into this folder. */
  'transfers.receive': { input: z.strictObject({ from: peerReference.optional(), into: path }), output: none },
  /** Creates an empty private file for contents that are to be sent. It is removed after its transfer. */
  'transfers.spool': { input: none, output: z.strictObject({ path: z.string() }) },
} as const;

/** Events about transfers. */
export const TRANSFER_EVENTS = {
  /** Transfers that have changed. Sent at most four times a second. */
  'transfers.changed': z.array(transferView).max(MOST_TRANSFERS),
} as const;
