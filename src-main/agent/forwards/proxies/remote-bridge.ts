import { connectTcp } from '#node/forwarding/index.ts';
import {
  formatHostPort,
  problemOf,
  type RemoteConnection,
  type OpenConnection,
  type RuleContext,
  type RuleRunner,
  type Upstream,
} from '../rules/index.ts';
import { UpstreamPort } from './upstream-port.ts';

/** Longest time to connect to the target on this side, ms. */
const CONNECT = 10_000;

/**
 * Runs a forward of kind `tcp-bridge` in direction `remote`, and the same part of an SSH tunnel: a port at the upstream whose connections this device
 * makes to one target. Reopens the port whenever it is lost.
 */
export class RemoteBridge implements RuleRunner {
  readonly #context: RuleContext<'tcp-bridge'>;
  readonly #port: UpstreamPort;
  readonly #carried = new Map<RemoteConnection, Promise<void>>();

  constructor(context: RuleContext<'tcp-bridge'>, upstream: Upstream = context.upstream(context.rule.peer)) {
    this.#context = context;
    const { rule, clock, report, peerName } = context;
    this.#port = new UpstreamPort(
      { clock, report, listen: rule.listen, peer: peerName(rule.peer) },
      upstream,
      (remote, source) => this.#take(remote, source),
    );
  }

  start(signal: AbortSignal): Promise<void> {
    this.#port.start(signal);
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    await this.#port.close();
    for (const remote of this.#carried.keys()) remote.destroy();
    await Promise.all(this.#carried.values());
  }

  askAgain(): void {
    this.#port.askAgain();
  }

  #take(remote: RemoteConnection, source: string): void {
    const { rule, connections } = this.#context;
    let entry: OpenConnection;
    try {
      entry = connections.open(formatHostPort(rule.to.host, rule.to.port), source, () => remote.destroy());
    } catch {
      remote.destroy();
      return;
    }
    const carrying = this.#carry(remote, entry).finally(() => {
      entry.close();
      this.#carried.delete(remote);
    });
    this.#carried.set(remote, carrying);
  }

  async #carry(remote: RemoteConnection, { meter }: OpenConnection): Promise<void> {
    const { rule, report, clock } = this.#context;
    const { signal } = this.#port;
    try {
      const socket = await connectTcp(rule.to, { signal, clock, timeout: CONNECT });
      await remote.carry(socket, { meter });
    } catch (error) {
      remote.destroy();
      if (!signal.aborted && this.#port.isOpen)
        report({
          state: 'ready',
          problem: { ...problemOf(error), details: { ...problemOf(error).details, ...this.#port.names() } },
        });
    }
  }
}
