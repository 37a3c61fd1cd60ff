import * as z from 'zod';
import { approvalFacts } from './approval-schema.ts';
import { none } from '../fields.ts';

/**
 * History between this device and others: who, which device and what for, never what was typed or shown. Stored on this device only. Times are ms
 * since 1970.
 */

export const HISTORY_KINDS = ['terminal', 'shared', 'forward', 'prompt', 'approval', 'path'] as const;
const historyKind = z.enum(HISTORY_KINDS);
/**
 * `shared`: a watched terminal. `forward`: connections of one rule, or of one peer to one target. `approval`: a decision of a person here. `path`: a
 * change of a link's path.
 */
export type HistoryKind = z.infer<typeof historyKind>;

const time = z.number().int();

const historyEntry = z.strictObject({
  id: z.string().max(80),
  kind: historyKind,
  /** `in`: another device used this one; `out`: this one used another. */
  direction: z.enum(['in', 'out']),
  /** Null for a gateway, and where only the name is known. */
  peerId: z.string().max(64).nullable(),
  /** Name at that time. */
  peerName: z.string().max(128),
  /** Program, target, path or request. */
  detail: z.string().max(8192),
  facts: approvalFacts,
  startedAt: time,
  /** Null while it lasts, and where the end is unknown because the agent ended before. */
  endedAt: time.nullable(),
  open: z.boolean(),
  /** Outcome or reason by name, or an error code; null if there is nothing to say. */
  outcome: z.string().max(64).nullable(),
  /** Number of connections that the entry stands for. */
  count: z.number().int().min(1),
});
export type HistoryEntry = z.infer<typeof historyEntry>;

export const SESSION_CALLS = {
  /** Newest first by beginning. `more`: older entries match too. */
  'history.list': {
    input: z.strictObject({
      /** Name or ID of a peer, also a forgotten one; names are compared as of that time. */
      peer: z.string().min(1).max(128).optional(),
      kinds: z.array(historyKind).min(1).max(HISTORY_KINDS.length).optional(),
      /** Entries that lasted until this time or later, and began before the other. */
      since: time.optional(),
      until: time.optional(),
      /** Words that names and details contain, in any order. */
      text: z.string().max(200).optional(),
      limit: z.number().int().min(1).max(5000),
    }),
    output: z.strictObject({ entries: z.array(historyEntry).max(5000), more: z.boolean() }),
  },
  /** Forgets finished entries. Decided approvals are stored elsewhere and stay. */
  'history.clear': { input: none, output: none },
} as const;

export const SESSION_EVENTS = {
  /** Something began or ended; sent at most once a second. */
  'history.changed': none,
} as const;
