import { isInNetwork, parseIp, parseNetwork, type IpNetwork } from '../../forward/index.ts';

/** Where the official programs of OpenClaw speak without TLS, too: this machine, private networks, link-local ones, and those of carriers. */
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

const LOOPBACK: readonly IpNetwork[] = ['127.0.0.0/8', '::1/128'].flatMap((network) => parseNetwork(network) ?? []);

/** Whether this is an address of a private network. @param address with or without a zone; false for a name */
export function isPrivateAddress(address: string): boolean {
  return isIn(NETWORKS, address);
}

/** Whether a gateway there is on this very machine (or at the end of a tunnel that begins here). */
export function isLocalGatewayHost(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost') || isIn(LOOPBACK, host);
}

/**
 * Whether a gateway there may be spoken to without TLS. For a name the address that it leads to has to be a private one as well, which shows
 * when the connection stands.
 * @param host an address, or a name in lower case
 */
export function isPlainAllowed(host: string): boolean {
  return isLocalGatewayHost(host) || isPrivateAddress(host) || /[^.]\.(?:local|ts\.net)$/.test(host);
}

function isIn(networks: readonly IpNetwork[], text: string): boolean {
  const address = parseIp(text.replace(/%.*$/, ''));
  return address !== undefined && networks.some((network) => isInNetwork(address, network));
}
