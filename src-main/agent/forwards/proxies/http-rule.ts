import { ForwardConnector, type RuleContext, type RuleRunner, type Upstream } from '../rules/index.ts';
import { ActiveConnections } from './active-connections.ts';
import { HttpProxyServer } from './http-server.ts';
import { loginCheck } from './login-check.ts';
import { RulePort } from './rule-port.ts';

/** Runs a forward of kind `http-proxy`: an HTTP proxy on a local port whose connections are made by the peer. */
export class HttpRule implements RuleRunner {
  readonly #port: RulePort;
  readonly #carried = new ActiveConnections();
  readonly #server: HttpProxyServer;

  constructor(context: RuleContext<'http-proxy'>, upstream: Upstream = context.upstream(context.rule.peer)) {
    const { clock, rule, password } = context;
    const upstreamName = context.peerName(rule.peer);
    this.#server = new HttpProxyServer({
      clock,
      connector: new ForwardConnector({ context, upstream, upstreamName }),
      carried: this.#carried,
      check: loginCheck(rule.user, password),
      upstreamName,
      releaseSocket: (socket) => this.#port.releaseSocket(socket),
    });
    this.#port = new RulePort(context, (socket) => this.#server.serve(socket));
  }

  async start(signal: AbortSignal): Promise<void> {
    await this.#port.open(signal);
  }

  async stop(): Promise<void> {
    await this.#port.close();
    this.#server.close();
    await this.#carried.end();
  }
}
