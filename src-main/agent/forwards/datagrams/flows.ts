import { ForwardError } from '#shared/forward/index.ts';
import type { Session } from '#shared/link/index.ts';

type FlowSession = Pick<Session, 'role' | 'sendDatagram' | 'onDatagram'>;

/** The datagrams of one association. */
export interface Flow {
  readonly id: number;
  /** Both belong to the link from here. False when it is lost at once. */
  send(bytes: Uint8Array, head?: Uint8Array): boolean;
  /** Nothing comes or goes any more. Idempotent. */
  close(): void;
}

const LAST = 0xffff_ffff;
const FLOWS = new WeakMap<FlowSession, SessionFlows>();

/** The flows of a session; it hears all its datagrams. */
export function flowsOf(session: FlowSession): SessionFlows {
  const flows = FLOWS.get(session) ?? new SessionFlows(session);
  FLOWS.set(session, flows);
  return flows;
}

/** Tells the datagrams of a session apart: each flow belongs to an open association, what comes for another one is dropped. */
class SessionFlows {
  readonly #session: FlowSession;
  readonly #takers = new Map<number, (bytes: Uint8Array) => void>();
  #next: number;
  #unknown = 0;

  constructor(session: FlowSession) {
    this.#session = session;
    // Odd ones are the initiator's, even ones the responder's.
    this.#next = session.role === 'initiator' ? 1 : 2;
    session.onDatagram = (flow, bytes) => {
      const take = this.#takers.get(flow);
      if (take === undefined) this.#unknown += 1;
      else take(bytes);
    };
  }

  /** Datagrams that belonged to no association. */
  get unknown(): number {
    return this.#unknown;
  }

  get size(): number {
    return this.#takers.size;
  }

  /** A new flow of this side. @param take gets what comes; a view that keeps its record in memory */
  open(take: (bytes: Uint8Array) => void): Flow {
    while (this.#takers.has(this.#next)) this.#advance();
    const flow = this.#start(this.#next, take);
    this.#advance();
    return flow;
  }

  /** A flow that the other side has chosen. @throws {ForwardError} `forward.params` when it is not its to choose, or in use */
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
