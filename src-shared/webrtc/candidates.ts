import { formatAddress } from '../direct/index.ts';
import { ipFamily } from '../forward/index.ts';

/** Form of a candidate line (RFC 8839, section 5.1): foundation, component 1, UDP, priority, address, port, type. */
const LINE = /^(?:a=)?candidate:\S+ 1 udp \d+ (\S+) (\d{1,5}) typ (host|srflx)\b/iu;
/** Priority of a host candidate on the first interface (RFC 8445, section 5.1.2). */
const BEST = 2_130_706_431;

/**
 * Reads `host:port` from a candidate line of the WebRTC library; undefined for a candidate that other devices can't use. Used by `LibraryConnection`.
 * Pure.
 */
export function readCandidate(line: string): string | undefined {
  const [, host = '', port = ''] = LINE.exec(line) ?? [];
  const number = Number(port);
  return ipFamily(host) === undefined || number < 1 || number > 65_535
    ? undefined
    : formatAddress({ host, port: number });
}

/**
 * Composes a candidate line for the library from a peer's address. Pure.
 * @param address `host:port`, an IPv6 address in brackets
 * @param index number of earlier candidates; earlier ones are tried first
 */
export function composeCandidate(address: string, index: number): string {
  const colon = address.lastIndexOf(':');
  const host = address.slice(0, colon).replace(/^\[(.*)\]$/u, '$1');
  const port = Number(address.slice(colon + 1));
  return `a=candidate:${index + 1} 1 UDP ${BEST - index * 256} ${host} ${port} typ host`;
}
