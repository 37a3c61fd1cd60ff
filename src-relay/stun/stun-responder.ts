import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { isIPv4 } from 'node:net';
import { addressGroup } from '#shared/forward/index.ts';
import type { Clock, Timer } from '#shared/clock.ts';
import { isWildcard, normalizedAddress } from '../http/index.ts';
import { TokenBuckets, type RateLimits } from '../limits/index.ts';
import { bindingSuccess, parseStunRequest, unknownAttributes } from './stun-message.ts';

/** Outcome of a received datagram; `limited` if a rate limit forbade an answer. */
export type StunOutcome = 'answered' | 'unknown-attributes' | 'malformed' | 'limited';

/** Port, rate limits and counter of the responder. */
export type StunOptions = Readonly<{
  clock: Clock;
  /** Address to bind; undefined for all addresses, IPv6 and IPv4. */
  host?: string | undefined;
  port: number;
  rates: Pick<RateLimits, 'stunPerAddress' | 'stunInAll'>;
  /** Called once for each datagram. */
  count(outcome: StunOutcome): void;
}>;

const SWEEP_INTERVAL = 30_000;

/**
 * UDP server that tells devices the address from which their datagrams arrive (STUN: RFC 8489, Binding over UDP), so that two devices can connect
 * through their NATs. Keeps no state of devices and answers nothing else. Since senders may be forged, an answer is about as large as its request,
 * and the rate of answers to one address is limited.
 */
export class StunResponder {
  readonly #socket: Socket;
  readonly #options: StunOptions;
  readonly #perAddress: TokenBuckets;
  readonly #inAll: TokenBuckets;
  #timer: Timer | undefined;

  private constructor(socket: Socket, options: StunOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#perAddress = new TokenBuckets(options.rates.stunPerAddress);
    this.#inAll = new TokenBuckets(options.rates.stunInAll);
    socket.on('message', (datagram, from) => this.#receive(datagram, from));
    // A failed answer (no route, a full buffer) is ignored: the device asks again.
    socket.on('error', () => undefined);
    this.#sweep();
  }

  /** Opens the UDP port. Rejects with the system's error. */
  static async listen(options: StunOptions): Promise<StunResponder> {
    const { host, port } = options;
    const bind = (type: 'udp4' | 'udp6', address?: string): Promise<Socket> =>
      new Promise((resolve, reject) => {
        const socket = createSocket({ type });
        socket.once('error', reject);
        socket.bind({ port, ...(address === undefined ? {} : { address }) }, () => {
          socket.off('error', reject);
          resolve(socket);
        });
      });
    if (host !== undefined && !isWildcard(host))
      return new StunResponder(await bind(isIPv4(host) ? 'udp4' : 'udp6', host), options);
    if (host !== undefined && isIPv4(host)) return new StunResponder(await bind('udp4'), options);
    // Without IPv6, an IPv4 socket suffices.
    return new StunResponder(await bind('udp6').catch(() => bind('udp4')), options);
  }

  get port(): number {
    return this.#socket.address().port;
  }

  async close(): Promise<void> {
    this.#timer?.cancel();
    await new Promise<void>((resolve) => {
      this.#socket.close(() => resolve());
    });
  }

  #receive(datagram: Uint8Array, from: RemoteInfo): void {
    this.#options.count(this.#answer(datagram, from));
  }

  #answer(datagram: Uint8Array, from: RemoteInfo): StunOutcome {
    const request = parseStunRequest(datagram);
    // A forged datagram can have source port 0, to which Node refuses to send.
    if (request.type === 'malformed' || from.port === 0) return 'malformed';
    const address = normalizedAddress(from.address);
    const now = this.#options.clock.monotonic();
    const wait = this.#perAddress.take(addressGroup(address), now) || this.#inAll.take('', now);
    if (wait > 0) return 'limited';
    const answer =
      request.type === 'binding'
        ? bindingSuccess(request.transaction, address, from.port)
        : unknownAttributes(request.transaction, request.attributes);
    this.#socket.send(answer, from.port, from.address, () => undefined);
    return request.type === 'binding' ? 'answered' : 'unknown-attributes';
  }

  #sweep(): void {
    const { clock } = this.#options;
    this.#timer = clock.setTimer(SWEEP_INTERVAL, () => this.#sweep());
    this.#perAddress.sweep(clock.monotonic());
  }
}
