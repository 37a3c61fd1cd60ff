import { encodeEarlyData, LINK_READY, type RefuseReason } from '#shared/relay-api/index.ts';
import type { Clock } from '#shared/clock.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { ExpiryQueue, type HubLimits } from '../limits/index.ts';
import type { DataConnection, DataConnectionOwner } from '../data/index.ts';
import type { Metrics } from '../metrics/index.ts';
import type { SessionRecord } from '../store/index.ts';
import type { ControlConnection } from './control-connection.ts';
import { PeerConnectionIndex } from './peer-connection-index.ts';
import { PeerConnection, type ConnectionSide } from './peer-connection.ts';
import { TicketBook } from './ticket-book.ts';

type Attachment = Readonly<{ connection: PeerConnection; side: ConnectionSide }>;

/** Clock, limits and callbacks. */
export type PeerConnectionsOptions = Readonly<{
  clock: Clock;
  limits: HubLimits;
  metrics: Metrics;
  random(length: number): Uint8Array;
  /** Returns the current control connection of a device. It is notified of the end even of connections made on an older control connection. */
  online(peer: PeerId): ControlConnection | undefined;
  /** Called once a data connection has shown a valid ticket. */
  authenticated(dataConnection: DataConnection): void;
  /** Called when data connections are joined. */
  joined(from: PeerId, to: PeerId): void;
  /**
   * Called with the record of each joined connection that has ended.
   * @param seemsDirect reports later whether the two devices seem to have gone on without this relay
   */
  ended(record: SessionRecord, seemsDirect: () => boolean): void;
}>;

/** Connection between two devices whose data is forwarded now. */
export type LiveLink = Omit<SessionRecord, 'endedAt' | 'reason'>;

const READY = Uint8Array.of(LINK_READY);

/**
 * All connections between two devices through this relay, from the request to the last byte (PROTOCOL section 7): ring the responder, accept, issue
 * tickets, forward early data over the control connections, join the data connections. The caller, `Dispatcher`, has already checked that the two
 * devices may connect.
 */
export class PeerConnections implements DataConnectionOwner {
  readonly #options: PeerConnectionsOptions;
  readonly #table = new PeerConnectionIndex();
  readonly #tickets: TicketBook<Attachment>;
  readonly #ringing: ExpiryQueue<PeerConnection>;
  readonly #attaching: ExpiryQueue<PeerConnection>;
  /** Data connections whose ticket hasn't arrived yet. */
  readonly #arrivals: ExpiryQueue<DataConnection>;
  /** Data connections that still send buffered bytes before they close. */
  readonly #lingering: ExpiryQueue<DataConnection>;
  readonly #attached = new Map<DataConnection, Attachment>();
  readonly #joined = new Set<PeerConnection>();
  #whenIdle: (() => void) | undefined;

  constructor(options: PeerConnectionsOptions) {
    this.#options = options;
    const { limits } = options;
    this.#tickets = new TicketBook((length) => options.random(length), limits.ticketLife);
    this.#ringing = new ExpiryQueue(limits.acceptTimeout);
    this.#attaching = new ExpiryQueue(limits.ticketLife);
    this.#arrivals = new ExpiryQueue(limits.helloTimeout);
    this.#lingering = new ExpiryQueue(limits.lingerTimeout);
  }

  get ringing(): number {
    return this.#ringing.size;
  }

  get attaching(): number {
    return this.#attaching.size;
  }

  get joined(): number {
    return this.#joined.size;
  }

