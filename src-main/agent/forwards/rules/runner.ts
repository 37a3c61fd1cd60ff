import type { ForwardKind, ForwardProblem, ForwardRule, ForwardView } from '#shared/app-api/index.ts';
import type { Clock } from '#shared/clock.ts';
import type { Session } from '#shared/link/index.ts';
import type { Logger } from '#shared/logger.ts';
import type { RuleConnections } from './rule-connections.ts';
import type { Upstream } from './types.ts';

export type RuleOf<Kind extends ForwardKind> = Extract<ForwardRule, { kind: Kind }>;

/** Why something does not work: a key of `ERROR_TEXTS`, and what the placeholders of that text stand for. */
export type RunnerProblem = Pick<ForwardProblem, 'code' | 'details'>;

/** Facts that a runner reports; each report replaces the fields it names. */
export type RunnerFacts = Readonly<{
  state: Exclude<ForwardView['state'], 'off'>;
  /** With `failed` and `waiting` the reason; with `ready` the newest failure of a connection, or null. */
  problem: RunnerProblem | null;
  /** Address it listens on, `host:port`; on the peer for a listener there. */
  address: string | null;
  hostKey: ForwardView['hostKey'];
  auto: ForwardView['auto'];
  handshakeAt: ForwardView['handshakeAt'];
}>;

/** Context of a runner: its forward, and the manager it reports to. */
export type RuleContext<Kind extends ForwardKind = ForwardKind> = Readonly<{
  id: string;
  rule: RuleOf<Kind>;
  /** Password of the proxy, of the SSH login, or of its key file. */
  password: string | null;
  /** The port it had before, for a rule that takes any free one; 0 for none. */
  formerPort: number;
  clock: Clock;
  logger: Logger;
  /** Connections that leave at that peer, through its link. */
  upstream(peer: string): Upstream;
  /**
   * The session with that peer, for what is no stream of `tcp`: waits up to 15 s for the link.
   * @throws {ForwardError} `forward.peer-away`
   */
  session(peer: string, signal: AbortSignal): Promise<Session>;
  peerName(peer: string): string;
  /** Keeps peers from reaching a port of this rule through this device; the result ends that. */
  claimPort(port: number): () => void;
  /** The connections of this rule: its limit, its counters, its part of the table. */
  connections: RuleConnections;
  /** Ignored after `stop`. */
  report(facts: Partial<RunnerFacts>): void;
}>;

/** Runs one forward, once: a changed or restarted forward gets a new runner. */
export interface RuleRunner {
  /**
   * Begins, and resolves as soon as it listens; the manager then shows `ready` unless something else was reported. Must not wait for the
   * network or a person: where that is needed it reports `waiting` or `starting`, resolves, and goes on by itself.
   * @throws {ClawReachError} why it cannot run: shown as `failed`. `forward.port-in-use` and `forward.address` are tried again by the manager.
   */
  start(signal: AbortSignal): Promise<void>;
  /** Closes the port, ends every connection, frees everything; also after a start that failed or still runs (its signal is aborted). Once. */
  stop(): Promise<void>;
  /** Trusts the key that the SSH server showed. @throws {ClawReachError} if it showed another one */
  trustHostKey?(fingerprint: string): Promise<void>;
  /** Probes all upstreams of an automatic proxy now. */
  probe?(): Promise<void>;
}

export type RunnerFactory<Kind extends ForwardKind> = (context: RuleContext<Kind>) => RuleRunner;

/** By kind; a kind without one cannot be added. */
export type RunnerRegistry = { readonly [Kind in ForwardKind]?: RunnerFactory<Kind> };
