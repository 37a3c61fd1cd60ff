import { errorCode } from '#shared/errors.ts';
import { PairingError, type Mailbox } from '#shared/pairing/index.ts';

/** Most times that a mailbox is opened again. */
const MOST_OPENINGS = 8;
/** Errors of a lost connection to the relay. After any other one the mailbox isn't opened again. */
const LOST: ReadonlySet<string> = new Set([
  'pairing.interrupted',
  'relay.not-connected',
  'relay.lost',
  'relay.timeout',
]);

/**
 * Mailbox of a code at a relay that can be away: it is opened once the relay can be reached, and again if the connection to the relay was lost before
 * the joiner's first message. Used by `PairingService` beside direct connections.
 */
export class ReturningMailbox implements Mailbox {
  readonly #open: (signal: AbortSignal) => Promise<Mailbox>;
  readonly #closing = new AbortController();
  #mailbox: Mailbox | undefined;
  #openings = 0;
  #isHeard = false;

  /**
   * @param opened mailbox that is open already; undefined if the relay is away
   * @param open waits for the relay and opens the mailbox there
   */
  constructor(opened: Mailbox | undefined, open: (signal: AbortSignal) => Promise<Mailbox>) {
    this.#mailbox = opened;
    this.#open = open;
  }

  send(body: Uint8Array): void {
    if (this.#mailbox === undefined) throw new PairingError('pairing.interrupted', 'the relay is away');
    this.#mailbox.send(body);
  }

  async receive(signal?: AbortSignal): Promise<Uint8Array> {
    if (this.#isHeard && this.#mailbox !== undefined) return await this.#mailbox.receive(signal);
    const stopped = AbortSignal.any([this.#closing.signal, ...(signal === undefined ? [] : [signal])]);
    for (;;) {
      try {
        const body = await (await this.#opened(stopped)).receive(stopped);
        this.#isHeard = true;
        return body;
      } catch (error) {
        // The mailbox stays known, so that `close` takes it back at the relay.
        if (stopped.aborted || !LOST.has(errorCode(error)) || this.#openings >= MOST_OPENINGS) throw error;
        this.#mailbox = undefined;
      }
    }
  }

  close(): void {
    this.#closing.abort();
    this.#mailbox?.close();
  }

  async #opened(signal: AbortSignal): Promise<Mailbox> {
    if (this.#mailbox !== undefined) return this.#mailbox;
    this.#openings += 1;
    const mailbox = await this.#open(signal);
    if (signal.aborted) {
      mailbox.close();
      throw new PairingError('pairing.interrupted', 'no longer waited for');
    }
    this.#mailbox = mailbox;
    return mailbox;
  }
}
