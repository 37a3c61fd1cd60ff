import type { Socket } from 'node:net';
import { ForwardConnector, type RuleContext, type RuleRunner, type Upstream } from '../rules/index.ts';
import { RulePort, sourceOf } from './rule-port.ts';
import { ActiveConnections } from './active-connections.ts';

/** A port here whose connections leave at the peer, all for one target. */
export class LocalBridge implements RuleRunner {
  readonly #context: RuleContext<'tcp-bridge'>;
  readonly #connector: ForwardConnector;
  readonly #port: RulePort;
  readonly #carried = new ActiveConnections();

  constructor(context: RuleContext<'tcp-bridge'>, upstream: Upstream = context.upstream(context.rule.peer)) {
    this.#context = context;
    this.#connector = new ForwardConnector({ context, upstream, farName: context.peerName(context.rule.peer) });
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
      this.#port.letGo(socket);
      this.#carried.add(connected, socket);
    } catch {
      // The reason is on the rule; a program's data is no place for it.
      socket.resetAndDestroy();
    }
  }
}
