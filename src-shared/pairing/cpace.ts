import { ristretto255, ristretto255_hasher } from '@noble/curves/ed25519.js';
import { concatBytes, equalBytes, toUtf8 } from '../bytes/index.ts';
import type { CryptoBackend } from '../crypto/index.ts';
import { AuthenticationError } from '../errors.ts';

/**
 * CPace-RISTR255-SHA512, initiator-responder form (CFRG draft-irtf-cfrg-cpace): two sides that share a short password get a strong key. An
 * attacker without the password can test one guess per run, with the other side present, and none afterwards.
 */

const LABEL = toUtf8('CPaceRistretto255');
const ISK_LABEL = toUtf8('CPaceRistretto255_ISK');
/** Input block of SHA-512. Label and password are padded to it, which hides the password's length from the rest of the hash. */
const HASH_BLOCK = 128;

type RistrettoPoint = InstanceType<typeof ristretto255.Point>;

/** Bytes of an encoded group element. */
export const CPACE_POINT_BYTES = 32;

export type CPaceFacts = Readonly<{
  /** PRS, the password that both sides know. */
  password: Uint8Array;
  /** CI, the channel identifier: parties and mailbox, so that a run in one mailbox is worthless in another. */
  channel: Uint8Array;
  /** sid, random bytes of both sides. */
  sessionId: Uint8Array;
}>;

/** Message of one side: its point and its associated data, which may be empty. */
export type CPaceMessage = Readonly<{ point: Uint8Array; associatedData: Uint8Array }>;

/** One side of one run; `finish` works once. */
export class CPace {
  readonly #crypto: CryptoBackend;
  readonly #sessionId: Uint8Array;
  #scalar: bigint | undefined;
  /** Y, the point of this side, 32 bytes. */
  readonly point: Uint8Array;

  /** Starts a run. @param scalar little-endian, 32 bytes, less than the group order; for published vectors only */
  constructor(crypto: CryptoBackend, facts: CPaceFacts, scalar?: Uint8Array) {
    this.#crypto = crypto;
    this.#sessionId = facts.sessionId;
    this.#scalar = scalar === undefined ? randomScalar(crypto) : integerOf(scalar);
    this.point = generatorOf(crypto, facts).multiply(this.#scalar).toBytes();
  }

  /**
   * Computes the intermediate session key, 64 bytes, equal on both sides exactly if password, channel and session ID are.
   * @throws {AuthenticationError} `pairing.point` if the other side's point doesn't decode or leads to the identity.
   */
  finish(side: 'initiator' | 'responder', own: CPaceMessage, other: CPaceMessage): Uint8Array {
    const scalar = this.#scalar;
    if (scalar === undefined) throw new TypeError('CPace runs once');
    this.#scalar = undefined;
    const shared = multiplyVerified(scalar, other.point);
    const [initiator, responder] = side === 'initiator' ? [own, other] : [other, own];
    return this.#crypto.sha512(
      lengthValues(ISK_LABEL, this.#sessionId, shared),
      lengthValues(initiator.point, initiator.associatedData),
      lengthValues(responder.point, responder.associatedData),
    );
  }
}

/** Derives the run's generator, which no one without the password can compute. */
function generatorOf(crypto: CryptoBackend, facts: CPaceFacts): RistrettoPoint {
  // RFC 9496 section 4.3.4; optional in the library's type because not every curve has it.
  const point = ristretto255_hasher.deriveToCurve?.(crypto.sha512(generatorString(facts)));
  if (point === undefined) throw new TypeError('no element derivation');
  return point;
}

/** Encodes the generator; two encodings are equal exactly if all inputs are. */
export function generatorBytes(crypto: CryptoBackend, facts: CPaceFacts): Uint8Array {
  return generatorOf(crypto, facts).toBytes();
}

/** Builds `lv_cat(DSI, PRS, ZPAD, CI, sid)`. */
function generatorString({ password, channel, sessionId }: CPaceFacts): Uint8Array {
  const used = lengthValues(LABEL).length + lengthValues(password).length;
  const padding = new Uint8Array(Math.max(0, HASH_BLOCK - 1 - used));
  return lengthValues(LABEL, password, padding, channel, sessionId);
}

/**
 * Implements `scalar_mult_vfy`: multiplies the other side's point by this side's scalar and encodes the result.
 * @throws {AuthenticationError} `pairing.point` for an invalid encoding and for the identity.
 */
export function multiplyVerified(scalar: bigint, encoded: Uint8Array): Uint8Array {
  let product: Uint8Array;
  try {
    product = ristretto255.Point.fromBytes(encoded).multiply(scalar).toBytes();
  } catch (error) {
    throw new AuthenticationError('pairing.point', 'the other side sent an invalid point', { cause: error });
  }
  if (equalBytes(product, ristretto255.Point.ZERO.toBytes()))
    throw new AuthenticationError('pairing.point', 'the other side sent the identity');
  return product;
}

/** Picks a scalar from 1 to the order minus one; 512 random bits make the bias negligible. */
function randomScalar(crypto: CryptoBackend): bigint {
  for (;;) {
    const scalar = integerOf(crypto.randomBytes(64)) % ristretto255.Point.Fn.ORDER;
    if (scalar !== 0n) return scalar;
  }
}

function integerOf(littleEndian: Uint8Array): bigint {
  let value = 0n;
  for (const byte of littleEndian.toReversed()) value = (value << 8n) | BigInt(byte);
  return value;
}

/** Implements `lv_cat` of the draft: each piece follows its length in LEB128. */
export function lengthValues(...pieces: readonly Uint8Array[]): Uint8Array {
  return concatBytes(...pieces.flatMap((piece) => [leb128(piece.length), piece]));
}

function leb128(value: number): Uint8Array {
  const bytes: number[] = [];
  let left = value;
  while (left >= 0x80) {
    bytes.push((left & 0x7f) | 0x80);
    left >>>= 7;
  }
  return Uint8Array.of(...bytes, left);
}
