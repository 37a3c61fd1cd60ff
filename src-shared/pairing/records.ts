import { ByteReader, ByteWriter, equalBytes, toUtf8 } from '../bytes/index.ts';
import { givenName } from '../app-api/index.ts';
import { FormatError } from '../errors.ts';
import { SHARE_BYTES } from './messages.ts';
import { safeParse } from '../safe-parse.ts';

const CONFIRMED = toUtf8('confirmed');
/** Record that the inviter sends after it has read the joiner's confirmation. */
export const DONE = toUtf8('done');
/** Record that the joiner sends when its person has agreed, if both people are asked. */
export const AGREED = toUtf8('agreed');
/** Record that the joiner sends after it has stored the pairing. */
export const KEPT = toUtf8('kept');
/** Record that the joiner sends if it couldn't store the pairing. */
export const NOT_KEPT = toUtf8('not kept');
const LONGEST_NAME = 256;
const LONGEST_ENROLMENT = 1024;

/**
 * Encodes the joiner's record after it has verified the inviter.
 * @param nonce the committed nonce, 32 bytes
 * @param name when adding by peer ID only
 */
export function encodeConfirmation(nonce: Uint8Array, name?: string): Uint8Array {
  if (nonce.length !== SHARE_BYTES) throw new RangeError(`a nonce of ${nonce.length} bytes instead of ${SHARE_BYTES}`);
  const writer = new ByteWriter(512).bytes(CONFIRMED).bytes(nonce);
  return (name === undefined ? writer : writer.text(name)).finish();
}

/** Decodes a confirmation. @returns the nonce, 32 bytes, a view of the input @throws {FormatError} */
export function decodeConfirmation(bytes: Uint8Array): Uint8Array {
  const reader = new ByteReader(bytes);
  expectWord(reader, CONFIRMED);
  const nonce = reader.bytes(SHARE_BYTES);
  reader.end();
  return nonce;
}

/** Decodes a confirmation that ends with a name, as when adding by peer ID. @throws {FormatError} */
export function decodeNamedConfirmation(bytes: Uint8Array): Readonly<{ nonce: Uint8Array; name: string }> {
  const reader = new ByteReader(bytes);
  expectWord(reader, CONFIRMED);
  const nonce = reader.bytes(SHARE_BYTES);
  const name = readName(reader);
  reader.end();
  return { nonce, name };
}

/** Content of the inviter's `done` when adding by peer ID: its name and the joiner's enrolment. Sent only after both people have agreed. */
export type FinalConfirmation = Readonly<{ name: string; enrolment: Uint8Array | undefined }>;

/** Encodes the inviter's final confirmation. */
export function encodeFinalConfirmation({ name, enrolment }: FinalConfirmation): Uint8Array {
  const writer = new ByteWriter(2048).bytes(DONE).text(name);
  return (enrolment === undefined ? writer.u8(0) : writer.u8(1).prefixed(enrolment)).finish();
}

/** Decodes the inviter's final confirmation. @throws {FormatError} */
export function decodeFinalConfirmation(bytes: Uint8Array): FinalConfirmation {
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
  if (!safeParse(givenName, name).success) throw unagreed();
  return name;
}

function unagreed(): FormatError {
  return new FormatError('format.pairing', 'another record than agreed');
}
