import { assertNever } from '../assert-never.ts';
import type { Clock } from '../clock.ts';
import { FormatError } from '../errors.ts';
import { RELAY_LIMITS } from '../relay-api/index.ts';
import { PairingError } from './errors.ts';
import type { Mailbox } from './mailbox.ts';
import { decodeMessage, encodePairingMessage, type FailureReason, type PairingMessage } from './messages.ts';

/** Time limit for the other side's next message, ms, in steps where it answers without asking a person. */
export const STEP_TIMEOUT = 30_000;
/** Time limit for reading messages that have already arrived, ms. */
const LAST_MESSAGES_TIMEOUT = 1000;
/** Time limit of a whole pairing, ms. */
export const PAIRING_LIFE = RELAY_LIMITS.mailboxLife;

type Options = Readonly<{ mailbox: Mailbox; clock: Clock; signal: AbortSignal }>;

/** Type of message that a step can wait for. */
type Expected = Exclude<PairingMessage['type'], 'failure'>;

/**
 * Runs the body of one side of a pairing with a new `Conversation`. On failure sends the reason to the other side and throws a `PairingError`. Always
 * closes the mailbox. Used by `invite` and `join`.
 */
export async function converse<Outcome>(
  options: Options,
  body: (conversation: Conversation) => Promise<Outcome>,
): Promise<Outcome> {
  const conversation = new Conversation(options);
  try {
    return await body(conversation);
  } catch (error) {
    const failure = await conversation.explain(asPairingError(error));
    conversation.reportFailure(failure);
    throw failure;
  } finally {
    options.mailbox.close();
  }
}

/** Exchange of pairing messages through a mailbox, with encoding, time limits and cancellation. */
export class Conversation {
  readonly #mailbox: Mailbox;
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  readonly #startedAt: number;
  readonly #startedMonotonic: number;
  /** True once the other side has ended the pairing or can't be reached; nothing more is sent. */
  #deaf = false;
  #unsent = false;

  constructor({ mailbox, clock, signal }: Options) {
    this.#mailbox = mailbox;
    this.#clock = clock;
    this.#signal = signal;
    this.#startedAt = clock.now();
    this.#startedMonotonic = clock.monotonic();
  }

