import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import type { ClientChannel } from 'ssh2';
import type { ForwardEnd, RemoteConnection, Meter } from '../rules/index.ts';

/** Bytes that may be queued for the server, per channel and per SSH connection; above that, reading from the program pauses. */
const MOST_WAITING = 256 * 1024;
/**
 * Most bytes received on a channel and not yet read; a channel that exceeds them is cut. Twice the window size (RFC 4254 section 5.2), which `ssh2`
 * does not enforce.
 */
const MOST_UNREAD = 4 * 1024 * 1024;

/**
 * Forwarded connection that runs through a channel of an SSH connection. SSH knows the end of a direction (EOF) and of a channel (CLOSE), but no
 * reset. A CLOSE without EOF, or the loss of the SSH connection, is therefore reported as a reset: incomplete data is never taken for complete data.
 */
export class SshRemoteConnection implements RemoteConnection {
  /** Always null: an SSH server does not report the address that it connected to. */
  readonly address = null;
  readonly #channel: ClientChannel;
  readonly #transport: Duplex;
  /** Outcome of the data from the server: still open, ended by EOF, or cut off. */
  #end: 'open' | 'ended' | 'cut' = 'open';
  /** Cuts the program's socket or stream that this channel is joined to. */
  #cut: () => void = () => undefined;

  constructor(channel: ClientChannel, transport: Duplex) {
    this.#channel = channel;
    this.#transport = transport;
    channel.pause();
    // The library ends the data at EOF, at CLOSE and at the loss of the connection alike. Only now does the channel's state show which of them happened.
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

  carry(socket: Socket, { head, meter }: Readonly<{ head?: Uint8Array; meter: Meter }>): Promise<ForwardEnd> {
    const channel = this.#channel;
    return new Promise((resolve) => {
      let socketEnded = false;
      let channelEnded = false;
      let finished = false;
      const finish = (end: ForwardEnd): void => {
        if (finished) return;
        finished = true;
        if (end === 'reset') {
          this.destroy();
          socket.resetAndDestroy();
        }
        resolve(end);
      };
      this.#cut = () => finish('reset');
      // From the program to the server.
      const send = (chunk: Uint8Array): void => {
        meter.out(chunk.length);
        channel.write(chunk, () => this.#whenRoom(() => socket.resume()));
        if (this.#isFull) socket.pause();
      };
      socket.on('data', send);
      socket.once('end', () => {
        socketEnded = true;
        channel.end();
        if (channelEnded) this.#closeWhenSent();
      });
      socket.on('error', () => socket.destroy());
      // Destroying the socket ends the connection. This is the regular end if both directions had ended before.
      socket.once('close', () => finish(socketEnded && channelEnded && socket.errored === null ? 'finished' : 'reset'));
      // From the server to the program.
      channel.on('data', (chunk: Buffer) => {
        meter.in(chunk.length);
        if (socket.write(chunk)) return;
        channel.pause();
        socket.once('drain', () => channel.resume());
      });
      channel.once('end', () => {
        if (this.#end !== 'ended') {
          finish('reset');
          return;
        }
        channelEnded = true;
        socket.end();
        if (socketEnded) this.#closeWhenSent();
      });
      // The server has closed the channel: deliver the data it has sent, then end the connection in both directions.
      channel.once('close', () => {
        if (!channelEnded) finish('reset');
        else if (!socketEnded) socket.destroySoon();
      });
      if (socket.destroyed) {
        finish('reset');
        return;
      }
      channel.resume();
      socket.resume();
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
    // Close at once and without EOF: the server must not take this for an end of data. Data that still arrives is read and discarded, to keep the channel's window open.
    channel.close();
    channel.removeAllListeners('data');
    channel.resume();
    this.#cut();
  }

  get #isFull(): boolean {
    return this.#channel.writableLength >= MOST_WAITING || this.#transport.writableLength >= MOST_WAITING;
  }

  /**
   * Calls `ready` when the queues have room. Skips the call while another chunk of this channel is queued: the end of that chunk calls this method
   * again.
   */
  #whenRoom(ready: () => void): void {
    if (this.#channel.writableLength >= MOST_WAITING) return;
    if (this.#isFull && this.#transport.writableNeedDrain) this.#transport.once('drain', () => this.#whenRoom(ready));
    else ready();
  }

  /** Closes the channel once both directions have ended: some servers wait for the client to do so. */
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
