import * as z from 'zod';
import { MOST_REPORTED, MOST_ROOTS, SHOWN_ROOTS, TRANSFER_STATES, transferId, UNFINISHED } from '../../files/index.ts';
import { AGENT_NAME } from '../../messages/index.ts';
import { none, peerId, peerReference } from '../fields.ts';

const time = z.number().int();
const count = z.number().int().min(0);

/** Most transfers in an answer: all that aren't over, in both directions, and the newest of the others. */
export const MOST_TRANSFERS = 2 * UNFINISHED + 200;

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
  /** Terminal of the other machine into whose folder files were sent; that folder and their names once they are there, as that machine says. */
  there: z
    .strictObject({ terminal: z.string(), folder: z.string().nullable(), names: z.array(z.string()).max(SHOWN_ROOTS) })
    .nullable(),
  /** Agent of this machine that sends it; null for a person, and for what comes. */
  agent: z.string().regex(AGENT_NAME).nullable(),
});
/** Transfer of files and folders between this machine and a peer. Times are ms since 1970. */
export type TransferView = z.infer<typeof transferView>;

const failure = z.strictObject({ path: z.string(), code: z.string() });
/** File or folder that is missing at the receiver, and why. */
export type TransferFailure = z.infer<typeof failure>;

/** Path on this machine; the agent checks that it is absolute. */
export const filePath = z.string().min(1).max(4096);
const reference = z.strictObject({ id: transferId });
/** Folder for received files. `isDefault`: no person has chosen it. */
export const transferInbox = z.strictObject({ folder: z.string().min(1).max(8192), isDefault: z.boolean() });

/** Calls about transfers of files. Part of `AGENT_CALLS`. */
export const TRANSFER_CALLS = {
  /** Queues files and folders for a peer; answers when that is stored. They are sent when the peer is there. */
  'transfers.send': {
    input: z.strictObject({
      peer: peerReference,
      paths: z.array(filePath).min(1).max(MOST_ROOTS),
      /** Name of the only file at the receiver. */
      name: z.string().min(1).max(255).optional(),
      /** Terminal on the peer, opened from here, into the folder of whose program they go. */
      terminal: z.string().min(1).max(64).optional(),
    }),
    output: transferView,
  },
  /** Returns the transfers that aren't over and the newest of the others, newest first. */
  'transfers.list': { input: none, output: z.array(transferView).max(MOST_TRANSFERS) },
  'transfers.get': {
    input: reference,
    output: z.strictObject({
      transfer: transferView,
      failures: z.array(failure).max(MOST_REPORTED),
      /** First file or folder of it on this machine; null until it is there. */
      path: z.string().nullable(),
    }),
  },
  'transfers.pause': { input: reference, output: transferView },
  /** Goes on with a paused transfer, or starts one again that was refused or has failed. */
  'transfers.go': { input: reference, output: transferView },
  /** Ends a transfer for good, at both ends. */
  'transfers.cancel': { input: reference, output: transferView },
  /** Removes a transfer that is over from the list. */
  'transfers.remove': { input: reference, output: none },
  /** Removes all transfers that are over from the list. */
  'transfers.clear': { input: none, output: none },
  /** Approves the request of a peer to send files, as `approvals.decide` does, and chooses the folder for it. */
  'transfers.accept': {
    input: z.strictObject({ approval: z.number().int(), into: filePath.optional() }),
    output: none,
  },
  /** While the call is open, files of this peer, or of any, that aren't here yet go into this folder. */
  'transfers.receive': { input: z.strictObject({ from: peerReference.optional(), into: filePath }), output: none },
  /** Returns the folder for received files, which has one folder for each peer. */
  'transfers.inbox': { input: none, output: transferInbox },
  /** Changes that folder; null for the default. What is there already stays. */
  'transfers.setInbox': { input: z.strictObject({ folder: filePath.nullable() }), output: transferInbox },
  /**
   * Creates an empty private file for contents that are to be sent. It is removed with its transfer; without one the caller removes it. Fails like
   * `transfers.send` if nothing can be sent to `peer`.
   */
  'transfers.spool': {
    input: z.strictObject({ peer: peerReference.optional() }),
    output: z.strictObject({ path: z.string() }),
  },
} as const;

/**
 * Calls that name a path of this machine, or open one for writing. A window never makes them: its page has no paths but those that a person has chosen
 * in a dialog of the system or dropped, and the program around the window makes the call for it.
 */
export const PATH_CALLS = [
  'messages.sendFiles',
  'agents.sendFiles',
  'agents.setFiles',
  'transfers.send',
  'transfers.accept',
  'transfers.receive',
  'transfers.setInbox',
  'transfers.spool',
  'folders.put',
  'folders.share',
] as const;

/** Events about transfers. */
export const TRANSFER_EVENTS = {
  /** Transfers that have changed. Sent at most four times a second. */
  'transfers.changed': z.array(transferView).max(MOST_TRANSFERS),
  /** Transfers that are no longer listed. */
  'transfers.removed': z.array(transferId).max(MOST_TRANSFERS),
} as const;
