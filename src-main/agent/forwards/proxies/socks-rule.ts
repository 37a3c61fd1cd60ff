import { ForwardConnector, type RuleContext, type RuleRunner, type Upstream } from '../rules/index.ts';
import { ActiveConnections } from './active-connections.ts';
import { loginCheck } from './login-check.ts';
import { RulePort } from './rule-port.ts';
import { SocksServer } from './socks-server.ts';
import type { UdpAssociations } from './udp-associations.ts';

/**
 * Runs a forward of kind `socks5`: a SOCKS 5 proxy on a local port whose connections are made by the peer, or by another upstream for an SSH tunnel.
 */
export class SocksRule implements RuleRunner {
  readonly #port: RulePort;
  readonly #carried = new ActiveConnections();

  constructor(
    context: RuleContext<'socks5'>,
    udp: UdpAssociations | undefined,
    upstream: Upstream = context.upstream(context.rule.peer),
  ) {
    const { clock, connections, rule, password } = context;
    const server = new SocksServer({
      clock,
      connections,
      connector: new ForwardConnector({ context, upstream, upstreamName: context.peerName(rule.peer) }),
      carried: this.#carried,
      check: loginCheck(rule.user, password),
      udp,
      releaseSocket: (socket) => this.#port.releaseSocket(socket),
    });
    this.#port = new RulePort(context, (socket) => void server.serve(socket));
  }

  async start(signal: AbortSignal): Promise<void> {
    await this.#port.open(signal);
  }

  async stop(): Promise<void> {
    await this.#port.close();
    await this.#carried.end();
  }
}
