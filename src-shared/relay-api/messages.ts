import * as z from 'zod';
import { RELAY_LIMITS } from './limits.ts';

const base64url = (bytes: number) =>
  z
    .string()
    .max(Math.ceil((bytes * 4) / 3))
    .regex(/^[A-Za-z0-9_-]*$/);
const exactly = (bytes: number) => base64url(bytes).length(Math.ceil((bytes * 4) / 3));
/** Peer ID in canonical form. `parsePeerId` verifies its check characters when the ID is used. */
const peer = z.string().regex(/^[0-9A-HJKMNP-TV-Z]{56}$/);
/**
 * ID that the initiator gives a connection: 16 random bytes, hexadecimal. Unique for that initiator only, so the relay indexes connections by device
 * and ID.
 */
const connection = z.string().regex(/^[0-9a-f]{32}$/);
const project = z.string().regex(/^[0-9a-f]{32}$/);
/** Role of a device in a project. In version 1 of the protocol the relay reports `pending` members as `member`. */
const projectRole = z.enum(['owner', 'member', 'pending']);
const nameplate = z.string().regex(/^[0-9A-HJKMNP-TV-Z]{4}$/);
/** ID of a mailbox for a link: 16 bytes derived from the link's secret, hexadecimal. */
const mailboxId = z.string().regex(/^[0-9a-f]{32}$/);
/** ID of a share: 16 bytes derived from the secret of its link, hexadecimal. */
const shareId = z.string().regex(/^[0-9a-f]{32}$/);
const handshake = base64url(RELAY_LIMITS.handshakeMessage).min(1);
const word = z
  .string()
  .max(64)
  .regex(/^[a-z0-9.-]+$/);
const text = z.string().max(512);
/** Number that assigns an answer to its request on the same connection. */
const request = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
/** Mailbox of this connection: the number of the request that opened or claimed it here. Every message about a mailbox names it since version 5. */
const box = request.optional();

