import { isInNetwork, isLoopbackHost, parseIp, parseNetwork, type IpNetwork } from '../../forward/index.ts';

/** Networks in which OpenClaw's own programs also connect without TLS: loopback, private, link-local and carrier-grade NAT. */
const NETWORKS: readonly IpNetwork[] = [
  '127.0.0.0/8',
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '169.254.0.0/16',
  '100.64.0.0/10',
  '::1/128',
  'fc00::/7',
  'fe80::/10',
].flatMap((network) => parseNetwork(network) ?? []);

/** Reports whether an address belongs to a private network. @param address with or without a zone; false for a name */
export function isPrivateAddress(address: string): boolean {
  return isIn(NETWORKS, address);
}

/** Reports whether a host is this machine, or the end of a tunnel that starts here. As in OpenClaw, names below `.localhost` count, too. */
export function isLocalGatewayHost(host: string): boolean {
  return host.endsWith('.localhost') || isLoopbackHost(host.replace(/%.*$/, ''));
}

/**
 * Reports whether connecting to a host without TLS is allowed. A name must also resolve to a private address, which
 * is checked when the connection is open.
 * @param host an address, or a name in lower case
 */
export function isPlaintextAllowed(host: string): boolean {
  return isLocalGatewayHost(host) || isPrivateAddress(host) || /[^.]\.(?:local|ts\.net)$/.test(host);
}

function isIn(networks: readonly IpNetwork[], text: string): boolean {
  const address = parseIp(text.replace(/%.*$/, ''));
  return address !== undefined && networks.some((network) => isInNetwork(address, network));
}
