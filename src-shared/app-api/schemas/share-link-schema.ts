import * as z from 'zod';
import { none, peerReference } from '../fields.ts';

/** Shortest, default and longest life of a share link, seconds. */
export const SHARE_LIFE = { shortest: 60, default: 3600, longest: 86_400 } as const;

const terminal = z.string().regex(/^[0-9a-f]{32}$/);
const shortId = z.string().regex(/^[0-9a-f]{8}$/);
const role = z.enum(['view', 'type']);
const time = z.number().int().min(0);

const guest = z.strictObject({
  /** ID on this device. */
  id: shortId,
  /** Name that the guest has chosen, cleaned. */
  name: z.string().min(1).max(64),
  words: z.tuple([z.string(), z.string(), z.string(), z.string()]),
  /** `waiting` for a person here, `in`, or let in and `away`. */
  state: z.enum(['waiting', 'in', 'away']),
  since: time,
  /** Time of the last typed key, ms since 1970; null before the first. */
  typedAt: time.nullable(),
});
/** Guest of a share link. */
export type GuestView = z.infer<typeof guest>;

const shareLink = z.strictObject({
  /** ID on this device. */
  id: shortId,
  /** Number among the links to the same terminal; stays while the link lives. */
  number: z.number().int().min(1),
  /** Device that runs the terminal; null for this one. */
  peerId: z.string().max(64).nullable(),
  terminal,
  title: z.string().max(256),
  role,
  /** The link with its secret: everyone who has it can ask to come in. */
  url: z.string().max(400),
  createdAt: time,
  expiresAt: time,
  /** Only one guest is let in. */
  once: z.boolean(),
  /** Viewers come in without a person's answer. */
  letIn: z.boolean(),
  guests: z.array(guest).max(64),
});
/** Share link of this device. */
export type ShareLinkView = z.infer<typeof shareLink>;

/**
 * Calls about share links: a guest in a browser watches one terminal, or types into it. Part of `AGENT_CALLS`. Links are kept in memory only, so they
 * end with the agent.
 */
export const SHARE_LINK_CALLS = {
  /** Opens a link to a terminal that runs here (`peer` null), or that this device has open on a peer. */
  'shareLink.create': {
    input: z.strictObject({
      peer: peerReference.nullable(),
      terminal,
      role,
      seconds: z.number().int().min(SHARE_LIFE.shortest).max(SHARE_LIFE.longest).optional(),
      once: z.boolean().optional(),
      letIn: z.boolean().optional(),
    }),
    output: shareLink,
  },
  'shareLink.list': { input: none, output: z.array(shareLink).max(64) },
  /** Ends a link, and what its guests do, within a second. */
  'shareLink.end': { input: z.strictObject({ id: shortId }), output: none },
  /** Lets a waiting guest in, or declines it. */
  'shareLink.answer': { input: z.strictObject({ guest: shortId, letIn: z.boolean() }), output: none },
  /** Sends a guest away. */
  'shareLink.remove': { input: z.strictObject({ guest: shortId }), output: none },
} as const;

/** Events about share links. */
export const SHARE_LINK_EVENTS = {
  'shareLink.changed': z.array(shareLink).max(64),
} as const;
