import { ByteReader, ByteWriter, equalBytes, toUtf8 } from '../bytes/index.ts';
import { givenName } from '../app-api/index.ts';
import { FormatError } from '../errors.ts';
import { SHARE_BYTES } from './messages.ts';

const CONFIRMED = toUtf8('confirmed');
/** The inviter's record after it has read the joiner's confirmation. */
export const DONE = toUtf8('done');
/** The joiner's record once its person has said yes, where both are asked. */
export const AGREED = toUtf8('agreed');
/** The joiner's record once it has stored the pairing. */
export const KEPT = toUtf8('kept');
/** The same where it could not store it. */
export const NOT_KEPT = toUtf8('not kept');
const LONGEST_NAME = 256;
const LONGEST_ENROLMENT = 1024;

/** The joiner's record after it has checked the inviter. @param nonce what it had committed to, 32 bytes @param name by hand only */
export function encodeConfirmation(nonce: Uint8Array, name?: string): Uint8Array {
  if (nonce.length !== SHARE_BYTES) throw new RangeError(`a nonce of ${nonce.length} bytes instead of ${SHARE_BYTES}`);
  const writer = new ByteWriter(512).bytes(CONFIRMED).bytes(nonce);
  return (name === undefined ? writer : writer.text(name)).finish();
}

/** @returns the nonce, 32 bytes, a view @throws {FormatError} */
export function decodeConfirmation(bytes: Uint8Array): Uint8Array {
  const reader = new ByteReader(bytes);
  expectWord(reader, CONFIRMED);
  const nonce = reader.bytes(SHARE_BYTES);
  reader.end();
  return nonce;
}

/** The same with the name that follows by hand. @throws {FormatError} */
export function decodeNamedConfirmation(bytes: Uint8Array): Readonly<{ nonce: Uint8Array; name: string }> {
  const reader = new ByteReader(bytes);
  expectWord(reader, CONFIRMED);
  const nonce = reader.bytes(SHARE_BYTES);
  const name = readName(reader);
  reader.end();
  return { nonce, name };
}

/** What the inviter's last word says by hand: who it is called, and what makes the joiner a member; nobody hears it before both people agreed. */
export type FinalConfirmation = Readonly<{ name: string; enrolment: Uint8Array | undefined }>;

export function encodeLastWord({ name, enrolment }: FinalConfirmation): Uint8Array {
  const writer = new ByteWriter(2048).bytes(DONE).text(name);
  return (enrolment === undefined ? writer.u8(0) : writer.u8(1).prefixed(enrolment)).finish();
}

/** @throws {FormatError} */
export function decodeLastWord(bytes: Uint8Array): FinalConfirmation {
  const reader = new ByteReader(bytes);
  expectWord(reader, DONE);
  const name = readName(reader);
  const flag = reader.u8();
  if (flag > 1) throw unagreed();
  const enrolment = flag === 1 ? reader.prefixed(LONGEST_ENROLMENT).slice() : undefined;
  reader.end();
  return { name, enrolment };
}

function expectWord(reader: ByteReader, word: Uint8Array): void {
  if (!equalBytes(reader.bytes(word.length), word)) throw unagreed();
}

function readName(reader: ByteReader): string {
  const name = reader.text(LONGEST_NAME);
  if (!givenName.safeParse(name).success) throw unagreed();
  return name;
}

function unagreed(): FormatError {
  return new FormatError('format.pairing', 'another record than agreed');
}
