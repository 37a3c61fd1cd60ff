import { givenName } from '../app-api/index.ts';
import { assertNever } from '../assert-never.ts';
import { ByteReader, ByteWriter } from '../bytes/index.ts';
import { FormatError } from '../errors.ts';
import { RELAY_LIMITS } from '../relay-api/index.ts';
import { CPACE_POINT_BYTES } from './cpace.ts';
import { PairingError } from './errors.ts';
import { isRelayUrl, KEY_BYTES, LONGEST_URL } from './relay-fields.ts';
import type { BrowserMark, RelayOffer } from './types.ts';
import { safeParse } from '../safe-parse.ts';

/** Version of the pairing protocol. The prologue of the handshake contains it, so both sides must use the same one. */
export const PAIRING_VERSION = 1;
/** Length of each side's half of the session ID, bytes. */
export const SID_BYTES = 16;
/** Length of each input of the pairing words, bytes: the joiner's commitment and the nonces. */
export const SHARE_BYTES = 32;

/** Length of Noise message 1, bytes: ephemeral key, tag of the empty payload. */
const NOISE_1_BYTES = 32 + 16;
/** Length of Noise message 2, bytes: ephemeral key, encrypted static key, tag of the empty payload. */
const NOISE_2_BYTES = 32 + 48 + 16;
const TAG_BYTES = 16;

const LONGEST_CERTIFICATE = 512;
const LONGEST_NAME = 256;
const LONGEST_ENROLMENT = 1024;
const MOST_GRANTS = 16;
/** Wire numbers of the marks of a browser. A machine writes none. */
const MARKS = { kept: 1, tab: 2 } as const satisfies Record<BrowserMark, number>;
const GRANT_PATTERN = /^[a-z][a-z0-9-]{0,31}$/;

/**
 * Messages that the two sides of a pairing exchange through the mailbox, in this order. The first byte of each is its type. "By hand" means adding a
 * peer by its ID.
 *
 * | type | from | content |
 * | --- | --- | --- |
 * | 1 hello | joiner | version, form, [CPace point], the joiner's half of the sid, Noise message 1 |
 * | 2 answer | inviter | form, [CPace point], Noise message 2 |
 * | 3 proof | joiner | Noise message 3: commitment to the joiner's nonce, self-description |
 * | 4 welcome | inviter | record: inviter's nonce, self-description |
 * | 5 confirmed | joiner | record: `confirmed`, joiner's nonce; by hand also its name |
 * | 6 done | inviter | record: `done`; by hand also name and enrolment |
 * | 7 agreed | joiner | record: `agreed`; by hand only |
 * | 8 kept | joiner | record: `kept` after the joiner stored the pairing, `not kept` if it couldn't; earlier versions don't send it |
 * | 127 failure | both | reason; not authenticated; may replace any message |
 */
export type PairingMessage =
  | Readonly<{ type: 'hello'; sid: Uint8Array; point: Uint8Array | undefined; noise: Uint8Array }>
  | Readonly<{ type: 'answer'; point: Uint8Array | undefined; noise: Uint8Array }>
  | Sealed<'proof'>
  | Sealed<'welcome'>
  | Sealed<'confirmed'>
  | Sealed<'done'>
  | Sealed<'agreed'>
  | Sealed<'kept'>
  | Readonly<{ type: 'failure'; reason: FailureReason }>;

type Sealed<Type extends string> = Readonly<{ type: Type; sealed: Uint8Array }>;

/** Reason in a `failure` message. */
export type FailureReason = 'wrong-code' | 'cancelled' | 'version' | 'internal' | 'self' | 'timeout' | 'refused';

const TYPES = {
  hello: 1,
  answer: 2,
  proof: 3,
  welcome: 4,
  confirmed: 5,
  done: 6,
  agreed: 7,
  kept: 8,
  failure: 127,
} as const;
const FORM_CODE = 1;
const FORM_LINK = 2;
const REASONS: readonly FailureReason[] = [
  'wrong-code',
  'cancelled',
  'version',
  'internal',
  'self',
  'timeout',
  'refused',
];

