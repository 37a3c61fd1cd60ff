import { ByteReader, ByteWriter, concatBytes, equalBytes, fromHex, toHex } from '../bytes/index.ts';
import type { CryptoBackend } from '../crypto/index.ts';
import { AuthenticationError, FormatError } from '../errors.ts';
import { labelled } from './label.ts';
import { peerIdBytes, peerIdFromBytes, peerIdOf } from './peer-id.ts';
import type { DeviceIdentity, EnrolledRole, Enrolment, PeerId, Removal } from './types.ts';

/** Labels of the two kinds of records; each kind is signed under its own. */
const ENROLMENT_LABEL = labelled('clawreach enrolment 1');
const REMOVAL_LABEL = labelled('clawreach removal 1');
const VERSION = 1;
/** Wire numbers of the roles. */
const ROLES = { member: 1, pending: 2 } as const satisfies Record<EnrolledRole, number>;
const COMMON_LENGTH = 1 + 32 + 16 + 32 + 32 + 32 + 8;
const SIGNATURE_LENGTH = 64;
/** Length of an encoded enrolment, bytes. */
export const ENROLMENT_LENGTH = COMMON_LENGTH + 1 + 8 + SIGNATURE_LENGTH;
/** Length of an encoded removal, bytes. */
export const REMOVAL_LENGTH = COMMON_LENGTH + SIGNATURE_LENGTH;

type CommonFacts = Readonly<{
  /** Ed25519 public key of the relay, 32 bytes. */
  relayKey: Uint8Array;
  /** 32 lower-case hexadecimal digits. */
  project: string;
  member: PeerId;
  /** Serial number. Of several records about one member of a project, the highest serial applies; of two equal ones, a removal. */
  serial: number;
}>;

/** Contents of an enrolment: a record that lets `member` into a project. The relay accepts it until `notAfter`, in seconds since 1970. */
export type EnrolmentFacts = CommonFacts & Readonly<{ role: EnrolledRole; notAfter: number }>;
/** Contents of a removal: a record that excludes `member` from a project. */
export type RemovalFacts = CommonFacts;

/**
 * Encodes and signs an enrolment (PROTOCOL section 1, Enrolment). Layout in bytes, big-endian: version 1, relay key 32, project 16, member 32,
 * signer's peer ID 32, signer's Ed25519 key 32, serial 8, role 1, notAfter 8, signature 64. A removal lacks role and notAfter. A record contains the
 * signer's key, so that anyone can verify it; the relay decides whether the signer has the authority. Pure.
 * @throws {RangeError} or {FormatError} for facts that have no encoding
 */
export function signEnrolment(crypto: CryptoBackend, inviter: DeviceIdentity, facts: EnrolmentFacts): Uint8Array {
  const body = common(inviter, facts).u8(ROLES[facts.role]).u64(facts.notAfter).finish();
  return concatBytes(body, crypto.ed25519Sign(inviter.signingSeed, concatBytes(ENROLMENT_LABEL, body)));
}

/** Encodes and signs a removal, in the layout described at `signEnrolment`. @throws {RangeError} or {FormatError} for facts that have no encoding */
export function signRemoval(crypto: CryptoBackend, remover: DeviceIdentity, facts: RemovalFacts): Uint8Array {
  const body = common(remover, facts).finish();
  return concatBytes(body, crypto.ed25519Sign(remover.signingSeed, concatBytes(REMOVAL_LABEL, body)));
}

/**
 * Decodes an enrolment, and checks its layout and signature only. Used by the relay, which also checks time, relay, project and the inviter's
 * authority, and by a device for its own enrolment before it presents it. Pure.
 * @throws {FormatError} `format.enrolment`
 * @throws {AuthenticationError} `enrolment.signature`
 */
export function verifyEnrolment(crypto: CryptoBackend, encoded: Uint8Array): Enrolment {
  const record = decode(crypto, encoded, ENROLMENT_LENGTH, ENROLMENT_LABEL, 'enrolment');
  const { signer: inviter, signerKey: inviterKey, reader, ...facts } = record;
  return { ...facts, inviter, inviterKey, role: readRole(reader.u8()), notAfter: reader.u64() };
}

function readRole(number: number): EnrolledRole {
  if (number === ROLES.member) return 'member';
  if (number === ROLES.pending) return 'pending';
  throw new FormatError('format.enrolment', 'unknown role');
}

/**
 * Decodes a removal, and checks its layout and signature only.
 * @throws {FormatError} `format.removal`
 * @throws {AuthenticationError} `removal.signature`
 */
export function verifyRemoval(crypto: CryptoBackend, encoded: Uint8Array): Removal {
  const record = decode(crypto, encoded, REMOVAL_LENGTH, REMOVAL_LABEL, 'removal');
  const { signer: remover, signerKey: removerKey, reader, ...facts } = record;
  reader.end();
  return { ...facts, remover, removerKey };
}

function common(signer: DeviceIdentity, facts: CommonFacts): ByteWriter {
  const project = fromHex(facts.project);
  if (facts.relayKey.length !== 32) throw new RangeError('a relay key has 32 bytes');
  if (project.length !== 16) throw new RangeError('a project id has 32 hexadecimal digits');
  return new ByteWriter(ENROLMENT_LENGTH)
    .u8(VERSION)
    .bytes(facts.relayKey)
    .bytes(project)
    .bytes(peerIdBytes(facts.member))
    .bytes(peerIdBytes(signer.peerId))
    .bytes(signer.signingKey)
    .u64(facts.serial);
}

function decode(
  crypto: CryptoBackend,
  encoded: Uint8Array,
  length: number,
  label: Uint8Array,
  kind: 'enrolment' | 'removal',
) {
  if (encoded.length !== length) throw new FormatError(`format.${kind}`, `wrong length of ${kind}`);
  const copy = encoded.slice();
  const body = copy.subarray(0, length - SIGNATURE_LENGTH);
  const reader = new ByteReader(body);
  if (reader.u8() !== VERSION) throw new FormatError(`format.${kind}`, `unknown version of ${kind}`);
  const relayKey = reader.bytes(32);
  const project = toHex(reader.bytes(16));
  const member = peerIdFromBytes(reader.bytes(32));
  const signerBytes = reader.bytes(32);
  const signerKey = reader.bytes(32);
  const serial = reader.u64();
  const signer = peerIdOf(crypto, signerKey);
  if (!equalBytes(signerBytes, peerIdBytes(signer))) {
    throw new FormatError(`format.${kind}`, 'the key is not that of the peer id');
  }
  if (!crypto.ed25519Verify(signerKey, concatBytes(label, body), copy.subarray(length - SIGNATURE_LENGTH))) {
    throw new AuthenticationError(`${kind}.signature`, `the signature of the ${kind} is wrong`);
  }
  return { relayKey, project, member, signer, signerKey, serial, encoded: copy, reader };
}
