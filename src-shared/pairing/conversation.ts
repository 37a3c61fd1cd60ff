import { assertNever } from '../assert-never.ts';
import type { Clock } from '../clock.ts';
import { FormatError } from '../errors.ts';
import { RELAY_LIMITS } from '../relay-api/index.ts';
import { PairingError } from './errors.ts';
import type { Mailbox } from './mailbox.ts';
import { decodeMessage, encodePairingMessage, type FailureReason, type PairingMessage } from './messages.ts';

/** From one message to the next once the other side is there, ms: it answers by itself, no person is asked. */
export const STEP_TIMEOUT = 30_000;
/** For what has arrived before and only has to be taken, ms. */
const LAST_WORDS_TIMEOUT = 1000;
/** From start to end, ms, however quick the steps are. */
export const PAIRING_LIFE = RELAY_LIMITS.mailboxLife;

type Options = Readonly<{ mailbox: Mailbox; clock: Clock; signal: AbortSignal }>;

/** Types of messages that may be waited for. */
type Expected = Exclude<PairingMessage['type'], 'failure'>;

/**
 * Runs one side of a pairing. Whatever ends it, the other side is told why where it can still listen, the mailbox is closed, and what comes
 * out is a PairingError.
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
    conversation.tell(failure);
    throw failure;
  } finally {
    options.mailbox.close();
  }
}

/** The mailbox with time-outs, cancelling and the messages' own format. */
export class Conversation {
  readonly #mailbox: Mailbox;
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  readonly #startedAt: number;
  readonly #startedMonotonic: number;
  /** The other side has ended it already, or cannot be reached: nothing more is said. */
  #deaf = false;
  #unsent = false;

  constructor({ mailbox, clock, signal }: Options) {
    this.#mailbox = mailbox;
    this.#clock = clock;
    this.#signal = signal;
    this.#startedAt = clock.now();
    this.#startedMonotonic = clock.monotonic();
  }

  /** @throws {PairingError} `pairing.cancelled`, `pairing.expired`, `pairing.interrupted` */
  send(message: PairingMessage): void {
    this.#checkAlive();
    const body = encodePairingMessage(message);
    try {
      this.#mailbox.send(body);
    } catch (error) {
      this.#unsent = true;
      throw this.#closed(error);
    }
  }

  /** Sends a message that nothing here depends on any more. Never throws: the other side may have left already. */
  sendLast(message: PairingMessage): void {
    try {
      this.#mailbox.send(encodePairingMessage(message));
    } catch {
      // An older version does not wait for it.
    }
  }

  /**
   * The next message, which must be of this type.
   * @param timeout ms; without it the whole life of the pairing
   * @throws {PairingError} what the other side says it failed with; `pairing.timeout`, `pairing.expired`, `pairing.cancelled`,
   * `pairing.interrupted`, `pairing.version` @throws {FormatError} for anything but a message of this type
   */
  async receive<Type extends Expected>(
    type: Type,
    timeout = PAIRING_LIFE,
  ): Promise<Extract<PairingMessage, { type: Type }>> {
    const body = await this.#next(timeout);
    // A machine that slept through the life of the pairing wakes up with the message, not with the timer.
    this.#checkAlive();
    const message = decodeMessage(body);
    if (message.type === 'failure') {
      this.#deaf = true;
      throw failureError(message.reason);
    }
    if (!isOfType(message, type)) throw new FormatError('format.pairing', 'a pairing message out of order');
    return message;
  }

  /**
   * The next message, which nothing depends on: an older version says nothing more, and a relay can drop it or send another.
   * @returns undefined for anything but a message of this type. Never rejects.
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

  /** What a person here is asked, for as long as the pairing lives. @throws {PairingError} `pairing.expired`, `pairing.cancelled`; what `asked` throws */
  async during(asked: Promise<void>): Promise<void> {
    this.#checkAlive();
    await new Promise<void>((resolve, reject) => {
      const settle = (action: () => void): void => {
        timer.cancel();
        this.#signal.removeEventListener('abort', cancel);
        action();
      };
      const cancel = (): void => settle(() => reject(cancelled()));
      const timer = this.#clock.setTimer(PAIRING_LIFE - this.#age(), () => settle(() => reject(expired())));
      this.#signal.addEventListener('abort', cancel, { once: true });
      asked.then(
        () => settle(resolve),
        (error: unknown) => settle(() => reject(error instanceof Error ? error : cancelled())),
      );
    });
    this.#checkAlive();
  }

  /**
   * Where a message could not be sent because the other side had left, it may have said why: its last words wait in the mailbox. Never
   * throws.
   * @returns what the other side failed with, or `failure` where nothing is to be had
   */
  async explain(failure: PairingError): Promise<PairingError> {
    if (!this.#unsent) return failure;
    try {
      for (let count = 0; count < RELAY_LIMITS.mailboxMessages; count += 1) {
        const message = decodeMessage(await this.#next(LAST_WORDS_TIMEOUT));
        if (message.type === 'failure') return failureError(message.reason);
      }
    } catch {
      // Nothing more there, or nothing that makes sense.
    }
    return failure;
  }

  /** Says why this side gives up, as far as that helps the other one. Never throws. */
  tell(error: PairingError): void {
    if (this.#deaf) return;
    this.#deaf = true;
    try {
      this.#mailbox.send(encodePairingMessage({ type: 'failure', reason: reasonOf(error) }));
    } catch {
      // The mailbox is gone: the other side learns it that way.
    }
  }

  async #next(timeout: number): Promise<Uint8Array> {
    this.#checkAlive();
    const left = PAIRING_LIFE - this.#age();
    const stop = new AbortController();
    return await new Promise<Uint8Array>((resolve, reject) => {
      let settled = false;
      const settle = (action: () => void): void => {
        // The mailbox also rejects because we stopped waiting: that is no end of the mailbox.
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

  #checkAlive(): void {
    if (this.#signal.aborted) throw cancelled();
    if (this.#age() >= PAIRING_LIFE) throw expired();
  }

  /** The wall clock goes on while a machine sleeps, the monotonic one cannot be set back: whichever says more. */
  #age(): number {
    return Math.max(this.#clock.now() - this.#startedAt, this.#clock.monotonic() - this.#startedMonotonic);
  }

  #closed(error: unknown): PairingError {
    this.#deaf = true;
    if (error instanceof PairingError) return error;
    return new PairingError('pairing.interrupted', 'the mailbox failed', { cause: error });
  }
}

/** As a rejection even where the mailbox throws. */
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
