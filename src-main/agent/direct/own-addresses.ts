import { formatAddress, type InterfaceAddress } from '#node/sockets/index.ts';
import { isOpenHost } from './dialable.ts';

/** Most addresses in CANDIDATES. */
const MOST = 16;

/** Interfaces that lead to machines inside this one: containers, virtual machines. Their addresses are the same on many devices. */
const INNER =
  /^(?:docker|br-|veth|virbr|vmnet|vboxnet|lxc|lxd|cni|flannel|podman|vEthernet|VMware|VirtualBox|bridge\d)/;

/**
 * Returns this device's dialable addresses as `host:port`, best first, at most 16: IPv4 and IPv6 alternate, since
 * dialling follows this order; networks inside this machine come last.
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
  const hosts = new Set([...inTurns(outer), ...inTurns(inner)]);
  return [...hosts].slice(0, MOST).map((host) => formatAddress({ host, port: listener.port }));
}

function inTurns(addresses: readonly InterfaceAddress[]): readonly string[] {
  const four = addresses.filter(({ family }) => family === 'IPv4');
  const six = addresses.filter(({ family }) => family === 'IPv6');
  const longer = Math.max(four.length, six.length);
  return Array.from({ length: longer }, (_, index) => [four[index], six[index]])
    .flat()
    .flatMap((one) => (one === undefined ? [] : [one.address]));
}
