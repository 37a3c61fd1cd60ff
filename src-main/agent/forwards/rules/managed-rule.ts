import type { ForwardRule, ForwardView } from '#shared/app-api/index.ts';
import type { Clock, Timer } from '#shared/clock.ts';
import { ClawReachError, errorCode, errorMessage } from '#shared/errors.ts';
import { ForwardError } from '#shared/forward/index.ts';
import type { Logger } from '#shared/logger.ts';
import type { StoredRule } from './document.ts';
import { listensLocally, urlOf } from './host-port.ts';
import { ThroughputMeter } from './throughput-meter.ts';
import type { RuleConnections } from './rule-connections.ts';
import type { RuleContext, RuleRunner, RunnerFacts, RunnerProblem } from './runner.ts';

/** Errors after which starting is retried: the port may become free, or the address available. */
const RETRIED: ReadonlySet<string> = new Set(['forward.port-in-use', 'forward.address']);
const AGAIN = 15_000;
const AGAIN_MOST = 60_000;

const OFF: RunnerFacts = {
  state: 'starting',
  problem: null,
  address: null,
  hostKey: null,
  auto: null,
  handshakeAt: null,
};

/** Missing hop on the path to the rule's peer. Details as in a problem; `at`: Unix time since which the hop is missing, ms. */
export type RuleHopProblem = Readonly<{ at: number; details: RunnerProblem['details'] }>;

/** Options of `ManagedRule`. */
export type ManagedRuleOptions = Readonly<{
  stored: StoredRule;
  connections: RuleConnections;
  clock: Clock;
  logger: Logger;
  /**
   * Creates the runner for a rule.
   * @throws {ForwardError} `forward.kind-unavailable`, `forward.no-peer`, `forward.secret-unreadable`
   */
  createRunner(stored: StoredRule, perRule: Pick<RuleContext, 'connections' | 'formerPort' | 'report'>): RuleRunner;
  /** Returns the name of the rule's peer; null if the rule needs none. */
  peerName(rule: ForwardRule): string | null;
  /** Returns the missing hop on the path to the rule's peer, if there is one. */
  hopProblem(rule: ForwardRule): RuleHopProblem | undefined;
  /** Called when the rule listens on another port than before. */
  onPort(port: number): void;
  /** Called when the view may have changed. */
  onChange(): void;
}>;

/**
 * One saved rule and its runner, which opens ports and connections. Starts and stops are executed one after the other. Used by `ForwardManager` only,
 * which saves the port that the runner reports. Retries a start while its port is taken.
 */
export class ManagedRule {
  readonly connections: RuleConnections;
  readonly #options: ManagedRuleOptions;
  readonly #rates = new ThroughputMeter();
  #stored: StoredRule;
  #facts: RunnerFacts = OFF;
  #problemAt = 0;
  #running: { readonly runner: RuleRunner; readonly stop: AbortController } | undefined;
  #wanted = false;
  #formerPort: number;
  #retry: Timer | undefined;
  #retryAfter = AGAIN;
  #last: Promise<void> = Promise.resolve();

  constructor(options: ManagedRuleOptions) {
    this.#options = options;
    this.#stored = options.stored;
    this.#formerPort = options.stored.formerPort;
    this.connections = options.connections;
  }

  /** Rule as saved. */
  get stored(): StoredRule {
    return this.#stored;
  }

  /** Replaces the saved rule. The runner of the former rule continues until `run` or `halt`. */
  replace(stored: StoredRule): void {
    this.#stored = stored;
  }

  /** Starts the rule, stopping its former runner first. Resolves when it listens or has failed; never rejects. */
  run(): Promise<void> {
    this.#wanted = true;
    this.#retryAfter = AGAIN;
    // Abort first: stopping must not wait for a runner that starts slowly.
    this.#running?.stop.abort();
    return this.#enqueue(() => this.#start());
  }

  /** Stops the rule. Never rejects. */
  halt(): Promise<void> {
    this.#wanted = false;
    this.#running?.stop.abort();
    return this.#enqueue(() => this.#stop());
  }

