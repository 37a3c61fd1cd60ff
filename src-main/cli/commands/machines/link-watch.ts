import type { AppApiClient } from '#shared/app-api/index.ts';
import type { Host } from '../../host/index.ts';
import { LinkNotice, noticeText, type AttachWatch } from '../../terminal/index.ts';
import { pathWord } from './path-format.ts';

/**
 * Prints a line on stderr when the link to a peer is lost for two seconds or doesn't answer what is typed, and another when it is back. Used by
 * `clawreach connect` while a terminal is attached; does nothing in a pipe.
 * @param isFullScreen tells whether a program uses the whole screen, which a line would damage
 * @param onLost takes whether the link is lost at the moment
 */
export function watchLink(
  host: Host,
  client: AppApiClient,
  peerId: string,
  isFullScreen: () => boolean,
  onLost: (isLost: boolean) => void,
): AttachWatch {
  // In a pipe no one reads these lines, and stderr should have errors only.
  if (host.stdin.isTTY !== true || host.stderr.isTTY !== true) return { stop: () => undefined, typed: () => undefined };
  const notice = new LinkNotice({
    clock: host.clock,
    print: (line) => void host.stderr.write(noticeText(line, host.stderr)),
    isFullScreen,
    onLost,
  });
  const off = client.on('peers.changed', (peers) => {
    const peer = peers.find((known) => known.peerId === peerId);
    if (peer !== undefined) notice.update(peer.link, pathWord(peer));
  });
  return {
    stop: () => {
      off();
      notice.stop();
    },
    typed: () => notice.typed(),
  };
}
