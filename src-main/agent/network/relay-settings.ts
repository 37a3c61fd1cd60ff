import { parseRelayUrl, pinDigits } from '#shared/relay-dialer/index.ts';
import type { CallInput } from '#shared/app-api/index.ts';
import { fromBase64Url, fromHex, toBase64Url, toHex } from '#shared/bytes/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import type { JoinTarget } from '../pairing/index.ts';
import type { RelayClientConfig } from '../relay/index.ts';
import type { Settings, SettingsStore } from '../core/store/index.ts';

/** Most enrolments kept and sent. The relay remembers its members, so the newest few are enough. */
const MOST_ENROLMENTS = 8;
/** Relays reject a serial that is further ahead of their clock, seconds. */
const MOST_SERIAL_AHEAD = 24 * 3600;

/** Relay's part of the settings, in the forms that relay client and pairing need. Used by `RelayConnection`; changes are saved with the settings. */
export class RelaySettings {
  readonly #settings: SettingsStore;

  constructor(settings: SettingsStore) {
    this.#settings = settings;
  }

  /** URL of the relay that is stored, whether it is switched on or off; null for none. */
  get storedUrl(): string | null {
    return this.#settings.value.relay.url;
  }

  /** URL of the relay; undefined if none is set or it is switched off. */
  get url(): string | undefined {
    const { relay } = this.#settings.value;
    return relay.enabled ? (relay.url ?? undefined) : undefined;
  }

  /** URL of the relay in invitation links; undefined if it equals `url`. */
  get advertised(): string | undefined {
    return this.#settings.value.relay.advertised;
  }

