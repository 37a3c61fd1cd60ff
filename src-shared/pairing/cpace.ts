import { ristretto255, ristretto255_hasher } from '@noble/curves/ed25519.js';
import { concatBytes, equalBytes, toUtf8 } from '../bytes/index.ts';
import type { CryptoBackend } from '../crypto/index.ts';
import { AuthenticationError } from '../errors.ts';

const LABEL = toUtf8('CPaceRistretto255');
const ISK_LABEL = toUtf8('CPaceRistretto255_ISK');
/** Block size of SHA-512, bytes. Label and password are padded to it, so that the rest of the hash doesn't depend on the password's length. */
const HASH_BLOCK = 128;

type RistrettoPoint = InstanceType<typeof ristretto255.Point>;

/** Bytes of an encoded group element. */
export const CPACE_POINT_BYTES = 32;

/** Inputs on which both sides must agree. */
export type CPaceFacts = Readonly<{
  /** Password that both sides know (PRS in the draft). */
  password: Uint8Array;
  /** Channel identifier (CI): parties and mailbox, so that a run in one mailbox is worthless in another. */
  channel: Uint8Array;
  /** Random bytes of both sides (sid). */
  sessionId: Uint8Array;
}>;

/** Message of one side: its point, and its associated data, which may be empty. */
export type CPaceMessage = Readonly<{ point: Uint8Array; associatedData: Uint8Array }>;

/**
 * One side of one run of CPace-RISTR255-SHA512 in its initiator-responder form (CFRG draft-irtf-cfrg-cpace). From a short common password two sides
 * derive a strong common key. An attacker without the password can test one guess per run, while the other side is present, and none afterwards. Used
 * for pairing by code. Computes only; `finish` works once.
 */
export class CPace {
  readonly #crypto: CryptoBackend;
  readonly #sessionId: Uint8Array;
  #scalar: bigint | undefined;
  /** Point of this side (Y), 32 bytes, to send to the other side. */
  readonly point: Uint8Array;

  /** Starts a run. @param scalar little-endian, 32 bytes, less than the group order; for published test vectors only */
  constructor(crypto: CryptoBackend, facts: CPaceFacts, scalar?: Uint8Array) {
    this.#crypto = crypto;
    this.#sessionId = facts.sessionId;
    this.#scalar = scalar === undefined ? randomScalar(crypto) : integerOf(scalar);
    this.point = generatorOf(crypto, facts).multiply(this.#scalar).toBytes();
  }

  /**
   * Computes the intermediate session key, 64 bytes. It is equal on both sides if and only if password, channel and session ID are.
   * @throws {AuthenticationError} `pairing.point` if the other side's point is invalid
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

/** Derives the generator of the run, which only someone with the password can compute. */
function generatorOf(crypto: CryptoBackend, facts: CPaceFacts): RistrettoPoint {
  // RFC 9496 section 4.3.4; optional in the library's type because not every curve has it.
  const point = ristretto255_hasher.deriveToCurve?.(crypto.sha512(generatorString(facts)));
  if (point === undefined) throw new TypeError('no element derivation');
  return point;
}

/** Returns the encoded generator, which is equal if and only if all inputs are. Exported for published test vectors. */
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
 * Implements `scalar_mult_vfy`: multiplies the other side's point by this side's scalar, and encodes the result. Exported for published test vectors.
 * @throws {AuthenticationError} `pairing.point` for an invalid encoding, or if the result is the identity
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

/** Returns a random scalar from 1 to the order minus one; its 512 random bits make the bias negligible. */
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

/** Implements `lv_cat` of the draft: concatenates the pieces, each after its length in LEB128. Exported for published test vectors. */
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
