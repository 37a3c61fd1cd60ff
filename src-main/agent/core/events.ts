import type { BrowserView, ForgottenBecause, PathChange, RightDecision } from '#shared/app-api/index.ts';
import { errorCode } from '#shared/errors.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { Session } from '#shared/link/index.ts';
import type { Logger } from '#shared/logger.ts';
import type { PeerChange } from '../peers/index.ts';
import type { AddRequest, LeftReport, RelayedMessage } from '../relay/index.ts';
import type { RightChange } from './policy/index.ts';

/** Events between the agent's modules. The name says what has happened; the value says to which peer or device. */
export type AgentEvents = Readonly<{
  /** A person has renamed this device. */
  'device.renamed': undefined;
  /** A person has paused this device, or a pause has ended. */
  'pause.changed': Readonly<{ paused: boolean }>;
  /** The machine has changed to another network or has slept. Open connections may be dead. */
  'network.changed': undefined;
  /** Another relay was set, or the state of the relay connection has changed. */
  'relay.changed': undefined;
  /** A peer came online or went offline, or its link has changed. */
  'links.changed': undefined;
  /** A session with the peer was established. */
  'peer.linked': Readonly<{ peerId: PeerId; session: Session }>;
  /** A session with the peer has begun, the first one or another beside it. The peer may not have proven itself on it yet. */
  'session.began': Readonly<{ peerId: PeerId; session: Session }>;
  /** This device's rights at the peer have changed, and with them what it answers about its machine. */
  'peer.facts-changed': Readonly<{ peerId: PeerId; session: Session }>;
  /** A peer has answered what it is, the lifetime of this device there if this device is a browser, and the decision there on this device's forwards. */
  'peer.named': Readonly<{ peerId: PeerId; browser: BrowserView | undefined; forward: RightDecision | undefined }>;
  /** A link uses another path, or has lost its path. */
  'path.changed': Readonly<{ peerId: PeerId; change: PathChange }>;
  /** This device has joined the peer's invitation. A first link to the peer must still confirm the pairing. */
  'peer.joined': Readonly<{ peerId: PeerId }>;
  /** This device was paired again with a peer that it knew, and nothing undoes that any more. */
  'peer.paired-again': Readonly<{ peerId: PeerId }>;
  /** A record in the peer book was added, changed or removed. */
  'peers.changed': PeerChange;
  /** The decision on a right of a peer has changed, or a grant has expired. */
  'right.changed': RightChange;
  /** The relay reports that a device was removed from the project. `at`: time of the removal at the relay, ms since 1970. */
  'peer.left': LeftReport;
  /** The peer has said, over an authenticated session, that it has removed this device; `because`: and why, if it says. */
  'peer.forgot': Readonly<{ peerId: PeerId; because: ForgottenBecause | undefined }>;
  /** A browser asks to be added, as the relay passes it on. */
  'adding.requested': AddRequest;
  /** The relay in use has brought a message: its word alone says from whom. */
  'relay.message': RelayedMessage;
}>;

type Listener<Value> = (value: Value) => void;

/**
 * Event bus of one agent, with typed events. Calls listeners synchronously, in the order of subscription. A listener that throws is logged and
 * doesn't affect the others or the emitter. Node's `EventEmitter` doesn't do that, and doesn't exist in a browser.
 */
export class EventBus {
  readonly #logger: Logger;
  readonly #listeners = new Map<keyof AgentEvents, Set<Listener<never>>>();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** Calls the listener for each event of that name. @returns a function that unsubscribes the listener */
  on<Name extends keyof AgentEvents>(name: Name, listener: Listener<AgentEvents[Name]>): () => void {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners);
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }

  /** Calls the listeners of the event. Never throws. */
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
