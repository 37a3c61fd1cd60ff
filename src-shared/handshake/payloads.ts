import { ByteReader, ByteWriter } from '../bytes/index.ts';
import { FormatError } from '../errors.ts';

/** Maximum length of an accepted certificate, bytes; one of version 1 has 150. */
const MAX_CERTIFICATE = 512;
const MAX_VERSIONS = 16;
const SESSION_ID_LENGTH = 16;
/** Smallest record limit that a peer may request, bytes: shorter records couldn't carry a frame. */
const SMALLEST_RECORD = 1024;

/**
 * Purposes of a handshake and their wire numbers: a new session, another path of an existing session, or a hop session whose only use is to reach the
 * next peer.
 */
const PURPOSES = { session: 1, resume: 2, hop: 3 } as const;
export type Purpose = keyof typeof PURPOSES;

/** Answers of the responder and their wire numbers. `unknown-session`: the responder doesn't have the session to resume, and doesn't create it. */
const ANSWERS = { accepted: 1, 'unknown-session': 2 } as const;
export type HandshakeAnswer = keyof typeof ANSWERS;

/** Limits of what one side can receive. `record` is the maximum length of a record, 1024 to 65 535 bytes. */
export type HandshakeLimits = Readonly<{ record: number }>;

/** Versions and limits of the initiator. The responder repeats the offer in its answer, so that the initiator detects changes in transit. */
export type HandshakeOffer = Readonly<{
  /** Protocol versions, ascending, 1 to 255, at most 16. */
  versions: readonly number[];
  limits: HandshakeLimits;
}>;

/** Encrypted payload of message 1. Times are seconds since 1970. This file encodes and decodes the payloads; it is pure. */
export type FirstPayload = Readonly<{
  certificate: Uint8Array;
  sessionId: Uint8Array;
  purpose: Purpose;
  time: number;
  offer: HandshakeOffer;
}>;

/** Encrypted payload of message 2. Times are seconds since 1970. */
export type SecondPayload = Readonly<{
  certificate: Uint8Array;
  answer: HandshakeAnswer;
  version: number;
  limits: HandshakeLimits;
  time: number;
  /** Offer as the responder received it. */
  offer: HandshakeOffer;
}>;

/** Encodes the payload of message 1: certificate (with a length of 2 bytes), session ID (16 bytes), purpose (1), time (8), offer. */
export function encodeFirstPayload(payload: FirstPayload): Uint8Array {
  if (payload.sessionId.length !== SESSION_ID_LENGTH) throw new RangeError('a session id has 16 bytes');
  const writer = new ByteWriter()
    .u16(payload.certificate.length)
    .bytes(payload.certificate)
    .bytes(payload.sessionId)
    .u8(PURPOSES[payload.purpose])
    .u64(payload.time);
  return writeOffer(writer, payload.offer).finish();
}

/** Decodes the payload of message 1. @throws {FormatError} */
export function decodeFirstPayload(bytes: Uint8Array): FirstPayload {
  const reader = new ByteReader(bytes);
  const certificate = readCertificate(reader);
  const sessionId = reader.bytes(SESSION_ID_LENGTH).slice();
  const purpose = readPurpose(reader);
  const time = reader.u64();
  const offer = readOffer(reader);
  reader.end();
  return { certificate, sessionId, purpose, time, offer };
}

/** Encodes the payload of message 2: certificate (with a length of 2 bytes), answer (1 byte), version (1), limits (2), time (8), offer. */
export function encodeSecondPayload(payload: SecondPayload): Uint8Array {
  const writer = new ByteWriter()
    .u16(payload.certificate.length)
    .bytes(payload.certificate)
    .u8(ANSWERS[payload.answer])
    .u8(payload.version)
    .u16(payload.limits.record)
    .u64(payload.time);
  return writeOffer(writer, payload.offer).finish();
}

/** Decodes the payload of message 2. @throws {FormatError} */
export function decodeSecondPayload(bytes: Uint8Array): SecondPayload {
  const reader = new ByteReader(bytes);
  const certificate = readCertificate(reader);
  const answer = readAnswer(reader);
  const version = reader.u8();
  const limits = readLimits(reader);
  const time = reader.u64();
  const offer = readOffer(reader);
  reader.end();
  return { certificate, answer, version, limits, time, offer };
}

/** Reports whether two offers are equal. */
export function sameOffer(left: HandshakeOffer, right: HandshakeOffer): boolean {
  return (
    left.limits.record === right.limits.record &&
    left.versions.length === right.versions.length &&
    left.versions.every((version, index) => version === right.versions[index])
  );
}

/** Reads a certificate after a length of 2 bytes. A varint length would allow several encodings of one payload. */
function readCertificate(reader: ByteReader): Uint8Array {
  const length = reader.u16();
  if (length > MAX_CERTIFICATE) throw malformed('a certificate is too long');
  return reader.bytes(length);
}

/** Writes an offer: number of versions (1 byte), versions (1 byte each), limits (2). */
function writeOffer(writer: ByteWriter, offer: HandshakeOffer): ByteWriter {
  writer.u8(offer.versions.length);
  for (const version of offer.versions) writer.u8(version);
  return writer.u16(offer.limits.record);
}

function readOffer(reader: ByteReader): HandshakeOffer {
  const count = reader.u8();
  if (count === 0 || count > MAX_VERSIONS) throw malformed('an offer has 1 to 16 versions');
  const versions: number[] = [];
  let previous = 0;
  for (let read = 0; read < count; read += 1) {
    const version = reader.u8();
    // Ascending, so that one offer has one encoding and no version comes twice or is zero.
    if (version <= previous) throw malformed('the versions of an offer are not in order');
    versions.push(version);
    previous = version;
  }
  return { versions, limits: readLimits(reader) };
}

function readLimits(reader: ByteReader): HandshakeLimits {
  const record = reader.u16();
  if (record < SMALLEST_RECORD) throw malformed('records this small carry nothing');
  return { record };
}

function readPurpose(reader: ByteReader): Purpose {
  switch (reader.u8()) {
    case PURPOSES.session:
      return 'session';
    case PURPOSES.resume:
      return 'resume';
    case PURPOSES.hop:
      return 'hop';
    default:
      throw malformed('unknown purpose');
  }
}

function readAnswer(reader: ByteReader): HandshakeAnswer {
  switch (reader.u8()) {
    case ANSWERS.accepted:
      return 'accepted';
    case ANSWERS['unknown-session']:
      return 'unknown-session';
    default:
      throw malformed('unknown answer');
  }
}

function malformed(message: string): FormatError {
  return new FormatError('format.handshake', message);
}
