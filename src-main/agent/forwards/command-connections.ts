import type { Duplex } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { AppChannel, AppConnection } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { ForwardError, type Target } from '#shared/forward/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import {
  formatHostPort,
  RULE_LIMITS,
  type ForwardEnd,
  type ForwardManager,
  type RemoteConnection,
} from './rules/index.ts';

/** Peer of a connection, and its target there. */
type Destination = Readonly<{ peer: Readonly<{ peerId: PeerId; name: string }>; to: Target }>;
type Waiting = Readonly<{ signal: AbortSignal; onWaiting: () => void }>;

/**
 * Connections through peers that commands of this machine carry themselves, such as `clawreach proxy`. Connects each with a channel of its user
 * interface, with back-pressure, and adds it to the list of open connections, which the history records.
 */
export class CommandConnections {
  readonly #forwards: Pick<ForwardManager, 'connections' | 'upstream'>;
  #count = 0;

  constructor(forwards: Pick<ForwardManager, 'connections' | 'upstream'>) {
    this.#forwards = forwards;
  }

  /**
   * Connects through a peer. A user interface that disconnects resets the connection.
   * @throws {ForwardError} one of `CONNECTION_CODES`, or `forward.cancelled`; {ClawReachError} `control.lost`
   */
  async open(
    connection: AppConnection,
    { peer, to }: Destination,
    { signal, onWaiting }: Waiting,
  ): Promise<Readonly<{ channel: number; address: string | null }>> {
    // As many as one rule may have.
    if (this.#count >= RULE_LIMITS.connections)
      throw new ForwardError('forward.too-many', 'too many connections of commands');
    const stop = new AbortController();
    let end = (): void => stop.abort();
    const target = formatHostPort(to.host, to.port);
    const facts = {
      forward: '',
      forwardName: '',
      direction: 'out',
      peerName: peer.name,
      target,
      source: null,
    } as const;
    const entry = this.#forwards.connections.open(facts, () => end());
    this.#count += 1;
    const leave = (): void => {
      this.#count -= 1;
    };
    try {
      const given = AbortSignal.any([signal, stop.signal]);
      const remote = await this.#forwards.upstream(peer.peerId).connect(to, { signal: given, onWaiting });
      end = () => remote.destroy();
      if (given.aborted || connection.closed.aborted) {
        remote.destroy();
        throw new ClawReachError('control.lost', 'the user interface is gone');
      }
      const channel = connection.openChannel();
      void this.#carry(connection, channel, remote, remote.toDuplex(entry.meter)).finally(() => {
        entry.close();
        leave();
      });
      return { channel: channel.id, address: remote.address };
    } catch (error) {
      entry.close();
      leave();
      throw error;
    }
  }

  async #carry(
    connection: AppConnection,
    channel: AppChannel,
    remote: RemoteConnection,
    duplex: Duplex,
  ): Promise<void> {
    const cut = (): void => remote.destroy();
    connection.closed.addEventListener('abort', cut, { once: true });
    void toTarget(channel, duplex);
    const [over] = await Promise.allSettled([finished(duplex), toChannel(duplex, channel)]);
    connection.closed.removeEventListener('abort', cut);
    const end: ForwardEnd = over.status === 'fulfilled' ? 'finished' : 'reset';
    channel.close();
    if (!connection.closed.aborted) connection.emit('forwards.connectionEnded', { channel: channel.id, end });
  }
}

/** Copies the channel's bytes to the target, and its end. */
async function toTarget(channel: AppChannel, duplex: Duplex): Promise<void> {
  try {
    for (let bytes = await channel.read(); bytes !== null; bytes = await channel.read())
      await new Promise<void>((resolve, reject) => {
        duplex.write(bytes, (error) => {
          if (error) reject(error);
          else resolve();
        });
      });
    duplex.end();
  } catch {
    // The connection was reset, or the user interface is gone, which resets it.
  }
}

/** Copies the target's bytes to the channel, and their end. Never destroys the connection, whose other direction may go on. */
async function toChannel(duplex: Duplex, channel: AppChannel): Promise<void> {
  for await (const bytes of duplex.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>)
    await channel.write(bytes);
  channel.end();
}
