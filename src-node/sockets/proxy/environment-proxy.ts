import { BlockList, isIP, isIPv4 } from 'node:net';
import type { RelayEndpoint } from '#shared/relay-dialer/index.ts';
import { parseProxyAddress, type ProxyAddress } from './proxy-address.ts';

/** Environment variables of the user. */
export type ProxyVariables = Readonly<Record<string, string | undefined>>;

/**
 * Returns the proxy for a relay that the environment variables name, for `RelayRoute`: HTTPS_PROXY (HTTP_PROXY for `ws:`), else ALL_PROXY, unless
 * NO_PROXY names the host; lower case wins, as with curl. Only HTTP proxies are supported; others are ignored. Pure.
 * @returns `direct` if NO_PROXY matches, undefined if no variable is set
 */
export function environmentProxy(
  endpoint: RelayEndpoint,
  variables: ProxyVariables,
): ProxyAddress | 'direct' | undefined {
  const names = [endpoint.tls ? 'https_proxy' : 'http_proxy', 'all_proxy'];
  for (const name of names) {
    const proxy = readable(valueOf(variables, name));
    if (proxy !== undefined) return isExcepted(endpoint, valueOf(variables, 'no_proxy')) ? 'direct' : proxy;
  }
  return undefined;
}

/**
 * Reports whether a NO_PROXY list excludes a relay. An entry is a name with all names below it, an address or network (`10.0.0.0/8`), or `*` for
 * everything; a port may follow.
 */
function isExcepted({ host, port }: RelayEndpoint, list: string): boolean {
  return list
    .toLowerCase()
    .split(/[,\s]+/)
    .some((entry) => {
      if (entry === '') return false;
      if (entry === '*') return true;
      const [, name = '', itsPort] =
        /^(\[[^\]]*\]|[^:]+|[0-9a-f:.]+:[0-9a-f:.]*(?:\/\d+)?)(?::(\d+))?$/.exec(entry) ?? [];
      if (itsPort !== undefined && Number(itsPort) !== port) return false;
      const bare = name.replaceAll(/[[\]]/g, '');
      if (isIP(host) > 0) return isInNet(host, bare);
      const domain = bare.replace(/^\*?\./, '');
      return domain !== '' && (host === domain || host.endsWith(`.${domain}`));
    });
}

function isInNet(host: string, net: string): boolean {
  const [address = '', bits] = net.split('/');
  const family = isIPv4(host) ? 'ipv4' : 'ipv6';
  if (isIP(address) !== isIP(host)) return false;
  const longest = family === 'ipv4' ? 32 : 128;
  const prefix = bits === undefined ? longest : Number(bits);
  if (!Number.isInteger(prefix) || prefix < 0 || prefix > longest) return false;
  const list = new BlockList();
  list.addSubnet(address, prefix, family);
  return list.check(host, family);
}

function readable(text: string): ProxyAddress | undefined {
  if (text.trim() === '') return undefined;
  try {
    return parseProxyAddress(text);
  } catch {
    return undefined;
  }
}

function valueOf(variables: ProxyVariables, name: string): string {
  return variables[name] || variables[name.toUpperCase()] || '';
}