/** Encodes a message. Pure. @throws {RangeError} if a part has an invalid size, or if the message is too long for the mailbox */
export function encodePairingMessage(message: PairingMessage): Uint8Array {
  const writer = new ByteWriter(1024).u8(TYPES[message.type]);
  switch (message.type) {
    case 'hello':
      requireSize(message.sid, SID_BYTES);
      requireSize(message.noise, NOISE_1_BYTES);
      writer.u8(PAIRING_VERSION);
      writePoint(writer, message.point).bytes(message.sid).bytes(message.noise);
      break;
    case 'answer':
      requireSize(message.noise, NOISE_2_BYTES);
      writePoint(writer, message.point).bytes(message.noise);
      break;
    case 'proof':
    case 'welcome':
    case 'confirmed':
    case 'done':
    case 'agreed':
    case 'kept':
      writer.bytes(message.sealed);
      break;
    case 'failure':
      writer.u8(REASONS.indexOf(message.reason) + 1);
      break;
    default:
      return assertNever(message);
  }
  if (writer.length > RELAY_LIMITS.mailboxMessage) throw new RangeError('a pairing message is too long');
  return writer.finish();
}

/**
 * Decodes a message strictly: exact sizes, no trailing bytes. Arrays are views of `body`.
 * @throws {FormatError}
 * @throws {PairingError} `pairing.version` for a `hello` of another version
 */
export function decodeMessage(body: Uint8Array): PairingMessage {
  if (body.length > RELAY_LIMITS.mailboxMessage) throw new FormatError('format.long', 'a pairing message is too long');
  const reader = new ByteReader(body);
  const type = reader.u8();
  switch (type) {
    case TYPES.hello: {
      if (reader.u8() !== PAIRING_VERSION) {
        throw new PairingError('pairing.version', 'the other side speaks another version of pairing');
      }
      const point = readPoint(reader);
      const sid = reader.bytes(SID_BYTES);
      return finished(reader, { type: 'hello', point, sid, noise: reader.bytes(NOISE_1_BYTES) });
    }
    case TYPES.answer: {
      const point = readPoint(reader);
      return finished(reader, { type: 'answer', point, noise: reader.bytes(NOISE_2_BYTES) });
    }
    case TYPES.proof:
      return { type: 'proof', sealed: readSealed(reader) };
    case TYPES.welcome:
      return { type: 'welcome', sealed: readSealed(reader) };
    case TYPES.confirmed:
      return { type: 'confirmed', sealed: readSealed(reader) };
    case TYPES.done:
      return { type: 'done', sealed: readSealed(reader) };
    case TYPES.agreed:
      return { type: 'agreed', sealed: readSealed(reader) };
    case TYPES.kept:
      return { type: 'kept', sealed: readSealed(reader) };
    case TYPES.failure: {
      const reason = REASONS[reader.u8() - 1];
      if (reason === undefined) throw malformed();
      return finished(reader, { type: 'failure', reason });
    }
    default:
      throw malformed();
  }
}

/** Reports whether a message is a well-formed hello of that form, with which a joiner begins a run. Never throws. */
export function isHello(body: Uint8Array, form: 'code' | 'link'): boolean {
  try {
    const message = decodeMessage(body);
    return message.type === 'hello' && (message.point !== undefined) === (form === 'code');
  } catch {
    return false;
  }
}

/** Encrypted content of the messages `proof` and `welcome`: one side's identity and the rights that it grants the other. */
export type Introduction = Readonly<{
  /** Input of the words, 32 bytes: the joiner's commitment to its nonce, or the inviter's nonce. */
  share: Uint8Array;
  certificate: Uint8Array;
  name: string;
  /** Names of rights. A later version may send unknown ones. */
  grants: readonly string[];
  /** The joiner's enrolment; only the inviter sends it. */
  enrolment: Uint8Array | undefined;
  /** The inviter's relay, or null for none, over a direct connection; undefined in all others. */
  relay?: RelayOffer | null;
  /** Set if the side is a browser. */
  browser?: BrowserMark | undefined;
}>;

/** Encodes a self-description. @throws {RangeError} if a part is too large */
export function encodeIntroduction(introduction: Introduction): Uint8Array {
  const { share, certificate, name, grants, enrolment } = introduction;
  if (!isIntroduction(introduction)) throw new RangeError('an introduction does not fit its bounds');
  const writer = new ByteWriter(512).bytes(share).prefixed(certificate).text(name).u8(grants.length);
  for (const grant of grants) writer.text(grant);
  if (enrolment === undefined) writer.u8(0);
  else writer.u8(1).prefixed(enrolment);
  if (introduction.relay !== undefined) writeRelay(writer, introduction.relay);
  if (introduction.browser !== undefined) writer.u8(MARKS[introduction.browser]);
  return writer.finish();
}

