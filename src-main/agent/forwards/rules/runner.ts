import type { ForwardKind, ForwardProblem, ForwardRule, ForwardView } from '#shared/app-api/index.ts';
import type { Clock } from '#shared/clock.ts';
import type { Session } from '#shared/link/index.ts';
import type { Logger } from '#shared/logger.ts';
import type { RuleConnections } from './rule-connections.ts';
import type { Upstream } from './upstream.ts';

/** Rule of one kind. */
export type RuleOf<Kind extends ForwardKind> = Extract<ForwardRule, { kind: Kind }>;

/** Problem that a forward shows: a key of `ERROR_TEXTS`, and values for the placeholders of that text. */
export type RunnerProblem = Pick<ForwardProblem, 'code' | 'details'>;

/** Facts that a runner reports; each report replaces the fields it names. */
export type RunnerFacts = Readonly<{
  state: Exclude<ForwardView['state'], 'off'>;
  /** With `failed` and `waiting` the reason; with `ready` the latest failure of a connection, or null. */
  problem: RunnerProblem | null;
  /** Listening address, `host:port`; an address at the peer for a listener there. */
  address: string | null;
  /** Host key of the SSH server that a person has yet to trust; null if there is none. */
  hostKey: ForwardView['hostKey'];
  /** Upstream and probes of an automatic proxy; null for other kinds. */
  auto: ForwardView['auto'];
  /** Time of the latest WireGuard handshake, Unix ms; null if there was none. */
  handshakeAt: ForwardView['handshakeAt'];
}>;

/** Context of a runner: its forward, shared services, and the manager that it reports to. */
export type RuleContext<Kind extends ForwardKind = ForwardKind> = Readonly<{
  id: string;
  rule: RuleOf<Kind>;
  /** Password of the proxy, of the SSH login, or of its key file. */
  password: string | null;
  /** Port used last by a rule that takes any free one; 0 for none. */
  formerPort: number;
  clock: Clock;
  logger: Logger;
  /** Returns the upstream that connects through a peer's link. */
  upstream(peer: string): Upstream;
  /**
   * Returns the session with a peer, for streams other than `tcp`; waits up to 15 s for the link.
   * @throws {ForwardError} `forward.peer-away`
   */
  session(peer: string, signal: AbortSignal): Promise<Session>;
  /** Returns the name of a peer. */
  peerName(peer: string): string;
  /**
   * Keeps peers from reaching a port of this rule through this device.
   * @returns function that ends the protection
   */
  claimPort(port: number): () => void;
  /** Open connections of this rule. */
  connections: RuleConnections;
  /** Updates the state that the forward shows. Ignored after `stop`. */
  report(facts: Partial<RunnerFacts>): void;
}>;

/** Runner of one forward, used once: a changed or restarted forward gets a new runner. One implementation per kind of forward; `createRunners` in `forwards/module.ts` lists them. */
export interface RuleRunner {
  /**
   * Starts, and resolves as soon as it listens; the manager then shows `ready` unless something else was reported. Must not wait for the network or a
   * person: in that case it reports `waiting` or `starting`, resolves, and continues in the background.
   * @throws {ClawReachError} why it can't run; shown as `failed`. After `forward.port-in-use` and `forward.address` the manager retries.
   */
  start(signal: AbortSignal): Promise<void>;
  /**
   * Closes the port and all connections and frees everything, even after a start that failed or is still running (its signal is aborted). Called
   * once.
   */
  stop(): Promise<void>;
  /** Asks the person at the peer at once, if a request there was left unanswered and is to be repeated later. */
  askAgain?(): void;
  /** Trusts the key that the SSH server showed. @throws {ClawReachError} if it showed another one */
  trustHostKey?(fingerprint: string): Promise<void>;
  /** Probes all upstreams of an automatic proxy now. */
  probe?(): Promise<void>;
}

/** Function that creates the runner of a forward of one kind. */
export type RunnerFactory<Kind extends ForwardKind> = (context: RuleContext<Kind>) => RuleRunner;

/** Runner factories by kind; a kind without one can't be added. */
export type RunnerRegistry = { readonly [Kind in ForwardKind]?: RunnerFactory<Kind> };
