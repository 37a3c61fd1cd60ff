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
import type { SshServices } from './services.ts';
import { SshUpstream } from './upstream.ts';

type Problem = Pick<ForwardProblem, 'code' | 'details'>;

/**
 * Runs a forward of kind `ssh-tunnel`: keeps a connection to an SSH server open, directly or through a peer, and runs a port bridge or SOCKS proxy
 * whose connections that server makes. Reads key files and `known_hosts`, uses the key agent, and saves a host key that a person trusts.
 */
export class SshTunnel implements RuleRunner {
  readonly #context: RuleContext<'ssh-tunnel'>;
  readonly #parts: SshServices;
  readonly #connection: SshConnection;
  readonly #inner: RuleRunner;
  #remote: RemotePort | undefined;
  /** Latest state of the bridge or proxy; shown while the SSH connection is open. */
  #innerStatus: Pick<RunnerFacts, 'state' | 'problem'> = { state: 'ready', problem: null };

  /** @throws {ForwardError} `forward.target` if the rule needs a target and has none */
  constructor(context: RuleContext<'ssh-tunnel'>, parts: SshServices) {
    this.#context = context;
    this.#parts = parts;
    const { rule, password, clock, logger } = context;
    const { server, peer } = rule;
    const target: Target = { host: server.host, port: server.port };
    this.#connection = new SshConnection({
      server,
      peer,
      secret: password,
      machine: parts.machine,
      hostKeys: parts.hostKeys,
      dial: (signal) =>
        peer === null
          ? dialDirectly(target, clock, signal)
          : dialViaPeer(context.upstream(peer), target, signal, () => this.#asking(peer)),
      clock,
      logger,
      onState: (state) => this.#showState(state),
    });
    this.#inner = this.#createInner(new SshUpstream(this.#connection, clock));
  }

  async start(signal: AbortSignal): Promise<void> {
    await this.#inner.start(signal);
    if (signal.aborted) return;
    this.#parts.add(this.#connection);
    this.#showState(this.#connection.state);
    this.#connection.start();
  }

  async stop(): Promise<void> {
    this.#parts.remove(this.#connection);
    // Close the connection first, so that clients that wait for it fail now.
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

  /** Returns the context for the inner bridge or proxy, whose remote side is the SSH server. */
  #adapt<Kind extends 'socks5' | 'tcp-bridge'>(rule: RuleOf<Kind>): RuleContext<Kind> {
    const { server } = this.#context.rule;
    return {
      ...this.#context,
      rule,
      // The saved password is for the SSH login, not for the proxy.
      password: null,
      peerName: () => server.host,
      report: (facts) => this.#takeReport(facts),
    };
  }

  /** Receives reports of the inner bridge or proxy. Its state is combined with that of the SSH connection before it is shown. */
  #takeReport({ address, state, problem }: Partial<RunnerFacts>): void {
    if (address !== undefined) this.#context.report({ address });
    if (state === undefined && problem === undefined) return;
    this.#innerStatus = { state: state ?? this.#innerStatus.state, problem: problem ?? null };
    this.#showState(this.#connection.state);
  }

  #showState(state: SshState): void {
    const hostKey = hostKeyOf(state);
    switch (state.state) {
      case 'ready':
        this.#context.report({ hostKey, ...this.#openStatus() });
        return;
      case 'connecting':
        this.#context.report({ hostKey, state: 'waiting', problem: this.#problem(state.problem) });
        return;
      case 'waiting':
      case 'failed':
        this.#context.report({ hostKey, state: statusOf(state), problem: this.#problem(state.problem) });
    }
  }

  /** Returns the state to show while the SSH connection is open. Problems of the inner bridge that were about the connection no longer apply. */
  #openStatus(): Pick<RunnerFacts, 'state' | 'problem'> {
    const { state, problem } = this.#innerStatus;
    if (state === 'waiting' && (problem === null || problem.code === 'forward.linking'))
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
    // A code outside `ssh.` is about the peer in between, whose name its text shows.
    const { peer } = this.#context.rule;
    const names = peer === null ? {} : { peer: this.#context.peerName(peer) };
    return { code, details: { ...this.#names(), ...names, ...details } };
  }

  #names(): Readonly<Record<string, string | number>> {
    const { server } = this.#context.rule;
    return { host: server.host, port: server.port, user: server.user };
  }
}

/** Maps an unknown host key to `waiting` until a person trusts it; a changed host key stays `failed`. */
function statusOf({ state, problem }: Extract<SshState, { state: 'waiting' | 'failed' }>): 'waiting' | 'failed' {
  return problem.code === 'ssh.host-key-unknown' ? 'waiting' : state;
}

const ABOUT_FORWARDING: ReadonlySet<string> = new Set(['ssh.forward-refused', 'ssh.port-taken']);

/** Returns the unknown or changed host key that a person has yet to trust; null if there is none. */
export function hostKeyOf(state: SshState): ForwardView['hostKey'] {
  const problem = state.state === 'ready' ? undefined : state.problem;
  if (problem?.code !== 'ssh.host-key-unknown' && problem?.code !== 'ssh.host-key-changed') return null;
  const { fingerprint, before } = problem.details;
  return { fingerprint: String(fingerprint), before: before === undefined ? null : String(before) };
}

/**
 * Upstream for a port that the server opens: waits until the connection is open. After a reconnection it requests the same port that the server chose
 * before.
 */
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

  async listen(...[address, onConnection, options]: Parameters<Upstream['listen']>): ReturnType<Upstream['listen']> {
    await this.#connection.ready(options.signal);
    const open = (port: number): ReturnType<Upstream['listen']> =>
      this.#upstream.listen({ ...address, port }, onConnection, options);
    const wanted = address.port === 0 ? this.#former : address.port;
    const listener = await open(wanted).catch((error: unknown) => {
      if (address.port > 0 || wanted === 0) throw error;
      // Another program has taken the port, or the server has yet to notice that our former connection is gone.
      return open(0);
    });
    this.#former = listener.port;
    return listener;
  }
}
