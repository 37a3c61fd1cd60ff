import * as z from 'zod';
import { requestedName, none, peerId, peerReference } from '../fields.ts';
import {
  linkView,
  MOST_HOPS,
  MOST_TRIED,
  routeStatus,
  pathKind,
  pathMode,
  pathView,
  triedAddress,
} from './link-schema.ts';

/** Peers of this device: identity, path and permissions here. Times are ms since 1970. */

/** Rights that a peer may have on this device. */
export const RIGHTS = ['terminal', 'view', 'relay', 'forward', 'prompt'] as const;
export const right = z.enum(RIGHTS);
export type Right = z.infer<typeof right>;

/** `ask` asks the person at this device, and is the default; `deny` rejects at once. */
const decision = z.enum(['allow', 'ask', 'deny']);
export type RightDecision = z.infer<typeof decision>;

const grant = z.strictObject({ decision, expiresAt: z.number().int().nullable() });
export type Grant = z.infer<typeof grant>;

/** Operating system that a device reports. */
export const PEER_SYSTEMS = ['linux', 'macos', 'windows', 'other'] as const;
const peerSystem = z.enum(PEER_SYSTEMS);
export type PeerSystem = z.infer<typeof peerSystem>;

/** Four words, equal on both screens. */
export const pairingWordList = z.array(z.string()).length(4);

const pairingView = z.strictObject({
  words: pairingWordList,
  /** A person here has confirmed that both screens show the same words. */
  compared: z.boolean(),
  /** Rights that apply after the confirmation, and allow nothing before. */
  pending: z.partialRecord(right, grant),
});
export type PairingView = z.infer<typeof pairingView>;

export const peerView = z.strictObject({
  peerId,
  name: z.string(),
  /** Operating system; left out before the peer has reported it. */
  system: peerSystem.optional(),
  /** First group of the ID, for display only. */
  shortId: z.string(),
  /** Path of the link if there is one, `relay` if the peer is known to be online, otherwise `offline`. */
  path: z.enum([...pathKind.options, 'offline']),
  /** State of the link; null without one. */
  link: linkView.nullable(),
  pathMode,
  /** Hops that the link is restricted to, in order; empty without a restriction. */
  pathVia: z.array(z.strictObject({ peerId, name: z.string() })).max(MOST_HOPS),
  /** State of the route through `pathVia`; left out if there is nothing to report. */
  passage: routeStatus.optional(),
  /** A person here has marked it as their own device: it may take over terminals of their other devices. */
  own: z.boolean(),
  online: z.boolean(),
  linked: z.boolean(),
  /** Smoothed round trip of the link, ms. */
  rtt: z.number().nullable(),
  /** Address of the path's next hop, `host:port`. */
  address: z.string().nullable(),
  /** Last attempt to reach it directly since this agent started; left out without one. */
  tried: z.strictObject({ at: z.number().int(), addresses: z.array(triedAddress).max(MOST_TRIED) }).optional(),
  safetyNumber: z.string(),
  /** Current grants. */
  rights: z.record(right, grant),
  /** Latest pairing by code or link; left out for a peer added otherwise. */
  pairing: pairingView.optional(),
  /** Time at which the peer is removed unless it finishes its pairing by connecting. */
  unfinishedUntil: z.number().int().optional(),
  pairedAt: z.number().int(),
  lastSeenAt: z.number().int().nullable(),
});
export type PeerView = z.infer<typeof peerView>;

export const PEER_CALLS = {
  /** `measure` links to online peers and pings them first, for about two seconds. */
  'peers.list': { input: z.strictObject({ measure: z.boolean().optional() }), output: z.array(peerView) },
  'peers.get': { input: z.strictObject({ peer: peerReference }), output: peerView },
  'peers.rename': { input: z.strictObject({ peer: peerReference, name: requestedName }), output: peerView },
  /** Marks the peer as the person's own device. Only a person does so, never a peer. */
  'peers.setOwn': { input: z.strictObject({ peer: peerReference, own: z.boolean() }), output: peerView },
  'peers.forget': { input: z.strictObject({ peer: peerReference }), output: none },
  /** Measures one round trip; links first if needed. */
  'peers.ping': {
    input: z.strictObject({ peer: peerReference, timeout: z.number().int().min(100).max(60_000).optional() }),
    output: pathView,
  },

  /** `via` restricts the link to these hops in order, whatever the mode; left out removes the restriction. */
  'peers.setPathMode': {
    input: z.strictObject({
      peer: peerReference,
      mode: pathMode,
      via: z.union([peerReference, z.array(peerReference).min(1).max(MOST_HOPS)]).optional(),
    }),
    output: peerView,
  },
  /** Retries a link now, or starts one. Answers before the result is known. */
  'peers.reconnect': { input: z.strictObject({ peer: peerReference }), output: none },

  'rights.set': {
    input: z.strictObject({ peer: peerReference, right, decision, expiresAt: z.number().int().nullable() }),
    output: peerView,
  },
} as const;

export const PEER_EVENTS = {
  'peers.changed': z.array(peerView),
  /** A peer was removed because it didn't finish its pairing in time. */
  'peers.unfinished': z.strictObject({ name: z.string() }),
} as const;
