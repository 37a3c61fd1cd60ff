import * as z from 'zod';
import {
  agentGrant,
  BROWSER_LIVES,
  forgottenBecause,
  MOST_HOPS,
  MOST_SHARED_FOLDERS,
  PATH_MODES,
  PEER_SYSTEMS,
  RIGHTS,
  sendLimit,
  sharedFolder,
  targetPattern,
  terminalProfile,
  MOST_AGENT_GRANTS,
  type AgentGrant,
  type BrowserLife,
  type Grant,
  type PathMode,
  type PeerSystem,
  type Right,
  type SharedFolderView,
  type TargetPattern,
  type TerminalProfile,
  type ForgottenBecause,
} from '#shared/app-api/index.ts';
import { fromBase64Url, toBase64Url } from '#shared/bytes/index.ts';
import { INTRODUCED_RIGHTS, type IntroducedRight, type PeerId } from '#shared/identity/index.ts';
import { cardAddress, MOST_CARDS } from '#shared/wake-on-lan/index.ts';
import type { DocumentDefinition } from '../core/store/index.ts';

/** Stored record of one peer, of which `PeerBook` returns immutable copies. Times in ms since 1970 unless stated otherwise. */
export type PeerRecord = Readonly<{
  peerId: PeerId;
  /** Ed25519 public key, 32 bytes. Its pin is permanent. */
  signingKey: Uint8Array;
  /** X25519 public key of the current certificate, 32 bytes. */
  staticKey: Uint8Array;
  generation: number;
  /** Start of the current certificate's validity, seconds since 1970. Shows which of two certificates is newer. */
  notBefore: number;
  /** Current certificate as received. */
  certificate: Uint8Array;
  /** Local name, unique on this device. */
  name: string;
  pairedAt: number;
  lastSeenAt: number | null;
  /** Decisions of the person at this device; a missing right is undecided. */
  grants: Readonly<Partial<Record<Right, Grant>>>;
  /** Pairing words and their state; null for a peer paired by peer ID, or by a version without pairing words. */
  pairing: PairingRecord | null;
  /** Targets that the peer may reach through this device, in addition to its right `forward`. */
  targets: readonly TargetPattern[];
  /** Decisions about messages to agents of this device, each in place of that about the right `message`; undefined for none. */
  agents?: readonly AgentGrant[] | undefined;
  /** Folders that are shared with the peer, as far as its right `files` lets it use them; undefined for none. */
  folders?: readonly SharedFolderView[] | undefined;
  /** Rights whose requests the person ignores. */
  ignoredRequests: readonly Right[];
  /** Time at which an inviter's pin is removed unless a link authenticates; null for a permanent pin. */
  provisionalUntil: number | null;
  /** Peer ID of the device that enrolled the peer at the relay; null if unknown. */
  enrolledBy: PeerId | null;
  /** True if the person here has marked the peer as their own device. It may take over terminals of the person's other devices. */
  own: boolean;
  /** Paths that links to the peer may use. */
  pathMode: PathMode;
  /** Hops to the peer, in order; empty for none. */
  via: readonly PeerId[];
  /** Each `host:port` at which the peer was reached directly, newest first. */
  addresses: readonly string[];
  /** Operating system that the peer has named; null if unknown. */
  system: PeerSystem | null;
  /** MAC addresses of the network cards that the peer has named; undefined for none. */
  cards?: readonly string[] | undefined;
  /** Group in which the person lists the peer; null for none. */
  group: string | null;
  /** True for one of the person's favourites. */
  favourite: boolean;
  /** Place in the person's order of all peers; null until the person has moved one. */
  position: number | null;
  /** Time at which the person last used the peer, ms since 1970; null for never. */
  usedAt: number | null;
  /** Newest report of the relay that the peer was removed from the project; null for none. */
  departure: DepartureRecord | null;
  /** Time at which the peer said that it has removed this device; undefined unless it has, and hasn't linked or paired since. */
  forgottenAt?: number | undefined;
  /** Why it says that it has removed this device; undefined if it doesn't say. */
  forgottenBecause?: ForgottenBecause | undefined;
  /** Look and start of terminals on the peer; undefined unless a person has set it. */
  terminalProfile?: TerminalProfile | undefined;
  /** Lifetime of a browser; undefined for a machine. */
  browser?: BrowserRecord | undefined;
  /** Introducer of the peer, and the time at which the peer is removed; undefined if a person here has paired it. */
  introduced?: Readonly<{ by: PeerId; endsAt: number }> | undefined;
  /** Rights that the peer may give to newcomers that it introduces; undefined for none. */
  handsOn?: readonly IntroducedRight[] | undefined;
}>;

/** Lifetime of a browser here, by the clock of this device. */
export type BrowserRecord = Readonly<{
  life: BrowserLife;
  /** Time at which the peer is removed, and with it its rights. */
  endsAt: number;
  /** Set if it may see and answer the requests that wait here. */
  answers?: true | undefined;
}>;

/** Relay's report that a peer was removed, and the person's decision about it. Until then the peer is denied everything: it's suspended. */
export type DepartureRecord = Readonly<{
  /** Time of the removal by the relay's clock, ms since 1970. Tells whether a report is about another removal. */
  at: number;
  /** Time of the first report. */
  reportedAt: number;
  /** True once a person here has let the peer back in. */
  readmitted: boolean;
}>;

/** State of the comparison of the pairing words. */
export type PairingRecord = Readonly<{
  words: readonly string[];
  /** True once a person has confirmed that both screens show these words. */
  compared: boolean;
  /** Rights that become `grants` when the words are confirmed. Until then they have no effect. */
  pending: Readonly<Partial<Record<Right, Grant>>>;
}>;

