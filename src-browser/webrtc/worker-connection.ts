import type { Clock } from '#shared/clock.ts';
import type { ByteChannel } from '#shared/link/index.ts';
import {
  WebRtcChannel,
  WebRtcError,
  type WebRtcConnection,
  type WebRtcDescription,
  type WebRtcOptions,
} from '#shared/webrtc/index.ts';
import type { FromPeer, ToPeer } from './messages.ts';
import { PageDataChannel } from './page-data-channel.ts';

/** WebRTC connection of the agent's UDP transport in a worker. The page makes it (`PagePeer`) and hands its data channel over. */
export class WorkerConnection implements WebRtcConnection {
  readonly description: Promise<WebRtcDescription>;
  readonly opened: Promise<Readonly<{ channel: ByteChannel; address: string }>>;
  readonly #port: MessagePort;
  readonly #clock: Clock;
  readonly #options: WebRtcOptions;
  readonly #onClosed: () => void;
  readonly #described = Promise.withResolvers<WebRtcDescription>();
  readonly #opened = Promise.withResolvers<Readonly<{ channel: ByteChannel; address: string }>>();
  #data: PageDataChannel | undefined;
  #channel: WebRtcChannel | undefined;
  #over = false;

  /** @param port to the page; @param onClosed called once when the connection is closed */
  constructor(port: MessagePort, clock: Clock, options: WebRtcOptions, onClosed: () => void) {
    this.#port = port;
    this.#clock = clock;
    this.#options = options;
    this.#onClosed = onClosed;
    this.description = this.#described.promise;
    this.description.catch(() => undefined);
    this.opened = this.#opened.promise;
    port.onmessage = ({ data }: MessageEvent<FromPeer>) => this.#take(data);
  }

  takeAnswer(answer: WebRtcDescription): void {
    this.#tell({ kind: 'answer', answer });
  }

  addCandidate(address: string): void {
    this.#tell({ kind: 'candidate', address });
  }

  close(): void {
    if (this.#over) return;
    this.#data?.close();
    this.#tell({ kind: 'close' });
    this.#over = true;
    this.#port.close();
    this.#onClosed();
  }

  #take(message: FromPeer): void {
    if (this.#over) return;
    switch (message.kind) {
      case 'channel':
        this.#useChannel(message.channel);
        return;
      case 'description':
        this.#described.resolve(message.description);
        return;
      case 'candidate':
        this.#options.onCandidate(message.address);
        return;
      case 'gathered':
        this.#options.onGathered();
        return;
      case 'address':
        if (this.#channel !== undefined) this.#opened.resolve({ channel: this.#channel, address: message.address });
        return;
      default:
        this.#fail(message.reason);
    }
  }

  #useChannel(channel: RTCDataChannel): void {
    const data = new PageDataChannel(channel);
    this.#data = data;
    data.onOpen(() => {
      if (this.#over) return;
      this.#channel = new WebRtcChannel(data, this.#clock, () => this.close());
      this.#tell({ kind: 'opened' });
    });
    data.onClosed(() => this.#fail('the channel was closed'));
    data.onError((message) => this.#fail(message));
  }

  #tell(message: ToPeer): void {
    if (!this.#over) this.#port.postMessage(message);
  }

  #fail(reason: string): void {
    if (this.#over) return;
    const error = new WebRtcError('udp.failed', reason);
    this.#described.reject(error);
    if (this.#channel === undefined) {
      this.close();
      this.#options.onFailed(error);
    } else this.#channel.ended(error);
  }
}
