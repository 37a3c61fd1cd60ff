import { existsSync, readFileSync } from 'node:fs';
import { expect } from 'vitest';
import * as z from 'zod';
import { concatBytes, fromHex, toHex } from '#shared/bytes/index.ts';
import { agreementKey, type AgreementKey, type CryptoBackend } from '#shared/crypto/index.ts';
import { NoiseHandshake, PATTERNS, type NoiseOptions, type PatternName } from '#shared/noise/index.ts';

const path = new URL('../../../shared/vectors/noise/cacophony-25519-aesgcm-sha256.json', import.meta.url);
const hex = z.string().transform((text) => fromHex(text));
const vectorFile = z.object({
  vectors: z.array(
    z.object({
      protocol_name: z.string(),
      init_prologue: hex,
      init_ephemeral: hex,
      init_static: hex.optional(),
      init_remote_static: hex.optional(),
      init_psks: z.array(hex).optional(),
      resp_prologue: hex,
      resp_ephemeral: hex,
      resp_static: hex.optional(),
      resp_remote_static: hex.optional(),
      resp_psks: z.array(hex).optional(),
      handshake_hash: z.string(),
      messages: z.array(z.object({ payload: hex, ciphertext: z.string() })),
    }),
  ),
});
export type NoiseVector = z.infer<typeof vectorFile>['vectors'][number];

const present = existsSync(path);
if (!present) console.info('skipped: the published Noise vectors are not on this machine');
/** Published vectors (cacophony); empty, with one line on the console, where the file is not on this machine. */
export const noiseVectors = present ? vectorFile.parse(JSON.parse(readFileSync(path, 'utf8'))).vectors : [];

/** Makes a key of a published secret. */
export type KeyMaker = (secret: Uint8Array) => Promise<AgreementKey>;

/** Plays both sides: every message, record and hash has to be the published one. */
export async function playVector(
  crypto: CryptoBackend,
  vector: NoiseVector,
  keyOf: KeyMaker = async (secret) => agreementKey(crypto, secret),
): Promise<void> {
  const initiator = new NoiseHandshake(await options(crypto, vector, true, keyOf));
  const responder = new NoiseHandshake(await options(crypto, vector, false, keyOf));
  const handshakeLength = PATTERNS[patternOf(vector)].messages.length;
  for (const [index, message] of vector.messages.slice(0, handshakeLength).entries()) {
    const [writer, reader] = index % 2 === 0 ? [initiator, responder] : [responder, initiator];
    const written = await writer.writeMessage(message.payload);
    expect(toHex(written)).toBe(message.ciphertext);
    expect(await reader.readMessage(written)).toEqual(message.payload);
  }

  const ours = initiator.finish();
  const theirs = responder.finish();
  expect(toHex(ours.handshakeHash)).toBe(vector.handshake_hash);
  expect(toHex(theirs.handshakeHash)).toBe(vector.handshake_hash);
  expect(ours.exportSecret('label')).toEqual(theirs.exportSecret('label'));
  for (const [index, message] of vector.messages.entries()) {
    if (index < handshakeLength) continue;
    const [writer, reader] = index % 2 === 0 ? [ours, theirs] : [theirs, ours];
    const record = concatBytes(...writer.send.seal(message.payload));
    expect(toHex(record)).toBe(message.ciphertext);
    expect(reader.receive.open(record)).toEqual(message.payload);
  }
}

export function patternOf(vector: NoiseVector): PatternName {
  const name = vector.protocol_name.split('_')[1];
  const found = (Object.keys(PATTERNS) as PatternName[]).find((pattern) => pattern === name);
  if (found === undefined) throw new TypeError(`a vector of another pattern: ${vector.protocol_name}`);
  return found;
}

async function options(
  crypto: CryptoBackend,
  vector: NoiseVector,
  initiator: boolean,
  keyOf: KeyMaker,
): Promise<NoiseOptions> {
  const ownStatic = initiator ? vector.init_static : vector.resp_static;
  const remoteStatic = initiator ? vector.init_remote_static : vector.resp_remote_static;
  const psk = (initiator ? vector.init_psks : vector.resp_psks)?.[0];
  return {
    crypto,
    pattern: patternOf(vector),
    initiator,
    prologue: initiator ? vector.init_prologue : vector.resp_prologue,
    ephemeral: await keyOf(initiator ? vector.init_ephemeral : vector.resp_ephemeral),
    ...(ownStatic === undefined ? {} : { staticKey: await keyOf(ownStatic) }),
    ...(remoteStatic === undefined ? {} : { remoteStatic }),
    ...(psk === undefined ? {} : { psk }),
  };
}