  /** Bytes forwarded by the pairs that are joined now. */
  get liveBytes(): number {
    let bytes = 0;
    for (const connection of this.#joined) bytes += bytesOf(connection.initiator) + bytesOf(connection.responder);
    return bytes;
  }

  /** Lists the connections whose data is forwarded now. */
  live(): LiveLink[] {
    return [...this.#joined].filter(({ isGuest }) => !isGuest).map((connection) => linkOf(connection));
  }

  has(peer: PeerId, id: string): boolean {
    return this.#table.get(peer, id) !== undefined;
  }

  /**
   * Offers a connection to the responder.
   * @param share share of which the initiator is a guest; undefined for a device
   * @returns the reason for a refusal; undefined if the responder was notified
   */
  ring(
    id: string,
    message1: string,
    initiator: ControlConnection,
    from: PeerId,
    responder: ControlConnection,
    to: PeerId,
    share?: string,
  ): RefuseReason | undefined {
    const { limits, clock } = this.#options;
    if (
      this.#table.outgoingRinging(from) >= limits.pendingPerDevice ||
      this.#table.accepted(from) >= limits.linksPerDevice
    ) {
      return 'limit';
    }
    if (
      this.#table.incomingRinging(to) >= limits.pendingTowardsDevice ||
      this.#table.accepted(to) >= limits.linksPerDevice ||
      this.has(to, id)
    ) {
      return 'busy';
    }
    const connection = new PeerConnection(id, initiator, from, responder, to, share !== undefined);
    this.#table.add(connection);
    this.#ringing.add(connection, clock.monotonic());
    responder.send({ type: 'incoming', connection: id, from, message1, ...(share === undefined ? {} : { share }) });
    return undefined;
  }

  /** Accepts a connection on behalf of the responder, and issues a ticket to each side. */
  accept(control: ControlConnection, peer: PeerId, id: string, message2: string): void {
    const connection = this.#table.get(peer, id);
    if (connection === undefined || connection.state !== 'ringing' || connection.responder.control !== control) {
      control.send({ type: 'closed', connection: id, reason: 'gone' });
      return;
    }
    const now = this.#options.clock.monotonic();
    const { initiator, responder } = connection;
    this.#stopRinging(connection);
    connection.state = 'attaching';
    this.#attaching.add(connection, now);
    for (const side of [initiator, responder]) side.ticket = this.#tickets.issue({ connection, side }, now);
    initiator.control.send({ type: 'accepted', connection: id, message2, ticket: initiator.ticket ?? '' });
    responder.control.send({ type: 'attach', connection: id, ticket: responder.ticket ?? '' });
  }

  /** Refuses a connection on behalf of the responder. */
  refuse(control: ControlConnection, peer: PeerId, id: string, reason: 'refused' | 'busy'): void {
    const connection = this.#table.get(peer, id);
    if (connection?.state !== 'ringing' || connection.responder.control !== control) return;
    this.#forget(connection);
    connection.initiator.control.send({ type: 'refused', connection: id, reason });
  }

  /** Cancels a connection on behalf of either side, at any time. */
  cancel(control: ControlConnection, peer: PeerId, id: string): void {
    const connection = this.#table.get(peer, id);
    if (connection?.sideOf(control) !== undefined) this.#end(connection, 'cancelled', peer);
  }

  /**
   * Forwards early data: bytes that a device sends over its control connection before the data connections are joined.
   * @returns false if the sender exceeds its allowance, or the connection has ended or doesn't exist
   */
  forwardEarlyData(control: ControlConnection, peer: PeerId, id: string, bytes: Uint8Array): boolean {
    const connection = this.#table.get(peer, id);
    const side = connection?.sideOf(control);
    if (connection === undefined || side === undefined) return false;
    if (connection.state !== 'attaching' && connection.state !== 'joined') return false;
    if (side.earlyEnded || side.earlyBytes + bytes.length > this.#options.limits.earlyData) {
      this.#end(connection, 'early-data');
      return false;
    }
    side.earlyBytes += bytes.length;
    this.#options.metrics.earlyBytes(bytes.length);
    connection.otherSide(side).control.sendBinary(encodeEarlyData(id, bytes));
    return true;
  }

  /**
   * Ends the early data of a side.
   * @param bytes number of bytes that the side has sent; another number ends the connection
   */
  endEarlyData(control: ControlConnection, peer: PeerId, id: string, bytes: number): void {
    const connection = this.#table.get(peer, id);
    const side = connection?.sideOf(control);
    if (connection === undefined || side === undefined || connection.state === 'ringing') return;
    if (side.earlyEnded || bytes !== side.earlyBytes) {
      this.#end(connection, 'early-data');
      return;
    }
    side.earlyEnded = true;
    connection.otherSide(side).control.send({ type: 'early-end', connection: id, bytes });
  }

  /** Takes over a data connection, which must show its ticket in time. */
  arrived(dataConnection: DataConnection): void {
    this.#arrivals.add(dataConnection, this.#options.clock.monotonic());
  }

  ticket(dataConnection: DataConnection, ticket: Uint8Array): void {
    this.#arrivals.delete(dataConnection);
    const attachment = this.#tickets.redeem(ticket, this.#options.clock.monotonic());
    if (
      attachment === undefined ||
      attachment.side.dataConnection !== undefined ||
      attachment.connection.state !== 'attaching'
    ) {
      this.#options.metrics.refused('data', 'ticket');
      dataConnection.destroy();
      return;
    }
    const { connection, side } = attachment;
    side.ticket = undefined;
    side.dataConnection = dataConnection;
    this.#attached.set(dataConnection, attachment);
    this.#options.authenticated(dataConnection);
    const other = connection.otherSide(side).dataConnection;
    if (other !== undefined) this.#join(connection, dataConnection, other);
  }

  ended(dataConnection: DataConnection): void {
    const attachment = this.#attached.get(dataConnection);
    if (attachment === undefined) {
      this.#options.metrics.refused('data', 'early-bytes');
      dataConnection.destroy();
    } else {
      this.#end(attachment.connection, 'ended');
    }
  }

  closed(dataConnection: DataConnection): void {
    this.#arrivals.delete(dataConnection);
    this.#lingering.delete(dataConnection);
    const attachment = this.#attached.get(dataConnection);
    if (attachment === undefined) return;
    this.#attached.delete(dataConnection);
    // Reported only now: the other side's last bytes have been sent first.
    this.#sendClosed(attachment.side.peer, attachment.connection);
    if (this.#attached.size === 0) this.#whenIdle?.();
  }

  /** Ends the pending connections of a control connection that was closed or replaced. Joined pairs continue on their own sockets. */
  controlClosed(control: ControlConnection, peer: PeerId): void {
    for (const connection of this.#table.of(peer)) {
      const side = connection.sideOf(control);
      if (side === undefined) continue;
      const other = connection.otherSide(side);
      if (connection.state === 'ringing' && side === connection.responder) {
        this.#forget(connection);
        other.control.send({ type: 'refused', connection: connection.id, reason: 'offline' });
      } else if (connection.state !== 'joined' || (side.earlyBytes > 0 && !side.earlyEnded)) {
        // Early data under way is lost, so the stream is broken.
        this.#end(connection, 'left', peer);
      }
    }
  }

  /** Ends a device's connections with devices for which `keep` returns false. */
  endWith(peer: PeerId, keep: (other: PeerId) => boolean, reason: string): void {
    for (const connection of this.#table.of(peer)) {
      const other = connection.initiator.peer === peer ? connection.responder.peer : connection.initiator.peer;
      if (!keep(other)) this.#end(connection, reason);
    }
  }

  sweep(now: number): void {
    for (const connection of this.#ringing.takeExpired(now)) {
      this.#forget(connection);
      connection.initiator.control.send({ type: 'refused', connection: connection.id, reason: 'timeout' });
      connection.responder.control.send({ type: 'closed', connection: connection.id, reason: 'timeout' });
    }
    for (const connection of this.#attaching.takeExpired(now)) this.#end(connection, 'ticket');
    for (const dataConnection of this.#arrivals.takeExpired(now)) {
      this.#options.metrics.refused('data', 'timeout');
      dataConnection.destroy();
    }
    for (const dataConnection of this.#lingering.takeExpired(now)) dataConnection.destroy();
    this.#tickets.sweep(now);
  }

  /** Resolves once no data connection is in use. */
  async idle(): Promise<void> {
    if (this.#attached.size === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#whenIdle = resolve;
    await promise;
  }

  /** Ends all connections at once. */
  close(): void {
    for (const connection of [...this.#joined, ...this.#attaching, ...this.#ringing]) this.#end(connection, 'shutdown');
    for (const dataConnection of [...this.#arrivals, ...this.#attached.keys()]) dataConnection.destroy();
  }

  #join(connection: PeerConnection, first: DataConnection, second: DataConnection): void {
    this.#attaching.delete(connection);
    connection.state = 'joined';
    connection.joinedAt = this.#options.clock.now();
    this.#joined.add(connection);
    first.join(second);
    second.join(first);
    first.sendReady(READY);
    second.sendReady(READY);
    if (!connection.isGuest) this.#options.joined(connection.initiator.peer, connection.responder.peer);
  }

  /**
   * Ends a connection.
   * @param except peer that isn't notified, since it ended the connection itself
   */
  #end(connection: PeerConnection, reason: string, except?: PeerId): void {
    if (connection.state === 'over') return;
    const wasJoined = connection.state === 'joined';
    connection.reason = reason;
    this.#forget(connection);
    if (wasJoined) this.#record(connection);
    for (const side of [connection.initiator, connection.responder]) {
      if (side.ticket !== undefined) this.#tickets.void(side.ticket);
      if (side.dataConnection !== undefined) {
        this.#lingering.add(side.dataConnection, this.#options.clock.monotonic());
        side.dataConnection.end();
      } else if (side.peer !== except) {
        this.#sendClosed(side.peer, connection);
      }
    }
  }

  #forget(connection: PeerConnection): void {
    if (connection.state === 'ringing') this.#stopRinging(connection);
    this.#attaching.delete(connection);
    this.#joined.delete(connection);
    this.#table.delete(connection);
    connection.state = 'over';
  }

  #stopRinging(connection: PeerConnection): void {
    this.#ringing.delete(connection);
    this.#table.answered(connection);
  }

  #sendClosed(peer: PeerId, connection: PeerConnection): void {
    this.#options.online(peer)?.send({ type: 'closed', connection: connection.id, reason: connection.reason });
  }

  #record(connection: PeerConnection): void {
    const link = linkOf(connection);
    this.#options.metrics.linkEnded(connection.reason, link.bytesForward + link.bytesBack);
    if (connection.isGuest) return;
    this.#options.ended(
      { ...link, endedAt: this.#options.clock.now(), reason: connection.reason },
      this.#watchStay(connection),
    );
  }

  /**
   * Returns a function that reports whether both devices have stayed online since, without another path through this relay: they ended the path on purpose,
   * and neither has quit, so they have a direct one, as far as the relay can tell.
   */
  #watchStay({ initiator, responder }: PeerConnection): () => boolean {
    const { online } = this.#options;
    const [first, second] = [online(initiator.peer), online(responder.peer)];
    return () =>
      first !== undefined &&
      second !== undefined &&
      online(initiator.peer) === first &&
      online(responder.peer) === second &&
      !this.#table.of(initiator.peer).some((other) => other.state === 'joined' && other.pairs(responder.peer));
  }
}

function linkOf({ id, initiator, responder, joinedAt }: PeerConnection): LiveLink {
  return {
    connection: id,
    from: initiator.peer,
    to: responder.peer,
    startedAt: joinedAt,
    bytesForward: bytesOf(initiator),
    bytesBack: bytesOf(responder),
  };
}

function bytesOf(side: ConnectionSide): number {
  return side.dataConnection?.received ?? 0;
}
