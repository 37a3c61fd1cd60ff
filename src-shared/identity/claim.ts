import { ByteWriter, fromHex, toHex } from '../bytes/index.ts';
import type { CryptoBackend } from '../crypto/index.ts';
import { labelled } from './label.ts';
import { malformed, openRecord, recordLength, signRecord, writeSigner, type RecordKind } from './signed-record.ts';
import type { Claim, ClaimEnd, DeviceIdentity } from './types.ts';

const VERSION = 1;
const COMMON_LENGTH = 1 + 32 + 16 + 16 + 32 + 32 + 8;
const CLAIM: RecordKind = { name: 'claim', label: labelled('clawreach project claim 1'), body: COMMON_LENGTH + 8 };
const CLAIM_END: RecordKind = {
  name: 'claim-end',
  label: labelled('clawreach project claim end 1'),
  body: COMMON_LENGTH,
};
/** Length of an encoded claim, bytes. */
export const CLAIM_LENGTH = recordLength(CLAIM);
/** Length of the encoded end of a claim, bytes. */
export const CLAIM_END_LENGTH = recordLength(CLAIM_END);

/** Contents of the end of a claim. */
export type ClaimEndFacts = Readonly<{
  /** Ed25519 public key of the relay, 32 bytes. */
  relayKey: Uint8Array;
  /** 32 lower-case hexadecimal digits, like `account`. */
  project: string;
  account: string;
  /** Serial number, a time in seconds. Of several records about one project, the highest serial applies; of two equal ones, an end. */
  serial: number;
}>;
/** Contents of a claim. The relay accepts it until `notAfter`, in seconds since 1970. */
export type ClaimFacts = ClaimEndFacts & Readonly<{ notAfter: number }>;

/**
 * Encodes and signs a claim (PROTOCOL section 1, Claim), by which an owner device gives its project to an account. Layout in bytes, big-endian: version
 * 1, relay key 32, project 16, account 16, signer's peer ID 32, signer's Ed25519 key 32, serial 8, notAfter 8, signature 64. The end of a claim lacks
 * notAfter. The person at the device has confirmed the account before.
 * @throws {RangeError} or {FormatError} for facts that have no encoding
 */
export async function signClaim(owner: DeviceIdentity, facts: ClaimFacts): Promise<Uint8Array> {
  return await signRecord(owner, CLAIM, common(owner, facts).u64(facts.notAfter).finish());
}

/** Encodes and signs the end of a claim, in the layout described at `signClaim`. @throws {RangeError} or {FormatError} like `signClaim` */
export async function signClaimEnd(owner: DeviceIdentity, facts: ClaimEndFacts): Promise<Uint8Array> {
  return await signRecord(owner, CLAIM_END, common(owner, facts).finish());
}

/**
 * Decodes a claim, and checks its layout and signature only. Used by the relay, which also checks time, relay, the account and the role of the signer.
 * Pure.
 * @throws {FormatError} `format.claim`, `format.range`
 * @throws {AuthenticationError} `claim.signature`
 */
export function verifyClaim(crypto: CryptoBackend, encoded: Uint8Array): Claim {
  const { reader, ...facts } = decode(crypto, encoded, CLAIM);
  return { ...facts, notAfter: reader.u64() };
}

/**
 * Decodes the end of a claim, and checks its layout and signature only.
 * @throws {FormatError} `format.claim-end`, `format.range`
 * @throws {AuthenticationError} `claim-end.signature`
 */
export function verifyClaimEnd(crypto: CryptoBackend, encoded: Uint8Array): ClaimEnd {
  const { reader, ...facts } = decode(crypto, encoded, CLAIM_END);
  reader.end();
  return facts;
}

function common(signer: DeviceIdentity, facts: ClaimEndFacts): ByteWriter {
  const project = fromHex(facts.project);
  const account = fromHex(facts.account);
  if (facts.relayKey.length !== 32) throw new RangeError('a relay key has 32 bytes');
  if (project.length !== 16 || account.length !== 16) throw new RangeError('an id has 32 hexadecimal digits');
  const writer = new ByteWriter(CLAIM_LENGTH).u8(VERSION).bytes(facts.relayKey).bytes(project).bytes(account);
  return writeSigner(writer, signer).u64(facts.serial);
}

function decode(crypto: CryptoBackend, encoded: Uint8Array, kind: RecordKind) {
  const record = openRecord(crypto, encoded, kind);
  const { reader } = record;
  if (reader.u8() !== VERSION) throw malformed(kind, 'unknown version');
  const relayKey = reader.bytes(32);
  const project = toHex(reader.bytes(16));
  const account = toHex(reader.bytes(16));
  const { signer: owner, signerKey: ownerKey } = record.readSigner();
  const serial = reader.u64();
  record.verify(ownerKey);
  return { relayKey, project, account, owner, ownerKey, serial, encoded: record.encoded, reader };
}
