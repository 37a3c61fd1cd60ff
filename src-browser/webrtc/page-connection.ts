import type { Clock } from '#shared/clock.ts';
import { formatAddress } from '#shared/direct/index.ts';
import { errorMessage } from '#shared/errors.ts';
import type { ByteChannel } from '#shared/link/index.ts';
import {
  composeCandidate,
  NEGOTIATED_CHANNEL,
  composeSdp,
  readCandidate,
  readDescription,
  WebRtcChannel,
  WebRtcError,
  type WebRtcConnection,
  type WebRtcDescription,
  type WebRtcOptions,
} from '#shared/webrtc/index.ts';
import { PageDataChannel } from './page-data-channel.ts';

/** Media ID of the data channel in `composeSdp`. */
const MEDIA = '0';

/**
 * WebRTC connection of a page's UDP transport, with one data channel. A browser hides the page's own addresses behind names that no other device knows,
 * so the page is reached at those that a STUN server and the peer itself see.
 */
export class PageConnection implements WebRtcConnection {
  readonly description: Promise<WebRtcDescription>;
  readonly opened: Promise<Readonly<{ channel: ByteChannel; address: string }>>;
  readonly #options: WebRtcOptions;
  readonly #peer: RTCPeerConnection;
  readonly #data: PageDataChannel;
  readonly #onClosed: () => void;
  /** Steps of the browser's negotiation, one after the other. */
  #steps: Promise<void> = Promise.resolve();
  #channel: WebRtcChannel | undefined;
  #candidates = 0;
  #over = false;

  /** Starts the connection: the browser gathers candidates, and answers the offer if there is one. @param onClosed called once when it is closed */
  constructor(clock: Clock, options: WebRtcOptions, onClosed: () => void) {
    const { stun, offer } = options;
    this.#options = options;
    this.#onClosed = onClosed;
    const peer = new RTCPeerConnection({
      iceServers: stun === undefined ? [] : [{ urls: `stun:${formatAddress(stun)}` }],
    });
    this.#peer = peer;
    peer.addEventListener('icecandidate', ({ candidate }) => {
      if (this.#over) return;
      if (candidate === null) {
        options.onGathered();
        return;
      }
      const address = readCandidate(candidate.candidate);
      if (address !== undefined) options.onCandidate(address);
    });
    peer.addEventListener('connectionstatechange', () => {
      const { connectionState: state } = peer;
      if (state === 'failed' || state === 'closed') this.#fail(`the connection is ${state}`);
    });
    // A peer that follows the protocol opens none.
    peer.addEventListener('datachannel', () => this.#fail('the other side opened a channel of its own'));
    if (offer !== undefined)
      this.#step(() => peer.setRemoteDescription({ type: 'offer', sdp: composeSdp(offer, 'offer') }));
    const data = peer.createDataChannel('clawreach', NEGOTIATED_CHANNEL);
    this.#data = new PageDataChannel(data);
    this.opened = new Promise((resolve) => {
      this.#data.onOpen(() => {
        if (this.#over) return;
        const channel = new WebRtcChannel(this.#data, clock, () => this.close());
        this.#channel = channel;
        void remoteAddress(peer).then((address) => resolve({ channel, address }));
      });
    });
    this.#data.onClosed(() => this.#fail('the channel was closed'));
    this.#data.onError((message) => this.#fail(message));
    const { promise, resolve, reject } = Promise.withResolvers<WebRtcDescription>();
    this.description = promise;
    promise.catch(() => undefined);
    this.#step(async () => {
      await peer.setLocalDescription();
      const description = readDescription(peer.localDescription?.sdp ?? '');
      if (description === undefined) reject(new WebRtcError('udp.failed', 'the browser described itself oddly'));
      else resolve(description);
    });
  }

  takeAnswer(answer: WebRtcDescription): void {
    this.#step(() => this.#peer.setRemoteDescription({ type: 'answer', sdp: composeSdp(answer, 'answer') }));
  }

  addCandidate(address: string): void {
    const candidate = composeCandidate(address, this.#candidates).replace(/^a=/u, '');
    this.#candidates += 1;
    this.#step(() => this.#peer.addIceCandidate({ candidate, sdpMid: MEDIA }));
  }

  close(): void {
    if (this.#over) return;
    this.#over = true;
    this.#data.close();
    this.#peer.close();
    this.#onClosed();
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

  #fail(reason: string): void {
    if (this.#over) return;
    const error = new WebRtcError('udp.failed', reason);
    if (this.#channel === undefined) {
      this.close();
      this.#options.onFailed(error);
    } else this.#channel.ended(error);
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
