import type { PeerId } from '#shared/identity/index.ts';
import type { DataConnection } from '../data/index.ts';
import type { ControlConnection } from './control-connection.ts';

/**
 * State of a connection: `ringing` until the responder accepts, `attaching` until both data connections have shown their tickets, `joined` while
 * bytes are forwarded, `over` once it has ended.
 */
export type ConnectionState = 'ringing' | 'attaching' | 'joined' | 'over';

/** Initiator or responder of a connection between two devices. */
export type ConnectionSide = {
  readonly peer: PeerId;
  /**
   * Control connection of this device when the connection was requested. Early data (bytes sent before the data connections are joined) is accepted
   * from this one only.
   */
  readonly control: ControlConnection;
  /** Bytes of early data that this side has sent. */
  earlyBytes: number;
  /** True after this side's `early-end` message: no more early data follows. */
  earlyEnded: boolean;
  /** Ticket issued to this side, base64url; undefined before the responder accepts, and after use. */
  ticket: string | undefined;
  /** Data connection of this side; undefined until one has shown the ticket. */
  dataConnection: DataConnection | undefined;
};

/**
 * State of one connection between two devices at the relay, from the initiator's request to the end. `PeerConnections` creates it, and reads and
 * changes its fields. Touches nothing else.
 */
export class PeerConnection {
  /** ID that the initiator chose; unique among the connections of that device only. */
  readonly id: string;
  readonly initiator: ConnectionSide;
  readonly responder: ConnectionSide;
  state: ConnectionState = 'ringing';
  /** Time at which the data connections were joined, Unix ms; 0 before. */
  joinedAt = 0;
  /** Reason of the end, as reported to the devices; empty before. */
  reason = '';

  /** True if the initiator is a guest, of whom no history is kept. */
  readonly isGuest: boolean;

  constructor(
    id: string,
    initiator: ControlConnection,
    from: PeerId,
    responder: ControlConnection,
    to: PeerId,
    isGuest = false,
  ) {
    this.id = id;
    this.isGuest = isGuest;
    this.initiator = newSide(from, initiator);
    this.responder = newSide(to, responder);
  }

  /** Returns the side to which a control connection belongs; undefined if it belongs to neither. */
  sideOf(control: ControlConnection): ConnectionSide | undefined {
    if (this.initiator.control === control) return this.initiator;
    return this.responder.control === control ? this.responder : undefined;
  }

  /** Reports whether a device is one of the two. */
  pairs(peer: PeerId): boolean {
    return this.initiator.peer === peer || this.responder.peer === peer;
  }

  otherSide(side: ConnectionSide): ConnectionSide {
    return side === this.initiator ? this.responder : this.initiator;
  }
}

function newSide(peer: PeerId, control: ControlConnection): ConnectionSide {
  return { peer, control, earlyBytes: 0, earlyEnded: false, ticket: undefined, dataConnection: undefined };
}
