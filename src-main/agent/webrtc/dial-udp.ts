import { WebRtcError, type WebRtcConnection, type WebRtcOptions, type WebRtcSockets } from '#shared/webrtc/index.ts';
import type { DialedPath } from '#shared/direct/index.ts';
import { frameMessage } from '#shared/handshake/index.ts';
import type { Clock, Timer } from '#shared/clock.ts';
import { errorMessage } from '#shared/errors.ts';
import { LinkError, type OutgoingStream, type Session } from '#shared/link/index.ts';
import { CandidateWriter, readCandidates } from './candidates.ts';
import { UdpError } from './errors.ts';
import { LeadChannel } from './lead-channel.ts';
import { UDP_LIMITS } from './limits.ts';
import { offerParams, parseAnswer } from './params.ts';

export type UdpDialOptions = Readonly<{
  clock: Clock;
  signal: AbortSignal;
  sockets: WebRtcSockets;
  /** STUN server and loopback mode of this device. */
  setUp: Pick<WebRtcOptions, 'stun' | 'loopback'>;
  /** Reports whether an address of this device may be sent to the peer. */
  maySend(address: string): boolean;
  /** Reports whether an address that the peer claims may be dialed now, and counts it. */
  mayDial(address: string): boolean;
}>;

/** Dialed path with the peer's `host:port`. */
export type DialedUdp = DialedPath & Readonly<{ address: string }>;

/** Reasons of a peer's refusal that are passed on. Every other reason means that the peer doesn't know UDP offers. */
const REASONS: ReadonlySet<string> = new Set(['udp.params', 'udp.off', 'udp.unavailable', 'udp.busy']);

/**
 * Dials a peer over UDP: sends an offer on a session, both sides try to reach each other, and message 1 is sent on the new path. Only the handshake
 * proves who answered. Used by `UdpTransport`.
 * @throws {UdpError}
 * @throws {WebRtcError}
 * @throws {LinkError} error of the session that carries the offer
 */
export async function dialUdp(
  session: Pick<Session, 'open'>,
  message1: Uint8Array,
  options: UdpDialOptions,
): Promise<DialedUdp> {
  const { clock, signal } = options;
  if (signal.aborted) throw new UdpError('udp.aborted', 'given up');
  const attempt = new Attempt(session, options);
  let timer: Timer | undefined;
  let onAbort: () => void = () => undefined;
  const givenUp = new Promise<never>((_, reject) => {
    timer = clock.setTimer(UDP_LIMITS.dial, () => reject(new UdpError('udp.no-answer', 'no UDP path was found')));
    onAbort = () => reject(new UdpError('udp.aborted', 'given up'));
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([attempt.run(message1), attempt.failed, givenUp]);
  } catch (error) {
    attempt.end();
    throw error instanceof WebRtcError && error.code !== 'udp.unavailable'
      ? new UdpError('udp.no-answer', error.message, { cause: error })
      : error;
  } finally {
    timer?.cancel();
    signal.removeEventListener('abort', onAbort);
  }
}

class Attempt {
  readonly failed: Promise<never>;
  readonly #session: Pick<Session, 'open'>;
  readonly #options: UdpDialOptions;
  readonly #fail: (error: Error) => void;
  #connection: WebRtcConnection | undefined;
  #stream: OutgoingStream | undefined;
  #writer: CandidateWriter | undefined;
  /** Addresses found before they could be sent. */
  readonly #early: string[] = [];
  #gathered = false;
  #over = false;

  constructor(session: Pick<Session, 'open'>, options: UdpDialOptions) {
    this.#session = session;
    this.#options = options;
    ({ promise: this.failed, reject: this.#fail } = Promise.withResolvers<never>());
    this.failed.catch(() => undefined);
  }

  async run(message1: Uint8Array): Promise<DialedUdp> {
    const { sockets, setUp, mayDial, signal } = this.#options;
    // 1. Create this side's description, and collect its addresses as they are found.
    const connection = await sockets.connect({
      ...setUp,
      signal,
      offer: undefined,
      onCandidate: (address) => this.#sendCandidate(address),
      onGathered: () => {
        this.#gathered = true;
        this.#writer?.end();
      },
      onFailed: (error) => this.#fail(error),
    });
    this.#connection = connection;
    if (this.#isOver) {
      connection.close();
      throw new UdpError('udp.aborted', 'given up');
    }
    const offer = await connection.description;
    if (this.#isOver) throw new UdpError('udp.aborted', 'given up');
    // 2. Exchange descriptions and addresses with the peer over the session.
    const stream = this.#session.open('rpc', offerParams(offer));
    this.#stream = stream;
    connection.takeAnswer(parseAnswer(await opened(stream)));
    // Send addresses only now: a peer that connects before the library knows its fingerprint would be rejected.
    const writer = new CandidateWriter(stream);
    this.#writer = writer;
    for (const address of this.#early.splice(0)) writer.send(address);
    if (this.#gathered) writer.end();
    readCandidates(stream, (address) => {
      if (!this.#isOver && mayDial(address)) connection.addCandidate(address);
    }).then(
      (kept) => {
        if (!kept) this.#fail(new UdpError('udp.failed', 'the peer sent too many addresses'));
      },
      // The session may have ended; the addresses received so far are still tried.
      () => undefined,
    );
    // 3. Perform the handshake on the new path.
    const { channel, address } = await connection.opened;
    const lead = new LeadChannel(channel);
    channel.write([frameMessage(message1)]);
    const message2 = await lead.message.catch((error: unknown) => {
      throw new UdpError('udp.no-answer', errorMessage(error), { cause: error });
    });
    writer.end();
    return { message2, channel: lead, address };
  }

  end(): void {
    this.#over = true;
    this.#connection?.close();
    this.#stream?.reset(0);
  }

  /** True once the dial has ended. Read it again after every wait. */
  get #isOver(): boolean {
    return this.#over;
  }

  #sendCandidate(address: string): void {
    if (!this.#options.maySend(address)) return;
    if (this.#writer === undefined) this.#early.push(address);
    else this.#writer.send(address);
  }
}

async function opened(stream: OutgoingStream): Promise<unknown> {
  try {
    return await stream.opened;
  } catch (error) {
    if (!(error instanceof LinkError) || error.code !== 'link.refused') throw error;
    const { code } = error.details;
    const known = typeof code === 'string' && REASONS.has(code);
    throw new UdpError(known && code !== 'udp.unavailable' ? code : 'udp.peer-unavailable', error.message, {
      cause: error,
      details: { refusal: typeof code === 'string' ? code : 'none' },
    });
  }
}
