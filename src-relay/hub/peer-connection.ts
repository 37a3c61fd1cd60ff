import type { PeerId } from '#shared/identity/index.ts';
import type { DataConnection } from '../data/index.ts';
import type { ControlConnection } from './control-connection.ts';

/** State of a connection: `ringing` until the target answers, then `attaching` until both data connections have arrived, `joined`, `over`. */
export type ConnectionState = 'ringing' | 'attaching' | 'joined' | 'over';

/** One side of a connection between two devices. */
export type ConnectionSide = {
  readonly peer: PeerId;
  /** Control connection on which the connection was made. Early data from any other control connection is rejected. */
  readonly control: ControlConnection;
  /** Bytes of early data that this side has sent. */
  earlyBytes: number;
  /** True once this side has declared the end of its early data. */
  earlyEnded: boolean;
  /** Issued ticket, base64url; undefined before acceptance and after use. */
  ticket: string | undefined;
  /** Data connection of this side; undefined until it has shown its ticket. */
  end: DataConnection | undefined;
};

/** Connection that one device requests and another one answers: its state at the relay. The initiator chooses the ID. */
export class PeerConnection {
  readonly id: string;
  readonly initiator: ConnectionSide;
  readonly target: ConnectionSide;
  state: ConnectionState = 'ringing';
  /** Unix ms; set when joined. */
  joinedAt = 0;
  /** Reason of the end; empty before. */
  reason = '';

  constructor(id: string, initiator: ControlConnection, from: PeerId, target: ControlConnection, to: PeerId) {
    this.id = id;
    this.initiator = newSide(from, initiator);
    this.target = newSide(to, target);
  }

  /** Returns the side that was made on this control connection. */
  sideOf(control: ControlConnection): ConnectionSide | undefined {
    if (this.initiator.control === control) return this.initiator;
    return this.target.control === control ? this.target : undefined;
  }

  otherSide(side: ConnectionSide): ConnectionSide {
    return side === this.initiator ? this.target : this.initiator;
  }
}

function newSide(peer: PeerId, control: ControlConnection): ConnectionSide {
  return { peer, control, earlyBytes: 0, earlyEnded: false, ticket: undefined, end: undefined };
}
