import type { Socket } from 'node:net';
import { ForwardConnector, type RuleContext, type RuleRunner, type Upstream } from '../rules/index.ts';
import { RulePort, sourceOf } from './rule-port.ts';
import { ActiveConnections } from './active-connections.ts';

/**
 * Runs a forward of kind `tcp-bridge` in direction `local`, and the same part of an SSH tunnel: a local port whose connections the upstream makes to
 * one target.
 */
export class LocalBridge implements RuleRunner {
  readonly #context: RuleContext<'tcp-bridge'>;
  readonly #connector: ForwardConnector;
  readonly #port: RulePort;
  readonly #carried = new ActiveConnections();

  constructor(context: RuleContext<'tcp-bridge'>, upstream: Upstream = context.upstream(context.rule.peer)) {
    this.#context = context;
    this.#connector = new ForwardConnector({ context, upstream, upstreamName: context.peerName(context.rule.peer) });
    this.#port = new RulePort(context, (socket) => void this.#serve(socket));
  }

  async start(signal: AbortSignal): Promise<void> {
    await this.#port.open(signal);
  }

  async stop(): Promise<void> {
    await this.#port.close();
    await this.#carried.end();
  }

  async #serve(socket: Socket): Promise<void> {
    const gone = new AbortController();
    const abort = (): void => gone.abort();
    socket.once('close', abort);
    try {
      const connected = await this.#connector.connect(this.#context.rule.to, sourceOf(socket), gone.signal);
      socket.off('close', abort);
      this.#port.releaseSocket(socket);
      this.#carried.add(connected, socket);
    } catch {
      // The reason is shown on the forward; it must not appear in a program's data.
      socket.resetAndDestroy();
    }
  }
}
