import * as z from 'zod';
import { peerId } from '../fields.ts';
import { AGENT_NAME } from '../../messages/index.ts';
import { RIGHTS, sendLimit } from './peer-schema.ts';

/** Subjects about which a peer can ask the person at this device: a right, or with `use-relay` that this device uses the peer's relay. */
export const REQUESTED = [...RIGHTS, 'use-relay'] as const;
export type Requested = (typeof REQUESTED)[number];

/**
 * Facts about a request for approval, besides its `detail`, that decide the effect of an approval. The window shows each with its own label, so that
 * text chosen by the peer can't imitate or hide it.
 */
export const APPROVAL_FACTS = [
  /** Real folder in which a program would start, links resolved. */
  'folder',
  /** Folder as the peer named it, if it is a link to another one. */
  'asked',
  /** Real file of the program, if the command's path is a link to it. */
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
  /** SHA-256 of a relay's TLS key, 64 hexadecimal digits. */
  'pin',
  /** URL of the relay that this device uses now and would leave. */
  'instead',
  /** Permissions that a newcomer would get. */
  'rights',
  /** End of an introduction. */
  'until',
  /** Numbers of files and folders that would be sent, their size, free space for them here, and the folder into which they would go. */
  'files',
  'folders',
  'size',
  'free',
  'into',
  /** Shared folders that would be opened for reading only, if others would be opened for more. */
  'read-only',
  /** MAC addresses of the machine that would be woken. */
  'cards',
  /** Name that a guest of a share link has given; of one that has typed. In the history only, as the next one. */
  'guest',
  'guest-typed',
  /** Peer whose word an entry is. */
  'says',
  /** Agent of a foreign instance that writes, and the relay that alone vouches for it. */
  'sender',
  'vouches',
] as const;
const approvalFact = z.strictObject({ fact: z.enum(APPROVAL_FACTS), value: z.string() });
/** One fact of a request, with its value as text. */
export type ApprovalFact = Readonly<z.infer<typeof approvalFact>>;
/** Facts of a request; undefined if there are none, and in decisions that an earlier version stored. */
export const approvalFacts = z.array(approvalFact).max(APPROVAL_FACTS.length).readonly().optional();

/** Shortest approval with an end, ms. */
export const MIN_APPROVAL_DURATION = 60_000;
/** Longest approval with an end, ms: 30 days. */
export const MAX_APPROVAL_DURATION = 30 * 86_400_000;

/** Machine at which a request waits that this device may answer: its ID and name here. */
export const requestMachine = z.strictObject({ peerId, name: z.string() });

/** Request of a peer. */
export const approvalView = z.strictObject({
  id: z.number().int(),
  kind: z.literal('right'),
  peerId,
  peerName: z.string(),
  /** Right, or `use-relay`, which is approved for one request only and never ignored for good. */
  right: z.enum(REQUESTED),
  /** Exact request, such as the command line, with invisible characters marked. Never shortened while it is pending. */
  detail: z.string(),
  facts: approvalFacts,
  /** Agent to which the peer writes, set for the right `message` only. */
  agent: z.string().regex(AGENT_NAME).optional(),
  /** Bytes that would be sent, set on a pending request for the right `send` only. */
  size: z.number().int().min(0).optional(),
  requestedAt: z.number().int(),
  expiresAt: z.number().int(),
  state: z.enum(['pending', 'approved', 'denied', 'ignored', 'expired', 'withdrawn']),
  decidedAt: z.number().int().nullable(),
  /** Reason that the person has given. */
  reason: z.string().max(512).optional(),
  /** Set on an approval that also applies to later requests, until the person changes the permission. */
  always: z.literal(true).optional(),
  /** Set on an approval that also applies to later requests if it does so for `agent` only. */
  agentOnly: z.literal(true).optional(),
  /** Set on an approval that also applies to later requests until this time. */
  until: z.number().int().optional(),
  /** Set on an approval that also applies to later transfers, but only of up to so many bytes. */
  most: sendLimit.optional(),
  /**
   * Set on a pending request while no one here has compared the pairing words of the peer. The requester may then be another device, so the person
   * can only deny.
   */
  uncompared: z.literal(true).optional(),
  /** Set while the agent declines the same request without showing it, after "Decline": the end of that time, ms since 1970. */
  declinedUntil: z.number().int().optional(),
  /** Set if a plain relay made the request: the relay can read what it gets. */
  relayReads: z.literal(true).optional(),
  /** Set if a browser made the request. */
  browser: z.literal(true).optional(),
  /** Machine at which the request waits, if this device is a browser that answers for it. It is approved for once or declined there. */
  machine: requestMachine.optional(),
  /** Name of the browser in which a person has answered. */
  by: z.string().optional(),
});
/** Request of a peer, pending or decided. */
export type ApprovalView = z.infer<typeof approvalView>;

/** Calls that list and decide the requests of peers, part of `AGENT_CALLS`. Times are ms since 1970. */
export const APPROVAL_CALLS = {
  /** Lists pending requests; with `all` also the decided ones. */
  'approvals.list': { input: z.strictObject({ all: z.boolean().optional() }), output: z.array(approvalView) },
  'approvals.decide': {
    input: z.strictObject({
      id: z.number().int(),
      /**
       * `approve` fails with `peer.uncompared` until a person has confirmed the pairing words. `not-now` denies this request only; `ignore` also
       * denies all later requests of this peer for this right.
       */
      decision: z.enum(['approve', 'not-now', 'ignore']),
      /** With `approve`: also grants the right permanently, or only the requested target if the request names one that can be granted alone. */
      remember: z.boolean().optional(),
      /** With `remember` or `duration`: only for the agent to which the peer writes. Fails with `approval.no-agent` for other requests. */
      agentOnly: z.boolean().optional(),
      /**
       * With `approve`: also grants the right for this time, ms; what runs under it then ends. Fails with `approval.no-duration` for a request of one
       * target, with `approval.once-only` for an offer, and as `remember` with `approval.browser-asks` for a browser that is asked about each time.
       */
      duration: z.number().int().min(MIN_APPROVAL_DURATION).max(MAX_APPROVAL_DURATION).optional(),
      /** With `remember` or `duration`: only for transfers of up to so many bytes. Fails with `rights.no-size` for another right than `send`. */
      most: sendLimit.optional(),
      /** Reason, stored with the decision on this device only. */
      reason: z.string().max(512).optional(),
    }),
    output: approvalView,
  },
  /** Ends the time in which the same request as this one is declined without being shown, also that of an ignored one. Grants nothing. */
  'approvals.askAgain': { input: z.strictObject({ id: z.number().int() }), output: z.strictObject({}) },
} as const;

/** Event with all pending requests, sent after each change. */
export const APPROVAL_EVENTS = {
  'approvals.changed': z.array(approvalView),
} as const;
