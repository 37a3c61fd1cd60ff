import {
  composeCandidate,
  NEGOTIATED_CHANNEL,
  guarded,
  readCandidate,
  composeSdp,
  LONGEST_MESSAGE,
  readDescription,
  WebRtcChannel,
  WebRtcError,
  type DataChannel,
  type WebRtcConnection,
  type WebRtcDescription,
  type WebRtcOptions,
} from '#shared/webrtc/index.ts';
import { formatAddress } from '#shared/direct/index.ts';
import type { Clock } from '#shared/clock.ts';
import type { ByteChannel } from '#shared/link/index.ts';
import type { WebRtcLibrary, NativePeerConnection } from './library.ts';

/**
 * WebRTC connection of the agent's UDP transport, made by the native library `node-datachannel`, with one data channel. The sockets from
 * `createWebRtcSockets` create it. Calls the library, which sends and receives UDP.
 */
export class LibraryConnection implements WebRtcConnection {
  readonly description: Promise<WebRtcDescription>;
  readonly opened: Promise<Readonly<{ channel: ByteChannel; address: string }>>;
  readonly #options: WebRtcOptions;
  readonly #peer: NativePeerConnection;
  readonly #data: DataChannel;
  readonly #onClosed: () => void;
  #channel: WebRtcChannel | undefined;
  #candidates = 0;
  #over = false;

  /**
   * Starts the connection: the library gathers candidates, and answers the offer if there is one.
   * @param onClosed called once when the library's objects have been closed
   * @throws errors of the library
   */
  constructor(library: WebRtcLibrary, clock: Clock, options: WebRtcOptions, onClosed: () => void) {
    const { stun, loopback, offer } = options;
    this.#options = options;
    this.#onClosed = onClosed;
    const peer = new library.PeerConnection('clawreach', {
      iceServers: stun === undefined ? [] : [{ hostname: stun.host, port: stun.port }],
      ...(loopback ? { bindAddress: '127.0.0.1' } : {}),
      enableIceTcp: false,
      maxMessageSize: LONGEST_MESSAGE,
    });
    this.#peer = peer;
    this.description = new Promise((resolve, reject) => {
      peer.onLocalDescription(
        guarded((sdp: string) => {
          const description = readDescription(sdp);
          if (description === undefined) reject(new WebRtcError('udp.failed', 'the library described itself oddly'));
          else resolve(description);
        }),
      );
    });
    peer.onLocalCandidate(
      guarded((line: string) => {
        const address = this.#over ? undefined : readCandidate(line);
        if (address !== undefined) options.onCandidate(address);
      }),
    );
    peer.onGatheringStateChange(
      guarded((state: string) => {
        if (state === 'complete' && !this.#over) options.onGathered();
      }),
    );
    peer.onStateChange(
      guarded((state: string) => {
        if (state === 'failed' || state === 'closed') this.#fail(`the connection is ${state}`);
      }),
    );
    // A peer that follows the protocol opens none.
    peer.onDataChannel(guarded(() => this.#fail('the other side opened a channel of its own')));
    // The answering side needs the offer before it creates the channel, or the library would make an offer of its own.
    if (offer !== undefined) peer.setRemoteDescription(composeSdp(offer, 'offer'), 'offer');
    const data = peer.createDataChannel('clawreach', NEGOTIATED_CHANNEL);
    this.#data = data;
    this.opened = new Promise((resolve) => {
      data.onOpen(
        guarded(() => {
          if (this.#over) return;
          const channel = new WebRtcChannel(data, clock, () => this.close());
          this.#channel = channel;
          resolve({ channel, address: this.#remoteAddress() });
        }),
      );
    });
    data.onClosed(guarded(() => this.#fail('the channel was closed')));
    data.onError(guarded((message: string) => this.#fail(message)));
  }

  takeAnswer(answer: WebRtcDescription): void {
    if (!this.#over) this.#peer.setRemoteDescription(composeSdp(answer, 'answer'), 'answer');
  }

  addCandidate(address: string): void {
    if (this.#over) return;
    this.#peer.addRemoteCandidate(composeCandidate(address, this.#candidates), '0');
    this.#candidates += 1;
  }

  close(): void {
    if (this.#over) return;
    this.#over = true;
    for (const end of [() => this.#data.close(), () => this.#peer.close()]) {
      try {
        end();
      } catch {
        // Already closed.
      }
    }
    this.#onClosed();
  }

  #fail(reason: string): void {
    if (this.#over) return;
    const error = new WebRtcError('udp.failed', reason);
    if (this.#channel === undefined) {
      this.close();
      this.#options.onFailed(error);
    } else this.#channel.ended(error);
  }

  #remoteAddress(): string {
    try {
      const remote = this.#peer.getSelectedCandidatePair()?.remote;
      return remote === undefined ? '' : formatAddress({ host: remote.address, port: remote.port });
    } catch {
      // The connection may already be gone.
      return '';
    }
  }
}
