import { Agent, type ClientRequest } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { OutboundConnection } from '../rules/index.ts';

/** One connection to a target that is spoken HTTP on: one request at a time, and another one when it was answered as a whole. */
export class TargetConnection {
  /** Longest time to wait for the next request, ms. */
  patience: number;
  readonly place: string;
  readonly agent: Agent;
  readonly #duplex: Duplex;
  readonly #isWanted: (connection: TargetConnection) => boolean;
  /** Connection that the bytes of the current request are counted for. */
  #use: OutboundConnection | undefined;
  #heard = 0;
  readonly #far: OutboundConnection['far'];
  #owner: Socket | null = null;

  /**
   * @param place what it is connected to, and by which way
   * @param isWanted asked when it is free: whether it is kept
   */
  constructor(
    options: Readonly<{
      connected: OutboundConnection;
      place: string;
      patience: number;
      isWanted: (connection: TargetConnection) => boolean;
      onClose: (connection: TargetConnection) => void;
    }>,
  ) {
    const { connected } = options;
    this.place = options.place;
    this.patience = options.patience;
    this.#isWanted = options.isWanted;
    this.#far = connected.far;
    this.#use = connected;
    this.#duplex = connected.far.toDuplex({
      in: (bytes) => {
        this.#heard += bytes;
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

  /** Client whose requests alone it takes; null for any client. */
  get owner(): Socket | null {
    return this.#owner;
  }

  get far(): OutboundConnection['far'] {
    return this.#far;
  }

  /** Reports whether anything was received for the newest request. */
  get hasHeard(): boolean {
    return this.#heard > 0;
  }

  get isOver(): boolean {
    return this.#duplex.destroyed || !this.#duplex.writable || this.#duplex.readableEnded;
  }

  /** The target knows the client by this connection from now on: it takes nobody else's requests, and ends with the client. */
  bindTo(client: Socket): void {
    if (this.#owner === client) return;
    this.#owner = client;
    client.once('close', this.#cut);
    this.#duplex.once('close', () => client.off('close', this.#cut));
  }

  /** For one more request. */
  begin(connected: OutboundConnection): void {
    this.#duplex.off('data', this.#cut);
    this.#duplex.off('end', this.#cut);
    this.#use = connected;
    this.#heard = 0;
  }

  destroy(): void {
    this.#duplex.destroy();
    this.#far.destroy();
    this.#leave();
  }

  /** The answer was read as a whole. */
  #free(): boolean {
    this.#leave();
    if (this.isOver || !this.#isWanted(this)) return false;
    // Nothing was asked: what comes now is the end, or no answer to anything.
    this.#duplex.on('data', this.#cut);
    this.#duplex.on('end', this.#cut);
    this.#duplex.resume();
    return true;
  }

  /** No connection of the table from now on. */
  #leave(): void {
    this.#use?.done();
    this.#use = undefined;
  }

  readonly #cut = (): void => this.destroy();
}

/** Node's client keeps connections by agents; this one has a single connection, which was made already. */
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