  /** Stops the rule until `run`, and shows it as waiting for the device to be resumed. Never rejects. */
  pause(): Promise<void> {
    this.#wanted = true;
    this.#running?.stop.abort();
    return this.#enqueue(async () => {
      await this.#stop();
      if (this.#wanted) this.#report({ state: 'waiting', problem: { code: 'agent.paused', details: {} } });
    });
  }

  /** Clears the problem that the peer is away, if that is what the rule shows. */
  peerIsBack(): void {
    const { state, problem } = this.#facts;
    if (state === 'waiting' && problem?.code === 'forward.peer-away') this.#report({ state: 'ready', problem: null });
  }

  /** Repeats a request at once that no one has answered. */
  askAgain(): void {
    this.#running?.runner.askAgain?.();
  }

  /**
   * Returns the runner if it has the ability.
   * @throws {ForwardError} `forward.not-running`, `forward.kind`
   */
  runner<Ability extends 'trustHostKey' | 'probe'>(ability: Ability): RuleRunner & Required<Pick<RuleRunner, Ability>> {
    const runner = this.#running?.runner;
    if (runner === undefined) throw new ForwardError('forward.not-running', 'the rule does not run');
    if (!has(runner, ability)) throw new ForwardError('forward.kind', 'a rule of this kind has nothing like that');
    return runner;
  }

  /**
   * Records the byte counters for the rates.
   * @param at monotonic time, ms
   * @returns true while a rate is above zero
   */
  sample(at: number): boolean {
    this.#rates.sample(at, this.connections.bytesIn, this.connections.bytesOut);
    const { in: rateIn, out: rateOut } = this.#rates.read();
    return rateIn > 0 || rateOut > 0;
  }

  /** Returns the rule and its current state for user interfaces. */
  view(): ForwardView {
    const { id, rule, secret, answer } = this.#stored;
    const { address, hostKey, auto, handshakeAt } = this.#facts;
    const { state, problem } = this.#status();
    const rates = this.#rates.read();
    const { count, total, bytesIn, bytesOut } = this.connections;
    return {
      id,
      rule,
      peerName: this.#options.peerName(rule),
      hasPassword: secret !== null,
      state: this.#wanted ? state : 'off',
      problem: this.#wanted ? problem : null,
      address: this.#wanted ? address : null,
      open: !listensLocally(rule.listen.host),
      url: this.#wanted ? urlOf(rule, address) : null,
      connections: count,
      total,
      bytesIn,
      bytesOut,
      rateIn: rates.in,
      rateOut: rates.out,
      hostKey: this.#wanted ? hostKey : null,
      auto: this.#wanted ? auto : null,
      handshakeAt: this.#wanted ? handshakeAt : null,
      ...(answer === undefined ? {} : { asks: answer.asks }),
    };
  }

  /**
   * Returns the state to show. A missing hop is shown before a connection fails; automatic proxies are excepted, since they may have another
   * upstream.
   */
  #status(): Pick<ForwardView, 'state' | 'problem'> {
    const { state, problem } = this.#facts;
    const { rule } = this.#stored;
    const isLinking = problem === null || problem.code === 'forward.peer-away' || problem.code === 'forward.linking';
    const missing = isLinking && rule.kind !== 'auto' && state !== 'failed' && state !== 'starting';
    const hop = missing && this.#wanted ? this.#options.hopProblem(rule) : undefined;
    if (hop === undefined) return { state, problem: problem === null ? null : { ...problem, at: this.#problemAt } };
    const peer = this.#options.peerName(rule) ?? '';
    const code = problem?.code ?? 'forward.peer-away';
    return { state: 'waiting', problem: { code, details: { ...hop.details, peer }, at: hop.at } };
  }

  #enqueue(step: () => Promise<void>): Promise<void> {
    this.#last = this.#last.then(step);
    return this.#last;
  }

  async #start(): Promise<void> {
    await this.#stop();
    if (!this.#wanted) return;
    const stop = new AbortController();
    try {
      const runner = this.#options.createRunner(this.#stored, {
        connections: this.connections,
        formerPort: this.#formerPort,
        report: (facts) => {
          if (this.#running?.stop === stop && !stop.signal.aborted) this.#report(facts);
        },
      });
      this.#running = { runner, stop };
      await runner.start(stop.signal);
      if (!stop.signal.aborted && this.#facts.state === 'starting') this.#report({ state: 'ready' });
    } catch (error) {
      if (!stop.signal.aborted) this.#failed(error);
    }
  }

  #failed(error: unknown): void {
    const { logger, clock } = this.#options;
    const code = errorCode(error);
    logger.warn('a rule does not run', { rule: this.#stored.id, errorCode: code, error: errorMessage(error) });
    this.#report({ state: 'failed', problem: problemOf(error), address: null });
    if (!RETRIED.has(code)) return;
    this.#retry = clock.setTimer(this.#retryAfter, () => void this.#enqueue(() => this.#start()));
    this.#retryAfter = Math.min(this.#retryAfter * 2, AGAIN_MOST);
  }

  async #stop(): Promise<void> {
    this.#retry?.cancel();
    this.#retry = undefined;
    const running = this.#running;
    this.#running = undefined;
    running?.stop.abort();
    this.#report(OFF);
    try {
      await running?.runner.stop();
    } catch (error) {
      this.#options.logger.error('a rule did not end well', { rule: this.#stored.id, error: errorMessage(error) });
    }
  }

  #report(facts: Partial<RunnerFacts>): void {
    if (facts.problem !== undefined && facts.problem !== null) this.#problemAt = Math.floor(this.#options.clock.now());
    this.#facts = { ...this.#facts, ...facts };
    if (facts.state === 'ready') this.#retryAfter = AGAIN;
    const port = /:(\d+)$/.exec(this.#facts.address ?? '')?.[1];
    if (port !== undefined && Number(port) !== this.#formerPort) {
      this.#formerPort = Number(port);
      this.#options.onPort(this.#formerPort);
    }
    this.#options.onChange();
  }
}

/** Converts an error into the problem that a forward shows. */
export function problemOf(error: unknown): RunnerProblem {
  if (!(error instanceof ClawReachError)) return { code: 'internal', details: { message: errorMessage(error) } };
  const details = Object.entries(error.details).map(
    ([name, value]) => [name, typeof value === 'boolean' ? String(value) : value] as const,
  );
  return { code: error.code, details: { message: error.message, ...Object.fromEntries(details) } };
}

function has<Ability extends 'trustHostKey' | 'probe'>(
  runner: RuleRunner,
  ability: Ability,
): runner is RuleRunner & Required<Pick<RuleRunner, Ability>> {
  return runner[ability] !== undefined;
}