  /**
   * Checks that the pairing goes on, before a step that a person can see or that is stored.
   * @throws {PairingError} `pairing.cancelled`, `pairing.expired`
   */
  requireAlive(): void {
    if (this.#signal.aborted) throw cancelled();
    if (this.#age() >= PAIRING_LIFE) throw expired();
  }

  /** Sends a message. @throws {PairingError} `pairing.cancelled`, `pairing.expired`, `pairing.interrupted` */
  send(message: PairingMessage): void {
    this.requireAlive();
    const body = encodePairingMessage(message);
    try {
      this.#mailbox.send(body);
    } catch (error) {
      this.#unsent = true;
      throw this.#closed(error);
    }
  }

  /** Sends a final message. Never throws: the other side may have left already. */
  sendLast(message: PairingMessage): void {
    try {
      this.#mailbox.send(encodePairingMessage(message));
    } catch {
      // An older version does not wait for it.
    }
  }

  /**
   * Receives the next message, which must be of this type.
   * @param timeout time limit, ms; by default the rest of the pairing
   * @throws {PairingError} the failure that the other side reports; `pairing.timeout`, `pairing.expired`, `pairing.cancelled`, `pairing.interrupted`,
   *   `pairing.version`
   * @throws {FormatError} for any other message
   */
  async receive<Type extends Expected>(
    type: Type,
    timeout = PAIRING_LIFE,
  ): Promise<Extract<PairingMessage, { type: Type }>> {
    const body = await this.#next(timeout);
    // A machine that slept through the life of the pairing wakes up with the message, not with the timer.
    this.requireAlive();
    const message = decodeMessage(body);
    if (message.type === 'failure') {
      this.#deaf = true;
      throw failureError(message.reason);
    }
    if (!isOfType(message, type)) throw new FormatError('format.pairing', 'a pairing message out of order');
    return message;
  }

  /**
   * Receives an optional final message. Earlier versions don't send it, and a relay can drop or replace it. Never rejects.
   * @returns undefined without a message of this type
   */
  async receiveLast<Type extends Expected>(
    type: Type,
    timeout: number,
  ): Promise<Extract<PairingMessage, { type: Type }> | undefined> {
    try {
      return await this.receive(type, timeout);
    } catch {
      return undefined;
    }
  }

  /**
   * Waits for a person's answer, at most until the pairing ends.
   * @throws {PairingError} `pairing.expired`, `pairing.cancelled`, or the error of
   * `answer`
   */
  async waitFor(answer: Promise<void>): Promise<void> {
    this.requireAlive();
    await new Promise<void>((resolve, reject) => {
      const settle = (action: () => void): void => {
        timer.cancel();
        this.#signal.removeEventListener('abort', cancel);
        action();
      };
      const cancel = (): void => settle(() => reject(cancelled()));
      const timer = this.#clock.setTimer(PAIRING_LIFE - this.#age(), () => settle(() => reject(expired())));
      this.#signal.addEventListener('abort', cancel, { once: true });
      answer.then(
        () => settle(resolve),
        (error: unknown) => settle(() => reject(error instanceof Error ? error : cancelled())),
      );
    });
    this.requireAlive();
  }

  /**
   * Looks in the mailbox for the reason why the other side has left, after a message couldn't be sent. Never throws.
   * @returns the failure that the other side sent, or `failure` if there is none
   */
  async explain(failure: PairingError): Promise<PairingError> {
    if (!this.#unsent) return failure;
    try {
      for (let count = 0; count < RELAY_LIMITS.mailboxMessages; count += 1) {
        const message = decodeMessage(await this.#next(LAST_MESSAGES_TIMEOUT));
        if (message.type === 'failure') return failureError(message.reason);
      }
    } catch {
      // No more messages, or malformed ones.
    }
    return failure;
  }

  /** Sends the other side the reason of a failure, if that helps it. Never throws. */
  reportFailure(error: PairingError): void {
    if (this.#deaf) return;
    this.#deaf = true;
    try {
      this.#mailbox.send(encodePairingMessage({ type: 'failure', reason: reasonOf(error) }));
    } catch {
      // The mailbox is gone, which tells the other side as well.
    }
  }

  async #next(timeout: number): Promise<Uint8Array> {
    this.requireAlive();
    const left = PAIRING_LIFE - this.#age();
    const stop = new AbortController();
    return await new Promise<Uint8Array>((resolve, reject) => {
      let settled = false;
      const settle = (action: () => void): void => {
        // The mailbox also rejects because this side stopped waiting, which doesn't end the mailbox.
        if (settled) return;
        settled = true;
        timer.cancel();
        this.#signal.removeEventListener('abort', cancel);
        action();
        stop.abort();
      };
      const cancel = (): void => settle(() => reject(cancelled()));
      const timer = this.#clock.setTimer(Math.min(timeout, left), () =>
        settle(() => reject(left <= timeout ? expired() : timedOut())),
      );
      this.#signal.addEventListener('abort', cancel, { once: true });
      receiveFrom(this.#mailbox, stop.signal).then(
        (body) => settle(() => resolve(body)),
        (error: unknown) => settle(() => reject(this.#closed(error))),
      );
    });
  }

  /** Returns the larger age of two clocks, in ms: the wall clock also runs while a machine sleeps, the monotonic one can't be set back. */
  #age(): number {
    return Math.max(this.#clock.now() - this.#startedAt, this.#clock.monotonic() - this.#startedMonotonic);
  }

  #closed(error: unknown): PairingError {
    this.#deaf = true;
    if (error instanceof PairingError) return error;
    return new PairingError('pairing.interrupted', 'the mailbox failed', { cause: error });
  }
}

/** Receives from the mailbox. Rejects even if the mailbox throws synchronously. */
async function receiveFrom(mailbox: Mailbox, signal: AbortSignal): Promise<Uint8Array> {
  return await mailbox.receive(signal);
}

function isOfType<Type extends Expected>(
  message: PairingMessage,
  type: Type,
): message is Extract<PairingMessage, { type: Type }> {
  return message.type === type;
}

function asPairingError(error: unknown): PairingError {
  if (error instanceof PairingError) return error;
  if (error instanceof FormatError) {
    return new PairingError('pairing.protocol', 'the other side sent a message that makes no sense', { cause: error });
  }
  return new PairingError('pairing.failed', 'the pairing failed on this side', { cause: error });
}

function reasonOf(error: PairingError): FailureReason {
  switch (error.code) {
    case 'pairing.wrong-code':
      return 'wrong-code';
    case 'pairing.cancelled':
      return 'cancelled';
    case 'pairing.version':
      return 'version';
    case 'pairing.self':
      return 'self';
    case 'pairing.refused':
      return 'refused';
    case 'pairing.timeout':
    case 'pairing.expired':
      return 'timeout';
    default:
      return 'internal';
  }
}

function failureError(reason: FailureReason): PairingError {
  switch (reason) {
    case 'wrong-code':
      return new PairingError('pairing.wrong-code', 'the other side found the code wrong');
    case 'cancelled':
      return new PairingError('pairing.cancelled', 'the other side cancelled the pairing');
    case 'version':
      return new PairingError('pairing.version', 'the other side speaks another version of pairing');
    case 'self':
      return new PairingError('pairing.self', 'both sides are the same device');
    case 'timeout':
      return new PairingError('pairing.timeout', 'the other side gave up waiting');
    case 'refused':
      return new PairingError('pairing.refused', 'the person at the other device said no');
    case 'internal':
      return new PairingError('pairing.failed', 'the pairing failed on the other side');
    default:
      return assertNever(reason);
  }
}

function cancelled(): PairingError {
  return new PairingError('pairing.cancelled', 'the pairing was cancelled');
}

function expired(): PairingError {
  return new PairingError('pairing.expired', 'the pairing took longer than its life');
}

function timedOut(): PairingError {
  return new PairingError('pairing.timeout', 'the other side fell silent');
}
