import { isIP } from 'node:net';
import { isLoopback, parseRelayUrl } from '#node/sockets/index.ts';

/** Port of the relay this device is at, where that runs on this machine: a peer has no business at its pages. @param own addresses of this machine, asked for only where they count: listing them is dear */
export function ownRelayPort(url: string | null, own: () => readonly string[]): number | undefined {
  if (url === null) return undefined;
  try {
    const { host, port } = parseRelayUrl(url, { insecure: true });
    return isLoopback(host) || (isIP(host) !== 0 && own().includes(host)) ? port : undefined;
  } catch {
    return undefined;
  }
}
