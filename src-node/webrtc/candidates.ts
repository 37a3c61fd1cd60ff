import { isIP } from 'node:net';
import { formatAddress, type DirectTarget } from '../sockets/index.ts';

/** RFC 8839, section 5.1: foundation, component 1, UDP, priority, address, port, type. */
const LINE = /^(?:a=)?candidate:\S+ 1 udp \d+ (\S+) (\d{1,5}) typ (host|srflx)\b/iu;
/** RFC 8445, section 5.1.2: of a host candidate on the first interface. */
const BEST = 2_130_706_431;

/** An address of this device that the library found, `host:port`; undefined for one that is of no use to others. */
export function readCandidate(line: string): string | undefined {
  const [, host = '', port = ''] = LINE.exec(line) ?? [];
  const number = Number(port);
  return isIP(host) === 0 || number < 1 || number > 65_535 ? undefined : formatAddress({ host, port: number });
}

/** The line for the library. @param index how many came before: earlier ones are tried first */
export function composeCandidate({ host, port }: DirectTarget, index: number): string {
  return `a=candidate:${index + 1} 1 UDP ${BEST - index * 256} ${host} ${port} typ host`;
}
