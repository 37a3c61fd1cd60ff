import type { GatewayProblem, GatewayView } from '#shared/app-api/index.ts';
import { gatewayError } from '#shared/openclaw/gateway/index.ts';

type Certificate = NonNullable<GatewayView['certificate']>;

/** A person's answer to the certificate that is shown. */
export type GatewayTrust = Readonly<{
  fingerprint: string;
  how: 'always' | 'once';
  /** Last four digits of the fingerprint, needed where another one was trusted before. */
  confirm?: string | undefined;
}>;

/**
 * Which certificate a gateway is held to, and the one that waits for a person. At most one waits, the first that was seen: what comes after it
 * does not change what a person is looking at. Only the very one that is shown can be answered.
 */
export class CertificateTrust {
  readonly #pinned: () => string | null;
  /** Trusted until the agent ends. */
  #once: string | undefined;
  #waiting: Certificate | null = null;

  /** @param pinned fingerprint that is saved for the gateway */
  constructor(pinned: () => string | null) {
    this.#pinned = pinned;
  }

  /** Shown to a person, who has not decided. */
  get waiting(): Certificate | null {
    return this.#waiting;
  }

  /** Fingerprint that is trusted now; null where a certificate has to be good without one. */
  get expected(): string | null {
    return this.#once ?? this.#pinned();
  }

  /** The gateway has shown another one. @returns it where it waits for a person from now on */
  seen(details: GatewayProblem['details']): Certificate | undefined {
    const fingerprint = String(details['fingerprint'] ?? '');
    if (this.#waiting !== null || !/^[0-9a-f]{64}$/.test(fingerprint)) return undefined;
    this.#waiting = { fingerprint, before: this.expected, trusted: details['trusted'] === 'true' };
    return this.#waiting;
  }

  /**
   * @param pin saves the fingerprint; what it throws leaves everything as it was
   * @throws {GatewayError} `gateway.confirm`
   */
  decide({ fingerprint, how, confirm }: GatewayTrust, pin: (fingerprint: string) => void): void {
    const shown = this.#waiting;
    if (shown === null || shown.fingerprint !== fingerprint)
      throw gatewayError('gateway.confirm', 'this certificate is not the one that waits for a decision', {
        fingerprint,
      });
    if (shown.before !== null && confirm?.toLowerCase() !== fingerprint.slice(-4))
      throw gatewayError('gateway.confirm', 'the last four digits of the new fingerprint are needed', { fingerprint });
    if (how === 'always') pin(fingerprint);
    this.#once = how === 'once' ? fingerprint : undefined;
    this.#waiting = null;
  }

  /** A person wants the gateway to be looked at again. */
  lookAgain(): void {
    this.#waiting = null;
  }

  /** It is another gateway now, or another fingerprint is saved for it. */
  forget(): void {
    this.#once = undefined;
    this.#waiting = null;
  }
}
