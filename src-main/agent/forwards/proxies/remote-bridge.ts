import type { ForwardProblem } from '#shared/app-api/index.ts';
import type { Timer } from '#shared/clock.ts';
import { connectTcp } from '#node/forwarding/index.ts';
import {
  formatHostPort,
  problemOf,
  type RemoteConnection,
  type RemoteListener,
  type OpenConnection,
  type RuleContext,
  type RuleRunner,
  type Upstream,
} from '../rules/index.ts';

/** First and longest delay before another attempt to open the port, ms. */
const AGAIN = 1000;
const AGAIN_MOST = 30_000;
/** Longest time to connect to the target on this side, ms. */
const CONNECT = 10_000;

/**
 * Runs a forward of kind `tcp-bridge` in direction `remote`, and the same part of an SSH tunnel: a port at the upstream whose connections this device
 * makes to one target. Reopens the port whenever it is lost.
 */
export class RemoteBridge implements RuleRunner {
  readonly #context: RuleContext<'tcp-bridge'>;
  readonly #upstream: Upstream;
  readonly #carried = new Map<RemoteConnection, Promise<void>>();
  readonly #stop = new AbortController();
  #listener: RemoteListener | undefined;
  #loop: Promise<void> = Promise.resolve();

  constructor(context: RuleContext<'tcp-bridge'>, upstream: Upstream = context.upstream(context.rule.peer)) {
    this.#context = context;
    this.#upstream = upstream;
  }

  start(signal: AbortSignal): Promise<void> {
    signal.addEventListener('abort', () => this.#stop.abort(), { once: true });
    this.#report('forward.linking', {});
    this.#loop = this.#keepOpen();
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    this.#listener?.close();
    await this.#loop;
    for (const remote of this.#carried.keys()) remote.destroy();
    await Promise.all(this.#carried.values());
  }

  async #keepOpen(): Promise<void> {
    const { signal } = this.#stop;
    for (let pause = AGAIN; !signal.aborted;) {
      const opened = await this.#open();
      if (opened) pause = AGAIN;
      if (signal.aborted) return;
      await this.#pause(pause);
      pause = Math.min(pause * 2, AGAIN_MOST);
    }
  }

  /**
   * Opens the port and waits until it closes.
   * @returns true if the port was open
   */
  async #open(): Promise<boolean> {
    const { rule, report } = this.#context;
    const { signal } = this.#stop;
    try {
      const listener = await this.#upstream.listen(rule.listen, (remote, source) => this.#take(remote, source), {
        signal,
        onWaiting: () => this.#report('forward.asking', {}),
      });
      if (signal.aborted) {
        listener.close();
        return false;
      }
      this.#listener = listener;
      report({ state: 'ready', problem: null, address: formatHostPort(rule.listen.host, listener.port) });
      const code = await listener.closed;
      this.#listener = undefined;
      if (code !== undefined) this.#report(code === 'forward.listener-closed' ? code : 'forward.linking', {});
      return true;
    } catch (error) {
      if (!signal.aborted) this.#failed(error);
      return false;
    }
  }

  #failed(error: unknown): void {
    const { code, details } = problemOf(error);
    if (code === 'forward.peer-away') {
      this.#report('forward.linking', details);
      return;
    }
    this.#context.report({
      state: 'failed',
      address: null,
      problem: { code, details: { ...details, ...this.#names() } },
    });
  }

  #report(code: string, details: ForwardProblem['details']): void {
    this.#context.report({
      state: 'waiting',
      address: null,
      problem: { code, details: { ...details, ...this.#names() } },
    });
  }

  #names(): Readonly<{ peer: string; port: number }> {
    const { rule, peerName } = this.#context;
    return { peer: peerName(rule.peer), port: rule.listen.port };
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
    try {
      const socket = await connectTcp(rule.to, { signal: this.#stop.signal, clock, timeout: CONNECT });
      await remote.carry(socket, { meter });
    } catch (error) {
      remote.destroy();
      if (!this.#stop.signal.aborted && this.#listener !== undefined)
        report({
          state: 'ready',
          problem: { ...problemOf(error), details: { ...problemOf(error).details, ...this.#names() } },
        });
    }
  }

  #pause(time: number): Promise<void> {
    const { clock } = this.#context;
    const { signal } = this.#stop;
    return new Promise((resolve) => {
      const wake = (): void => {
        timer.cancel();
        signal.removeEventListener('abort', wake);
        resolve();
      };
      const timer: Timer = clock.setTimer(time, wake);
      signal.addEventListener('abort', wake, { once: true });
    });
  }
}