/** Roles of clients. Version 3 added `browser` and `guest` (PROTOCOL section 7.2). */
export const RELAY_ROLES = ['agent', 'joiner', 'browser', 'guest'] as const;
export type RelayRole = (typeof RELAY_ROLES)[number];
/** Address of a `message`: the peer ID of a device, or the name of an instance that isn't one of our devices. */
const address = z.union([peer, z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/)]);
/** URL of an instance of a relay cluster: `wss://host[:port]`. A client parses it with `parseRelayUrl` before it dials. */
const instanceUrl = z
  .string()
  .max(300)
  .regex(/^wss?:\/\/[^\s/?#@]+$/);
/** Most characters of the name in a request to be added. */
const MOST_NAME = 64;
/** Fields with which a device describes itself when it asks to be added. */
const addRequest = { name: z.string().min(1).max(MOST_NAME), system: z.enum(['linux', 'macos', 'windows', 'other']) };
const messageBody = base64url(RELAY_LIMITS.messageBody).min(1);

/** Reasons why a `connect` failed. `unknown` is also returned if the two devices share no project, so that a stranger can't test membership. */
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
const refuseReason = z.enum(REFUSE_REASONS);
export type RefuseReason = z.infer<typeof refuseReason>;

/**
 * Reasons why a `message` or an `add-request` was not delivered. `version`: the recipient's software can't receive messages. `step-up`: no session of the
 * account gave its password or a passkey lately.
 */
export const MESSAGE_REFUSALS = ['unknown', 'offline', 'busy', 'rate', 'self', 'gone', 'version', 'step-up'] as const;
const messageRefusal = z.enum(MESSAGE_REFUSALS);
export type MessageRefusal = z.infer<typeof messageRefusal>;

/** Error codes of the relay. An error marked `fatal` closes the connection. The client retries automatically only after temporary errors. */
export const RELAY_ERROR_CODES = [
  // Authentication and admission: never retried automatically.
  'version',
  'signature',
  'relay-mismatch',
  'certificate',
  'admission',
  'enrolment',
  'removed',
  'replaced',
  /** A guest was refused: nothing is shared here. Since version 3. */
  'share',
  // Temporary.
  'rate',
  'busy',
  'timeout',
  'shutdown',
  // Errors of the client.
  'format',
  'order',
  'not-allowed',
  'limit',
  'nameplate',
  'mailbox',
] as const;
const errorCode = z.enum(RELAY_ERROR_CODES);
export type RelayErrorCode = z.infer<typeof errorCode>;

/**
 * Messages from an agent or a joiner to the relay, on the control connection: one JSON object per text message, protocol versions 1 to 5 (PROTOCOL section
 * 7). Both ends check messages with these schemas and reject unknown types and fields; `versionOf` tells which version a message needs. Binary
 * messages are early data (`early-data.ts`).
 */
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
    /**
     * A `joiner` isn't admitted to the relay: it may use one mailbox and nothing else. A `browser` is a device whose software is a web page; a `guest`
     * is a web page that may reach one shared terminal.
     */
    role: z.enum(RELAY_ROLES),
    signature: exactly(64),
    /** HMAC by the admission token; sent only if the relay doesn't know the device. */
    admission: exactly(32).optional(),
    /** Encoded enrolments by inviters; sent only if the relay doesn't know the device as a member. */
    enrolments: z.array(base64url(1024)).max(8).optional(),
    /** Ticket that makes the device a member of a project: its ID, and `enrolTicketProof` for this hello. Since version 3. */
    enrolTicket: z.strictObject({ id: exactly(16), proof: exactly(32) }).optional(),
    /** Share that a guest wants to reach. Since version 4. */
    share: shareId.optional(),
    /** Name and version of the client's software, for the relay's own lists. Peers never see it. */
    software: z.string().max(64).optional(),
  }),
  z.strictObject({ type: z.literal('connect'), connection, to: peer, message1: handshake }),
  z.strictObject({ type: z.literal('accept'), connection, message2: handshake }),
  z.strictObject({ type: z.literal('refuse'), connection, reason: z.enum(['refused', 'busy']) }),
  /** Either side gives the connection up, before or after both have attached. */
  z.strictObject({ type: z.literal('cancel'), connection }),
  /** Ends this side's early data: `bytes` were sent over the control connection, the rest follows on the data connection. */
  z.strictObject({
    type: z.literal('early-end'),
    connection,
    bytes: z.number().int().min(0).max(RELAY_LIMITS.earlyData),
  }),

  /**
   * Opens a mailbox. Without `mailbox`, for a code, the relay chooses a nameplate; for a link, `mailbox` is the derived ID. `deposit` is the
   * inviter's half of the session ID.
   */
  z.strictObject({ type: z.literal('mailbox-open'), request, mailbox: mailboxId.optional(), deposit: exactly(16) }),
  z.strictObject({
    type: z.literal('mailbox-claim'),
    request,
    nameplate: nameplate.optional(),
    mailbox: mailboxId.optional(),
  }),
  z.strictObject({ type: z.literal('mailbox-send'), box, body: base64url(RELAY_LIMITS.mailboxMessage).min(1) }),
  z.strictObject({ type: z.literal('mailbox-close'), box }),

  /** Submits the enrolment that a member has signed for a new device. */
  z.strictObject({ type: z.literal('enrol'), request, enrolment: base64url(1024) }),
  z.strictObject({ type: z.literal('remove'), request, removal: base64url(1024) }),

  // Since version 3:
  z.strictObject({ type: z.literal('ping') }),
  z.strictObject({ type: z.literal('pong') }),
  /** Sends a body to a device of a common project. Answered by `ok` once it is on its way to the recipient, or by `message-refused`. */
  z.strictObject({ type: z.literal('message'), request, to: address, body: messageBody }),

  // Since version 4:
  /** Opens a share, so that guests who know its ID may call this device. It lasts as long as this connection. Answered by `ok`. */
  z.strictObject({ type: z.literal('share-open'), request, share: shareId }),
  z.strictObject({ type: z.literal('share-close'), share: shareId }),
  /**
   * Asks the other devices of the account whose ticket admitted this one to add it. They show a card; nothing is granted by it. Answered by `ok` once it is
   * on its way to one of them, or by `message-refused`: `unknown` without such an account, `step-up` if none of its sessions gave
   * password or passkey within ten minutes, `offline` if none of its devices is online.
   */
  z.strictObject({ type: z.literal('add-request'), request, ...addRequest }),
]);
export type AgentMessage = z.infer<typeof agentMessage>;

