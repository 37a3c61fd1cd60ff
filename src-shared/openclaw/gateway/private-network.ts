import { isInNetwork, isLoopbackHost, parseIp, parseNetwork, type IpNetwork } from '../../forward/index.ts';

/** Networks in which OpenClaw's own programs connect without TLS too: loopback, private, link-local and carrier-grade NAT. */
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

/**
 * Reports whether an IP address belongs to a private network; false for a name. The agent checks with this file where it may connect to a gateway
 * without TLS, and the window's forms explain it. Pure, like this whole file.
 * @param address with or without a zone
 */
export function isPrivateAddress(address: string): boolean {
  return isIn(NETWORKS, address);
}

/** Reports whether a host is this machine, including the local end of a tunnel. As in OpenClaw, a name that ends with `.localhost` counts too. */
export function isLocalGatewayHost(host: string): boolean {
  return host.endsWith('.localhost') || isLoopbackHost(host.replace(/%.*$/, ''));
}

/**
 * Reports whether the agent may connect to a host without TLS. A name must also resolve to a private address, which the socket checks when it
 * connects.
 * @param host IP address, or a name in lower case
 */
export function isPlaintextAllowed(host: string): boolean {
  return isLocalGatewayHost(host) || isPrivateAddress(host) || /[^.]\.(?:local|ts\.net)$/.test(host);
}

function isIn(networks: readonly IpNetwork[], text: string): boolean {
  const address = parseIp(text.replace(/%.*$/, ''));
  return address !== undefined && networks.some((network) => isInNetwork(address, network));
}
