import type { ForwardProblem, ForwardView } from '#shared/app-api/index.ts';
import type { ClawReachError } from '#shared/errors.ts';
import { ForwardError, type Target } from '#shared/forward/index.ts';
import {
  problemOf,
  type RuleContext,
  type RuleOf,
  type RuleRunner,
  type RunnerFacts,
  type Upstream,
} from '../rules/index.ts';
import { LocalBridge, RemoteBridge, SocksRule } from '../proxies/index.ts';
import { SshConnection, type SshState } from './connection.ts';
import { dialDirectly, dialViaPeer } from './dial.ts';
import type { SshParts } from './parts.ts';
import { SshUpstream } from './upstream.ts';

type Problem = Pick<ForwardProblem, 'code' | 'details'>;

/**
 * Runs a forward of kind `ssh-tunnel`: keeps a connection to the SSH server, and runs a port bridge or SOCKS proxy whose
 * connections leave at that server.
 */
export class SshTunnel implements RuleRunner {
  readonly #context: RuleContext<'ssh-tunnel'>;
  readonly #parts: SshParts;
  readonly #connection: SshConnection;
  readonly #inner: RuleRunner;
  #remote: RemotePort | undefined;
  /** State that the bridge or proxy reports; counts while the connection is open. */
  #carrying: Pick<RunnerFacts, 'state' | 'problem'> = { state: 'ready', problem: null };

