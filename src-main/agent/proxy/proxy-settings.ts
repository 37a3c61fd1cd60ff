import { parseRelayUrl } from '#shared/relay-dialer/index.ts';
import { withTimeout } from '#shared/timeout.ts';
import type { CallInput, NetworkProxyView } from '#shared/app-api/index.ts';
import type { Clock } from '#shared/clock.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import { ClawReachError, errorCode } from '#shared/errors.ts';
import type { Logger } from '#shared/logger.ts';
import {
  AUTHORITY_LIMITS,
  isProxyUser,
  parseAuthorities,
  parseProxyAddress,
  parseCertificateAuthority,
  type Authority,
  type FoundProxy,
  type RelayRoute,
  type RouteChoice,
} from '#node/sockets/index.ts';
import { SecretBox, type Settings, type SettingsStore } from '../core/store/index.ts';

export type ProxySettingsOptions = Readonly<{
  /** Route that the agent's dialer uses; undefined if the dialer takes no proxy. */
  route: RelayRoute | undefined;
  crypto: CryptoBackend;
  /** Secret of the profile, 32 bytes; only a derived key is kept. */
  masterSecret: Uint8Array;
  clock: Clock;
  logger: Logger;
  settings: SettingsStore;
  /** Called when the proxy has changed. */
  onChange(): void;
}>;

type Stored = NonNullable<Settings['proxy']>;

/** Longest time that a view waits for the system's proxy, ms. */
const LONGEST_FIND = 2000;
const INITIAL: Stored = { mode: 'system', authorities: [] };

/**
 * Proxy through which this device reaches relays, and the certificate authorities that it trusts there. Stored in the settings, the password sealed.
 * Applies changes to the dialer's route. Logs stored certificates that can't be read, and skips them. Used by the proxy module.
 */
export class ProxySettings {
  readonly #options: ProxySettingsOptions;
  readonly #secrets: SecretBox;

  constructor(options: ProxySettingsOptions) {
    this.#options = options;
    this.#secrets = new SecretBox(options.crypto, options.masterSecret, 'clawreach proxy secrets 1');
    this.#apply();
  }

  /** Returns the settings for user interfaces, and the proxy in use. @param relay URL of the relay in use; null for none */
  async view(relay: string | null): Promise<NetworkProxyView> {
    const { mode, address, user, password, authorities } = this.#kept;
    const found = relay === null ? undefined : await this.#find(relay);
    return {
      mode,
      address: address ?? null,
      user: user ?? null,
      password: password !== undefined,
      inUse: found === undefined ? null : { address: found.proxy.url, source: found.source },
      authorities: this.#readAuthorities(authorities).map(({ id, subject, expiresAt }) => ({ id, subject, expiresAt })),
    };
  }

  /**
   * Changes the settings.
   * @throws {ClawReachError} `relay.proxy-address`, `relay.proxy-authority` (details: reason), `relay.proxy-missing`
   * @throws {StoreError} `store.write`
   */
  set(input: CallInput<'network.proxy.set'>): void {
    const before = this.#kept;
    const after = this.#changed(before, input);
    if (JSON.stringify(after) === JSON.stringify(before)) return;
    this.#options.settings.update((current) => ({ ...current, proxy: after }));
    this.#apply();
    this.#options.onChange();
  }

  #changed(before: Stored, input: CallInput<'network.proxy.set'>): Stored {
    const given = typeof input.address === 'string' ? parseProxyAddress(input.address) : undefined;
    const address = input.address === undefined ? before.address : given?.url;
    const namedUser = input.user === undefined ? (given?.user ?? before.user) : (input.user ?? undefined);
    if (namedUser !== undefined && !isProxyUser(namedUser)) throw invalidUser();
    const user = address === undefined ? undefined : namedUser;
    const mode = input.mode ?? before.mode;
    if (mode === 'manual' && address === undefined)
      throw new ClawReachError('relay.proxy-missing', 'no proxy was named');
    const typed = input.password === undefined ? given?.password || undefined : input.password;
    const same = address === before.address && user === before.user;
    const password =
      typed === undefined
        ? same
          ? before.password
          : undefined
        : typed === null || address === undefined || user === undefined
          ? undefined
          : this.#secrets.seal(secretId(address, user), typed);
    return {
      mode,
      ...(address === undefined ? {} : { address }),
      ...(user === undefined ? {} : { user }),
      ...(password === undefined || user === undefined ? {} : { password }),
      authorities: this.#changedAuthorities(before.authorities, input),
    };
  }

  #changedAuthorities(before: readonly string[], input: CallInput<'network.proxy.set'>): string[] {
    const removed = new Set(input.removeAuthorities ?? []);
    const kept = this.#readAuthorities(before).filter(({ id }) => !removed.has(id));
    const added =
      input.addAuthorities === undefined ? [] : parseAuthorities(input.addAuthorities, this.#options.clock.now());
    const all = new Map([...kept, ...added].map(({ id, pem }) => [id, pem]));
    if (all.size > AUTHORITY_LIMITS.count) {
      const reason = `at most ${AUTHORITY_LIMITS.count} are kept`;
      throw new ClawReachError('relay.proxy-authority', reason, { details: { reason } });
    }
    return [...all.values()];
  }

  /**
   * Returns the proxy in use for the relay; undefined if that takes too long. The system may have to run a script of the network to find the proxy.
   */
  async #find(relay: string): Promise<FoundProxy | undefined> {
    const { route, clock } = this.#options;
    if (route === undefined) return undefined;
    try {
      return await withTimeout(clock, LONGEST_FIND, route.find(parseRelayUrl(relay, { insecure: true })));
    } catch {
      return undefined;
    }
  }

  #apply(): void {
    this.#options.route?.use(this.#choice());
  }

  #choice(): RouteChoice {
    const { mode, address, user, password, authorities } = this.#kept;
    const pems = this.#readAuthorities(authorities).map(({ pem }) => pem);
    if (mode !== 'manual' || address === undefined)
      return { proxy: { mode: mode === 'none' ? 'none' : 'system' }, authorities: pems };
    const proxy = parseProxyAddress(address);
    if (user === undefined) return { proxy: { mode, address: proxy }, authorities: pems };
    const opened = password === undefined ? '' : (this.#secrets.open(secretId(address, user), password) ?? '');
    return { proxy: { mode, address: { ...proxy, user, password: opened } }, authorities: pems };
  }

  /** Parses stored certificates. Skips unreadable ones, so that the device still reaches its relay. */
  #readAuthorities(pems: readonly string[]): readonly Authority[] {
    return pems.flatMap((pem) => {
      try {
        return [parseCertificateAuthority(pem)];
      } catch (error) {
        this.#options.logger.warn('a certificate authority cannot be read', { errorCode: errorCode(error) });
        return [];
      }
    });
  }

  get #kept(): Stored {
    return this.#options.settings.value.proxy ?? INITIAL;
  }
}

/**
 * Returns the ID under which the password is sealed. It contains proxy and user, so that a changed settings file can't send the password to another
 * proxy.
 */
function secretId(address: string, user: string): string {
  return `${address} ${user}`;
}

function invalidUser(): ClawReachError {
  const reason = 'the user name contains a colon or an invisible character';
  return new ClawReachError('relay.proxy-address', reason, { details: { reason } });
}
