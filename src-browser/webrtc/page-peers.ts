import { errorMessage } from '#shared/errors.ts';
import type { FromPeer, PeerRequest } from './messages.ts';
import { PagePeer } from './page-peer.ts';

/** Returns why the agent of a worker can make no WebRTC connections in this browser; undefined if it can. */
export function webRtcProblem(): string | undefined {
  if (!('RTCPeerConnection' in globalThis)) return 'this browser has no WebRTC';
  const trial = new RTCPeerConnection();
  const { port1, port2 } = new MessageChannel();
  try {
    const channel = trial.createDataChannel('trial');
    port1.postMessage(channel, [channel]);
    return undefined;
  } catch {
    return 'this browser hands no data channel to a worker';
  } finally {
    port1.close();
    port2.close();
    trial.close();
  }
}

/** WebRTC connections that a page makes for the agent in its worker. */
export class PagePeers {
  readonly #open = new Set<PagePeer>();

  /** Makes a connection; the port tells of it. */
  take(port: MessagePort, request: PeerRequest): void {
    try {
      const peer: PagePeer = new PagePeer(port, request, () => this.#open.delete(peer));
      this.#open.add(peer);
    } catch (error) {
      port.postMessage({ kind: 'failed', reason: errorMessage(error) } satisfies FromPeer);
      port.close();
    }
  }

  /** Closes all connections. */
  close(): void {
    for (const peer of this.#open) peer.close();
  }
}
