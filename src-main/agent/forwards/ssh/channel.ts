import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import type { ClientChannel } from 'ssh2';
import type { ForwardEnd, RemoteConnection, Meter } from '../rules/index.ts';

/** Bytes that may wait in this process for the server to take them, of one connection, and of all of an SSH connection together. */
const MOST_WAITING = 256 * 1024;
/**
 * Bytes of one connection that the server may send ahead of its reader: twice the window it has (RFC 4254 section 5.2), to which the library
 * does not hold it.
 */
const MOST_UNREAD = 4 * 1024 * 1024;

/**
 * One connection as a channel of SSH. SSH knows the end of a direction (EOF) and the end of a channel (CLOSE), no reset: a CLOSE without EOF
 * stands for one, and so does the loss of the SSH connection, so that what was cut is never taken for what has ended.
 */
export class SshRemoteConnection implements RemoteConnection {
  /** SSH does not tell. */
  readonly address = null;
  readonly #channel: ClientChannel;
  readonly #transport: Duplex;
  /** Meaning of the end of the channel's data, as soon as it is known. */
  #end: 'open' | 'ended' | 'cut' = 'open';
  /** Ends what carries it. */
  #cut: () => void = () => undefined;

  constructor(channel: ClientChannel, transport: Duplex) {
    this.#channel = channel;
    this.#transport = transport;
    channel.pause();
    // The library ends the data at EOF, at CLOSE and at the loss of the connection alike; which one it is shows in the channel's state only now.
    const push = channel.push.bind(channel);
    channel.push = (chunk: unknown, encoding?: BufferEncoding): boolean => {
      if (chunk === null && this.#end === 'open') this.#end = isEof(channel.incoming) ? 'ended' : 'cut';
      const more = push(chunk, encoding);
      if (channel.readableLength > MOST_UNREAD) this.destroy();
      return more;
    };
    channel.on('error', () => this.destroy());
    channel.stderr.resume();
  }

  carry(near: Socket, { head, meter }: Readonly<{ head?: Uint8Array; meter: Meter }>): Promise<ForwardEnd> {
    const channel = this.#channel;
    return new Promise((resolve) => {
      let nearEnded = false;
      let farEnded = false;
      let finished = false;
      const finish = (end: ForwardEnd): void => {
        if (finished) return;
        finished = true;
        if (end === 'reset') {
          this.destroy();
          near.resetAndDestroy();
        }
        resolve(end);
      };
      this.#cut = () => finish('reset');
      // Near to far.
      const send = (chunk: Uint8Array): void => {
        meter.out(chunk.length);
        channel.write(chunk, () => this.#whenRoom(() => near.resume()));
        if (this.#isFull) near.pause();
      };
      near.on('data', send);
      near.once('end', () => {
        nearEnded = true;
        channel.end();
        if (farEnded) this.#closeWhenSent();
      });
      near.on('error', () => near.destroy());
      // Whoever destroys it ends the connection; after both ends it is the regular way.
      near.once('close', () => finish(nearEnded && farEnded && near.errored === null ? 'finished' : 'reset'));
      // Far to near.
      channel.on('data', (chunk: Buffer) => {
        meter.in(chunk.length);
        if (near.write(chunk)) return;
        channel.pause();
        near.once('drain', () => channel.resume());
      });
      channel.once('end', () => {
        if (this.#end !== 'ended') {
          finish('reset');
          return;
        }
        farEnded = true;
        near.end();
        if (nearEnded) this.#closeWhenSent();
      });
      // The far side takes nothing any more: what it has sent arrives, and then the connection is over in both directions.
      channel.once('close', () => {
        if (!farEnded) finish('reset');
        else if (!nearEnded) near.destroySoon();
      });
      if (near.destroyed) {
        finish('reset');
        return;
      }
      channel.resume();
      near.resume();
      if (head !== undefined && head.length > 0) send(head);
    });
  }

  toDuplex(meter: Meter): Duplex {
    const channel = this.#channel;
    const duplex = new Duplex({
      allowHalfOpen: true,
      read: () => {
        channel.resume();
      },
      write: (chunk: Uint8Array, _encoding, done) => {
        meter.out(chunk.length);
        channel.write(chunk, () => this.#whenRoom(done));
      },
      final: (done) => {
        channel.end();
        done();
      },
      destroy: (error, done) => {
        if (duplex.readableEnded && duplex.writableFinished) this.#closeWhenSent();
        else this.destroy();
        done(error);
      },
    });
    this.#cut = () => void duplex.destroy(resetError());
    channel.on('data', (chunk: Buffer) => {
      meter.in(chunk.length);
      if (!duplex.push(chunk)) channel.pause();
    });
    channel.once('end', () => {
      if (this.#end === 'ended') duplex.push(null);
      else duplex.destroy(resetError());
    });
    channel.once('close', () => {
      if (this.#end !== 'ended') duplex.destroy(resetError());
      else if (duplex.readableEnded) duplex.destroy();
      else duplex.once('end', () => duplex.destroy());
    });
    return duplex;
  }

  destroy(): void {
    const channel = this.#channel;
    // At once and without EOF: the other side must not take it for an end. What still comes is read, for the channel's window, and forgotten.
    channel.close();
    channel.removeAllListeners('data');
    channel.resume();
    this.#cut();
  }

  get #isFull(): boolean {
    return this.#channel.writableLength >= MOST_WAITING || this.#transport.writableLength >= MOST_WAITING;
  }

  /** Calls when there is room; not at all where another chunk of this channel waits, whose end comes here again. */
  #whenRoom(ready: () => void): void {
    if (this.#channel.writableLength >= MOST_WAITING) return;
    if (this.#isFull && this.#transport.writableNeedDrain) this.#transport.once('drain', () => this.#whenRoom(ready));
    else ready();
  }

  /** Both directions have ended: some servers wait for us to close the channel. */
  #closeWhenSent(): void {
    const channel = this.#channel;
    if (channel.writableFinished) channel.close();
    else channel.once('finish', () => channel.close());
  }
}

function isEof(incoming: unknown): boolean {
  return (incoming as { state?: unknown }).state === 'eof';
}

function resetError(): Error {
  return Object.assign(new Error('the connection was reset'), { code: 'ECONNRESET' });
}
