import { PairingError, type Mailbox } from '#shared/pairing/index.ts';

export type MailboxSide = 'inviter' | 'joiner';

/** What one side put into the mailbox; `index` counts the messages of both sides from 0. */
export type Posted = Readonly<{ from: MailboxSide; index: number; body: Uint8Array }>;

/**
 * Both ends of a relay's pairing mailbox in memory, with the relay between them: by default an honest one that passes everything on, but a
 * test may take `onPost` and do what it likes.
 */
export class MemoryMailboxes {
  readonly inviter: Mailbox;
  readonly joiner: Mailbox;
  /** Everything both sides sent, in order. */
  readonly log: Posted[] = [];
  /** Called for each message; `deliver` in it makes the relay honest again. */
  onPost: (posted: Posted) => void = (posted) => this.pass(posted);
  /** Called when a side closes its end. */
  onClose: (side: MailboxSide) => void = () => this.close();
  readonly #ends: Readonly<Record<MailboxSide, MemoryEnd>>;

  constructor() {
    const end = (side: MailboxSide): MemoryEnd =>
      new MemoryEnd(
        (body) => {
          const posted = { from: side, index: this.log.length, body };
          this.log.push(posted);
          this.onPost(posted);
        },
        () => this.onClose(side),
      );
    this.#ends = { inviter: end('inviter'), joiner: end('joiner') };
    this.inviter = this.#ends.inviter;
    this.joiner = this.#ends.joiner;
  }

  /** To the other side, as it is or with another body. */
  pass(posted: Posted, body: Uint8Array = posted.body): void {
    this.deliver(otherSide(posted.from), body);
  }

  deliver(to: MailboxSide, body: Uint8Array): void {
    this.#ends[to].arrive(body);
  }

  /** As the relay does when one side leaves: each end still gets what has arrived. */
  close(): void {
    this.#ends.inviter.shut();
    this.#ends.joiner.shut();
  }

  closed(side: MailboxSide): boolean {
    return this.#ends[side].closed;
  }
}

export function otherSide(side: MailboxSide): MailboxSide {
  return side === 'inviter' ? 'joiner' : 'inviter';
}

type Waiting = Readonly<{ resolve(body: Uint8Array): void; reject(error: unknown): void }>;

class MemoryEnd implements Mailbox {
  readonly #post: (body: Uint8Array) => void;
  readonly #left: () => void;
  readonly #arrived: Uint8Array[] = [];
  #waiting: Waiting | undefined;
  #shut = false;
  closed = false;

  constructor(post: (body: Uint8Array) => void, left: () => void) {
    this.#post = post;
    this.#left = left;
  }

  send(body: Uint8Array): void {
    if (this.#shut) throw new PairingError('pairing.interrupted', 'the mailbox is closed');
    this.#post(body.slice());
  }

  async receive(signal?: AbortSignal): Promise<Uint8Array> {
    const next = this.#arrived.shift();
    if (next !== undefined) return next;
    if (this.#shut) throw new PairingError('pairing.interrupted', 'the mailbox is closed');
    if (this.#waiting !== undefined) throw new TypeError('two readers of one mailbox');
    return await new Promise<Uint8Array>((resolve, reject) => {
      const finish = (action: () => void): void => {
        this.#waiting = undefined;
        signal?.removeEventListener('abort', abort);
        action();
      };
      const abort = (): void => finish(() => reject(new PairingError('pairing.cancelled', 'receive was aborted')));
      signal?.addEventListener('abort', abort, { once: true });
      this.#waiting = {
        resolve: (body) => finish(() => resolve(body)),
        reject: (error) => finish(() => reject(error)),
      };
    });
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.#left();
  }

  arrive(body: Uint8Array): void {
    if (this.#shut) return;
    if (this.#waiting === undefined) this.#arrived.push(body);
    else this.#waiting.resolve(body);
  }

  shut(): void {
    this.#shut = true;
    this.#waiting?.reject(new PairingError('pairing.interrupted', 'the mailbox is closed'));
  }
}
