import type { Clock, Timer } from '#shared/clock.ts';
import type { ClawReachError } from '#shared/errors.ts';
import type { RelayMessage } from '#shared/relay-api/index.ts';
import { RelayClientError, handlingError, messageError, protocolError, relayError } from './errors.ts';

/** Messages with which the relay answers a request. */
export type AnswerMessage = Extract<RelayMessage, { type: 'ok' | 'mailbox-opened' | 'mailbox-claimed' }>;
/** Messages with which the relay refuses a request. */
type Refusal = Extract<RelayMessage, { type: 'error' | 'message-refused' }>;

type Pending = Readonly<{
  expects: AnswerMessage['type'];
  resolve(answer: AnswerMessage): void;
  reject(error: ClawReachError): void;
  timer: Timer;
}>;

const TIMEOUT = 15_000;
const MAX_PENDING = 32;

/** Requests to the relay, held in memory, that await their answer on a control connection. Used by `RelayClient` and `MailboxClient`. */
export class Requests {
  readonly #clock: Clock;
  readonly #pending = new Map<number, Pending>();
  /** Requests whose answer has not come in time. Late answers are ignored. */
  readonly #late = new Set<number>();
  #next = 1;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Sends a request and waits for its answer.
   * @param send sends the message with the given number
   * @param take converts the answer, before any later message is handled
   * @throws {RelayClientError} the relay's own code, `relay.timeout`, or the reason why the connection ended
   */
  ask<Type extends AnswerMessage['type'], Result>(
    expects: Type,
    send: (request: number) => void,
    take: (answer: Extract<AnswerMessage, { type: Type }>) => Result,
  ): Promise<Result> {
    return new Promise((resolve, reject) => {
      if (this.#pending.size >= MAX_PENDING) {
        reject(new RelayClientError('relay.limit', 'too many requests are waiting'));
        return;
      }
      const request = this.#next;
      this.#next += 1;
      const timer = this.#clock.setTimer(TIMEOUT, () => {
        this.#pending.delete(request);
        this.#late.add(request);
        reject(new RelayClientError('relay.timeout', 'the relay did not answer in time'));
      });
      this.#pending.set(request, {
        expects,
        resolve: (answer) => {
          try {
            // `settle` has compared the types.
            resolve(take(answer as Extract<AnswerMessage, { type: Type }>));
          } catch (error) {
            // An invalid answer ends the connection, and also rejects the request.
            const problem = handlingError(error, answer.type);
            reject(problem);
            throw problem;
          }
        },
        reject,
        timer,
      });
      send(request);
    });
  }

  /**
   * Settles the request that the message answers.
   * @throws {RelayClientError} `relay.protocol` for an unexpected answer
   */
  settle(message: AnswerMessage | Refusal): void {
    const { request } = message;
    if (request === undefined || this.#late.delete(request)) return;
    const pending = this.#pending.get(request);
    if (pending === undefined) throw protocolError('an answer without a request');
    const isRefusal = message.type === 'error' || message.type === 'message-refused';
    if (!isRefusal && message.type !== pending.expects) throw protocolError('an answer of another kind');
    this.#pending.delete(request);
    pending.timer.cancel();
    if (message.type === 'error') pending.reject(relayError(message));
    else if (message.type === 'message-refused') pending.reject(messageError(message));
    else pending.resolve(message);
  }

  /** Rejects all requests. Called when the control connection is lost. */
  lost(error: ClawReachError): void {
    for (const { reject, timer } of this.#pending.values()) {
      timer.cancel();
      reject(error);
    }
    this.#pending.clear();
    this.#late.clear();
  }
}
