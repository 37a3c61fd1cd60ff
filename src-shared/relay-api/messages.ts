import * as z from 'zod';
import { RELAY_LIMITS } from './limits.ts';

/**
 * The relay's control connection, versions 1 and 2: one JSON object a text message, one schema for both ends (PROTOCOL section 7). Binary messages
 * are early data (`early-data.ts`). Unknown types and unknown fields are refused: within a version nothing is added silently.
 */

const base64url = (bytes: number) =>
  z
    .string()
    .max(Math.ceil((bytes * 4) / 3))
    .regex(/^[A-Za-z0-9_-]*$/);
const exactly = (bytes: number) => base64url(bytes).length(Math.ceil((bytes * 4) / 3));
/** Canonical text form of a peer id; its check characters are verified by `parsePeerId` where the id is used. */
const peer = z.string().regex(/^[0-9A-HJKMNP-TV-Z]{56}$/);
/** Chosen by the initiator, 16 random bytes, hexadecimal. Unique per initiator; the relay's tables are keyed by (device, connection). */
const connection = z.string().regex(/^[0-9a-f]{32}$/);
const project = z.string().regex(/^[0-9a-f]{32}$/);
/** Version 1 knows no pending members: the relay calls them members there. */
const projectRole = z.enum(['owner', 'member', 'pending']);
const nameplate = z.string().regex(/^[0-9A-HJKMNP-TV-Z]{4}$/);
/** Mailbox of the link form: 16 bytes derived from the link's secret, hexadecimal. */
const mailboxId = z.string().regex(/^[0-9a-f]{32}$/);
const handshake = base64url(RELAY_LIMITS.handshakeMessage).min(1);
const word = z
  .string()
  .max(64)
  .regex(/^[a-z0-9.-]+$/);
const text = z.string().max(512);
/** Ties an answer to a request on the same connection. */
const request = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

export const REFUSE_REASONS = [
  'unknown',
  'offline',
  'refused',
  'busy',
  'timeout',
  'rate',
  'self',
  'limit',
  'gone',
] as const;
/** Why a `connect` failed: `unknown` also where the two share no project, so that membership cannot be probed. */
const refuseReason = z.enum(REFUSE_REASONS);
export type RefuseReason = z.infer<typeof refuseReason>;

/** `fatal` ones close the connection; the client retries by itself only those of `retry`. */
export const RELAY_ERROR_CODES = [
  // authentication and admission: never retried by itself
  'version',
  'signature',
  'relay-mismatch',
  'certificate',
  'admission',
  'enrolment',
  'removed',
  'replaced',
  // passing
  'rate',
  'busy',
  'timeout',
  'shutdown',
  // the client's mistake
  'format',
  'order',
  'not-allowed',
  'limit',
  'nameplate',
  'mailbox',
] as const;
const errorCode = z.enum(RELAY_ERROR_CODES);
export type RelayErrorCode = z.infer<typeof errorCode>;

/** Messages from an agent, or a joiner, to the relay. */
export const agentMessage = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('hello'),
    version: z.number().int().min(1).max(255),
    certificate: base64url(512),
    nonce: exactly(32),
    /** Key the client believes the relay has: pinned if it has a pin, else the announced one. */
    relayKey: exactly(32),
    authority: z.string().min(3).max(300),
    tlsPin: z.union([exactly(32), z.literal('')]),
    /** A `joiner` is not admitted: it may claim one mailbox and nothing else. */
    role: z.enum(['agent', 'joiner']),
    signature: exactly(64),
    /** Only while the relay does not know the device: HMAC by the admission token. */
    admission: exactly(32).optional(),
    /** Only while the relay does not know the device as a member: enrolments by inviters, encoded. */
    enrolments: z.array(base64url(1024)).max(8).optional(),
    /** Name and version of the client's software, for the relay's own lists; peers never see it. */
    software: z.string().max(64).optional(),
  }),
  z.strictObject({ type: z.literal('connect'), connection, to: peer, message1: handshake }),
  z.strictObject({ type: z.literal('accept'), connection, message2: handshake }),
  z.strictObject({ type: z.literal('refuse'), connection, reason: z.enum(['refused', 'busy']) }),
  /** Either side gives the connection up before or after it is joined. */
  z.strictObject({ type: z.literal('cancel'), connection }),
  /** Ends this side's early data: `bytes` were sent over the control connection, the rest goes over the data connection. */
  z.strictObject({
    type: z.literal('early-end'),
    connection,
    bytes: z.number().int().min(0).max(RELAY_LIMITS.earlyData),
  }),

  /** Code form: without `mailbox` the relay chooses a nameplate; link form: with the derived id. `deposit` is the inviter's sid half. */
  z.strictObject({ type: z.literal('mailbox-open'), request, mailbox: mailboxId.optional(), deposit: exactly(16) }),
  z.strictObject({
    type: z.literal('mailbox-claim'),
    request,
    nameplate: nameplate.optional(),
    mailbox: mailboxId.optional(),
  }),
  z.strictObject({ type: z.literal('mailbox-send'), body: base64url(RELAY_LIMITS.mailboxMessage).min(1) }),
  z.strictObject({ type: z.literal('mailbox-close') }),

  /** A member hands in the enrolment it signed for a new device. */
  z.strictObject({ type: z.literal('enrol'), request, enrolment: base64url(1024) }),
  z.strictObject({ type: z.literal('remove'), request, removal: base64url(1024) }),
]);
export type AgentMessage = z.infer<typeof agentMessage>;