/** Messages from the relay to an agent or a joiner, on the control connection. */
export const relayMessage = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('challenge'),
    versions: z.array(z.number().int().min(1).max(255)).min(1).max(8),
    /** Ed25519 public key of the relay. */
    relayKey: exactly(32),
    nonce: exactly(32),
    /** Admission of new devices. With `token`, the client asks its person for the admission token first. */
    admission: z.enum(['token', 'open']),
  }),
  z.strictObject({
    type: z.literal('welcome'),
    version: z.number().int().min(1).max(255),
    /** Ed25519 by the relay over `welcomeTranscript`. */
    signature: exactly(64),
    projects: z.array(z.strictObject({ id: project, role: projectRole })).max(64),
    /** Devices of these projects that are online. */
    online: z.array(peer).max(10_000),
    pingInterval: z.number().int().min(1000).max(120_000),
    /** Address from which the relay sees this client, shown only to its person. */
    observedAddress: z.string().max(64),
    /** UDP port of this relay that answers STUN requests (RFC 8489); undefined without one. */
    stun: z.number().int().min(1).max(65_535).optional(),
    /** Other names of this relay, for a client whose own one fails. `signature`: Ed25519 by the relay over `othersTranscript`. Since version 3. */
    others: z.strictObject({ urls: z.array(instanceUrl).min(1).max(8), signature: exactly(64) }).optional(),
    /** Device that a guest may call. Since version 4, for guests only. */
    host: peer.optional(),
  }),
  z.strictObject({
    type: z.literal('error'),
    code: errorCode,
    message: text,
    fatal: z.boolean(),
    request: request.optional(),
    /** Time to wait before a retry, ms. */
    retryAfter: z.number().int().min(0).max(3_600_000).optional(),
  }),
  z.strictObject({ type: z.literal('presence'), peer, online: z.boolean() }),

  /** `share`: the caller is a guest of this share. Since version 4. */
  z.strictObject({
    type: z.literal('incoming'),
    connection,
    from: peer,
    message1: handshake,
    share: shareId.optional(),
  }),
  /**
   * Sent to the initiator. The ticket is valid for the initiator's device only. `at` names the instance that joins the two sides; reserved, since
   * every instance takes the ticket. Since version 3.
   */
  z.strictObject({
    type: z.literal('accepted'),
    connection,
    message2: handshake,
    ticket: exactly(32),
    at: instanceUrl.optional(),
  }),
  /** Sent to the called device after its `accept`. */
  z.strictObject({ type: z.literal('attach'), connection, ticket: exactly(32), at: instanceUrl.optional() }),
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
  /** Sent to the joiner. `deposit` is the inviter's half of the session ID. */
  z.strictObject({ type: z.literal('mailbox-claimed'), request, deposit: exactly(16) }),
  /** Sent to the inviter when a joiner has claimed the mailbox. */
  z.strictObject({ type: z.literal('mailbox-joined'), box }),
  z.strictObject({ type: z.literal('mailbox-message'), box, body: base64url(RELAY_LIMITS.mailboxMessage).min(1) }),
  z.strictObject({
    type: z.literal('mailbox-closed'),
    box,
    reason: z.enum(['other-side', 'expired', 'limit', 'done']),
  }),

  z.strictObject({ type: z.literal('ok'), request }),
  z.strictObject({
    type: z.literal('projects'),
    projects: z.array(z.strictObject({ id: project, role: projectRole })).max(64),
  }),
  /** The relay restarts: the client reconnects after `reconnectIn` ms and retries for `tryFor` ms before it reports a problem. */
  z.strictObject({
    type: z.literal('restarting'),
    reconnectIn: z.number().int().min(0),
    tryFor: z.number().int().min(0),
  }),

  // Since version 3:
  z.strictObject({ type: z.literal('ping') }),
  z.strictObject({ type: z.literal('pong') }),
  z.strictObject({ type: z.literal('message'), from: address, body: messageBody }),
  z.strictObject({
    type: z.literal('message-refused'),
    request,
    reason: messageRefusal,
    /** Time to wait before a retry, ms. */
    retryAfter: z.number().int().min(0).max(3_600_000).optional(),
  }),
  /**
   * A device was removed from the project: its key, or the account or person that it belonged to. The client ends what the device does here, on
   * direct paths too, and denies it until a person decides. `at` is the time of the removal, Unix ms. The relay repeats it at each welcome; a person
   * decides once for each time.
   */
  z.strictObject({ type: z.literal('left'), peer, at: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER) }),

  // Since version 4:
  /** A device asks to be added. `account`: e-mail address of the account that admitted it, by the relay's word alone. */
  z.strictObject({ type: z.literal('add-requested'), from: peer, account: z.string().max(320), ...addRequest }),
]);
export type RelayMessage = z.infer<typeof relayMessage>;
