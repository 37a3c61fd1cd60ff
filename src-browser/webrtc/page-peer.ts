import { formatAddress } from '#shared/direct/index.ts';
import { errorMessage } from '#shared/errors.ts';
import {
  composeCandidate,
  NEGOTIATED_CHANNEL,
  composeSdp,
  readCandidate,
  readDescription,
  type WebRtcDescription,
} from '#shared/webrtc/index.ts';
import type { FromPeer, PeerRequest, ToPeer } from './messages.ts';

/** Media ID of the data channel in `composeSdp`. */
const MEDIA = '0';

/**
 * WebRTC connection that a page makes for the agent in its worker, since workers have no `RTCPeerConnection`. Its one data channel is handed to the
 * worker, so that the page's thread carries none of its bytes. A browser hides the page's own addresses behind names that no other device knows, so the
 * page is reached at those that a STUN server and the peer itself see.
 */
export class PagePeer {
  readonly #port: MessagePort;
  readonly #peer: RTCPeerConnection;
  readonly #onClosed: () => void;
  /** Steps of the browser's negotiation, one after the other. */
  #steps: Promise<void> = Promise.resolve();
  #candidates = 0;
  #over = false;

  /**
   * Starts the connection: the browser gathers candidates, and answers the offer if there is one.
   * @param onClosed called once when it is closed
   * @throws {DOMException} the browser can't make it, or can't hand its channel to a worker
   */
  constructor(port: MessagePort, { stun, offer }: PeerRequest, onClosed: () => void) {
    this.#port = port;
    this.#onClosed = onClosed;
    const peer = new RTCPeerConnection({
      iceServers: stun === undefined ? [] : [{ urls: `stun:${formatAddress(stun)}` }],
    });
    this.#peer = peer;
    peer.addEventListener('icecandidate', ({ candidate }) => {
      if (candidate === null) {
        this.#tell({ kind: 'gathered' });
        return;
      }
      const address = readCandidate(candidate.candidate);
      if (address !== undefined) this.#tell({ kind: 'candidate', address });
    });
    peer.addEventListener('connectionstatechange', () => {
      const { connectionState: state } = peer;
      if (state === 'failed' || state === 'closed') this.#fail(`the connection is ${state}`);
    });
    // A peer that follows the protocol opens none.
    peer.addEventListener('datachannel', () => this.#fail('the other side opened a channel of its own'));
    port.onmessage = ({ data }: MessageEvent<ToPeer>) => this.#take(data);
    if (offer !== undefined)
      this.#step(() => peer.setRemoteDescription({ type: 'offer', sdp: composeSdp(offer, 'offer') }));
    const channel = peer.createDataChannel('clawreach', NEGOTIATED_CHANNEL);
    try {
      // Browsers hand over only channels that nothing was done with.
      this.#tell({ kind: 'channel', channel }, [channel]);
    } catch (error) {
      peer.close();
      throw error;
    }
    this.#step(async () => {
      await peer.setLocalDescription();
      const description = readDescription(peer.localDescription?.sdp ?? '');
      if (description === undefined) this.#fail('the browser described itself oddly');
      else this.#tell({ kind: 'description', description });
    });
  }

  close(): void {
    if (this.#over) return;
    this.#over = true;
    this.#peer.close();
    this.#port.close();
    this.#onClosed();
  }

  #take(message: ToPeer): void {
    switch (message.kind) {
      case 'answer':
        this.#answer(message.answer);
        return;
      case 'candidate': {
        const candidate = composeCandidate(message.address, this.#candidates).replace(/^a=/u, '');
        this.#candidates += 1;
        this.#step(() => this.#peer.addIceCandidate({ candidate, sdpMid: MEDIA }));
        return;
      }
      case 'opened':
        void remoteAddress(this.#peer).then((address) => this.#tell({ kind: 'address', address }));
        return;
      default:
        this.close();
    }
  }

  #answer(answer: WebRtcDescription): void {
    this.#step(() => this.#peer.setRemoteDescription({ type: 'answer', sdp: composeSdp(answer, 'answer') }));
  }

  /** Runs a step of the negotiation after the ones before it. A step that fails ends the connection. */
  #step(act: () => Promise<void>): void {
    this.#steps = this.#steps.then(async () => {
      if (this.#over) return;
      try {
        await act();
      } catch (error) {
        this.#fail(errorMessage(error));
      }
    });
  }

  #tell(message: FromPeer, transfer: Transferable[] = []): void {
    if (!this.#over) this.#port.postMessage(message, transfer);
  }

  #fail(reason: string): void {
    this.#tell({ kind: 'failed', reason });
    this.close();
  }
}

/** Returns `host:port` of the other side; empty if the browser doesn't tell. */
async function remoteAddress(peer: RTCPeerConnection): Promise<string> {
  try {
    const stats = await peer.getStats();
    const all: unknown[] = [];
    stats.forEach((one: unknown) => all.push(one));
    const reports = all as readonly Readonly<Record<string, unknown>>[];
    const transport = reports.find(({ type }) => type === 'transport');
    const pair = reports.find(({ id }) => id === transport?.['selectedCandidatePairId']);
    const remote = reports.find(({ id }) => id === pair?.['remoteCandidateId']);
    const { address, port } = remote ?? {};
    return typeof address === 'string' && typeof port === 'number' ? formatAddress({ host: address, port }) : '';
  } catch {
    // The connection may already be gone.
    return '';
  }
}
