import { ForwardConnector, type RuleContext, type RuleRunner, type RunnerFacts } from '../rules/index.ts';
import { SocksAssociations } from '../datagrams/index.ts';
import { ActiveConnections, HttpProxyServer, loginCheck, RulePort, SocksServer } from '../proxies/index.ts';
import { dialDirectly, hostKeyOf, SshConnection, SshUpstream, type SshServices, type SshState } from '../ssh/index.ts';
import { AutoUpstream, isUpstreamError } from './auto-upstream.ts';
import { LinkAssociations } from './link-associations.ts';
import { AUTO_LIMITS } from './limits.ts';
import { MixedServer } from './mixed-server.ts';
import type { NetworkChanges } from './network-changes.ts';
import { Prober } from './prober.ts';

/** Services that automatic proxies share. */
export type AutoServices = Readonly<{
  /** Services for SSH; undefined if this device has no SSH. */
  ssh: SshServices | undefined;
  networkChanges: NetworkChanges;
}>;

/**
 * Runs a forward of kind `auto`: a local proxy for SOCKS 5 and HTTP that sends each connection through the upstream that works, the peer's link or an
 * SSH server. UDP of SOCKS clients goes through the link only. Opens the local port, probes both upstreams, and keeps the SSH connection open, for
 * which it uses a key file, the key agent or the saved password, and saves a host key that a person trusts.
 */
export class AutoRule implements RuleRunner {
  readonly #context: RuleContext<'auto'>;
  readonly #parts: AutoServices;
  readonly #connection: SshConnection | undefined;
  readonly #prober: Prober;
  readonly #port: RulePort;
  readonly #carried = new ActiveConnections();
  readonly #http: HttpProxyServer;
  #stopListening: () => void = () => undefined;
  /** Latest state that the proxy reported about its connections. */
  #proxyStatus: Pick<RunnerFacts, 'state' | 'problem'> = { state: 'ready', problem: null };

  constructor(context: RuleContext<'auto'>, parts: AutoServices) {
    this.#context = context;
    this.#parts = parts;
    const { clock, rule, connections, password } = context;
    const upstreamName = context.peerName(rule.peer);
    const connection = this.#createConnection();
    this.#connection = connection;
    this.#prober = new Prober({
      clock,
      link: async (signal) => {
        const session = await context.session(rule.peer, signal);
        return await session.ping(AUTO_LIMITS.answer);
      },
      ssh:
        connection === undefined
          ? undefined
          : async (signal) => (await connection.client(signal)).roundTrip(AUTO_LIMITS.answer),
      sshProblem: () => problemOf(connection?.state),
      changed: () => this.#showState(),
    });
    const upstream = new AutoUpstream({
      clock,
      prober: this.#prober,
      upstreams: {
        link: context.upstream(rule.peer),
        ssh: connection === undefined ? undefined : new SshUpstream(connection, clock),
      },
    });
    const connector = new ForwardConnector({
      context: { connections, report: (facts) => this.#takeReport(facts) },
      upstream,
      upstreamName,
    });
    const common = {
      clock,
      connector,
      carried: this.#carried,
      check: loginCheck(rule.user, password),
      releaseSocket: (socket: Parameters<RulePort['releaseSocket']>[0]) => this.#port.releaseSocket(socket),
    };
    this.#http = new HttpProxyServer({ ...common, upstreamName, upstreamKey: () => this.#prober.upstream ?? '' });
    const server = new MixedServer({
      clock,
      connector,
      socks: new SocksServer({
        ...common,
        connections,
        udp: new LinkAssociations(new SocksAssociations(context, rule.peer), () => this.#prober.upstream ?? 'link'),
      }),
      http: this.#http,
    });
    this.#port = new RulePort(context, (socket) => server.serve(socket));
  }

  async start(signal: AbortSignal): Promise<void> {
    await this.#port.open(signal);
    if (signal.aborted) return;
    if (this.#connection !== undefined) {
      this.#parts.ssh?.add(this.#connection);
      this.#connection.start();
    }
    this.#stopListening = this.#parts.networkChanges.listen(() => void this.#prober.probe());
    this.#showState();
    void this.#prober.probe();
  }

  async stop(): Promise<void> {
    this.#stopListening();
    this.#prober.stop();
    if (this.#connection !== undefined) this.#parts.ssh?.remove(this.#connection);
    const closing = this.#connection?.close();
    await this.#port.close();
    this.#http.close();
    await this.#carried.end();
    await closing;
  }

  /** Pins the SSH server's host key and connects again. */
  trustHostKey(fingerprint: string): Promise<void> {
    this.#connection?.trustHostKey(fingerprint);
    return Promise.resolve();
  }

  probe(): Promise<void> {
    return this.#prober.probe();
  }

  #createConnection(): SshConnection | undefined {
    const { rule, password, clock, logger } = this.#context;
    const { ssh } = this.#parts;
    const { server } = rule;
    if (server === null || ssh === undefined) return undefined;
    return new SshConnection({
      server,
      peer: null,
      secret: rule.user === null ? password : null,
      machine: ssh.machine,
      hostKeys: ssh.hostKeys,
      dial: (signal) => dialDirectly({ host: server.host, port: server.port }, clock, signal),
      clock,
      logger,
      // The SSH connection was opened or lost: earlier probes no longer count.
      onState: ({ state }) => {
        if (state === 'connecting') this.#showState();
        else void this.#prober.probe();
      },
    });
  }

  #takeReport({ state, problem }: Partial<RunnerFacts>): void {
    if (state === undefined && problem === undefined) return;
    this.#proxyStatus = { state: state ?? this.#proxyStatus.state, problem: problem ?? null };
    this.#showState();
  }

  #showState(): void {
    const { upstream, probes, isKnown } = this.#prober;
    const facts = {
      auto: { way: upstream, probes: [...probes] },
      hostKey: this.#connection === undefined ? null : hostKeyOf(this.#connection.state),
    };
    const { rule, peerName } = this.#context;
    if (upstream === null && isKnown) {
      const details = { peer: peerName(rule.peer) };
      this.#context.report({ ...facts, state: 'waiting', problem: { code: 'forward.no-way', details } });
      return;
    }
    const { state, problem } = this.#proxyStatus;
    const isOver = problem !== null && upstream !== null && isUpstreamError(problem.code);
    this.#context.report({ ...facts, ...(isOver ? { state: 'ready', problem: null } : { state, problem }) });
  }
}

function problemOf(state: SshState | undefined): string | undefined {
  return state === undefined || state.state === 'ready' ? undefined : state.problem?.code;
}
