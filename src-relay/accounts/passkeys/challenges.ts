import { timingSafeEqual } from 'node:crypto';
import type { Transaction } from 'kysely';
import { ByteReader, ByteWriter, concatBytes, fromBase64Url, toBase64Url, toUtf8 } from '#shared/bytes/index.ts';
import type { Clock } from '#shared/clock.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import { PLATFORM_LIMITS } from '#shared/platform/index.ts';
import type { Database } from '../../store/index.ts';
import { hashSecret } from '../secrets.ts';

/** Uses of a passkey, in the order of their numbers in a challenge. */
const PURPOSES = ['sign-in', 'second-factor', 'step-up', 'register'] as const;
export type ChallengePurpose = (typeof PURPOSES)[number];

const NONCE_BYTES = 16;
const TAG_BYTES = 32;

/**
 * Challenges for passkeys. A challenge carries its purpose, its end and an HMAC over both and over whom it is for, so that the relay stores nothing until
 * a passkey has answered: strangers who ask for challenges take no memory. That each is answered once is the caller's to record.
 */
export class PasskeyChallenges {
  readonly #crypto: Pick<CryptoBackend, 'randomBytes' | 'hmacSha256'>;
  readonly #key: Uint8Array;

  /** @param key 32 secret bytes */
  constructor(crypto: Pick<CryptoBackend, 'randomBytes' | 'hmacSha256'>, key: Uint8Array) {
    this.#crypto = crypto;
    this.#key = key;
  }

  /**
   * Creates a challenge, as base64url.
   * @param subject account or session that it is for; empty for anyone
   * @param now Unix ms
   */
  create(purpose: ChallengePurpose, subject: string, now: number): string {
    const claims = new ByteWriter()
      .u8(PURPOSES.indexOf(purpose))
      .u64(now + PLATFORM_LIMITS.passkeyChallenge)
      .bytes(this.#crypto.randomBytes(NONCE_BYTES))
      .finish();
    return toBase64Url(concatBytes(claims, this.#tag(claims, subject)));
  }

  /**
   * Checks a challenge that came back.
   * @param subjectOf returns for whom a challenge of this purpose must be; undefined if none may
   * @returns purpose and end (Unix ms); undefined if this relay didn't create it, it is for someone else, or its time is over
   */
  check(
    challenge: string,
    subjectOf: (purpose: ChallengePurpose) => string | undefined,
    now: number,
  ): Readonly<{ purpose: ChallengePurpose; expiresAt: number }> | undefined {
    let bytes;
    try {
      bytes = fromBase64Url(challenge);
    } catch {
      return undefined;
    }
    const length = 1 + 8 + NONCE_BYTES;
    if (bytes.length !== length + TAG_BYTES) return undefined;
    const claims = bytes.subarray(0, length);
    const purpose = PURPOSES[claims[0] ?? 0];
    const subject = purpose === undefined ? undefined : subjectOf(purpose);
    if (purpose === undefined || subject === undefined) return undefined;
    if (!timingSafeEqual(bytes.subarray(length), this.#tag(claims, subject))) return undefined;
    const reader = new ByteReader(claims);
    reader.u8();
    const expiresAt = reader.u64();
    return expiresAt > now ? { purpose, expiresAt } : undefined;
  }

  #tag(claims: Uint8Array, subject: string): Uint8Array {
    return this.#crypto.hmacSha256(this.#key, claims, toUtf8(subject));
  }
}

/**
 * Records that a challenge was answered, in the caller's transaction.
 * @param expiresAt end of the challenge, from `check`; until then a second answer is rejected
 * @returns false for a second answer
 */
export async function useChallenge(
  transaction: Transaction<Database>,
  challenge: Readonly<{ text: string; expiresAt: number }>,
  { crypto, clock }: Readonly<{ crypto: Pick<CryptoBackend, 'sha256'>; clock: Pick<Clock, 'now'> }>,
): Promise<boolean> {
  const row = await transaction
    .insertInto('one_time')
    .values({
      hash: hashSecret(crypto, challenge.text),
      purpose: 'challenge',
      account: null,
      email: null,
      project: null,
      device: null,
      expires_at: challenge.expiresAt,
      used_at: clock.now(),
    })
    .onConflict((conflict) => conflict.column('hash').doNothing())
    .returning('hash')
    .executeTakeFirst();
  return row !== undefined;
}