/** Reports whether the person here still has to compare the peer's pairing words. */
export function isUncompared({ pairing }: Pick<PeerRecord, 'pairing'>): boolean {
  return pairing?.compared === false;
}

/** Reports whether the peer is denied everything until a person here decides, because the relay reported its removal. */
export function isSuspended({ departure }: Pick<PeerRecord, 'departure'>): boolean {
  return departure?.readmitted === false;
}

/** Most target patterns of one peer. */
export const MOST_TARGETS = 256;

/** Most addresses kept of a peer. */
export const MOST_ADDRESSES = 4;

const key = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
const peerId = z.string().regex(/^[0-9A-HJKMNP-TV-Z]{56}$/);
const right = z.enum(RIGHTS);
const time = z.number().int();

const storedGrants = z.partialRecord(
  right,
  // The limit is missing for none.
  z.strictObject({
    decision: z.enum(['allow', 'ask', 'deny']),
    expiresAt: time.nullable(),
    most: sendLimit.optional(),
  }),
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
  // Missing in documents of versions that did not require a comparison. Their grants stay in effect.
  pairing: z
    .strictObject({
      words: z.array(z.string().min(1).max(32)).length(4),
      compared: z.boolean(),
      pending: storedGrants,
    })
    .nullable()
    .default(null),
  ignoredRequests: z.array(right).max(RIGHTS.length),
  // Missing in documents of versions without forwards.
  targets: z.array(targetPattern).max(MOST_TARGETS).default([]),
  // Missing for none.
  agents: z.array(agentGrant).max(MOST_AGENT_GRANTS).optional(),
  // Missing for none.
  folders: z.array(sharedFolder).max(MOST_SHARED_FOLDERS).optional(),
  provisionalUntil: time.nullable(),
  enrolledBy: peerId.nullable(),
  // Missing in documents of versions without this mark.
  own: z.boolean().default(false),
  // Missing in documents of versions without direct paths.
  pathMode: z.enum(PATH_MODES).default('auto'),
  // One peer, or null, in documents of versions with a single hop.
  via: z
    .union([z.array(peerId).max(MOST_HOPS), peerId.nullable().transform((one) => (one === null ? [] : [one]))])
    .default([]),
  addresses: z.array(z.string().max(80)).max(MOST_ADDRESSES).default([]),
  // Missing in documents of earlier versions. An unknown value of a later version reads as null.
  system: z.enum(PEER_SYSTEMS).nullable().catch(null).default(null),
  // Missing for none. Invalid ones are named again.
  cards: z.array(cardAddress).max(MOST_CARDS).optional().catch(undefined),
  // Missing in documents of versions without an order of peers.
  group: z.string().min(1).max(64).nullable().default(null),
  favourite: z.boolean().default(false),
  position: z.number().int().min(0).nullable().default(null),
  usedAt: time.nullable().default(null),
  // Missing in documents of versions without reports of the relay.
  departure: z.strictObject({ at: time, reportedAt: time, readmitted: z.boolean() }).nullable().default(null),
  // Missing unless the peer has removed this device.
  forgottenAt: time.optional(),
  // Missing unless the peer has said why. An unknown value of a later version reads as missing.
  forgottenBecause: forgottenBecause.optional().catch(undefined),
  // Missing unless a person has set it. An unknown value of a later version reads as missing.
  terminalProfile: terminalProfile.optional().catch(undefined),
  // Missing for machines.
  browser: z
    .strictObject({ life: z.enum(BROWSER_LIVES), endsAt: time, answers: z.literal(true).optional() })
    .optional(),
  // Missing unless another peer has introduced it.
  introduced: z.strictObject({ by: peerId, endsAt: time }).optional(),
  // Missing for none.
  handsOn: z.array(z.enum(INTRODUCED_RIGHTS)).max(INTRODUCED_RIGHTS.length).optional(),
});
type StoredPeer = z.infer<typeof storedPeer>;

const peersDocument = z.strictObject({ peers: z.array(storedPeer).max(10_000) });
/** Contents of the document `peers`. */
export type PeersDocument = z.infer<typeof peersDocument>;

/** Format of the document `peers`. */
export const PEERS_DOCUMENT: DocumentDefinition<PeersDocument> = {
  name: 'peers',
  version: 1,
  schema: peersDocument,
  migrations: {},
  initial: () => ({ peers: [] }),
};

/** Converts a record to its form in the document. */
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
    agents: record.agents?.map((grant) => ({ ...grant })),
    folders: record.folders?.map((folder) => ({ ...folder })),
    targets: record.targets.map((target) => ({ ...target })),
    addresses: [...record.addresses],
    cards: record.cards && [...record.cards],
    handsOn: record.handsOn && [...record.handsOn],
    departure: record.departure === null ? null : { ...record.departure },
  };
}

/** Converts a stored peer to a record. */
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
    introduced: stored.introduced as PeerRecord['introduced'],
  };
}

/** Returns an immutable copy that shares nothing with the original. */
export function copyRecord(record: PeerRecord): PeerRecord {
  return Object.freeze(copyOf(record));
}

/** Copies a value of a record: each check of a right copies one, and `structuredClone` takes ten times as long. */
function copyOf<Value>(value: Value): Value {
  if (value instanceof Uint8Array) return value.slice() as Value;
  if (Array.isArray(value)) return value.map((item: unknown) => copyOf(item)) as Value;
  if (typeof value !== 'object' || value === null) return value;
  const copy: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) copy[key] = copyOf(item);
  return copy as Value;
}

function definedGrants(grants: StoredPeer['grants']): Partial<Record<Right, Grant>> {
  const defined: Partial<Record<Right, Grant>> = {};
  for (const right of RIGHTS) {
    const grant = grants[right];
    if (grant !== undefined) defined[right] = grant;
  }
  return defined;
}
