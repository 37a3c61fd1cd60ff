import type { ControlChannel } from '#shared/relay-dialer/index.ts';
import type { Clock, Timer } from '#shared/clock.ts';
import type { ConnectorConfig } from '#shared/plain-relay/index.ts';
import { plainRelayError, type PlainRelayError } from '#shared/plain-relay/index.ts';
import type { PlainRelayLimits } from '../limits.ts';
import type { OutgoingMessage, PlainSender } from './plain-sender.ts';
import { parsePlainMessage, type PlainRelayMessage } from './relay-messages.ts';

/** Interval at which a sender that waits for room looks again, ms. */
const ROOM_POLL = 20;
/** Close code by which the relay rejects a connection, and its reasons. */
const REJECTED = 4001;
const REPLACED = /replaced/i;

export type PlainConnectionOptions = Readonly<{
  config: ConnectorConfig;
  /** Name of this device, for `meta`. */
  deviceName: string;
  clock: Clock;
  limits: PlainRelayLimits;
  /** Called once, when the relay has accepted the token. `workdir`: folder for new terminals, empty for none. */
  onOpen(workdir: string): void;
  /** Called for each valid message after `onOpen`. */
  onMessage(message: Exclude<PlainRelayMessage, { type: 'hello_ok' | 'error' }>): void;
  /** Called once, last. */
  onClose(error: PlainRelayError): void;
}>;

/**
 * One connection to a plain relay, from `hello` to its end: authenticates, checks that the relay is alive, and bounds what the relay sends and what it
 * leaves unread. Created by `PlainConnector` over an open WebSocket.
 */
export class PlainConnection implements PlainSender {
  readonly #channel: ControlChannel;
  readonly #options: PlainConnectionOptions;
  #state: 'hello' | 'open' | 'over' = 'hello';
  #timer: Timer;
  #heardAt: number;
  #budget: { left: number; at: number };
  /** Text with which the relay refused, before it closed the connection. */
  #refusal = '';

  constructor(channel: ControlChannel, options: PlainConnectionOptions) {
    const { clock, limits } = options;
    this.#channel = channel;
    this.#options = options;
    this.#heardAt = clock.monotonic();
    this.#budget = { left: limits.messages.burst, at: clock.monotonic() };
    this.#timer = clock.setTimer(limits.hello, () => this.#end(plainRelayError('plain.silent', 'no answer to hello')));
  }

  /** Sends `hello` and begins to receive. Called once, when the owner holds the connection. */
  open(): void {
    this.#channel.sendText(JSON.stringify(hello(this.#options)));
    this.#channel.setHandlers({
      text: (text) => this.#take(text),
      // The protocol has no binary messages.
      binary: () => void this.#spend(),
      alive: () => this.#heard(),
      closed: (_error, close) => this.#closed(close?.code ?? 1006, close?.reason ?? ''),
    });
  }

  send(message: OutgoingMessage): void {
    if (this.#state !== 'open') return;
    this.#channel.sendText(JSON.stringify(message));
    if (this.#channel.bufferedBytes > this.#options.limits.waiting)
      this.#end(plainRelayError('plain.flood', 'the relay does not read'));
  }

  async room(): Promise<boolean> {
    const { clock, limits } = this.#options;
    while (this.#state === 'open' && this.#channel.bufferedBytes > limits.output)
      await new Promise<void>((resolve) => void clock.setTimer(ROOM_POLL, resolve));
    return this.#state === 'open';
  }

  /** Closes the connection without a report to `onClose`. */
  close(): void {
    if (this.#state === 'over') return;
    this.#state = 'over';
    this.#timer.cancel();
    this.#channel.close();
  }

  #take(text: string): void {
    if (!this.#spend()) return;
    const message = parsePlainMessage(text);
    if (message === undefined) return;
    if (message.type === 'error') {
      if (this.#state === 'hello') this.#refusal = message.message;
    } else if (message.type === 'hello_ok') {
      if (this.#state !== 'hello') return;
      this.#state = 'open';
      this.#timer.cancel();
      this.#watch();
      this.#options.onOpen(message.workdir);
    } else if (this.#state === 'open') this.#options.onMessage(message);
  }

  /** Counts a message. @returns false if the connection has ended, also because of this message */
  #spend(): boolean {
    if (this.#state === 'over') return false;
    this.#heard();
    const { burst, perSecond } = this.#options.limits.messages;
    const now = this.#options.clock.monotonic();
    const grown = Math.min(burst, this.#budget.left + ((now - this.#budget.at) / 1000) * perSecond);
    this.#budget = { left: grown - 1, at: now };
    if (grown >= 1) return true;
    this.#end(plainRelayError('plain.flood', 'the relay sends too many messages'));
    return false;
  }

  #heard(): void {
    this.#heardAt = this.#options.clock.monotonic();
  }

  #watch(): void {
    const { clock, limits } = this.#options;
    this.#timer = clock.setTimer(limits.ping, () => {
      if (clock.monotonic() - this.#heardAt >= limits.silence) {
        this.#end(plainRelayError('plain.silent', 'the relay is silent'));
        return;
      }
      this.#channel.ping();
      this.#watch();
    });
  }

  #closed(code: number, reason: string): void {
    const text = `${reason} ${this.#refusal}`;
    if (code === REJECTED && REPLACED.test(text)) this.#finish(plainRelayError('plain.replaced', 'replaced'));
    else if (code === REJECTED || (this.#state === 'hello' && this.#refusal !== ''))
      this.#finish(plainRelayError('plain.rejected', 'the relay rejects the token'));
    else this.#finish(plainRelayError('plain.lost', 'the connection was lost', { code }));
  }

  #end(error: PlainRelayError): void {
    if (this.#state === 'over') return;
    this.#finish(error);
    this.#channel.terminate();
  }

  #finish(error: PlainRelayError): void {
    if (this.#state === 'over') return;
    this.#state = 'over';
    this.#timer.cancel();
    this.#options.onClose(error);
  }
}

/** Returns the first message, in the documented form of a connector or of a node. */
function hello({ config, deviceName }: PlainConnectionOptions): OutgoingMessage {
  const { kind, id, token } = config;
  return kind === 'connector'
    ? { type: 'hello', data: { device_id: id, token, meta: { name: deviceName } } }
    : { type: 'hello', data: { node_id: id, token, meta: { name: deviceName, kind: 'openclaw' } } };
}
