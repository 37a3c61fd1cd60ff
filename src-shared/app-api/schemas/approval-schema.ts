import * as z from 'zod';
import { peerId } from '../fields.ts';
import { right } from './peer-schema.ts';

/** Requests of peers and the decisions of a person here. Times are ms since 1970. */

/**
 * Facts that determine what would happen, besides the request's `detail`. Each is shown with its name next to the detail, so that a peer's text can't
 * imitate it or push it out of sight.
 */
export const APPROVAL_FACTS = [
  /** Real folder in which a program would start, links resolved. */
  'folder',
  /** Folder as the peer named it, if it leads to another one. */
  'asked',
  /** Real file of a program, if the command names it by a path that leads elsewhere. */
  'program',
  /** Local account that would run a program. */
  'user',
  /** Program of a terminal without a command. */
  'shell',
  /** TERM of a program. */
  'term',
  /** Beginning of a terminal's ID, and its title. */
  'terminal',
  /** Device that would watch. */
  'viewer',
  /** ID of the device that would be reached. */
  'device',
  'gateway',
  /** Conversation that a prompt would continue. */
  'session',
  /** Gateway method that a workflow calls. */
  'method',
  /** Values for a workflow, as JSON. */
  'values',
] as const;
const approvalFact = z.strictObject({ fact: z.enum(APPROVAL_FACTS), value: z.string() });
export type ApprovalFact = Readonly<z.infer<typeof approvalFact>>;
/** Left out without facts, and in decisions of earlier versions. */
export const approvalFacts = z.array(approvalFact).max(APPROVAL_FACTS.length).readonly().optional();

const approvalView = z.strictObject({
  id: z.number().int(),
  kind: z.literal('right'),
  peerId,
  peerName: z.string(),
  right,
  /** Exact request, such as the command line, with invisible characters marked. Never shortened while it is pending. */
  detail: z.string(),
  facts: approvalFacts,
  requestedAt: z.number().int(),
  expiresAt: z.number().int(),
  state: z.enum(['pending', 'approved', 'denied', 'ignored', 'expired', 'withdrawn']),
  decidedAt: z.number().int().nullable(),
  /** Reason that the person has given. */
  reason: z.string().max(512).optional(),
  /** Set while pending and nobody here has compared the words of the peer's pairing: it may be another device, so the request can only be denied. */
  uncompared: z.literal(true).optional(),
});
export type ApprovalView = z.infer<typeof approvalView>;

export const APPROVAL_CALLS = {
  'approvals.list': { input: z.strictObject({ all: z.boolean().optional() }), output: z.array(approvalView) },
  'approvals.decide': {
    input: z.strictObject({
      id: z.number().int(),
      /**
       * `approve` fails with `peer.uncompared` before the peer's words are confirmed. `not-now` denies this request; `ignore` also denies all later
       * ones of this peer for this right.
       */
      decision: z.enum(['approve', 'not-now', 'ignore']),
      /** With `approve`: also grants the right permanently. */
      remember: z.boolean().optional(),
      /** Reason, stored with the decision on this device only. */
      reason: z.string().max(512).optional(),
    }),
    output: approvalView,
  },
} as const;

export const APPROVAL_EVENTS = {
  'approvals.changed': z.array(approvalView),
} as const;
