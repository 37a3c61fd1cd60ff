import type { GatewayProblem, GatewayView } from '#shared/app-api/index.ts';
import { gatewayError } from '#shared/openclaw/gateway/index.ts';

type Certificate = NonNullable<GatewayView['certificate']>;

/** A person's decision on the certificate that is shown. */
export type GatewayTrust = Readonly<{
  fingerprint: string;
  how: 'always' | 'once';
  /** Last four digits of the fingerprint, needed where another one was trusted before. */
  confirm?: string | undefined;
}>;

/**
 * Certificate that `KnownGateway` trusts, and at most one that waits for a person's decision; in memory. The first one seen waits; later ones don't
 * replace it, so the certificate on screen never changes, and only that one can be trusted.
 */
export class CertificateTrust {
  readonly #pinned: () => string | null;
  /** Trusted until the agent ends. */
  #once: string | undefined;
  #waiting: Certificate | null = null;

  /** @param pinned returns the fingerprint saved for the gateway */
  constructor(pinned: () => string | null) {
    this.#pinned = pinned;
  }

  /** The certificate shown to a person who hasn't decided yet. */
  get waiting(): Certificate | null {
    return this.#waiting;
  }

  /** Fingerprint that is trusted now; null if the system's certificate authorities decide. */
  get expected(): string | null {
    return this.#once ?? this.#pinned();
  }

  /** Handles an untrusted certificate. @returns the certificate, if it now waits for a person */
  seen(details: GatewayProblem['details']): Certificate | undefined {
    const fingerprint = String(details['fingerprint'] ?? '');
    if (this.#waiting !== null || !/^[0-9a-f]{64}$/.test(fingerprint)) return undefined;
    this.#waiting = { fingerprint, before: this.expected, trusted: details['trusted'] === 'true' };
    return this.#waiting;
  }

  /**
   * Applies a person's decision.
   * @param pin saves the fingerprint; if it throws, nothing changes
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

  /** Drops the waiting certificate, so that the next connection shows the current one. */
  dropWaiting(): void {
    this.#waiting = null;
  }

  /** Drops all decisions, after the address or the saved fingerprint has changed. */
  forget(): void {
    this.#once = undefined;
    this.#waiting = null;
  }
}
