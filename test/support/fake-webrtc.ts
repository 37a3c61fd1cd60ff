import type { WebRtcConnection, WebRtcDescription, WebRtcOptions, WebRtcSockets } from '#shared/webrtc/index.ts';
import { createMemoryChannelPair, type ByteChannel } from '#shared/link/index.ts';

export const DESCRIPTION: WebRtcDescription = {
  fragment: 'abcd',
  password: 'p'.repeat(22),
  fingerprint: '0'.repeat(64),
};

/** A connection that a test makes come about, or not. */
export class FakeConnection implements WebRtcConnection {
  readonly description = Promise.resolve(DESCRIPTION);
  readonly opened: Promise<Readonly<{ channel: ByteChannel; address: string }>>;
  readonly options: WebRtcOptions;
  readonly dialed: string[] = [];
  readonly answers: WebRtcDescription[] = [];
  closed = false;
  #open: (channel: ByteChannel) => void = () => undefined;

  constructor(options: WebRtcOptions) {
    this.options = options;
    this.opened = new Promise((resolve) => {
      this.#open = (channel) => resolve({ channel, address: '192.168.1.9:40000' });
    });
  }

  takeAnswer(answer: WebRtcDescription): void {
    this.answers.push(answer);
  }

  addCandidate(address: string): void {
    this.dialed.push(address);
  }

  close(): void {
    this.closed = true;
  }

  /** The way is there; the end that the other side has. */
  open(): ByteChannel {
    const [near, far] = createMemoryChannelPair();
    this.#open(near);
    return far;
  }
}

/** No network and no library. */
export class FakeWebRtc implements WebRtcSockets {
  problem: string | undefined;
  readonly connections: FakeConnection[] = [];

  get last(): FakeConnection {
    const last = this.connections.at(-1);
    if (last === undefined) throw new Error('nothing was connected');
    return last;
  }

  ready(): Promise<void> {
    return Promise.resolve();
  }

  connect(options: WebRtcOptions): Promise<WebRtcConnection> {
    const connection = new FakeConnection(options);
    this.connections.push(connection);
    return Promise.resolve(connection);
  }

  close(): void {
    for (const connection of this.connections) connection.close();
  }
}
