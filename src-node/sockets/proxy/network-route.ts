import type { SecureContext } from 'node:tls';
import type { RelayEndpoint } from '#shared/relay-dialer/index.ts';
import { trustingContext } from '../certificate-authorities.ts';
import { environmentProxy, type ProxyVariables } from './environment-proxy.ts';
import { parseProxyAddress, type ProxyAddress } from './proxy-address.ts';
import { isLoopbackHost } from '#shared/forward/index.ts';

/** Route of connections to relays: which proxy, and which certificate authorities. */
export interface NetworkRoute {
  /** Returns the proxy for a relay; undefined for a direct connection. */
  proxyFor(endpoint: RelayEndpoint): Promise<ProxyAddress | undefined>;
  /** Returns the trusted certificate authorities; undefined for the program's defaults. */
  secureContext(): SecureContext | undefined;
}

/** Source of the proxy setting. */
export type ProxySource = 'manual' | 'environment' | 'system';

/** Proxy, and the setting that named it. */
export type FoundProxy = Readonly<{ proxy: ProxyAddress; source: ProxySource }>;

/** Network settings that a person has chosen. */
export type RouteChoice = Readonly<{
  proxy: Readonly<{ mode: 'system' | 'none' }> | Readonly<{ mode: 'manual'; address: ProxyAddress }>;
  /** Certificate authorities to trust in addition, as PEM. */
  authorities: readonly string[];
}>;

/** Sources of the system's proxy settings. */
export type RelayRouteOptions = Readonly<{
  /** The user's environment variables. */
  variables: ProxyVariables;
  /**
   * Returns the system's proxies for a URL, in the form of a proxy script (`PROXY host:port; DIRECT`). Given by the desktop application only; if
   * undefined, only the variables count.
   */
  systemProxy?: ((url: string) => Promise<string>) | undefined;
}>;

/**
 * Route to relays by the current network settings. Asks the system's settings for each connection, since networks change. The agent's network module
 * applies changed settings with `use`.
 */
export class RelayRoute implements NetworkRoute {
  readonly #options: RelayRouteOptions;
  #choice: RouteChoice = { proxy: { mode: 'system' }, authorities: [] };
  #context: SecureContext | undefined;

  constructor(options: RelayRouteOptions) {
    this.#options = options;
  }

  /** Applies new settings from the next connection on. */
  use(choice: RouteChoice): void {
    this.#choice = choice;
    this.#context = undefined;
  }

  async proxyFor(endpoint: RelayEndpoint): Promise<ProxyAddress | undefined> {
    return (await this.find(endpoint))?.proxy;
  }

  /** Returns the proxy for a relay and the setting that named it; undefined for a direct connection, as to relays on this machine. */
  async find(endpoint: RelayEndpoint): Promise<FoundProxy | undefined> {
    const { proxy } = this.#choice;
    if (proxy.mode === 'none' || isLoopbackHost(endpoint.host)) return undefined;
    if (proxy.mode === 'manual') return { proxy: proxy.address, source: 'manual' };
    const named = environmentProxy(endpoint, this.#options.variables);
    if (named !== undefined) return named === 'direct' ? undefined : { proxy: named, source: 'environment' };
    const { systemProxy } = this.#options;
    if (systemProxy === undefined) return undefined;
    const found = firstProxy(
      await systemProxy(`${endpoint.tls ? 'https' : 'http'}://${endpoint.authority}/`).catch(() => ''),
    );
    return found === undefined ? undefined : { proxy: found, source: 'system' };
  }

  secureContext(): SecureContext | undefined {
    const { authorities } = this.#choice;
    if (authorities.length === 0) return undefined;
    this.#context ??= trustingContext(authorities);
    return this.#context;
  }
}

/** Returns the first usable proxy of a proxy script's list; `DIRECT` ends the list. Pure. */
export function firstProxy(list: string): ProxyAddress | undefined {
  for (const entry of list.split(';')) {
    const [kind = '', address = ''] = entry.trim().split(/\s+/);
    if (kind.toUpperCase() === 'DIRECT') return undefined;
    if (!/^(?:PROXY|HTTP)$/i.test(kind)) continue;
    try {
      return parseProxyAddress(address);
    } catch {
      continue;
    }
  }
  return undefined;
}
