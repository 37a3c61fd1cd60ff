import { formatAddress, type InterfaceAddress } from '#shared/direct/index.ts';
import { isOpenHost } from './dialable.ts';

/** Most addresses in a frame CANDIDATES. */
const MOST = 16;

/** Names of interfaces to containers and virtual machines inside this machine. Their addresses are equal on many devices. */
const INNER =
  /^(?:docker|br-|veth|virbr|vmnet|vboxnet|lxc|lxd|cni|flannel|podman|vEthernet|VMware|VirtualBox|bridge\d)/;

/**
 * Returns the addresses at which peers can dial this device, as `host:port`, best first, at most 16. IPv4 and IPv6 alternate, since peers dial in
 * this order; networks inside this machine come last. Pure.
 */
export function ownAddresses(
  interfaces: readonly InterfaceAddress[],
  listener: Readonly<{ port: number; ipv6: boolean; loopback: boolean }>,
): readonly string[] {
  if (listener.loopback) return [formatAddress({ host: '127.0.0.1', port: listener.port })];
  const usable = interfaces.filter(
    ({ address, family, internal }) => !internal && (family === 'IPv4' || listener.ipv6) && isOpenHost(address),
  );
  const outer = usable.filter((one) => !INNER.test(one.interface));
  const inner = usable.filter((one) => INNER.test(one.interface));
  const hosts = new Set([...interleave(outer), ...interleave(inner)]);
  return [...hosts].slice(0, MOST).map((host) => formatAddress({ host, port: listener.port }));
}

/** Returns the address of this machine in its own network, for people; undefined without a network. Pure. */
export function ownHost(interfaces: readonly InterfaceAddress[]): string | undefined {
  return ownAddresses(interfaces, { port: 1, ipv6: true, loopback: false })[0]
    ?.replace(/:1$/, '')
    .replaceAll(/[[\]]/g, '');
}

function interleave(addresses: readonly InterfaceAddress[]): readonly string[] {
  const four = addresses.filter(({ family }) => family === 'IPv4');
  const six = addresses.filter(({ family }) => family === 'IPv6');
  const longer = Math.max(four.length, six.length);
  return Array.from({ length: longer }, (_, index) => [four[index], six[index]])
    .flat()
    .flatMap((one) => (one === undefined ? [] : [one.address]));
}
