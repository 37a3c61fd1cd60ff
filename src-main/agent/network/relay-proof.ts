import type { CallInput } from '#shared/app-api/index.ts';
import { ClawReachError, errorCode } from '#shared/errors.ts';
import { parseRelayUrl, type RelayDialer } from '#shared/relay-dialer/index.ts';
import { parsePin, sameRelay, type RelaySettings } from './relay-settings.ts';

/** Longest time to wait for the certificate of a relay, ms. */
const PROOF_PATIENCE = 8000;

/** Dependencies of `RelayProof`. */
export type RelayProofOptions = Readonly<{
  dialer: Pick<RelayDialer, 'control'>;
  /** Settings of the relay in use. */
  settings: RelaySettings;
  /** Reports whether the user has paused all connections. */
  isPaused(): boolean;
}>;

/** Proof of a relay that a person has entered, before it replaces the one in use: a short connection shows its certificate. Used by `RelayConnection`. */
export class RelayProof {
  readonly #options: RelayProofOptions;

  constructor(options: RelayProofOptions) {
    this.#options = options;
  }

  /**
   * Checks a pin against the relay's certificate.
   * @returns false if the relay can't be reached, so that the pin is unproven
   * @throws {ClawReachError} `relay.other-pin` (details: url, expected, seen)
   */
  async ofPin({ url, pin, insecure, own }: CallInput<'relay.configure'>, signal: AbortSignal): Promise<boolean> {
    // The application has read the pin from the relay on this machine.
    if (pin === undefined || own === true) return true;
    const tlsPin = parsePin(pin);
    const endpoint = parseRelayUrl(url, { insecure: insecure === true });
    if (this.#options.settings.isProven(endpoint.url, tlsPin)) return true;
    if (this.#options.isPaused()) return false;
    try {
      const dialing = AbortSignal.any([signal, AbortSignal.timeout(PROOF_PATIENCE)]);
      const connection = await this.#options.dialer.control(endpoint, { signal: dialing, tlsPin });
      connection.close();
      return true;
    } catch (error) {
      if (error instanceof ClawReachError && error.code === 'relay.pin-mismatch')
        throw new ClawReachError('relay.other-pin', 'the relay shows another pin than the one entered', {
          cause: error,
          details: { ...error.details, url: endpoint.url },
        });
      return false;
    }
  }

  /**
   * Checks that a new relay answers before the old one is given up, and that its certificate is trusted before it is stored.
   * @throws {ClawReachError} `relay.untrusted`, since its certificate must be compared first; `relay.not-changed`
   */
  async requireAnswer({ url, pin, insecure, own }: CallInput<'relay.configure'>, signal: AbortSignal): Promise<void> {
    const used = this.#options.settings.url;
    const endpoint = parseRelayUrl(url, { insecure: insecure === true });
    if (own === true || this.#options.isPaused()) return;
    const isSame = used !== undefined && sameRelay(used, endpoint.url);
    // A relay that has never answered has no key, so no working relay would be lost.
    const losesNone = used === undefined || this.#options.settings.relayKey === undefined || isSame;
    // If none is lost, an unreachable relay may be set, and only an untrusted certificate matters.
    const isTrusted =
      pin !== undefined || (isSame && (this.#options.settings.tlsPin ?? this.#options.settings.relayKey) !== undefined);
    if (losesNone && (isTrusted || !endpoint.tls)) return;
    try {
      const dialing = AbortSignal.any([signal, AbortSignal.timeout(PROOF_PATIENCE)]);
      const tlsPin = pin === undefined ? undefined : parsePin(pin);
      const connection = await this.#options.dialer.control(endpoint, {
        signal: dialing,
        ...(tlsPin === undefined ? {} : { tlsPin }),
      });
      connection.close();
    } catch (error) {
      if (errorCode(error) === 'relay.untrusted') throw error;
      if (losesNone) return;
      throw new ClawReachError('relay.not-changed', 'no relay answers there', { cause: error, details: { url, used } });
    }
  }
}
