import * as z from 'zod';
import { approvalFacts } from './approval-schema.ts';
import { none } from '../fields.ts';

/**
 * What happened between this device and others, with a beginning and an end: who, which device, what for, never what was typed or shown. Kept
 * on this device only. Times are milliseconds since 1970.
 */

export const HISTORY_KINDS = ['terminal', 'shared', 'forward', 'prompt', 'approval', 'path'] as const;
const historyKind = z.enum(HISTORY_KINDS);
/**
 * `shared`: a terminal that somebody looked on at. `forward`: connections of one rule, or of one peer to one target. `approval`: what a person
 * here decided. `path`: a link runs another way.
 */
export type HistoryKind = z.infer<typeof historyKind>;

const time = z.number().int();

const historyEntry = z.strictObject({
  id: z.string().max(80),
  kind: historyKind,
  /** `in`: another device used this one; `out`: this one used another. */
  direction: z.enum(['in', 'out']),
  /** Null for a gateway, and for who is known by a name only. */
  peerId: z.string().max(64).nullable(),
  /** As it was called then. */
  peerName: z.string().max(128),
  /** A program, a target, a path, or what was asked for. */
  detail: z.string().max(8192),
  facts: approvalFacts,
  startedAt: time,
  /** Null while it goes on, and where the end is not known because the agent ended before. */
  endedAt: time.nullable(),
  open: z.boolean(),
  /** How it ended: an outcome or reason by its name, or a key of `ERROR_TEXTS`; null where there is nothing to say. */
  outcome: z.string().max(64).nullable(),
  /** Connections, where it stands for several. */
  count: z.number().int().min(1),
});
export type HistoryEntry = z.infer<typeof historyEntry>;

export const SESSION_CALLS = {
  /** Newest first, by when it began. `more`: others fit that are older. */
  'history.list': {
    input: z.strictObject({
      /** Name or id of a peer, also of one that was forgotten; names are compared as they were then. */
      peer: z.string().min(1).max(128).optional(),
      kinds: z.array(historyKind).min(1).max(HISTORY_KINDS.length).optional(),
      /** What went on at that time or later, and before that time. */
      since: time.optional(),
      until: time.optional(),
      /** Words that are all found in the names and details. */
      text: z.string().max(200).optional(),
      limit: z.number().int().min(1).max(5000),
    }),
    output: z.strictObject({ entries: z.array(historyEntry).max(5000), more: z.boolean() }),
  },
  /** Forgets what is over. What is shown of approvals is kept elsewhere and stays. */
  'history.clear': { input: none, output: none },
} as const;

export const SESSION_EVENTS = {
  /** Something began or ended; told at most once a second. */
  'history.changed': none,
} as const;
