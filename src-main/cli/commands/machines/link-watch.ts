import type { Host } from '../../host/index.ts';
import { LinkNotice, noticeText, type AttachWatch, type WatchedTerminal } from '../../terminal/index.ts';
import { pathWord } from './path-format.ts';

/**
 * Says when the link to a peer is lost for two seconds or doesn't answer what is typed, and when it is back: in a line on stderr, or over the bottom
 * row of a program that uses the whole screen. Used by `clawreach connect` while a terminal is attached; does nothing in a pipe.
 */
export function watchLink(host: Host, { client, notice: bar, setLost }: WatchedTerminal, peerId: string): AttachWatch {
  // In a pipe no one reads these lines, and stderr should have errors only.
  if (host.stdin.isTTY !== true || host.stderr.isTTY !== true) return { stop: () => undefined, typed: () => undefined };
  const notice = new LinkNotice({
    clock: host.clock,
    print: (line) => void host.stderr.write(noticeText(line, host.stderr)),
    bar,
    onLost: setLost,
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
