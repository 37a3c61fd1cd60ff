import type { CallInput } from '#shared/app-api/index.ts';
import { fromBase64Url, fromHex, toBase64Url, toHex } from '#shared/bytes/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { parseRelayUrl } from '#node/sockets/index.ts';
import type { JoinerRelay } from '../pairing/index.ts';
import type { RelayClientConfig } from '../relay/index.ts';
import type { Settings, SettingsStore } from '../core/store/index.ts';

/** Enrolments kept and shown; the relay remembers members itself, so the newest few are enough. */
const MOST_ENROLMENTS = 8;
/** Seconds; relays refuse a serial that is further ahead of their clock. */
const MOST_SERIAL_AHEAD = 24 * 3600;

/** Relay settings in the forms that relay client and pairing need. */
export class RelaySettings {
  readonly #settings: SettingsStore;

  constructor(settings: SettingsStore) {
    this.#settings = settings;
  }

  /** Undefined when there is no relay, or it is switched off. */
  get url(): string | undefined {
    const { relay } = this.#settings.value;
    return relay.enabled ? (relay.url ?? undefined) : undefined;
  }

  /** Name of the relay in invitation links; undefined for its URL. */
  get advertised(): string | undefined {
    return this.#settings.value.relay.advertised;
  }

  /** @param url null: by its own URL @throws {DialError} `relay.url`, `relay.insecure-url` */
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

  /** True for the relay that the application on this machine runs. */
  get own(): boolean {
    return this.#settings.value.relay.own === true;
  }

  /** URL of the relay that was used before the one that runs on this machine; undefined where another one is used, or none was. */
  get before(): string | undefined {
    return this.#settings.value.relayBefore?.url ?? undefined;
  }

  /** Enrolments this device was given, newest first. */
  get enrolments(): readonly Uint8Array[] {
    return this.#settings.value.enrolments.slice(0, MOST_ENROLMENTS).map(fromBase64Url);
  }

  /** Returns the configuration of a client for the given relay; secrets are read when needed. */
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

  /** True when a connection has shown that the relay with this URL has this pin. */
  isProven(url: string, pin: Uint8Array): boolean {
    const { relay } = this.#settings.value;
    return (
      relay.url !== null && sameRelay(relay.url, url) && relay.tlsPin === toHex(pin) && relay.pinUnproven === undefined
    );
  }

  /**
   * Another relay than before loses the pins of the old one, unless it is this machine's own: then the old one is kept, to go back to. So does
   * the same relay a pin that no connection has proved.
   * @param isProven a connection has shown that the relay has the pin that is given
   * @throws {DialError} `relay.url`, `relay.insecure-url`; {ClawReachError} `relay.pin`
   */
  configure(input: CallInput<'relay.configure'>, isProven = true): void {
    const insecure = input.insecure === true;
    const { url } = parseRelayUrl(input.url, { insecure });
    const pin = input.pin === undefined ? undefined : toHex(parsePin(input.pin));
    this.#settings.update((current) => {
      const same = current.relay.url !== null && sameRelay(current.relay.url, url);
      // The relay of this machine at another address of it: what others call it stays, and what was used before it.
      const stays = same || (pin !== undefined && pin === current.relay.tlsPin);
      const own = input.own === true || (stays && current.relay.own === true);
      const { relayBefore, ownAdvertised: _kept, ...others } = current;
      const advertised = stays ? current.relay.advertised : own ? nameOfOwn(current) : undefined;
      const isLeft = own && !stays && current.relay.own !== true && current.relay.url !== null;
      const before = isLeft ? current.relay : stays || own ? relayBefore : undefined;
      return {
        ...others,
        ...(before === undefined ? {} : { relayBefore: before }),
        ...(own ? {} : keptName(current)),
        relay: {
          url,
          enabled: true,
          insecure,
          tlsPin: pin ?? (same && current.relay.pinUnproven === undefined ? current.relay.tlsPin : null),
          ...(pin === undefined || isProven ? {} : { pinUnproven: true }),
          relayKey: same ? current.relay.relayKey : null,
          ...(advertised === undefined ? {} : { advertised }),
          ...(own ? { own } : {}),
          ...(input.admission === undefined ? {} : { admission: input.admission }),
        },
      };
    });
  }

  /** Uses the relay again that was used before this machine's own, as it was set. False where there is none: nothing changes then. */
  goBack(): boolean {
    if (this.before === undefined) return false;
    this.#settings.update(({ relayBefore, ...current }) => ({
      ...current,
      ...keptName(current),
      relay: relayBefore ?? current.relay,
    }));
    return true;
  }

  /** The relay of an inviter, with the enrolment it gave. A token that was meant for another relay is dropped. */
  adopt(relay: JoinerRelay, enrolment: Uint8Array | undefined): void {
    this.#settings.update((current) => {
      const { admission, advertised, own, pinUnproven: _proven, ...before } = current.relay;
      const isSame = before.url !== null && sameRelay(before.url, relay.url);
      const { relayBefore, ...others } = current;
      return {
        ...others,
        ...(isSame && relayBefore !== undefined ? { relayBefore } : {}),
        ...(isSame ? {} : keptName(current)),
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
   * Serial of the next enrolment or removal: the time in seconds, and always above the one before, since a removal wins against an equal
   * one: whoever forgets a device and pairs it again within a second means the latter. One of a clock that was far ahead counts for
   * nothing: no relay has taken it.
   * @param now milliseconds since 1970
   */
  nextSerial(now: number): number {
    const time = Math.floor(now / 1000);
    const before = this.#settings.value.membershipSerial ?? 0;
    const serial = before > time + MOST_SERIAL_AHEAD ? time : Math.max(time, before + 1);
    this.#settings.update((current) => ({ ...current, membershipSerial: serial }));
    return serial;
  }

  pinRelayKey(relayKey: Uint8Array): void {
    this.#settings.update((current) => ({
      ...current,
      relay: { ...current.relay, relayKey: toBase64Url(relayKey) },
    }));
  }

  /** Notes a successful connection, which proves the pin. The token admits a device once, so it is deleted then. */
  welcomed(): void {
    const { admission, pinUnproven } = this.#settings.value.relay;
    if (admission === undefined && pinUnproven === undefined) return;
    this.#settings.update((current) => {
      const { admission: _used, pinUnproven: _proven, ...relay } = current.relay;
      return { ...current, relay };
    });
  }
}

/** Returns the name in invitation links of the relay on this machine, whether in use now or before; undefined for its URL. */
function nameOfOwn({ relay, ownAdvertised }: Settings): string | undefined {
  return relay.own === true ? relay.advertised : ownAdvertised;
}

/** Returns the setting that keeps that name while another relay is used. */
function keptName(current: Settings): Pick<Settings, 'ownAdvertised'> {
  const name = nameOfOwn(current);
  return name === undefined ? {} : { ownAdvertised: name };
}

/** Two spellings of the same relay. */
export function sameRelay(left: string, right: string): boolean {
  try {
    return parseRelayUrl(left, { insecure: true }).authority === parseRelayUrl(right, { insecure: true }).authority;
  } catch {
    return false;
  }
}

/** @throws {ClawReachError} `relay.pin` */
export function parsePin(text: string): Uint8Array {
  const digits = text.replaceAll(/[\s:]/g, '');
  if (!/^[0-9a-fA-F]{64}$/.test(digits)) throw new ClawReachError('relay.pin', 'a pin has 64 hexadecimal digits');
  return fromHex(digits.toLowerCase());
}
