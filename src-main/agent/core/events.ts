import type { PathChange, RightDecision, Right } from '#shared/app-api/index.ts';
import { errorCode } from '#shared/errors.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { Session } from '#shared/link/index.ts';
import type { Logger } from '#shared/logger.ts';
import type { PeerChange } from '../peers/index.ts';

/** Facts that modules of the agent tell each other. A name says what has happened; the value says to whom. */
export type AgentEvents = Readonly<{
  /** The person has renamed this device. */
  'device.renamed': undefined;
  /** The person has paused this device, or a pause is over. */
  'pause.changed': Readonly<{ paused: boolean }>;
  /** The machine is in another network, or has slept: open connections may be dead. */
  'network.changed': undefined;
  /** The relay is another one, or its connection has changed. */
  'relay.changed': undefined;
  /** A peer came online or went offline, or its link has changed. */
  'links.changed': undefined;
  /** There is a session with that peer now. */
  'peer.linked': Readonly<{ peerId: PeerId; session: Session }>;
  /** A link uses another path, or has lost its path. */
  'path.changed': Readonly<{ peerId: PeerId; change: PathChange }>;
  /** This device has joined: the new peer waits for a link that confirms the pairing. */
  'peer.joined': Readonly<{ peerId: PeerId }>;
  /** A record in the peer book was added, changed or removed. */
  'peers.changed': PeerChange;
  /** A peer has another right, or a grant has expired. */
  'right.changed': Readonly<{ peerId: PeerId; right: Right; decision: RightDecision }>;
}>;

type Listener<Value> = (value: Value) => void;

/**
 * Typed event bus of one agent. Listeners run at once, in the order in which they subscribed. One that throws is logged and stops neither the
 * others nor the module that told the fact: this is why it isn't Node's `EventEmitter`, which a browser doesn't have either.
 */
export class EventBus {
  readonly #logger: Logger;
  readonly #listeners = new Map<keyof AgentEvents, Set<Listener<never>>>();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** Calls the listener for each such event. @returns a function that ends the subscription */
  on<Name extends keyof AgentEvents>(name: Name, listener: Listener<AgentEvents[Name]>): () => void {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners);
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }

  /** Tells a fact to everyone who subscribed. Never throws. */
  emit<Name extends keyof AgentEvents>(
    ...[name, value]: AgentEvents[Name] extends undefined ? [name: Name] : [name: Name, value: AgentEvents[Name]]
  ): void {
    for (const listener of this.#listeners.get(name) ?? []) {
      try {
        (listener as Listener<AgentEvents[Name] | undefined>)(value);
      } catch (error) {
        this.#logger.error('a listener failed', { event: name, errorCode: errorCode(error) });
      }
    }
  }
}
