import type { ForwardProblem } from '#shared/app-api/index.ts';
import { backOffCeiling } from '#shared/back-off.ts';
import type { Timer } from '#shared/clock.ts';
import { errorCode } from '#shared/errors.ts';
import {
  formatHostPort,
  problemOf,
  type RemoteConnection,
  type RemoteListener,
  type RuleContext,
  type Upstream,
} from '../rules/index.ts';

/** First and longest delay before another attempt to open the port, ms. */
const AGAIN = 1000;
const AGAIN_MOST = 30_000;
/** The same where a person was asked and didn't answer: each attempt asks that person again. */
const UNANSWERED = { first: 2 * 60_000, longest: 60 * 60_000 };

/** Outcome of an attempt to open the port. */
type Attempt = 'opened' | 'failed' | 'unanswered';

/** Parts of a forward's context that its port at an upstream needs. `peer`: name of the machine or SSH server, for the problems that it reports. */
export type UpstreamPortContext = Pick<RuleContext, 'clock' | 'report'> &
  Readonly<{ listen: Readonly<{ host: string; port: number }>; peer: string }>;

/**
 * Port that a forward keeps open at a peer or an SSH server, and reopens whenever it is lost. Reports its state on the forward, and hands over each
 * connection with the address of the client there. Used by port bridges and shared folders.
 */
export class UpstreamPort {
  readonly #context: UpstreamPortContext;
  readonly #upstream: Upstream;
  readonly #take: (remote: RemoteConnection, source: string) => void;
  readonly #stop = new AbortController();
  #listener: RemoteListener | undefined;
  /** Ends the pause after a request that no one has answered; undefined outside such a pause. */
  #endPause: (() => void) | undefined;
  #loop: Promise<void> = Promise.resolve();

  constructor(
    context: UpstreamPortContext,
    upstream: Upstream,
    take: (remote: RemoteConnection, source: string) => void,
  ) {
    this.#context = context;
    this.#upstream = upstream;
    this.#take = take;
  }

  /** Reports whether the port is open now. */
  get isOpen(): boolean {
    return this.#listener !== undefined;
  }

  /** Aborts when the port is closed for good. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** Returns the values that the texts of problems name. */
  names(): Readonly<{ peer: string; port: number }> {
    return { peer: this.#context.peer, port: this.#context.listen.port };
  }

  /** Opens the port in the background. */
  start(signal: AbortSignal): void {
    signal.addEventListener('abort', () => this.#stop.abort(), { once: true });
    // Without a problem, until there is one.
    this.#context.report({ state: 'waiting', address: null, problem: null });
    this.#loop = this.#keepOpen();
  }

  /** Closes the port. Its connections stay. */
  async close(): Promise<void> {
    this.#stop.abort();
    this.#listener?.close();
    await this.#loop;
  }

  /** Asks at once if the port waits after a request that no one has answered. Called when another answer is likely. */
  askAgain(): void {
    this.#endPause?.();
  }

  async #keepOpen(): Promise<void> {
    const { signal } = this.#stop;
    let pause = AGAIN;
    let unanswered = 0;
    while (!signal.aborted) {
      const attempt = await this.#open();
      if (signal.aborted) return;
      if (attempt === 'unanswered') {
        unanswered += 1;
        await this.#pause(backOffCeiling(unanswered, UNANSWERED), true);
        continue;
      }
      if (attempt === 'opened') {
        pause = AGAIN;
        unanswered = 0;
      }
      await this.#pause(pause);
      pause = Math.min(pause * 2, AGAIN_MOST);
    }
  }

  /** Opens the port and waits until it closes. */
  async #open(): Promise<Attempt> {
    const { listen, report } = this.#context;
    const { signal } = this.#stop;
    try {
      const listener = await this.#upstream.listen(listen, this.#take, {
        signal,
        onWaiting: () => this.#report('forward.asking', {}),
      });
      if (signal.aborted) {
        listener.close();
        return 'failed';
      }
      this.#listener = listener;
      report({ state: 'ready', problem: null, address: formatHostPort(listen.host, listener.port) });
      const code = await listener.closed;
      this.#listener = undefined;
      if (code !== undefined) this.#report(code === 'forward.listener-closed' ? code : 'forward.linking', {});
      return 'opened';
    } catch (error) {
      if (!signal.aborted) this.#failed(error);
      return errorCode(error) === 'forward.unanswered' ? 'unanswered' : 'failed';
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
      problem: { code, details: { ...details, ...this.names() } },
    });
  }

  #report(code: string, details: ForwardProblem['details']): void {
    this.#context.report({
      state: 'waiting',
      address: null,
      problem: { code, details: { ...details, ...this.names() } },
    });
  }

  /** @param isUnanswered true for a pause that `askAgain` ends */
  #pause(time: number, isUnanswered = false): Promise<void> {
    const { clock } = this.#context;
    const { signal } = this.#stop;
    return new Promise((resolve) => {
      const wake = (): void => {
        timer.cancel();
        signal.removeEventListener('abort', wake);
        this.#endPause = undefined;
        resolve();
      };
      if (isUnanswered) this.#endPause = wake;
      const timer: Timer = clock.setTimer(time, wake);
      signal.addEventListener('abort', wake, { once: true });
    });
  }
}