  /** Sets the URL of the relay in invitation links. @param url null: the relay's own URL @throws {DialError} `relay.url`, `relay.insecure-url` */
  advertise(url: string | null): void {
    const named = url === null ? undefined : parseRelayUrl(url, { insecure: this.insecure }).url;
    this.#settings.update((current) => {
      const { advertised: _before, ...relay } = current.relay;
      return { ...current, relay: { ...relay, ...(named === undefined ? {} : { advertised: named }) } };
    });
  }

  get insecure(): boolean {
    return this.#settings.value.relay.insecure;
  }

  get tlsPin(): Uint8Array | undefined {
    const { tlsPin } = this.#settings.value.relay;
    return tlsPin === null ? undefined : fromHex(tlsPin);
  }

  get relayKey(): Uint8Array | undefined {
    const { relayKey } = this.#settings.value.relay;
    return relayKey === null ? undefined : fromBase64Url(relayKey);
  }

  /** True if the application on this machine runs the relay. */
  get own(): boolean {
    return this.#settings.value.relay.own === true;
  }

  /** URL of the relay that was used before the one on this machine; undefined if another relay is in use, or none was set before. */
  get before(): string | undefined {
    return this.#settings.value.relayBefore?.url ?? undefined;
  }

  /** Enrolments that this device has received, newest first. */
  get enrolments(): readonly Uint8Array[] {
    return this.#settings.value.enrolments.slice(0, MOST_ENROLMENTS).map(fromBase64Url);
  }

  /** Returns the configuration of a client for the given relay. Admission token and enrolments are read when the client connects. */
  clientConfig(url: string): RelayClientConfig {
    const { relayKey, tlsPin } = this;
    return {
      url,
      insecure: this.insecure,
      ...(relayKey === undefined ? {} : { relayKeyPin: relayKey }),
      ...(tlsPin === undefined ? {} : { tlsPin }),
      admission: () => this.#settings.value.relay.admission,
      enrolments: () => this.enrolments,
    };
  }

  /** Reports whether a connection has shown that the relay with this URL has this pin. */
  isProven(url: string, pin: Uint8Array): boolean {
    const { relay } = this.#settings.value;
    return (
      relay.url !== null && sameRelay(relay.url, url) && relay.tlsPin === toHex(pin) && relay.pinUnproven === undefined
    );
  }

  /**
   * Sets the relay. Pins of the previous relay are dropped, also an unproven pin of the same relay. A new pin of the same relay drops the relay's key,
   * since a relay that was set up again has another one, and the pin authenticates it. A switch to the relay on this machine stores the previous relay
   * for `goBack`.
   * @param isProven true if a connection has shown a certificate with the given pin
   * @param hasOtherKey true if the relay, behind the given pin, has shown another key than the stored one
   * @throws {DialError} `relay.url`, `relay.insecure-url`; {ClawReachError} `relay.pin`
   */
  configure(input: CallInput<'relay.configure'>, isProven = true, hasOtherKey = false): void {
    const insecure = input.insecure === true;
    const { url, tls } = parseRelayUrl(input.url, { insecure });
    const pin = input.pin === undefined ? undefined : toHex(parsePin(input.pin));
    this.#settings.update((current) => {
      const same = current.relay.url !== null && sameRelay(current.relay.url, url);
      const isRenewed = tls && pin !== undefined && (pin !== current.relay.tlsPin || hasOtherKey);
      // For the relay on this machine at another address, its URL in links and the previous relay stay.
      const stays = same || (pin !== undefined && pin === current.relay.tlsPin);
      const own = input.own === true || (stays && current.relay.own === true);
      const { relayBefore, ownAdvertised: _ownAdvertised, ...others } = current;
      const advertised = stays ? current.relay.advertised : own ? nameOfOwn(current) : undefined;
      const isLeft = own && !stays && current.relay.own !== true && current.relay.url !== null;
      const before = isLeft ? current.relay : stays || own ? relayBefore : undefined;
      return {
        ...others,
        ...(before === undefined ? {} : { relayBefore: before }),
        ...(own ? {} : keepOwnName(current)),
        relay: {
          url,
          enabled: true,
          insecure,
          tlsPin: pin ?? (same && current.relay.pinUnproven === undefined ? current.relay.tlsPin : null),
          ...(pin === undefined || isProven ? {} : { pinUnproven: true }),
          relayKey: same && !isRenewed ? current.relay.relayKey : null,
          ...(advertised === undefined ? {} : { advertised }),
          ...(own ? { own } : {}),
          ...(input.admission === undefined ? {} : { admission: input.admission }),
        },
      };
    });
  }

  /** Restores the relay that was used before the one on this machine. @returns false if there is none */
  goBack(): boolean {
    if (this.before === undefined) return false;
    this.#settings.update(({ relayBefore, ...current }) => ({
      ...current,
      ...keepOwnName(current),
      relay: relayBefore ?? current.relay,
    }));
    return true;
  }

  /** Removes the relay with its key, pin and token. The enrolments stay, since another relay of the same project may want them. */
  leave(): void {
    this.#settings.update(({ relayBefore: _before, ...current }) => ({
      ...current,
      ...keepOwnName(current),
      relay: { url: null, enabled: true, insecure: false, tlsPin: null, relayKey: null },
    }));
  }

  /** Stores an inviter's relay and the enrolment from the inviter. Drops an admission token for another relay. */
  adopt(relay: JoinTarget, enrolment: Uint8Array | undefined): void {
    this.#settings.update((current) => {
      const { admission, advertised, own, pinUnproven: _proven, ...before } = current.relay;
      const isSame = before.url !== null && sameRelay(before.url, relay.url);
      const { relayBefore, ...others } = current;
      return {
        ...others,
        ...(isSame && relayBefore !== undefined ? { relayBefore } : {}),
        ...(isSame ? {} : keepOwnName(current)),
        enrolments: [...(enrolment === undefined ? [] : [toBase64Url(enrolment)]), ...current.enrolments].slice(
          0,
          MOST_ENROLMENTS,
        ),
        relay: {
          ...before,
          url: relay.url,
          enabled: true,
          relayKey: toBase64Url(relay.relayKey),
          tlsPin: relay.tlsPin === undefined ? null : toHex(relay.tlsPin),
          ...(isSame && advertised !== undefined ? { advertised } : {}),
          ...(isSame && own !== undefined ? { own } : {}),
          ...(isSame && admission !== undefined ? { admission } : {}),
        },
      };
    });
  }

  /**
   * Returns the serial of the next enrolment or removal, and stores it: the time in seconds, but always above the last serial. At the relay a removal
   * wins against an enrolment with the same serial, so a device removed and paired again within a second needs a higher one. A stored serial far in
   * the future is ignored, since no relay has accepted it.
   * @param now ms since 1970
   */
  nextSerial(now: number): number {
    const time = Math.floor(now / 1000);
    const before = this.#settings.value.membershipSerial ?? 0;
    const serial = before > time + MOST_SERIAL_AHEAD ? time : Math.max(time, before + 1);
    this.#settings.update((current) => ({ ...current, membershipSerial: serial }));
    return serial;
  }

  /** Stores the relay's key from its first welcome message. */
  pinRelayKey(relayKey: Uint8Array): void {
    this.#settings.update((current) => ({
      ...current,
      relay: { ...current.relay, relayKey: toBase64Url(relayKey) },
    }));
  }

  /** Records a successful connection: the pin is proven, and the admission token, which works only once, is deleted. */
  welcomed(): void {
    const { admission, pinUnproven } = this.#settings.value.relay;
    if (admission === undefined && pinUnproven === undefined) return;
    this.#settings.update((current) => {
      const { admission: _used, pinUnproven: _proven, ...relay } = current.relay;
      return { ...current, relay };
    });
  }
}

/** Returns the URL in invitation links of the relay on this machine, in use now or before; undefined if it equals the relay's own. */
function nameOfOwn({ relay, ownAdvertised }: Settings): string | undefined {
  return relay.own === true ? relay.advertised : ownAdvertised;
}

/** Returns the setting that keeps that URL while another relay is in use. */
function keepOwnName(current: Settings): Pick<Settings, 'ownAdvertised'> {
  const name = nameOfOwn(current);
  return name === undefined ? {} : { ownAdvertised: name };
}

/** Reports whether two URLs name the same relay. Pure. */
export function sameRelay(left: string, right: string): boolean {
  try {
    return parseRelayUrl(left, { insecure: true }).authority === parseRelayUrl(right, { insecure: true }).authority;
  } catch {
    return false;
  }
}

/** Parses a pin of 64 hexadecimal digits, with or without spaces, colons and hyphens. @throws {ClawReachError} `relay.pin` */
export function parsePin(text: string): Uint8Array {
  const digits = pinDigits(text);
  if (digits === undefined) throw new ClawReachError('relay.pin', 'a pin has 64 hexadecimal digits');
  return fromHex(digits);
}