/**
 * Decodes a self-description.
 * @param namesRelay true for the inviter's self-description over a direct connection
 * @throws {FormatError}
 */
export function decodeIntroduction(bytes: Uint8Array, namesRelay = false): Introduction {
  const reader = new ByteReader(bytes);
  const share = reader.bytes(SHARE_BYTES);
  const certificate = reader.prefixed(LONGEST_CERTIFICATE);
  const name = reader.text(LONGEST_NAME);
  const count = reader.u8();
  if (count > MOST_GRANTS) throw malformed();
  const grants: string[] = [];
  for (let index = 0; index < count; index += 1) grants.push(reader.text(32));
  const flag = reader.u8();
  if (flag > 1) throw malformed();
  const enrolment = flag === 1 ? reader.prefixed(LONGEST_ENROLMENT) : undefined;
  const relay = namesRelay ? { relay: readRelay(reader) } : {};
  const mark = reader.remaining === 0 ? {} : { browser: readMark(reader) };
  const introduction = finished(reader, { share, certificate, name, grants, enrolment, ...relay, ...mark });
  if (!isIntroduction(introduction)) throw malformed();
  return introduction;
}

function readMark(reader: ByteReader): BrowserMark {
  const mark = reader.u8();
  if (mark === MARKS.kept) return 'kept';
  if (mark === MARKS.tab) return 'tab';
  throw malformed();
}

function writeRelay(writer: ByteWriter, relay: RelayOffer | null): void {
  if (relay === null) {
    writer.u8(0);
    return;
  }
  const { url, relayKey, tlsPin } = relay;
  if (!isRelayUrl(url)) throw new RangeError('an introduction does not fit its bounds');
  requireSize(relayKey, KEY_BYTES);
  writer.u8(1).text(url).bytes(relayKey);
  if (tlsPin === undefined) writer.u8(0);
  else {
    requireSize(tlsPin, KEY_BYTES);
    writer.u8(1).bytes(tlsPin);
  }
}

function readRelay(reader: ByteReader): RelayOffer | null {
  const readFlag = (): boolean => {
    const flag = reader.u8();
    if (flag > 1) throw malformed();
    return flag === 1;
  };
  if (!readFlag()) return null;
  const url = reader.text(LONGEST_URL);
  if (!isRelayUrl(url)) throw malformed();
  const relayKey = reader.bytes(KEY_BYTES).slice();
  return { url, relayKey, tlsPin: readFlag() ? reader.bytes(KEY_BYTES).slice() : undefined };
}

function isIntroduction({ share, certificate, name, grants, enrolment }: Introduction): boolean {
  return (
    share.length === SHARE_BYTES &&
    certificate.length > 0 &&
    certificate.length <= LONGEST_CERTIFICATE &&
    safeParse(givenName, name).success &&
    grants.length <= MOST_GRANTS &&
    new Set(grants).size === grants.length &&
    grants.every((grant) => GRANT_PATTERN.test(grant)) &&
    (enrolment === undefined || (enrolment.length > 0 && enrolment.length <= LONGEST_ENROLMENT))
  );
}

/** Writes the form (code, link or ID) and, for a code, the CPace point, so that a reader knows the form before it computes anything. */
function writePoint(writer: ByteWriter, point: Uint8Array | undefined): ByteWriter {
  if (point === undefined) return writer.u8(FORM_LINK);
  requireSize(point, CPACE_POINT_BYTES);
  return writer.u8(FORM_CODE).bytes(point);
}

function readPoint(reader: ByteReader): Uint8Array | undefined {
  const form = reader.u8();
  if (form !== FORM_CODE && form !== FORM_LINK) throw malformed();
  return form === FORM_CODE ? reader.bytes(CPACE_POINT_BYTES) : undefined;
}

function readSealed(reader: ByteReader): Uint8Array {
  const sealed = reader.rest();
  if (sealed.length < TAG_BYTES) throw malformed();
  return sealed;
}

function finished<Message>(reader: ByteReader, message: Message): Message {
  reader.end();
  return message;
}

function requireSize(bytes: Uint8Array, size: number): void {
  if (bytes.length !== size) throw new RangeError(`a field of ${bytes.length} bytes instead of ${size}`);
}

function malformed(): FormatError {
  return new FormatError('format.pairing', 'malformed pairing message');
}
