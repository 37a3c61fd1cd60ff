import type { Clock, Timer } from '#shared/clock.ts';
import { errorCode, systemCode } from '#shared/errors.ts';
import type { Logger } from '#shared/logger.ts';
import { ACCOUNT_LIMITS } from '../limits.ts';
import type { MailKind, MailText } from './mail-texts.ts';

/** Mail to one address. */
export type Mail = MailText & Readonly<{ to: string; kind: MailKind }>;

/** Sends one mail, and rejects if the server didn't take it. */
export type SendMail = (mail: Mail, signal: AbortSignal) => Promise<void>;

type Entry = Readonly<{ mail: Mail; attempt: number }>;

/** Limits of the queue; tests use smaller ones. */
export type MailLimits = Readonly<{
  waitingMails: number;
  mails: number;
  mailTimeout: number;
  mailRetries: readonly number[];
}>;

/**
 * Mails that are sent one after the other while requests go on, with a few retries. Bounded: a further mail is dropped and logged. Kept in memory, so that
 * no token is in a file; a restart loses what waits. Log entries name the kind of mail and the reason, never address or text.
 */
export class MailQueue {
  readonly #send: SendMail;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #limits: MailLimits;
  readonly #stopping = new AbortController();
  readonly #waiting: Entry[] = [];
  readonly #later = new Set<Timer>();
  readonly #running = new Set<Promise<void>>();

  constructor(
    send: SendMail,
    { clock, logger, limits = ACCOUNT_LIMITS }: Readonly<{ clock: Clock; logger: Logger; limits?: MailLimits }>,
  ) {
    this.#send = send;
    this.#clock = clock;
    this.#logger = logger;
    this.#limits = limits;
  }

  /** Number of mails that wait or are being sent. */
  get size(): number {
    return this.#waiting.length + this.#later.size + this.#running.size;
  }

  /** Adds a mail. Returns at once. */
  add(mail: Mail): void {
    if (this.#stopping.signal.aborted) return;
    if (this.size >= this.#limits.waitingMails) {
      this.#logger.warn('mail not sent', { kind: mail.kind, reason: 'too many mails wait' });
      return;
    }
    this.#enqueue({ mail, attempt: 0 });
  }

  /** Drops what waits and ends what is being sent. */
  async close(): Promise<void> {
    const lost = this.size;
    this.#stopping.abort();
    this.#waiting.length = 0;
    for (const timer of this.#later) timer.cancel();
    this.#later.clear();
    await Promise.all(this.#running);
    if (lost > 0) this.#logger.warn('mails not sent', { reason: 'the relay stops', mails: lost });
  }

  #enqueue(entry: Entry): void {
    this.#waiting.push(entry);
    this.#next();
  }

  #next(): void {
    if (this.#running.size >= this.#limits.mails) return;
    const entry = this.#waiting.shift();
    if (entry === undefined) return;
    const running = this.#attempt(entry).finally(() => {
      this.#running.delete(running);
      this.#next();
    });
    this.#running.add(running);
  }

  async #attempt({ mail, attempt }: Entry): Promise<void> {
    const late = new AbortController();
    const timer = this.#clock.setTimer(this.#limits.mailTimeout, () => late.abort());
    try {
      await this.#send(mail, AbortSignal.any([this.#stopping.signal, late.signal]));
    } catch (error) {
      this.#failed({ mail, attempt }, error);
    } finally {
      timer.cancel();
    }
  }

  #failed({ mail, attempt }: Entry, error: unknown): void {
    if (this.#stopping.signal.aborted) return;
    const wait = isPermanent(error) ? undefined : this.#limits.mailRetries[attempt];
    const reason = systemCode(error) ?? errorCode(error);
    this.#logger.warn(wait === undefined ? 'mail not sent' : 'mail delayed', {
      kind: mail.kind,
      reason,
      ...(responseCode(error) === undefined ? {} : { response: responseCode(error) }),
    });
    if (wait === undefined) return;
    const timer = this.#clock.setTimer(wait, () => {
      this.#later.delete(timer);
      this.#enqueue({ mail, attempt: attempt + 1 });
    });
    this.#later.add(timer);
  }
}

/** Reports whether a mail server rejected a mail for good (RFC 5321 section 4.2.1). */
function isPermanent(error: unknown): boolean {
  return (responseCode(error) ?? 0) >= 500;
}

function responseCode(error: unknown): number | undefined {
  return typeof error === 'object' &&
    error !== null &&
    'responseCode' in error &&
    typeof error.responseCode === 'number'
    ? error.responseCode
    : undefined;
}
