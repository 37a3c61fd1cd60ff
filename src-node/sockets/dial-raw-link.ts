import { DialError, type RelayEndpoint, type LinkDialOptions } from '#shared/relay-dialer/index.ts';
import { systemCode } from '#shared/errors.ts';
import type { Clock } from '#shared/clock.ts';
import { LINK_READY, RELAY_LIMITS } from '#shared/relay-api/index.ts';
import { dialSocket, type DialedSocket } from './dial-socket.ts';
import type { NetworkRoute } from './proxy/network-route.ts';
import { SocketChannel } from './socket-channel.ts';
import { upgradeRequest, UpgradeResponseReader } from './upgrade.ts';

/** Time limit of the answer to the upgrade, ms; an intermediary may swallow the request. */
const PROBE_TIMEOUT = 3000;

type RawLinkOptions = LinkDialOptions &
  Readonly<{ clock: Clock; route?: NetworkRoute | undefined; probeTimeout?: number | undefined }>;

type Phase = 'upgrading' | 'waiting' | 'open' | 'failed';

/**
 * Opens a data connection to the relay in its raw form: HTTP upgrade, ticket, LINK_READY (the byte by which the relay reports that both sides are
 * attached), then the other side's bytes. Used by `createRelayDialer`, which falls back to the WebSocket form.
 * @throws {DialError} the codes of `dialSocket`; `relay.upgrade` if the upgrade is not answered correctly within 3 s (the ticket was not sent, so the
 * WebSocket form can be tried); `relay.data-connection` after that
 */
export function dialRawLink(endpoint: RelayEndpoint, options: RawLinkOptions): Promise<SocketChannel> {
  const attempt = new RawLinkAttempt(endpoint, options);
  return attempt.run();
}

class RawLinkAttempt {
  readonly #endpoint: RelayEndpoint;
  readonly #options: RawLinkOptions;
  readonly #response = new UpgradeResponseReader();
  #phase: Phase = 'upgrading';
  #failure: DialError | undefined;
  #channel: SocketChannel | undefined;
  #dialed: DialedSocket | undefined;
  #settle: ((result: SocketChannel | DialError) => void) | undefined;

  constructor(endpoint: RelayEndpoint, options: RawLinkOptions) {
    this.#endpoint = endpoint;
    this.#options = options;
  }

  async run(): Promise<SocketChannel> {
    const { clock, signal, tlsPin, route } = this.#options;
    const onread = (chunk: Uint8Array): boolean => this.#take(chunk);
    this.#dialed = await dialSocket(this.#endpoint, { clock, signal, tlsPin, route, onread });
    const { socket } = this.#dialed;
    const onEnd = (): void => this.#broke('the other end closed the connection');
    const onError = (error: Error): void => this.#broke(`${error.message} (${systemCode(error) ?? 'none'})`);
    const onAbort = (): void => this.#fail(new DialError('relay.aborted', 'given up'));
    const probe = clock.setTimer(this.#options.probeTimeout ?? PROBE_TIMEOUT, () => {
      if (this.#phase === 'upgrading') this.#broke('no answer in time');
    });
    const ready = clock.setTimer(RELAY_LIMITS.ticketLife, () => this.#broke('the other side did not come'));
    try {
      return await new Promise<SocketChannel>((resolve, reject) => {
        this.#settle = (result) => (result instanceof SocketChannel ? resolve(result) : reject(result));
        socket.on('end', onEnd).on('close', onEnd).on('error', onError);
        if (signal.aborted) onAbort();
        else signal.addEventListener('abort', onAbort, { once: true });
        if (this.#failure !== undefined) reject(this.#failure);
        // 1. Request the upgrade. The ticket is sent after the answer: only a relay may get it.
        socket.write(upgradeRequest(this.#endpoint.authority));
      });
    } finally {
      probe.cancel();
      ready.cancel();
      signal.removeEventListener('abort', onAbort);
      socket.off('end', onEnd).off('close', onEnd);
      if (this.#phase === 'open') socket.off('error', onError);
    }
  }

  #take(chunk: Uint8Array): boolean {
    if (this.#channel !== undefined) return this.#channel.take(chunk);
    let rest = chunk;
    if (this.#phase === 'upgrading') {
      // 2. Read the answer, then send the ticket.
      const consumed = this.#readResponse(chunk);
      if (consumed === undefined) return true;
      this.#phase = 'waiting';
      this.#dialed?.socket.write(this.#options.ticket);
      rest = chunk.subarray(consumed);
    }
    const [first] = rest;
    if (first === undefined || this.#phase === 'failed') return true;
    // 3. One byte reports that both sides are attached.
    if (this.#phase !== 'waiting' || first !== LINK_READY || this.#dialed === undefined) {
      this.#broke('the relay sent something else than the ready byte');
      return true;
    }
    this.#phase = 'open';
    const channel = new SocketChannel(this.#dialed.socket, this.#options.clock);
    this.#channel = channel;
    this.#settle?.(channel);
    return rest.length === 1 ? true : channel.take(rest.subarray(1));
  }

  #readResponse(chunk: Uint8Array): number | undefined {
    try {
      return this.#response.push(chunk);
    } catch (error) {
      this.#fail(error instanceof DialError ? error : new DialError('relay.upgrade', 'the answer cannot be read'));
      return undefined;
    }
  }

  #broke(reason: string): void {
    const code = this.#phase === 'waiting' ? 'relay.data-connection' : 'relay.upgrade';
    this.#fail(new DialError(code, `data connection: ${reason}`, { details: { reason } }));
  }

  #fail(error: DialError): void {
    if (this.#phase === 'failed' || this.#phase === 'open') return;
    this.#phase = 'failed';
    this.#failure = error;
    this.#settle?.(error);
    this.#dialed?.socket.destroy();
  }
}
