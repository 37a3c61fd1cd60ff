import { timingSafeEqual } from 'node:crypto';
import type { Clock } from '#shared/clock.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';

/** Limits of `Admissions`. */
export const ADMISSION_LIMITS = {
  /** Most unused tokens; a new one drops the oldest. */
  tokens: 16,
  /** Lifetime of a token, ms. */
  tokenAge: 10 * 60_000,
  sessions: 16,
  /** Number of wrong tokens within `triesTime`, ms, after which tokens are rejected unread. */
  tries: 20,
  triesTime: 60_000,
} as const;

const SECRET_LENGTH = 32;
const SECRET = /^[A-Za-z0-9_-]{43}$/;

type Token = Readonly<{ bytes: Uint8Array; expiresAt: number }>;

/** Session of a browser that has shown a valid token; its secret lets it reconnect after a reload. Kept in memory. */
export class BrowserSession {
  readonly secret: string;
  readonly bytes: Uint8Array;
  /** Number of open connections. */
  connections = 0;
  lastUsedAt: number;

  constructor(bytes: Uint8Array, now: number) {
    this.bytes = bytes;
    this.secret = toText(bytes);
    this.lastUsedAt = now;
  }
}

/**
 * Admission of browsers to the web host, in memory: tokens for links, and sessions for browsers that reconnect. Both are 256 random bits, so they
 * can't be guessed; the limit on wrong tokens is a second defence. Valid sessions are accepted despite that limit: otherwise another program on this
 * machine could lock the person out. Used by `startWebHost`.
 */
export class Admissions {
  readonly #crypto: Pick<CryptoBackend, 'randomBytes'>;
  readonly #clock: Clock;
  #tokens: readonly Token[] = [];
  #sessions: readonly BrowserSession[] = [];
  /** Monotonic times of wrong tokens. */
  #wrong: readonly number[] = [];

  constructor(options: Readonly<{ crypto: Pick<CryptoBackend, 'randomBytes'>; clock: Clock }>) {
    this.#crypto = options.crypto;
    this.#clock = options.clock;
  }

  /** Creates a token for one connection within ten minutes. */
  newToken(): string {
    const bytes = this.#crypto.randomBytes(SECRET_LENGTH);
    const expiresAt = this.#clock.monotonic() + ADMISSION_LIMITS.tokenAge;
    this.#tokens = [...this.#freshTokens(), { bytes, expiresAt }].slice(-ADMISSION_LIMITS.tokens);
    return toText(bytes);
  }

  /** Uses up a token. Returns `full` if sixteen browsers are already connected; the token stays valid then. */
  takeToken(text: string): BrowserSession | 'unknown' | 'tries' | 'full' {
    if (this.#isThrottled()) return 'tries';
    this.#tokens = this.#freshTokens();
    const token = find(this.#tokens, text);
    if (token === undefined) return this.#refuse();
    const remaining = this.#roomForOne();
    if (remaining === undefined) return 'full';
    this.#tokens = this.#tokens.filter((other) => other !== token);
    const session = new BrowserSession(this.#crypto.randomBytes(SECRET_LENGTH), this.#clock.monotonic());
    this.#sessions = [...remaining, session];
    return session;
  }

  takeSession(text: string): BrowserSession | 'unknown' {
    const session = find(this.#sessions, text);
    if (session === undefined) return this.#refuse();
    session.lastUsedAt = this.#clock.monotonic();
    return session;
  }

  #freshTokens(): readonly Token[] {
    const now = this.#clock.monotonic();
    return this.#tokens.filter(({ expiresAt }) => expiresAt > now);
  }

  /** Returns the sessions to keep beside a new one: drops the one unused for longest, but none in use. */
  #roomForOne(): readonly BrowserSession[] | undefined {
    if (this.#sessions.length < ADMISSION_LIMITS.sessions) return this.#sessions;
    const idle = this.#sessions.filter(({ connections }) => connections === 0);
    const oldest = idle.toSorted((one, other) => one.lastUsedAt - other.lastUsedAt)[0];
    return oldest === undefined ? undefined : this.#sessions.filter((session) => session !== oldest);
  }

  #isThrottled(): boolean {
    const since = this.#clock.monotonic() - ADMISSION_LIMITS.triesTime;
    this.#wrong = this.#wrong.filter((at) => at > since);
    return this.#wrong.length >= ADMISSION_LIMITS.tries;
  }

  #refuse(): 'unknown' {
    this.#wrong = [...this.#wrong, this.#clock.monotonic()].slice(-ADMISSION_LIMITS.tries);
    return 'unknown';
  }
}

function toText(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url');
}

/** Finds an entry, comparing with each one in constant time. */
function find<Entry extends Readonly<{ bytes: Uint8Array }>>(
  entries: readonly Entry[],
  text: string,
): Entry | undefined {
  if (!SECRET.test(text)) return undefined;
  const given = Buffer.from(text, 'base64url');
  let found: Entry | undefined;
  for (const entry of entries) if (timingSafeEqual(entry.bytes, given)) found = entry;
  return found;
}
