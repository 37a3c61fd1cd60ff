import * as z from 'zod';
import { peerId } from '../fields.ts';
import { right } from './peer-schema.ts';

/** What peers ask for, and a person here answers. Times are milliseconds since 1970. */

/**
 * Everything that decides what would happen, besides what the request's `detail` says. Each is shown, named, next to the detail, so that no
 * words of a peer can pass for it or push it out of sight.
 */
export const APPROVAL_FACTS = [
  /** Folder in which a program would start, where every link leads. */
  'folder',
  /** Folder as the peer has named it, where that leads to another one. */
  'asked',
  /** File of a program, where the command names it by a path that leads elsewhere. */
  'program',
  /** Account of this machine that a program would run as. */
  'user',
  /** Program of a terminal that names no command. */
  'shell',
  /** TERM of a program. */
  'term',
  /** Beginning of a terminal's id, and its title. */
  'terminal',
  /** Device that is to look on. */
  'viewer',
  /** Id of the device that would be reached. */
  'device',
  'gateway',
  /** Conversation that a prompt would go on with. */
  'session',
  /** Method of a gateway that a workflow calls. */
  'method',
  /** Values for a workflow, as JSON. */
  'values',
] as const;
const approvalFact = z.strictObject({ fact: z.enum(APPROVAL_FACTS), value: z.string() });
export type ApprovalFact = Readonly<z.infer<typeof approvalFact>>;
/** Missing where there are none, and in what was decided before requests had any. */
export const approvalFacts = z.array(approvalFact).max(APPROVAL_FACTS.length).readonly().optional();

const approvalView = z.strictObject({
  id: z.number().int(),
  kind: z.literal('right'),
  peerId,
  peerName: z.string(),
  right,
  /** What exactly is asked, such as the command line; what cannot be seen is marked. Never cut while it waits. */
  detail: z.string(),
  facts: approvalFacts,
  requestedAt: z.number().int(),
  expiresAt: z.number().int(),
  state: z.enum(['pending', 'approved', 'denied', 'ignored', 'expired', 'withdrawn']),
  decidedAt: z.number().int().nullable(),
  /** Why, where the person has said so. */
  reason: z.string().max(512).optional(),
  /** It waits, and no person here has compared the words of this peer's pairing: it may be another device than it says, and can only be refused. */
  uncompared: z.literal(true).optional(),
});
export type ApprovalView = z.infer<typeof approvalView>;

export const APPROVAL_CALLS = {
  'approvals.list': { input: z.strictObject({ all: z.boolean().optional() }), output: z.array(approvalView) },
  'approvals.decide': {
    input: z.strictObject({
      id: z.number().int(),
      /** `approve` fails with `peer.uncompared` before the words of the peer are confirmed. `not-now` refuses this request; `ignore` also refuses all later ones of this peer for this right. */
      decision: z.enum(['approve', 'not-now', 'ignore']),
      /** With `approve`: also grant the right for good. */
      remember: z.boolean().optional(),
      /** Why; kept with what was decided, on this device only. */
      reason: z.string().max(512).optional(),
    }),
    output: approvalView,
  },
} as const;

export const APPROVAL_EVENTS = {
  'approvals.changed': z.array(approvalView),
} as const;
