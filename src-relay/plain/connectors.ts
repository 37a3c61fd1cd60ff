import type { Clock, Timer } from '#shared/clock.ts';
import type { RouteSocket } from '../http/index.ts';
import { TokenBuckets } from '../limits/index.ts';
import type { ProgramKind } from './connector-messages.ts';
import type { DeviceRow } from './device-rows.ts';
import type { PlainLimits, PlainRates } from './limits.ts';
import type { NodeForm } from './node-messages.ts';

/** Facts about a connection to `/connect` when its hello was accepted. */
export type ConnectorFacts = Readonly<{ device: DeviceRow; tokenHash: Uint8Array; kind: ProgramKind }>;

/** Authenticated connection of a connector or node. Created by `serveConnectors`; its messages go to `Terminals` or `NodeRequests`. */
export class Connector {
  readonly device: DeviceRow;
  readonly tokenHash: Uint8Array;
  readonly kind: ProgramKind;
  /** Times, Unix ms; the second one is that of the last message. */
  readonly connectedAt: number;
  heardAt: number;
  /** Form of the node's messages; undefined until it has shown it. */
  nodeForm: NodeForm | undefined;
  readonly #socket: RouteSocket;
  readonly #clock: Clock;
  readonly #limits: PlainLimits;
  /** Viewers that aren't read until the connector has caught up. */
  readonly #held = new Set<RouteSocket>();
  /** Rate of messages to the connector, under one key. */
  readonly #pace: TokenBuckets;
  #timer: Timer | undefined;

  constructor(
    socket: RouteSocket,
    { device, tokenHash, kind }: ConnectorFacts,
    { clock, limits, rates }: Readonly<{ clock: Clock; limits: PlainLimits; rates: PlainRates }>,
  ) {
    this.#socket = socket;
    this.device = device;
    this.tokenHash = tokenHash;
    this.kind = kind;
    this.connectedAt = clock.now();
    this.heardAt = this.connectedAt;
    this.#clock = clock;
    this.#limits = limits;
    this.#pace = new TokenBuckets(rates.messagesToConnector, 1);
  }

  /** Sends a message. Returns false if the connection has ended. */
  send(message: string): boolean {
    return this.#socket.send(message);
  }

  /**
   * Stops reading a viewer while the connector is far behind or gets too many messages, so that what is typed there waits in the network instead of in
   * memory. Called with each message that was passed on.
   */
  holdBack(from: RouteSocket): void {
    const isTooFast = this.#pace.take('', this.#clock.monotonic()) > 0;
    if (!isTooFast && this.#socket.buffered < this.#limits.connectorHigh) return;
    from.pause();
    this.#held.add(from);
    this.#timer ??= this.#schedule();
  }

  /** Closes the connection. */
  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
  }

  /** Reads those again that were held back. Called when the connection has ended. */
  release(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    for (const socket of this.#held) socket.resume();
    this.#held.clear();
  }

  #schedule(): Timer {
    return this.#clock.setTimer(this.#limits.catchUp, () => {
      const isBehind = this.#socket.buffered > this.#limits.connectorLow;
      const isTooFast = this.#pace.wait('', this.#clock.monotonic(), this.#limits.connectorPause) > 0;
      if (this.#socket.isOpen && (isBehind || isTooFast)) this.#timer = this.#schedule();
      else this.release();
    });
  }
}

/** Connections of connectors and nodes, at most one of each kind for a device. Touches memory only. */
export class Connectors {
  readonly #byKey = new Map<string, Connector>();

  /** Adds a connection. Returns the one that it replaces, which the caller closes. */
  add(connector: Connector): Connector | undefined {
    const key = keyOf(connector.device.id, connector.kind);
    const replaced = this.#byKey.get(key);
    this.#byKey.set(key, connector);
    return replaced;
  }

  /** Removes a connection. Returns false, and removes nothing, if a newer one has replaced it. */
  remove(connector: Connector): boolean {
    const key = keyOf(connector.device.id, connector.kind);
    return this.#byKey.get(key) === connector && this.#byKey.delete(key);
  }

  /** Returns the connection of a device; undefined while it is offline. */
  find(device: string, kind: ProgramKind): Connector | undefined {
    return this.#byKey.get(keyOf(device, kind));
  }

  /** Lists all connections. */
  list(): Connector[] {
    return [...this.#byKey.values()];
  }
}

function keyOf(device: string, kind: ProgramKind): string {
  return `${device} ${kind}`;
}
