import type { AppApiClient } from '#shared/app-api/index.ts';
import type { Host } from '../../host/index.ts';
import { LinkNotice } from '../../terminal/index.ts';
import { pathWord } from './path-format.ts';

/**
 * While a terminal of this peer is joined with the person's: says when its link is lost for more than a moment, and when it is back.
 * @returns what ends the watch
 */
export function watchLink(host: Host, client: AppApiClient, peerId: string, isFullScreen: () => boolean): () => void {
  // In a pipe there is nobody to tell, and what reads stderr there wants errors only.
  if (host.stdin.isTTY !== true || host.stderr.isTTY !== true) return () => undefined;
  const notice = new LinkNotice({
    clock: host.clock,
    // The terminal is in raw mode, and its cursor may stand anywhere.
    say: (line) => void host.stderr.write(`\r\n[clawreach: ${line}]\r\n`),
    isFullScreen,
  });
  const off = client.on('peers.changed', (peers) => {
    const peer = peers.find((known) => known.peerId === peerId);
    if (peer !== undefined) notice.update(peer.link, pathWord(peer));
  });
  return () => {
    off();
    notice.stop();
  };
}
