import * as z from 'zod';
import {
  MOST_HOPS,
  PATH_MODES,
  PEER_SYSTEMS,
  RIGHTS,
  targetPattern,
  type Grant,
  type PathMode,
  type PeerSystem,
  type Right,
  type TargetPattern,
} from '#shared/app-api/index.ts';
import { fromBase64Url, toBase64Url } from '#shared/bytes/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { DocumentDefinition } from '../core/store/index.ts';

/** Record of one peer. Records are copies: changing one changes nothing. */
export type PeerRecord = Readonly<{
  peerId: PeerId;
  /** Ed25519 public key, pinned for good, 32 bytes. */
  signingKey: Uint8Array;
  /** X25519 public key of the current certificate, 32 bytes. */
  staticKey: Uint8Array;
  generation: number;
  /** Seconds since 1970 from which the current certificate holds; tells the newer of two. */
  notBefore: number;
  /** The current certificate as received. */
  certificate: Uint8Array;
  /** Local name, unique, chosen here. */
  name: string;
  pairedAt: number;
  lastSeenAt: number | null;
  /** Decisions of the person at this device; a missing right is undecided. */
  grants: Readonly<Partial<Record<Right, Grant>>>;
  /** Four words of the latest pairing by code or link; null for a peer added otherwise, or by a version that kept none. */
  pairing: PairingRecord | null;
  /** Targets that it may reach through this device, in addition to its right `forward`. */
  targets: readonly TargetPattern[];
  /** Rights whose requests the person ignores. */
  ignoredRequests: readonly Right[];
  /** Time at which the pin of an inviter lapses unless a link authenticates, ms since 1970; null for a permanent pin. */
  provisionalUntil: number | null;
  /** Peer ID of the device that enrolled it at the relay; null if unknown. */
  enrolledBy: PeerId | null;
  /** True for a device of the same person, as set here: it may take over terminals of the person's other devices. */
  own: boolean;
  /** Paths that links to it may use. */
  pathMode: PathMode;
  /** Hops to use, in order; empty for none. */
  via: readonly PeerId[];
  /** Addresses at which it was reached directly, `host:port`, newest first. */
  addresses: readonly string[];
  /** System it says it runs on; null before it has said so. */
  system: PeerSystem | null;
}>;

/** State of comparing the four words. */
export type PairingRecord = Readonly<{
  words: readonly string[];
  /** True once a person has confirmed that both screens show these words. */
  compared: boolean;
  /** Rights that become `grants` when the words are confirmed. Nothing else reads them: until then they allow nothing. */
  pending: Readonly<Partial<Record<Right, Grant>>>;
}>;

/** Reports whether no person here has confirmed yet who this peer is. */
export function isUncompared({ pairing }: Pick<PeerRecord, 'pairing'>): boolean {
  return pairing?.compared === false;
}

/** Most target patterns of one peer. */
export const MOST_TARGETS = 256;

/** Most addresses kept of a peer: at home, at work, by cable, by radio. */
export const MOST_ADDRESSES = 4;

const key = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
const peerId = z.string().regex(/^[0-9A-HJKMNP-TV-Z]{56}$/);
const right = z.enum(RIGHTS);
const time = z.number().int();

const storedGrants = z.partialRecord(
  right,
  z.strictObject({ decision: z.enum(['allow', 'ask', 'deny']), expiresAt: time.nullable() }),
);

const storedPeer = z.strictObject({
  peerId,
  signingKey: key,
  staticKey: key,
  generation: z.number().int().min(1).max(0xffff_ffff),
  notBefore: z.number().int().min(0),
  certificate: z
    .string()
    .regex(/^[A-Za-z0-9_-]+$/)
    .max(4096),
  name: z.string().min(1).max(64),
  pairedAt: time,
  lastSeenAt: time.nullable(),
  grants: storedGrants,
  // Missing in documents from before words had to be confirmed: what was allowed then stays so.
  pairing: z
    .strictObject({
      words: z.array(z.string().min(1).max(32)).length(4),
      compared: z.boolean(),
      pending: storedGrants,
    })
    .nullable()
    .default(null),
  ignoredRequests: z.array(right).max(RIGHTS.length),
  // Missing in documents from before there were forwards.
  targets: z.array(targetPattern).max(MOST_TARGETS).default([]),
  provisionalUntil: time.nullable(),
  enrolledBy: peerId.nullable(),
  // Missing in documents from before a device could be marked so.
  own: z.boolean().default(false),
  // Missing in documents from before there were direct paths.
  pathMode: z.enum(PATH_MODES).default('auto'),
  // One peer, or null, in documents from before there were several.
  via: z
    .union([z.array(peerId).max(MOST_HOPS), peerId.nullable().transform((one) => (one === null ? [] : [one]))])
    .default([]),
  addresses: z.array(z.string().max(80)).max(MOST_ADDRESSES).default([]),
  // Missing in documents from before devices told it; a word of a later version is nothing to lose the document for.
  system: z.enum(PEER_SYSTEMS).nullable().catch(null).default(null),
});
type StoredPeer = z.infer<typeof storedPeer>;

const peersDocument = z.strictObject({ peers: z.array(storedPeer).max(10_000) });
export type PeersDocument = z.infer<typeof peersDocument>;

export const PEERS_DOCUMENT: DocumentDefinition<PeersDocument> = {
  name: 'peers',
  version: 1,
  schema: peersDocument,
  migrations: {},
  initial: () => ({ peers: [] }),
};

export function toStored(record: PeerRecord): StoredPeer {
  return {
    ...record,
    signingKey: toBase64Url(record.signingKey),
    staticKey: toBase64Url(record.staticKey),
    certificate: toBase64Url(record.certificate),
    via: [...record.via],
    grants: { ...record.grants },
    pairing:
      record.pairing === null
        ? null
        : { ...record.pairing, words: [...record.pairing.words], pending: { ...record.pairing.pending } },
    ignoredRequests: [...record.ignoredRequests],
    targets: record.targets.map((target) => ({ ...target })),
    addresses: [...record.addresses],
  };
}

export function fromStored(stored: StoredPeer): PeerRecord {
  return {
    ...stored,
    peerId: stored.peerId as PeerId,
    signingKey: fromBase64Url(stored.signingKey),
    staticKey: fromBase64Url(stored.staticKey),
    certificate: fromBase64Url(stored.certificate),
    grants: definedGrants(stored.grants),
    pairing: stored.pairing === null ? null : { ...stored.pairing, pending: definedGrants(stored.pairing.pending) },
    enrolledBy: stored.enrolledBy as PeerId | null,
    via: stored.via as PeerId[],
  };
}

/** Returns a copy that shares nothing with the original. */
export function copyRecord(record: PeerRecord): PeerRecord {
  return Object.freeze(structuredClone(record));
}

function definedGrants(grants: StoredPeer['grants']): Partial<Record<Right, Grant>> {
  const defined: Partial<Record<Right, Grant>> = {};
  for (const right of RIGHTS) {
    const grant = grants[right];
    if (grant !== undefined) defined[right] = grant;
  }
  return defined;
}
