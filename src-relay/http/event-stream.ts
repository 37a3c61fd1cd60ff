import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Clock, Timer } from '#shared/clock.ts';
import type { HttpLimits } from './limits.ts';

/** Event of a stream: its name is letters, digits, `-` and `_`, its data any JSON value. */
export type StreamEvent = Readonly<{ event?: string; data: unknown }>;

const EVENT_NAME = /^[A-Za-z0-9_-]{1,64}$/;

/**
 * Server-sent events (HTML Living Standard 9.2) to one client. Created by `Exchange` for an answer of `answerEvents`. Sends a comment in each ping
 * interval, which shows whether the client is there, and drops a client that is too far behind.
 */
export class EventStream {
  /** Aborted once the client has gone or the relay stops. */
  readonly signal: AbortSignal;
  readonly #response: ServerResponse;
  readonly #clock: Clock;
  readonly #limits: HttpLimits;
  #timer: Timer;
  /** Resolves to true at the next drain, to false if there is none. */
  #room: Promise<boolean> | undefined;

  constructor(response: ServerResponse, options: Readonly<{ clock: Clock; limits: HttpLimits; signal: AbortSignal }>) {
    this.#response = response;
    this.#clock = options.clock;
    this.#limits = options.limits;
    this.signal = options.signal;
    this.#timer = this.#schedule();
    response.once('close', () => this.#timer.cancel());
  }

  /**
   * Sends an event. Callers wait for the result before they send the next one; who can't is cut off at the buffer limit.
   * @returns true once the client can take more, false if it has gone
   */
  async send({ event, data }: StreamEvent): Promise<boolean> {
    if (event !== undefined && !EVENT_NAME.test(event)) throw new TypeError('not a name of an event');
    // JSON has no line break outside of its escapes, so that data is always one line.
    return this.#write(`${event === undefined ? '' : `event: ${event}\n`}data: ${JSON.stringify(data) ?? 'null'}\n\n`);
  }

  async #write(text: string): Promise<boolean> {
    const response = this.#response;
    if (this.signal.aborted || response.destroyed || response.writableEnded) return false;
    if (response.write(text)) return true;
    if (response.writableLength > this.#limits.streamBuffer) {
      response.destroy();
      return false;
    }
    // Every waiting sender shares one listener.
    this.#room ??= this.#drained();
    return this.#room;
  }

  async #drained(): Promise<boolean> {
    try {
      await once(this.#response, 'drain', { signal: this.signal });
      return true;
    } catch {
      return false;
    } finally {
      this.#room = undefined;
    }
  }

  #schedule(): Timer {
    return this.#clock.setTimer(this.#limits.pingInterval, () => this.#tick());
  }

  #tick(): void {
    const response = this.#response;
    if (response.destroyed || response.writableEnded) return;
    this.#timer = this.#schedule();
    if (!response.writableNeedDrain) response.write(':\n\n');
  }
}
