import { toBase64Url } from '#shared/bytes/index.ts';
import { PairingError, type Mailbox } from '#shared/pairing/index.ts';
import { RELAY_LIMITS, type AgentMessage } from '#shared/relay-api/index.ts';
import { protocolError } from './errors.ts';

/** Messages of this side about its mailbox. */
type Sent = Extract<AgentMessage, { type: 'mailbox-send' | 'mailbox-close' }>;
type Waiter = Readonly<{ resolve(body: Uint8Array): void; reject(error: PairingError): void }>;

/**
 * This side's end of a pairing mailbox at the relay, created by `MailboxClient`. The pairing protocol sends and receives messages through it, over
 * the control connection.
 */
export class RelayMailbox implements Mailbox {
  readonly #send: (message: Sent) => void;
  readonly #onClosed: (error: PairingError) => void;
  readonly #bodies: Uint8Array[] = [];
  #waiter: Waiter | undefined;
  #received = 0;
  #error: PairingError | undefined;

  constructor(send: (message: Sent) => void, onClosed: (error: PairingError) => void) {
    this.#send = send;
    this.#onClosed = onClosed;
  }

  send(body: Uint8Array): void {
    if (this.#error !== undefined) return;
    if (body.length < 1 || body.length > RELAY_LIMITS.mailboxMessage) throw new RangeError('mailbox message size');
    this.#send({ type: 'mailbox-send', body: toBase64Url(body) });
  }

  /** Waits for the next message. @throws {PairingError} reason why the mailbox has ended; `pairing.interrupted` */
  receive(signal?: AbortSignal): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      const body = this.#bodies.shift();
      if (body !== undefined) {
        resolve(body);
        return;
      }
      if (this.#error !== undefined || signal?.aborted === true || this.#waiter !== undefined) {
        reject(this.#error ?? new PairingError('pairing.interrupted', 'the mailbox is no longer read'));
        return;
      }
      const onAbort = (): void => {
        this.#waiter = undefined;
        reject(new PairingError('pairing.interrupted', 'the mailbox is no longer read'));
      };
      const settle = (): void => {
        this.#waiter = undefined;
        signal?.removeEventListener('abort', onAbort);
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#waiter = {
        resolve: (next) => {
          settle();
          resolve(next);
        },
        reject: (error) => {
          settle();
          reject(error);
        },
      };
    });
  }

  close(): void {
    if (this.#error !== undefined) return;
    this.#send({ type: 'mailbox-close' });
    this.ended(new PairingError('pairing.interrupted', 'the mailbox is closed'));
  }

  /** Delivers a message from the relay. @throws {RelayClientError} `relay.protocol` for more messages than a mailbox holds */
  deliver(body: Uint8Array): void {
    if (this.#error !== undefined) return;
    this.#received += 1;
    if (this.#received > RELAY_LIMITS.mailboxMessages) throw protocolError('more messages than a mailbox holds');
    if (this.#waiter === undefined) this.#bodies.push(body);
    else this.#waiter.resolve(body);
  }

  /** Ends the mailbox. Called when the relay has closed it or the relay connection is lost. */
  ended(error: PairingError): void {
    if (this.#error !== undefined) return;
    this.#error = error;
    this.#waiter?.reject(error);
    this.#onClosed(error);
  }
}
