import { ForwardError } from '#shared/forward/index.ts';
import type { Session } from '#shared/link/index.ts';

type FlowSession = Pick<Session, 'role' | 'sendDatagram' | 'onDatagram'>;

/**
 * Numbered flow of datagrams on a session with a peer: those of one UDP association. The side that opens the association and the side that serves it
 * use one each.
 */
export interface Flow {
  readonly id: number;
  /**
   * Sends a datagram. The link takes ownership of both arrays.
   * @param head bytes to send before `bytes`
   * @returns false if the datagram was dropped at once
   */
  send(bytes: Uint8Array, head?: Uint8Array): boolean;
  /** Ends the flow; nothing is sent or received afterwards. Idempotent. */
  close(): void;
}

const LAST = 0xffff_ffff;
const FLOWS = new WeakMap<FlowSession, SessionFlows>();

/** Returns the flows of a session. From the first call on, they receive all datagrams of the session. */
export function flowsOf(session: FlowSession): SessionFlows {
  const flows = FLOWS.get(session) ?? new SessionFlows(session);
  FLOWS.set(session, flows);
  return flows;
}

/** Dispatcher of a session's datagrams: each flow number belongs to an open association; datagrams with other numbers are dropped. */
class SessionFlows {
  readonly #session: FlowSession;
  readonly #takers = new Map<number, (bytes: Uint8Array) => void>();
  #next: number;
  #unknown = 0;

  constructor(session: FlowSession) {
    this.#session = session;
    // The initiator opens odd flows, the responder even ones.
    this.#next = session.role === 'initiator' ? 1 : 2;
    session.onDatagram = (flow, bytes) => {
      const take = this.#takers.get(flow);
      if (take === undefined) this.#unknown += 1;
      else take(bytes);
    };
  }

  /** Number of dropped datagrams. */
  get unknown(): number {
    return this.#unknown;
  }

  /** Number of open flows. */
  get size(): number {
    return this.#takers.size;
  }

  /**
   * Opens a flow with a new number of this side.
   * @param take called with each datagram. The array is a view into a record; copy it to store it
   */
  open(take: (bytes: Uint8Array) => void): Flow {
    while (this.#takers.has(this.#next)) this.#advance();
    const flow = this.#start(this.#next, take);
    this.#advance();
    return flow;
  }

  /**
   * Opens a flow with a number that the peer has chosen.
   * @throws {ForwardError} `forward.params` if the number is in use or reserved for this side
   */
  accept(id: number, take: (bytes: Uint8Array) => void): Flow {
    if (id % 2 === this.#next % 2 || this.#takers.has(id))
      throw new ForwardError('forward.params', 'that flow is not yours, or in use');
    return this.#start(id, take);
  }

  #start(id: number, take: (bytes: Uint8Array) => void): Flow {
    this.#takers.set(id, take);
    let isOpen = true;
    return {
      id,
      send: (bytes, head) => isOpen && this.#session.sendDatagram(id, bytes, head),
      close: () => {
        if (isOpen) this.#takers.delete(id);
        isOpen = false;
      },
    };
  }

  #advance(): void {
    this.#next = this.#next + 2 > LAST ? this.#next % 2 || 2 : this.#next + 2;
  }
}
