import type { ByteChannel } from '#shared/link/index.ts';
import { concatBytes } from '#shared/bytes/index.ts';
import { PairingError, type Mailbox } from '#shared/pairing/index.ts';
import { RELAY_LIMITS } from '#shared/relay-api/index.ts';
import { DIRECT_PAIRING_LIMITS } from './limits.ts';

const HEADER = 2;
/** Time for the last message to leave before the connection is cut, ms. */
const CLOSE_DEADLINE = 2000;

/** Reader that waits for the next message. */
type Waiting = Readonly<{ resolve: (body: Uint8Array) => void; reject: (error: PairingError) => void }>;

/**
 * Mailbox on a direct connection (PROTOCOL section 2.4): each message is u16 length and its bytes. A message above the size of the relay's mailbox,
 * an empty one or one too many ends the connection. Used by `DirectInvitations` and `DirectJoiner`.
 */
export class ChannelMailbox implements Mailbox {
  readonly #channel: ByteChannel;
  readonly #arrived: Uint8Array[] = [];
  readonly #waiting: Waiting[] = [];
  #buffer: Uint8Array = new Uint8Array(0);
  #received = 0;
  #closed = false;
  readonly #over = Promise.withResolvers<void>();

  constructor(channel: ByteChannel) {
    this.#channel = channel;
    channel.setHandlers({
      data: (chunk) => this.#take(chunk),
      drain: () => undefined,
      closed: () => this.#end(),
    });
  }

  /** Resolves when either side has ended the mailbox. */
  get over(): Promise<void> {
    return this.#over.promise;
  }

  send(body: Uint8Array): void {
    if (this.#closed) throw interrupted();
    if (body.length === 0 || body.length > RELAY_LIMITS.mailboxMessage)
      throw new RangeError(`a pairing message of ${body.length} bytes`);
    this.#channel.write([Uint8Array.of(body.length >> 8, body.length & 0xff), body.slice()]);
  }

  receive(signal?: AbortSignal): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      const arrived = this.#arrived.shift();
      if (arrived !== undefined) {
        resolve(arrived);
        return;
      }
      if (this.#closed || signal?.aborted === true) {
        reject(interrupted());
        return;
      }
      const stop = (): void => {
        const index = this.#waiting.indexOf(waiting);
        if (index >= 0) this.#waiting.splice(index, 1);
        reject(interrupted());
      };
      const settled = (): void => signal?.removeEventListener('abort', stop);
      const waiting: Waiting = {
        resolve: (body) => {
          settled();
          resolve(body);
        },
        reject: (error) => {
          settled();
          reject(error);
        },
      };
      this.#waiting.push(waiting);
      signal?.addEventListener('abort', stop, { once: true });
    });
  }

  close(): void {
    this.#channel.close(CLOSE_DEADLINE);
    this.#end();
  }

  #take(chunk: Uint8Array): void {
    if (this.#closed) return;
    this.#buffer = concatBytes(this.#buffer, chunk);
    for (;;) {
      const [high, low] = this.#buffer;
      if (high === undefined || low === undefined) return;
      const length = high * 256 + low;
      const isTooMuch = this.#received >= DIRECT_PAIRING_LIMITS.messages || length > RELAY_LIMITS.mailboxMessage;
      if (length === 0 || isTooMuch) {
        this.#channel.destroy();
        this.#end();
        return;
      }
      if (this.#buffer.length < HEADER + length) return;
      const body = this.#buffer.slice(HEADER, HEADER + length);
      this.#buffer = this.#buffer.slice(HEADER + length);
      this.#received += 1;
      const waiting = this.#waiting.shift();
      if (waiting === undefined) this.#arrived.push(body);
      else waiting.resolve(body);
    }
  }

  #end(): void {
    this.#closed = true;
    this.#over.resolve();
    this.#buffer = new Uint8Array(0);
    for (const waiting of this.#waiting.splice(0)) waiting.reject(interrupted());
  }
}

function interrupted(): PairingError {
  return new PairingError('pairing.interrupted', 'the connection to the other machine ended');
}
