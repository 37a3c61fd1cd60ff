import type { Clock } from '#shared/clock.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import { PlatformError } from '#shared/platform/index.ts';
import type { PlainLimits } from './limits.ts';
import { newToken, terminalTokenHash } from './secrets.ts';

/** Right of a terminal token: one session, for the account and sign-in that asked for it. */
export type TerminalGrant = Readonly<{ session: string; account: string; signIn: string }>;

/**
 * Tokens that open `/session` once. A page of the relay has a cookie that it can't read, so it asks for one by `/api/v1`. Created by
 * `startPlainProtocol`. Touches memory only, and keeps hashes.
 */
export class TerminalTokens {
  readonly #options: Readonly<{ clock: Clock; crypto: CryptoBackend; limits: PlainLimits }>;
  /** Grants by the hash of their token, oldest first. */
  readonly #grants = new Map<string, TerminalGrant & Readonly<{ deadline: number }>>();

  constructor(options: Readonly<{ clock: Clock; crypto: CryptoBackend; limits: PlainLimits }>) {
    this.#options = options;
  }

  /**
   * Creates a token.
   * @returns the token, and its end in Unix ms
   * @throws {PlatformError} `platform.limit` if too many wait to be used
   */
  create(grant: TerminalGrant): Readonly<{ token: string; expiresAt: number }> {
    const { clock, crypto, limits } = this.#options;
    this.#sweep();
    if (this.#grants.size >= limits.terminalTokens) throw new PlatformError('platform.limit', 'too many terminals');
    const token = newToken(crypto);
    this.#grants.set(terminalTokenHash(token), { ...grant, deadline: clock.monotonic() + limits.terminalToken });
    return { token, expiresAt: clock.now() + limits.terminalToken };
  }

  /** Uses a token up. Returns its grant; undefined for a wrong, used or expired one. */
  take(token: string): TerminalGrant | undefined {
    this.#sweep();
    const hash = terminalTokenHash(token);
    const grant = this.#grants.get(hash);
    this.#grants.delete(hash);
    return grant;
  }

  #sweep(): void {
    const now = this.#options.clock.monotonic();
    for (const [hash, { deadline }] of this.#grants) {
      if (deadline > now) break;
      this.#grants.delete(hash);
    }
  }
}
