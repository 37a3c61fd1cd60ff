import type { PeerId } from '#shared/identity/index.ts';
import type { DataConnection } from '../data/index.ts';
import type { ControlConnection } from './control-connection.ts';

/** `ringing` until the target answers, then `attaching` until both data connections have arrived. */
export type ConnectionState = 'ringing' | 'attaching' | 'joined' | 'over';

/** One end of a connection between two devices. */
export type ConnectionSide = {
  readonly peer: PeerId;
  /** Control connection it was made on; early data of any other isn't accepted. */
  readonly control: ControlConnection;
  earlyBytes: number;
  earlyEnded: boolean;
  ticket: string | undefined;
  end: DataConnection | undefined;
};

/** Connection that one device requests and another answers. The initiator chooses its ID. */
export class PeerConnection {
  readonly id: string;
  readonly initiator: ConnectionSide;
  readonly target: ConnectionSide;
  state: ConnectionState = 'ringing';
  /** Wall clock, ms; set when joined. */
  joinedAt = 0;
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
