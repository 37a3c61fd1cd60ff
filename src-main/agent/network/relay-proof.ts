import type { CallInput } from '#shared/app-api/index.ts';
import { ClawReachError, errorCode } from '#shared/errors.ts';
import { parseRelayUrl, type RelayDialer } from '#shared/relay-dialer/index.ts';
import { RelayClient, type RelayClientOptions } from '../relay/index.ts';
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
  /** Options of a relay client that connects for the proof alone. */
  client: Omit<RelayClientOptions, 'config'>;
}>;

/** Proof of a relay that a person has entered, before it replaces the one in use: a short connection shows its certificate,
 * and another whether it admits this device. Used by `RelayConnection`. */
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
   * @throws {ClawReachError} `relay.untrusted`, since its certificate must be compared first; `relay.not-changed`; with `onlyIfAdmitted` the refusal
   * of the new relay
   */
  async requireAnswer(input: CallInput<'relay.configure'>, signal: AbortSignal): Promise<void> {
    const { url, pin, insecure, own, onlyIfAdmitted } = input;
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
    if (onlyIfAdmitted === true && !losesNone) await this.#requireAdmission(input, endpoint.url, signal);
  }

  /** Connects to a relay once, without using it yet. @throws {ClawReachError} the reason why it doesn't admit this device */
  async #requireAdmission(
    { pin, insecure, admission }: CallInput<'relay.configure'>,
    url: string,
    signal: AbortSignal,
  ): Promise<void> {
    const { settings, client: parts } = this.#options;
    const client = new RelayClient({
      ...parts,
      config: {
        url,
        insecure: insecure === true,
        admission: () => admission,
        enrolments: () => settings.enrolments,
        ...(pin === undefined ? {} : { tlsPin: parsePin(pin) }),
      },
    });
    const patience = AbortSignal.any([signal, AbortSignal.timeout(PROOF_PATIENCE)]);
    const ended = new Promise<void>((resolve) => {
      client.onStatus = ({ state }) => {
        if (state !== 'connecting') resolve();
      };
      patience.addEventListener('abort', () => resolve(), { once: true });
    });
    client.start();
    await ended;
    const { failure, status } = client;
    client.onStatus = undefined;
    await client.stop();
    if (status.state === 'online') return;
    throw failure ?? new ClawReachError('relay.timeout', 'the relay did not answer in time', { details: { url } });
  }
}