  /** @throws {ForwardError} `forward.target` if the rule needs a target and has none */
  constructor(context: RuleContext<'ssh-tunnel'>, parts: SshParts) {
    this.#context = context;
    this.#parts = parts;
    const { rule, password, clock, logger } = context;
    const { server, peer } = rule;
    const place: Target = { host: server.host, port: server.port };
    this.#connection = new SshConnection({
      server,
      peer,
      secret: password,
      machine: parts.machine,
      hostKeys: parts.hostKeys,
      dial: (signal) =>
        peer === null
          ? dialDirectly(place, clock, signal)
          : dialViaPeer(context.upstream(peer), place, signal, () => this.#asking(peer)),
      clock,
      logger,
      onState: (state) => this.#tell(state),
    });
    this.#inner = this.#createInner(new SshUpstream(this.#connection, clock));
  }

  async start(signal: AbortSignal): Promise<void> {
    await this.#inner.start(signal);
    if (signal.aborted) return;
    this.#parts.add(this.#connection);
    this.#tell(this.#connection.state);
    this.#connection.start();
  }

  async stop(): Promise<void> {
    this.#parts.remove(this.#connection);
    // First: what waits for the connection is told that it will not come.
    const closing = this.#connection.close();
    await this.#inner.stop();
    await closing;
  }

  trustHostKey(fingerprint: string): Promise<void> {
    this.#connection.trustHostKey(fingerprint);
    return Promise.resolve();
  }

  #createInner(upstream: SshUpstream): RuleRunner {
    const { rule } = this.#context;
    const { name, enabled, listen, direction } = rule;
    const common = { name, enabled, listen, peer: rule.peer ?? '' };
    if (direction === 'dynamic')
      return new SocksRule(this.#adapt({ kind: 'socks5', ...common, user: null }), undefined, upstream);
    if (rule.to === null) throw new ForwardError('forward.target', 'the rule has no target');
    const context = this.#adapt({ kind: 'tcp-bridge', ...common, direction, to: rule.to });
    if (direction === 'local') return new LocalBridge(context, upstream);
    this.#remote = new RemotePort(this.#connection, upstream);
    return new RemoteBridge(context, this.#remote);
  }

  /** The rule as its bridge or proxy sees it: the far side is the server. */
  #adapt<Kind extends 'socks5' | 'tcp-bridge'>(rule: RuleOf<Kind>): RuleContext<Kind> {
    const { server } = this.#context.rule;
    return {
      ...this.#context,
      rule,
      // The login's, not the proxy's.
      password: null,
      peerName: () => server.host,
      report: (facts) => this.#hear(facts),
    };
  }

  /** The bridge or proxy has something to say; about the connection this object knows better. */
  #hear({ address, state, problem }: Partial<RunnerFacts>): void {
    if (address !== undefined) this.#context.report({ address });
    if (state === undefined && problem === undefined) return;
    this.#carrying = { state: state ?? this.#carrying.state, problem: problem ?? null };
    this.#tell(this.#connection.state);
  }

  #tell(state: SshState): void {
    const hostKey = hostKeyOf(state);
    switch (state.state) {
      case 'ready':
        this.#context.report({ hostKey, ...this.#standing() });
        return;
      case 'connecting':
        this.#context.report({ hostKey, state: 'waiting', problem: this.#problem(state.problem) });
        return;
      case 'waiting':
      case 'failed':
        this.#context.report({ hostKey, state: statusOf(state), problem: this.#problem(state.problem) });
    }
  }

  /** With the connection there: what of the bridge is about the connection is over. */
  #standing(): Pick<RunnerFacts, 'state' | 'problem'> {
    const { state, problem } = this.#carrying;
    if (problem?.code === 'forward.linking')
      return { state: 'waiting', problem: { code: 'ssh.opening', details: this.#names() } };
    const isOver = problem !== null && problem.code.startsWith('ssh.') && !ABOUT_FORWARDING.has(problem.code);
    return isOver ? { state: 'ready', problem: null } : { state, problem };
  }

  #asking(peer: string): void {
    const details = { peer: this.#context.peerName(peer) };
    this.#context.report({ state: 'waiting', problem: { code: 'forward.asking', details } });
  }

  #problem(error: ClawReachError | undefined): Problem {
    if (error === undefined) return { code: 'ssh.connecting', details: this.#names() };
    const { code, details } = problemOf(error);
    // Other codes than of SSH are of the way through a peer, whose name their texts show.
    const { peer } = this.#context.rule;
    const names = peer === null ? {} : { peer: this.#context.peerName(peer) };
    return { code, details: { ...this.#names(), ...names, ...details } };
  }

  #names(): Readonly<Record<string, string | number>> {
    const { server } = this.#context.rule;
    return { host: server.host, port: server.port, user: server.user };
  }
}

/** Maps an unknown host key to `waiting`, until a person trusts it; a changed one stays `failed`. */
function statusOf({ state, problem }: Extract<SshState, { state: 'waiting' | 'failed' }>): 'waiting' | 'failed' {
  return problem.code === 'ssh.host-key-unknown' ? 'waiting' : state;
}

const ABOUT_FORWARDING: ReadonlySet<string> = new Set(['ssh.forward-refused', 'ssh.port-taken']);

/** Returns the unknown or changed host key that the server presented and a person has yet to trust; null if there is none. */
export function hostKeyOf(state: SshState): ForwardView['hostKey'] {
  const problem = state.state === 'ready' ? undefined : state.problem;
  if (problem?.code !== 'ssh.host-key-unknown' && problem?.code !== 'ssh.host-key-changed') return null;
  const { fingerprint, before } = problem.details;
  return { fingerprint: String(fingerprint), before: before === undefined ? null : String(before) };
}

/** Opens the port at the server once the connection is ready. A port the server chose is asked for again after a reconnection. */
class RemotePort implements Upstream {
  readonly #connection: SshConnection;
  readonly #upstream: SshUpstream;
  #former = 0;

  constructor(connection: SshConnection, upstream: SshUpstream) {
    this.#connection = connection;
    this.#upstream = upstream;
  }

  connect(target: Target, options: Parameters<Upstream['connect']>[1]): ReturnType<Upstream['connect']> {
    return this.#upstream.connect(target, options);
  }

  async listen(...[place, onConnection, options]: Parameters<Upstream['listen']>): ReturnType<Upstream['listen']> {
    await this.#connection.ready(options.signal);
    const open = (port: number): ReturnType<Upstream['listen']> =>
      this.#upstream.listen({ ...place, port }, onConnection, options);
    const wanted = place.port === 0 ? this.#former : place.port;
    const listener = await open(wanted).catch((error: unknown) => {
      if (place.port > 0 || wanted === 0) throw error;
      // Another one has it by now, or the server has not noticed yet that our former connection is gone.
      return open(0);
    });
    this.#former = listener.port;
    return listener;
  }
}
