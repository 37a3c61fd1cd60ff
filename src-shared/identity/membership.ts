import { ByteWriter, fromHex, toHex } from '../bytes/index.ts';
import type { CryptoBackend } from '../crypto/index.ts';
import { labelled } from './label.ts';
import { peerIdBytes, peerIdFromBytes } from './peer-id.ts';
import { malformed, openRecord, recordLength, signRecord, writeSigner, type RecordKind } from './signed-record.ts';
import type { DeviceIdentity, EnrolledRole, Enrolment, PeerId, Removal } from './types.ts';

const VERSION = 1;
/** Wire numbers of the roles. */
const ROLES = { member: 1, pending: 2 } as const satisfies Record<EnrolledRole, number>;
const COMMON_LENGTH = 1 + 32 + 16 + 32 + 32 + 32 + 8;
const ENROLMENT: RecordKind = {
  name: 'enrolment',
  label: labelled('clawreach enrolment 1'),
  body: COMMON_LENGTH + 1 + 8,
};
const REMOVAL: RecordKind = { name: 'removal', label: labelled('clawreach removal 1'), body: COMMON_LENGTH };
/** Length of an encoded enrolment, bytes. */
export const ENROLMENT_LENGTH = recordLength(ENROLMENT);
/** Length of an encoded removal, bytes. */
export const REMOVAL_LENGTH = recordLength(REMOVAL);

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
 * signer's key, so that anyone can verify it; the relay decides whether the signer has the authority.
 * @throws {RangeError} or {FormatError} for facts that have no encoding
 */
export async function signEnrolment(inviter: DeviceIdentity, facts: EnrolmentFacts): Promise<Uint8Array> {
  const body = common(inviter, facts).u8(ROLES[facts.role]).u64(facts.notAfter).finish();
  return await signRecord(inviter, ENROLMENT, body);
}

/** Encodes and signs a removal, in the layout described at `signEnrolment`. @throws {RangeError} or {FormatError} for facts that have no encoding */
export async function signRemoval(remover: DeviceIdentity, facts: RemovalFacts): Promise<Uint8Array> {
  const body = common(remover, facts).finish();
  return await signRecord(remover, REMOVAL, body);
}

/**
 * Decodes an enrolment, and checks its layout and signature only. Used by the relay, which also checks time, relay, project and the inviter's
 * authority, and by a device for its own enrolment before it presents it. Pure.
 * @throws {FormatError} `format.enrolment`
 * @throws {AuthenticationError} `enrolment.signature`
 */
export function verifyEnrolment(crypto: CryptoBackend, encoded: Uint8Array): Enrolment {
  const record = decode(crypto, encoded, ENROLMENT);
  const { signer: inviter, signerKey: inviterKey, reader, ...facts } = record;
  return { ...facts, inviter, inviterKey, role: readRole(reader.u8()), notAfter: reader.u64() };
}

function readRole(number: number): EnrolledRole {
  if (number === ROLES.member) return 'member';
  if (number === ROLES.pending) return 'pending';
  throw malformed(ENROLMENT, 'unknown role');
}

/**
 * Decodes a removal, and checks its layout and signature only.
 * @throws {FormatError} `format.removal`
 * @throws {AuthenticationError} `removal.signature`
 */
export function verifyRemoval(crypto: CryptoBackend, encoded: Uint8Array): Removal {
  const record = decode(crypto, encoded, REMOVAL);
  const { signer: remover, signerKey: removerKey, reader, ...facts } = record;
  reader.end();
  return { ...facts, remover, removerKey };
}

function common(signer: DeviceIdentity, facts: CommonFacts): ByteWriter {
  const project = fromHex(facts.project);
  if (facts.relayKey.length !== 32) throw new RangeError('a relay key has 32 bytes');
  if (project.length !== 16) throw new RangeError('a project id has 32 hexadecimal digits');
  const writer = new ByteWriter(ENROLMENT_LENGTH)
    .u8(VERSION)
    .bytes(facts.relayKey)
    .bytes(project)
    .bytes(peerIdBytes(facts.member));
  return writeSigner(writer, signer).u64(facts.serial);
}

function decode(crypto: CryptoBackend, encoded: Uint8Array, kind: RecordKind) {
  const record = openRecord(crypto, encoded, kind);
  const { reader } = record;
  if (reader.u8() !== VERSION) throw malformed(kind, 'unknown version');
  const relayKey = reader.bytes(32);
  const project = toHex(reader.bytes(16));
  const member = peerIdFromBytes(reader.bytes(32));
  const { signer, signerKey } = record.readSigner();
  const serial = reader.u64();
  record.verify(signerKey);
  return { relayKey, project, member, signer, signerKey, serial, encoded: record.encoded, reader };
}
