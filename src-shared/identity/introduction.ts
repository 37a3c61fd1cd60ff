import { ByteWriter, fromHex, toHex } from '../bytes/index.ts';
import type { CryptoBackend } from '../crypto/index.ts';
import { labelled } from './label.ts';
import { peerIdBytes, peerIdFromBytes } from './peer-id.ts';
import { malformed, openRecord, recordLength, signRecord, writeSigner, type RecordKind } from './signed-record.ts';
import type { DeviceIdentity, PeerId } from './types.ts';

const VERSION = 1;
/** Wire numbers of what a newcomer is. */
const KINDS = { machine: 1, browser: 2 } as const;
const COMMON_LENGTH = 1 + 32 + 16 + 32 + 32 + 32 + 32 + 8;
const INTRODUCTION: RecordKind = {
  name: 'introduction',
  label: labelled('clawreach introduction 1'),
  body: COMMON_LENGTH + 8 + 1 + 2,
};
const END: RecordKind = {
  name: 'introduction-end',
  label: labelled('clawreach introduction end 1'),
  body: COMMON_LENGTH,
};
/** Length of an encoded introduction, bytes. */
export const INTRODUCTION_LENGTH = recordLength(INTRODUCTION);
/** Length of the encoded end of an introduction, bytes. */
export const INTRODUCTION_END_LENGTH = recordLength(END);

/** Rights that an introduction can name, by the number of their bit. It can't name `message`, `send` or `introduce`. */
export const INTRODUCED_RIGHTS = ['terminal', 'view', 'relay', 'forward', 'prompt'] as const;
export type IntroducedRight = (typeof INTRODUCED_RIGHTS)[number];

/** Contents of the end of an introduction: the target forgets the newcomer. */
export type IntroductionEndFacts = Readonly<{
  /** Ed25519 public key of the relay at which the devices meet, 32 bytes. */
  relayKey: Uint8Array;
  /** Project of the devices there, 32 lower-case hexadecimal digits. */
  project: string;
  newcomer: PeerId;
  target: PeerId;
  /** Serial number, a time in seconds. Of several records of one introducer about one newcomer, the highest applies; of two equal ones, an end. */
  serial: number;
}>;

/** Contents of an introduction: the target may pin the newcomer, with these rights, until `notAfter`, in seconds since 1970. */
export type IntroductionFacts = IntroductionEndFacts &
  Readonly<{ notAfter: number; kind: keyof typeof KINDS; rights: readonly IntroducedRight[] }>;

type Signed = Readonly<{ introducer: PeerId; introducerKey: Uint8Array; encoded: Uint8Array }>;
/** Introduction whose signature is right. */
export type Introduction = IntroductionFacts & Signed;
/** End of an introduction whose signature is right. */
export type IntroductionEnd = IntroductionEndFacts & Signed;

/**
 * Encodes and signs an introduction (PROTOCOL section 1, Introduction). Layout in bytes, big-endian: version 1, relay key 32, project 16, newcomer 32,
 * target 32, signer's peer ID 32, signer's Ed25519 key 32, serial 8, notAfter 8, kind 1, rights 2, signature 64. Its end lacks notAfter, kind and rights.
 * @throws {RangeError} or {FormatError} for facts that have no encoding
 */
export async function signIntroduction(introducer: DeviceIdentity, facts: IntroductionFacts): Promise<Uint8Array> {
  const bits = facts.rights.reduce((sum, right) => sum | (1 << INTRODUCED_RIGHTS.indexOf(right)), 0);
  const body = common(introducer, facts).u64(facts.notAfter).u8(KINDS[facts.kind]).u16(bits).finish();
  return await signRecord(introducer, INTRODUCTION, body);
}

/** Encodes and signs the end of an introduction, in the layout described at `signIntroduction`. @throws as `signIntroduction` */
export async function signIntroductionEnd(
  introducer: DeviceIdentity,
  facts: IntroductionEndFacts,
): Promise<Uint8Array> {
  return await signRecord(introducer, END, common(introducer, facts).finish());
}

/**
 * Decodes an introduction, and checks its layout and signature only. The target also checks who signed it, relay, project, times, serial and rights.
 * Pure.
 * @throws {FormatError} `format.introduction`
 * @throws {AuthenticationError} `introduction.signature`
 */
export function verifyIntroduction(crypto: CryptoBackend, encoded: Uint8Array): Introduction {
  const { reader, ...facts } = decode(crypto, encoded, INTRODUCTION);
  const notAfter = reader.u64();
  const kind = reader.u8();
  const bits = reader.u16();
  reader.end();
  if (kind !== KINDS.machine && kind !== KINDS.browser) throw malformed(INTRODUCTION, 'unknown kind');
  if (bits >= 1 << INTRODUCED_RIGHTS.length) throw malformed(INTRODUCTION, 'unknown right');
  const rights = INTRODUCED_RIGHTS.filter((_right, bit) => (bits & (1 << bit)) !== 0);
  return { ...facts, notAfter, kind: kind === KINDS.browser ? 'browser' : 'machine', rights };
}

/**
 * Decodes the end of an introduction, and checks its layout and signature only. Pure.
 * @throws {FormatError} `format.introduction-end`
 * @throws {AuthenticationError} `introduction-end.signature`
 */
export function verifyIntroductionEnd(crypto: CryptoBackend, encoded: Uint8Array): IntroductionEnd {
  const { reader, ...facts } = decode(crypto, encoded, END);
  reader.end();
  return facts;
}

function common(introducer: DeviceIdentity, facts: IntroductionEndFacts): ByteWriter {
  const project = fromHex(facts.project);
  if (facts.relayKey.length !== 32) throw new RangeError('a relay key has 32 bytes');
  if (project.length !== 16) throw new RangeError('a project id has 32 hexadecimal digits');
  const writer = new ByteWriter(INTRODUCTION_LENGTH)
    .u8(VERSION)
    .bytes(facts.relayKey)
    .bytes(project)
    .bytes(peerIdBytes(facts.newcomer))
    .bytes(peerIdBytes(facts.target));
  return writeSigner(writer, introducer).u64(facts.serial);
}

function decode(crypto: CryptoBackend, encoded: Uint8Array, kind: RecordKind) {
  const record = openRecord(crypto, encoded, kind);
  const { reader } = record;
  if (reader.u8() !== VERSION) throw malformed(kind, 'unknown version');
  const relayKey = reader.bytes(32).slice();
  const project = toHex(reader.bytes(16));
  const newcomer = peerIdFromBytes(reader.bytes(32));
  const target = peerIdFromBytes(reader.bytes(32));
  const { signer: introducer, signerKey: introducerKey } = record.readSigner();
  const serial = reader.u64();
  record.verify(introducerKey);
  return { relayKey, project, newcomer, target, introducer, introducerKey, serial, encoded: record.encoded, reader };
}
