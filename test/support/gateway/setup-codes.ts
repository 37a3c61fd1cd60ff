import { randomBytes, randomUUID } from 'node:crypto';
import type { Clock } from '#shared/clock.ts';

const LIFE = 10 * 60_000;

export interface SetupCodeEntry {
  readonly setupId: string;
  readonly bootstrapToken: string;
  readonly setupCode: string;
  readonly expiresAtMs: number;
  readonly joinPath: string;
}

/** One-time codes that pair a node, both stages at once. */
export class SetupCodes {
  readonly #clock: Clock;
  readonly #codes = new Map<string, SetupCodeEntry>();
  readonly #joins = new Map<string, string>();
  /** Token to the device that has redeemed it. */
  readonly #used = new Map<string, string>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  make(url: string, fingerprint: string | undefined): SetupCodeEntry {
    const bootstrapToken = randomBytes(32).toString('base64url');
    const expiresAtMs = this.#clock.now() + LIFE;
    const content = JSON.stringify({
      url,
      bootstrapToken,
      expiresAtMs,
      ...(fingerprint === undefined ? {} : { tlsFingerprint: fingerprint }),
    });
    const joinPath = `/j/${randomBytes(16).toString('base64url')}`;
    const setupCode = Buffer.from(content).toString('base64url');
    const entry = { setupId: randomUUID(), bootstrapToken, setupCode, expiresAtMs, joinPath };
    this.#codes.set(bootstrapToken, entry);
    this.#joins.set(joinPath, content);
    return entry;
  }

  /** What lies at a join link: once. */
  takeJoin(path: string): string | undefined {
    const content = this.#joins.get(path);
    this.#joins.delete(path);
    return content;
  }

  holds(token: string, deviceId: string | undefined): boolean {
    const entry = this.#codes.get(token);
    if (entry === undefined || entry.expiresAtMs < this.#clock.now()) return false;
    return deviceId !== undefined && !this.#used.has(token);
  }

  redeem(token: string, deviceId: string): SetupCodeEntry | undefined {
    this.#used.set(token, deviceId);
    return this.#codes.get(token);
  }
}
