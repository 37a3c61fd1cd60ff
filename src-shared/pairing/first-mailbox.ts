import { PairingError } from './errors.ts';
import type { Mailbox } from './mailbox.ts';

/**
 * Several mailboxes with the same invitation, used as one. The mailbox from which the first message comes carries the pairing; the others are closed,
 * so that the invitation runs once. A mailbox that fails before leaves the others open.
 */
export class FirstMailbox implements Mailbox {
  readonly #mailboxes: readonly Mailbox[];
  #used: Mailbox | undefined;

  constructor(mailboxes: readonly Mailbox[]) {
    this.#mailboxes = mailboxes;
  }

  /** Mailbox that carries the pairing; undefined before the first message. */
  get used(): Mailbox | undefined {
    return this.#used;
  }

  send(body: Uint8Array): void {
    if (this.#used === undefined) for (const mailbox of this.#mailboxes) tell(mailbox, body);
    else this.#used.send(body);
  }

  async receive(signal?: AbortSignal): Promise<Uint8Array> {
    return this.#used === undefined ? await this.#first(signal) : await this.#used.receive(signal);
  }

  close(): void {
    for (const mailbox of this.#mailboxes) mailbox.close();
  }

  #first(signal: AbortSignal | undefined): Promise<Uint8Array> {
    const others = new AbortController();
    const stop = (): void => others.abort();
    signal?.addEventListener('abort', stop, { once: true });
    return new Promise<Uint8Array>((resolve, reject) => {
      let left = this.#mailboxes.length;
      if (left === 0 || signal?.aborted === true) reject(new PairingError('pairing.interrupted', 'no mailbox is open'));
      for (const mailbox of this.#mailboxes) {
        receiveFrom(mailbox, others.signal).then(
          (body) => {
            // A second message is dropped: its sender finds its mailbox closed.
            if (this.#used !== undefined) return;
            this.#used = mailbox;
            for (const other of this.#mailboxes) if (other !== mailbox) other.close();
            resolve(body);
          },
          (error: unknown) => {
            left -= 1;
            if (left === 0) reject(error instanceof Error ? error : new PairingError('pairing.interrupted', 'closed'));
          },
        );
      }
    }).finally(() => {
      signal?.removeEventListener('abort', stop);
      others.abort();
    });
  }
}

/** Receives from a mailbox. Rejects even if the mailbox throws synchronously. */
async function receiveFrom(mailbox: Mailbox, signal: AbortSignal): Promise<Uint8Array> {
  return await mailbox.receive(signal);
}

/** Sends to a mailbox in which no one may be. */
function tell(mailbox: Mailbox, body: Uint8Array): void {
  try {
    mailbox.send(body);
  } catch {
    // It has been closed.
  }
}
