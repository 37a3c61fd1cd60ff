import * as z from 'zod';
import { approvalFacts } from './approval-schema.ts';
import { none } from '../fields.ts';

/**
 * Kinds of history entries. `shared`: a watched terminal. `forward`: connections of one rule, or of one peer to one target. `approval`: a decision of
 * a person here. `path`: a change of a link's path. `pairing`: a peer was added (`added`), paired again (`again`) or removed (`removed`). `permission`: the decision on a right of a peer has changed.
 * `relay`: this device uses another relay, or none.
 */
export const HISTORY_KINDS = [
  'terminal',
  'shared',
  'forward',
  'prompt',
  'approval',
  'path',
  'pairing',
  'permission',
  'relay',
] as const;
const historyKind = z.enum(HISTORY_KINDS);
export type HistoryKind = z.infer<typeof historyKind>;

const time = z.number().int();

const historyEntry = z.strictObject({
  id: z.string().max(80),
  kind: historyKind,
  /** `in`: another device used this one; `out`: this one used another. */
  direction: z.enum(['in', 'out']),
  /** Null for a gateway or a relay, or if only the name is known. */
  peerId: z.string().max(64).nullable(),
  /** Name at that time. */
  peerName: z.string().max(128),
  /** Programs of a terminal, the first one first; target, path, request, right and decision, or URL of a relay. */
  detail: z.string().max(8192),
  /** Name that the person has given a terminal here. */
  name: z.string().max(128).optional(),
  facts: approvalFacts,
  startedAt: time,
  /** Null while the entry is open, or if the end is unknown because the agent stopped first. */
  endedAt: time.nullable(),
  open: z.boolean(),
  /** Outcome or reason by name, or an error code; null if there is nothing to report. */
  outcome: z.string().max(64).nullable(),
  /** Number of connections that the entry combines. */
  count: z.number().int().min(1),
});
/** Entry of the history: one use of a device by another, or one decision or change. */
export type HistoryEntry = z.infer<typeof historyEntry>;

/**
 * Calls for the history: who used what on which device and when. It never contains typed or shown text and stays on this device. Part of
 * `AGENT_CALLS`. Times are ms since 1970.
 */
export const HISTORY_CALLS = {
  /** Lists entries, the latest beginning first. `more` is true if there are older entries that match. */
  'history.list': {
    input: z.strictObject({
      /** Name or ID of a peer, including a forgotten one. A name is compared with the peer's name at the time of the entry. */
      peer: z.string().min(1).max(128).optional(),
      kinds: z.array(historyKind).min(1).max(HISTORY_KINDS.length).optional(),
      /** Start of the period: includes entries that ended at this time or later. */
      since: time.optional(),
      /** End of the period: includes entries that began before this time. */
      until: time.optional(),
      /** Words that the name or detail of an entry must contain, in any order. */
      text: z.string().max(200).optional(),
      limit: z.number().int().min(1).max(5000),
    }),
    output: z.strictObject({ entries: z.array(historyEntry).max(5000), more: z.boolean() }),
  },
  /** Deletes finished entries. Decided approvals are stored elsewhere and remain. */
  'history.clear': { input: none, output: none },
} as const;

/** Event about the history. */
export const HISTORY_EVENTS = {
  /** An entry began or ended; sent at most once a second. */
  'history.changed': none,
} as const;
