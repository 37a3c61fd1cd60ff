import { Agent, type ClientRequest } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { OutboundConnection } from '../rules/index.ts';

/**
 * HTTP connection to a target, used for one request at a time and reusable once an answer has been read completely. `ConnectionPool` opens and keeps
 * it.
 */
export class TargetConnection {
  /** Longest time to wait for the next request, ms; learned from the answer. */
  patience: number;
  /** Key of the target and the upstream through which it is connected; only requests with the same key may use the connection. */
  readonly key: string;
  /** Agent for Node's HTTP client whose only connection is this one. */
  readonly agent: Agent;
  readonly #duplex: Duplex;
  readonly #isWanted: (connection: TargetConnection) => boolean;
  /** Entry in the list of open connections that the current request's bytes are counted for; undefined while idle. */
  #use: OutboundConnection | undefined;
  #received = 0;
  readonly #remote: OutboundConnection['remote'];
  #owner: Socket | null = null;

  /**
   * @param options.key see `key`
   * @param options.isWanted called when the connection becomes idle; returns whether it is kept
   */
  constructor(
    options: Readonly<{
      connected: OutboundConnection;
      key: string;
      patience: number;
      isWanted: (connection: TargetConnection) => boolean;
      onClose: (connection: TargetConnection) => void;
    }>,
  ) {
    const { connected } = options;
    this.key = options.key;
    this.patience = options.patience;
    this.#isWanted = options.isWanted;
    this.#remote = connected.remote;
    this.#use = connected;
    this.#duplex = connected.remote.toDuplex({
      in: (bytes) => {
        this.#received += bytes;
        this.#use?.meter.in(bytes);
      },
      out: (bytes) => this.#use?.meter.out(bytes),
    });
    this.#duplex.on('error', () => undefined);
    this.#duplex.once('close', () => {
      this.#leave();
      options.onClose(this);
    });
    this.agent = new OneConnection(this.#duplex, () => this.#free());
  }

  /** Client to whom the connection is bound; null if any client's requests may use it. */
  get owner(): Socket | null {
    return this.#owner;
  }

  /** Underlying connection at the upstream. */
  get remote(): OutboundConnection['remote'] {
    return this.#remote;
  }

  /** Reports whether any byte has arrived since the latest request. */
  get hasHeard(): boolean {
    return this.#received > 0;
  }

  /** Reports whether the connection has ended. */
  get isOver(): boolean {
    return this.#duplex.destroyed || !this.#duplex.writable || this.#duplex.readableEnded;
  }

  /**
   * Binds the connection to a client, because the target has authenticated that client on it: it serves no one else's requests, and closes with the
   * client.
   */
  bindTo(client: Socket): void {
    if (this.#owner === client) return;
    this.#owner = client;
    client.once('close', this.#cut);
    this.#duplex.once('close', () => client.off('close', this.#cut));
  }

  /** Begins a further request on an idle connection. */
  begin(connected: OutboundConnection): void {
    this.#duplex.off('data', this.#cut);
    this.#duplex.off('end', this.#cut);
    this.#use = connected;
    this.#received = 0;
  }

  destroy(): void {
    this.#duplex.destroy();
    this.#remote.destroy();
    this.#leave();
  }

  /** Called when an answer has been read completely. Returns whether the connection is kept. */
  #free(): boolean {
    this.#leave();
    if (this.isOver || !this.#isWanted(this)) return false;
    // The connection is idle: data that arrives now is an end or an unsolicited answer.
    this.#duplex.on('data', this.#cut);
    this.#duplex.on('end', this.#cut);
    this.#duplex.resume();
    return true;
  }

  /** Removes the connection from the list of open connections. */
  #leave(): void {
    this.#use?.done();
    this.#use = undefined;
  }

  readonly #cut = (): void => this.destroy();
}

/** Agent with a single, existing connection: Node's HTTP client reuses connections through agents only. */
class OneConnection extends Agent {
  readonly #duplex: Duplex;
  readonly #onFree: () => boolean;

  constructor(duplex: Duplex, onFree: () => boolean) {
    super({ keepAlive: true, maxSockets: 1, maxFreeSockets: 1 });
    this.#duplex = duplex;
    this.#onFree = onFree;
  }

  override createConnection(): Duplex {
    return this.#duplex;
  }

  /** Decides by its result whether the socket is kept; the base class would also write to it. */
  override keepSocketAlive(): boolean {
    return this.#onFree();
  }

  override reuseSocket(duplex: Duplex, request: ClientRequest): void {
    super.reuseSocket(Object.assign(duplex, { ref: () => duplex }), request);
  }
}
