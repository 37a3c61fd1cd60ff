import * as z from 'zod';
import { wishedName, none, peerId, peerReference } from '../fields.ts';
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

/** The peers of this device: who they are, how they are reached, what they may do here. Times are milliseconds since 1970. */

/** What a peer may do on this device (X7); the list grows with the features. */
export const RIGHTS = ['terminal', 'view', 'relay', 'forward', 'prompt'] as const;
export const right = z.enum(RIGHTS);
export type Right = z.infer<typeof right>;

/** `ask` puts a request before the person at this device, and is what holds where nothing was decided; `deny` refuses at once. */
const decision = z.enum(['allow', 'ask', 'deny']);
export type RightDecision = z.infer<typeof decision>;

const grant = z.strictObject({ decision, expiresAt: z.number().int().nullable() });
export type Grant = z.infer<typeof grant>;

/** What a device runs on, as it says itself. */
export const PEER_SYSTEMS = ['linux', 'macos', 'windows', 'other'] as const;
const peerSystem = z.enum(PEER_SYSTEMS);
export type PeerSystem = z.infer<typeof peerSystem>;

/** Four words, the same on both screens. */
export const pairingWords = z.array(z.string()).length(4);

const pairingView = z.strictObject({
  words: pairingWords,
  /** A person here has confirmed that both screens show them. */
  compared: z.boolean(),
  /** Rights that count from then on, and allow nothing before. */
  pending: z.partialRecord(right, grant),
});
export type PairingView = z.infer<typeof pairingView>;

export const peerView = z.strictObject({
  peerId,
  name: z.string(),
  /** What it runs on; left out before it has said so. */
  system: peerSystem.optional(),
  /** First group of the id, for display only. */
  shortId: z.string(),
  /** C3. The path of the link where there is one, `relay` where the peer is known to be online; else `offline`. */
  path: z.enum([...pathKind.options, 'offline']),
  /** How the link runs; null without one. */
  link: linkView.nullable(),
  pathMode,
  /** The peers through which alone the link may run, one after the other; empty where none was chosen. */
  pathVia: z.array(z.strictObject({ peerId, name: z.string() })).max(MOST_HOPS),
  /** How the way through `pathVia` stands; without it nothing is to be told of it. */
  passage: routeStatus.optional(),
  /** A person here has said that it is a device of the same person: it may take over terminals here of the others that are. */
  own: z.boolean(),
  online: z.boolean(),
  linked: z.boolean(),
  /** Smoothed round trip of the link, ms. */
  rtt: z.number().nullable(),
  /** Address of the path's next hop, `host:port`. */
  address: z.string().nullable(),
  /** The last try to reach it directly since this agent began; left out where there was none. */
  tried: z.strictObject({ at: z.number().int(), addresses: z.array(triedAddress).max(MOST_TRIED) }).optional(),
  safetyNumber: z.string(),
  /** Value that counts now. */
  rights: z.record(right, grant),
  /** The latest pairing by code or link; left out for a peer that was added otherwise. */
  pairing: pairingView.optional(),
  /** The peer has not finished its pairing: it is removed then, unless it connects. */
  unfinishedUntil: z.number().int().optional(),
  pairedAt: z.number().int(),
  lastSeenAt: z.number().int().nullable(),
});
export type PeerView = z.infer<typeof peerView>;

export const PEER_CALLS = {
  /** `measure`: link to online peers and ping them first, within about two seconds. */
  'peers.list': { input: z.strictObject({ measure: z.boolean().optional() }), output: z.array(peerView) },
  'peers.get': { input: z.strictObject({ peer: peerReference }), output: peerView },
  'peers.rename': { input: z.strictObject({ peer: peerReference, name: wishedName }), output: peerView },
  /** Whether the peer is a device of the same person. Only a person says so, never a peer. */
  'peers.setOwn': { input: z.strictObject({ peer: peerReference, own: z.boolean() }), output: peerView },
  'peers.forget': { input: z.strictObject({ peer: peerReference }), output: none },
  /** One round trip; links first where needed. */
  'peers.ping': {
    input: z.strictObject({ peer: peerReference, timeout: z.number().int().min(100).max(60_000).optional() }),
    output: pathView,
  },

  /** `via`: only through that peer, or these one after the other, whatever the mode; left out, through none in particular. */
  'peers.setPathMode': {
    input: z.strictObject({
      peer: peerReference,
      mode: pathMode,
      via: z.union([peerReference, z.array(peerReference).min(1).max(MOST_HOPS)]).optional(),
    }),
    output: peerView,
  },
  /** Tries at once what a link would try later; without a link, links. Answers before it is known what comes of it. */
  'peers.reconnect': { input: z.strictObject({ peer: peerReference }), output: none },

  'rights.set': {
    input: z.strictObject({ peer: peerReference, right, decision, expiresAt: z.number().int().nullable() }),
    output: peerView,
  },
} as const;

export const PEER_EVENTS = {
  'peers.changed': z.array(peerView),
  /** A peer was removed since it has not finished its pairing in time. */
  'peers.unfinished': z.strictObject({ name: z.string() }),
} as const;
