import type { Clock } from '#shared/clock.ts';
import type { ByteChannel } from '#shared/link/index.ts';
import { formatAddress, type DirectTarget } from '../sockets/index.ts';
import { composeCandidate, readCandidate } from './candidates.ts';
import { WebRtcChannel } from './data-channel.ts';
import { composeSdp, LONGEST_MESSAGE, readDescription } from './description.ts';
import { WebRtcError } from './errors.ts';
import { guarded, type DataChannel, type WebRtcLibrary, type NativePeerConnection } from './library.ts';
import type { WebRtcConnection, WebRtcDescription, WebRtcOptions } from './types.ts';

/** The only channel, agreed on in advance, so none is announced. */
const CHANNEL = { negotiated: true, id: 0 } as const;

/** A connection of the library, from its description to the end of its channel. */
export class LibraryConnection implements WebRtcConnection {
  readonly description: Promise<WebRtcDescription>;
  readonly opened: Promise<Readonly<{ channel: ByteChannel; address: string }>>;
  readonly #options: WebRtcOptions;
  readonly #peer: NativePeerConnection;
  readonly #data: DataChannel;
  readonly #forget: () => void;
  #channel: WebRtcChannel | undefined;
  #candidates = 0;
  #over = false;

  /**
   * @param forget called once when nothing of the library is used here any more
   * @throws errors of the library
   */
  constructor(library: WebRtcLibrary, clock: Clock, options: WebRtcOptions, forget: () => void) {
    const { stun, loopback, offer } = options;
    this.#options = options;
    this.#forget = forget;
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
    // Only a side that keeps to no rules opens one.
    peer.onDataChannel(guarded(() => this.#fail('the other side opened a channel of its own')));
    // Who answers has to have the offer before there is a channel, or would make one itself.
    if (offer !== undefined) peer.setRemoteDescription(composeSdp(offer, 'offer'), 'offer');
    const data = peer.createDataChannel('clawreach', CHANNEL);
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
    this.#peer.addRemoteCandidate(composeCandidate(targetOf(address), this.#candidates), '0');
    this.#candidates += 1;
  }

  close(): void {
    if (this.#over) return;
    this.#over = true;
    for (const end of [() => this.#data.close(), () => this.#peer.close()]) {
      try {
        end();
      } catch {
        // It had ended already.
      }
    }
    this.#forget();
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
      // It can be gone again by now.
      return '';
    }
  }
}

function targetOf(address: string): DirectTarget {
  const colon = address.lastIndexOf(':');
  return { host: address.slice(0, colon).replace(/^\[(.*)\]$/u, '$1'), port: Number(address.slice(colon + 1)) };
}
