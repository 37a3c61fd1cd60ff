import { createSocket } from 'node:dgram';
import type { Clock } from '#shared/clock.ts';
import { MAPPING_LIMITS } from './types.ts';

const GROUP = '239.255.255.250';
const PORT = 1900;
/** Kinds of routers to search for; the second version also answers to the first. */
const KINDS = ['1', '2'].map((version) => `urn:schemas-upnp-org:device:InternetGatewayDevice:${version}`);

/**
 * Searches the local network for the router's UPnP service and returns the URL of its description. Takes answers of the default router only, with a
 * URL on that router. Sends nothing beyond the local network.
 * @param local address of this machine towards the router
 */
export function findRouterDescription(
  gateway: string,
  local: string,
  { clock, signal }: Readonly<{ clock: Clock; signal: AbortSignal }>,
): Promise<URL | undefined> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    let answers = 0;
    let isOver = false;
    const settle = (found: URL | undefined): void => {
      if (isOver) return;
      isOver = true;
      timer.cancel();
      signal.removeEventListener('abort', giveUp);
      socket.close();
      resolve(found);
    };
    const giveUp = (): void => settle(undefined);
    const timer = clock.setTimer(MAPPING_LIMITS.search, giveUp);
    signal.addEventListener('abort', giveUp, { once: true });
    socket.on('error', giveUp);
    socket.on('message', (message, sender) => {
      answers += 1;
      if (answers > MAPPING_LIMITS.searchAnswers) giveUp();
      else if (sender.address === gateway) {
        const found = descriptionUrl(message.toString('latin1'), gateway);
        if (found !== undefined) settle(found);
      }
    });
    socket.bind(0, local, () => {
      socket.setMulticastTTL(2);
      try {
        socket.setMulticastInterface(local);
      } catch {
        // The system's choice.
      }
      for (const kind of KINDS) {
        for (const host of [GROUP, gateway]) socket.send(searchRequest(kind), PORT, host, () => undefined);
      }
    });
  });
}

/** Reads the URL of a description from the answer to a search; undefined if it isn't one of this router. Pure. */
export function descriptionUrl(answer: string, gateway: string): URL | undefined {
  if (!/^HTTP\/1\.[01] 200\b/.test(answer)) return undefined;
  const location = /^location:[ \t]*(\S{1,512})[ \t]*\r?$/im.exec(answer)?.[1];
  if (location === undefined || !URL.canParse(location)) return undefined;
  const url = new URL(location);
  return url.protocol === 'http:' && url.hostname === gateway ? url : undefined;
}

function searchRequest(kind: string): string {
  return `M-SEARCH * HTTP/1.1\r\nHOST: ${GROUP}:${PORT}\r\nMAN: "ssdp:discover"\r\nMX: 1\r\nST: ${kind}\r\n\r\n`;
}
