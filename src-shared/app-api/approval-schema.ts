import * as z from 'zod';
import { peerId } from './fields.ts';
import { right } from './peer-schema.ts';

/** What peers ask for, and a person here answers. Times are milliseconds since 1970. */

const approvalView = z.strictObject({
  id: z.number().int(),
  kind: z.literal('right'),
  peerId,
  peerName: z.string(),
  right,
  /** What exactly is asked, such as the command line; control characters removed. */
  detail: z.string(),
  requestedAt: z.number().int(),
  expiresAt: z.number().int(),
  state: z.enum(['pending', 'approved', 'denied', 'ignored', 'expired', 'withdrawn']),
  decidedAt: z.number().int().nullable(),
  /** Why, where the person has said so. */
  reason: z.string().max(512).optional(),
});
export type ApprovalView = z.infer<typeof approvalView>;

export const APPROVAL_CALLS = {
  'approvals.list': { input: z.strictObject({ all: z.boolean().optional() }), output: z.array(approvalView) },
  'approvals.decide': {
    input: z.strictObject({
      id: z.number().int(),
      /** `not-now` refuses this request; `ignore` also refuses all later ones of this peer for this right. */
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