/** Messages from the relay to an agent. */
export const relayMessage = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('challenge'),
    versions: z.array(z.number().int().min(1).max(255)).min(1).max(8),
    /** Ed25519 public key of the relay. */
    relayKey: exactly(32),
    nonce: exactly(32),
    /** Admission of new devices, so that a client can ask its user for the token beforehand. */
    admission: z.enum(['token', 'open']),
  }),
  z.strictObject({
    type: z.literal('welcome'),
    version: z.number().int().min(1).max(255),
    /** Ed25519 by the relay over `welcomeTranscript`. */
    signature: exactly(64),
    projects: z.array(z.strictObject({ id: project, role: projectRole })).max(64),
    /** Devices of those projects that are online now. */
    online: z.array(peer).max(10_000),
    pingInterval: z.number().int().min(1000).max(120_000),
    /** Address this client was seen from, `host`; shown only to its user. */
    observedAddress: z.string().max(64),
    /** UDP port of this relay's host that answers STUN requests (RFC 8489); left out where none does. */
    stun: z.number().int().min(1).max(65_535).optional(),
  }),
  z.strictObject({
    type: z.literal('error'),
    code: errorCode,
    message: text,
    fatal: z.boolean(),
    request: request.optional(),
    /** ms to wait before another try. */
    retryAfter: z.number().int().min(0).max(3_600_000).optional(),
  }),
  z.strictObject({ type: z.literal('presence'), peer, online: z.boolean() }),

  z.strictObject({ type: z.literal('incoming'), connection, from: peer, message1: handshake }),
  /** Sent to the initiator. The ticket is bound to the receiver's peer ID. */
  z.strictObject({ type: z.literal('accepted'), connection, message2: handshake, ticket: exactly(32) }),
  /** Sent to the target once its `accept` was handled. */
  z.strictObject({ type: z.literal('attach'), connection, ticket: exactly(32) }),
  z.strictObject({ type: z.literal('refused'), connection, reason: refuseReason }),
  z.strictObject({
    type: z.literal('early-end'),
    connection,
    bytes: z.number().int().min(0).max(RELAY_LIMITS.earlyData),
  }),
  /** The connection has ended: the other side cancelled or left, or a ticket expired. */
  z.strictObject({ type: z.literal('closed'), connection, reason: word }),

  z.strictObject({
    type: z.literal('mailbox-opened'),
    request,
    nameplate: nameplate.optional(),
    expiresIn: z.number().int().min(0),
  }),
  /** Sent to the joiner; `deposit` is the inviter's half of the sid. */
  z.strictObject({ type: z.literal('mailbox-claimed'), request, deposit: exactly(16) }),
  /** Sent to the inviter when a joiner has claimed the mailbox. */
  z.strictObject({ type: z.literal('mailbox-joined') }),
  z.strictObject({ type: z.literal('mailbox-message'), body: base64url(RELAY_LIMITS.mailboxMessage).min(1) }),
  z.strictObject({ type: z.literal('mailbox-closed'), reason: z.enum(['other-side', 'expired', 'limit', 'done']) }),

  z.strictObject({ type: z.literal('ok'), request }),
  z.strictObject({
    type: z.literal('projects'),
    projects: z.array(z.strictObject({ id: project, role: projectRole })).max(64),
  }),
  /** Come back in `reconnectIn` ms and keep trying for `tryFor` ms before telling anybody. */
  z.strictObject({
    type: z.literal('restarting'),
    reconnectIn: z.number().int().min(0),
    tryFor: z.number().int().min(0),
  }),
]);
export type RelayMessage = z.infer<typeof relayMessage>;
