import { errorCode } from '#shared/errors.ts';
import { ForwardError, type Target } from '#shared/forward/index.ts';
import { problemOf } from './managed-rule.ts';
import { formatHostPort } from './host-port.ts';
import type { OpenConnection } from './connections.ts';
import type { RuleContext, RunnerProblem } from './runner.ts';
import type { RemoteConnection, Meter, Upstream } from './types.ts';

/** A connection that stands at the far side, and is in the table until `done`. */
export type OutboundConnection = Readonly<{ far: RemoteConnection; meter: Meter; done(): void }>;

export type ForwardConnectorOptions = Readonly<{
  context: Pick<RuleContext, 'connections' | 'report'>;
  upstream: Upstream;
  /** Name of the remote side, for texts. */
  farName: string;
}>;

export const CONNECTOR_LIMITS = {
  /** Clients of a rule that have not said yet where they want to go. */
  handshakes: 256,
} as const;

/** Makes the connections of a rule, and shows on it what they wait for and what failed last. */
export class ForwardConnector {
  readonly #options: ForwardConnectorOptions;
  #asking = 0;
  #handshakes = 0;
  /** The code shown now, and the newest failure, which stays until a connection is made. */
  #shown: string | null = null;
  #failure: RunnerProblem | null = null;

  constructor(options: ForwardConnectorOptions) {
    this.#options = options;
  }

  /** Takes a place among the clients that have not said where they want to go. @returns gives it back; undefined when there is none */
  enter(): (() => void) | undefined {
    if (this.#handshakes >= CONNECTOR_LIMITS.handshakes) return undefined;
    this.#handshakes += 1;
    let isIn = true;
    return () => {
      if (isIn) this.#handshakes -= 1;
      isIn = false;
    };
  }

  /**
   * @param source who wants it, `ip:port`
   * @param signal the client has gone
   * @throws {ForwardError} one of `CONNECTION_CODES`, or a code of the way there; it is on the rule already
   */
  async connect(target: Target, source: string | null, signal: AbortSignal): Promise<OutboundConnection> {
    const stop = new AbortController();
    const giveUp = (): void => stop.abort();
    signal.addEventListener('abort', giveUp, { once: true });
    if (signal.aborted) giveUp();
    let end = giveUp;
    let entry: OpenConnection | undefined;
    try {
      entry = this.#options.context.connections.open(formatHostPort(target.host, target.port), source, () => end());
      const far = await this.#reach(target, stop.signal);
      end = () => far.destroy();
      this.succeeded();
      const { meter, close } = entry;
      return { far, meter, done: close };
    } catch (error) {
      entry?.close();
      this.failed(error, formatHostPort(target.host, target.port));
      throw error;
    } finally {
      signal.removeEventListener('abort', giveUp);
    }
  }

  /**
   * The same for one more use of a connection that stands.
   * @throws {ForwardError} `forward.too-many`
   */
  again(target: Target, source: string | null, far: RemoteConnection): OutboundConnection {
    const { connections } = this.#options.context;
    const { meter, close } = connections.open(formatHostPort(target.host, target.port), source, () => far.destroy());
    return { far, meter, done: close };
  }

  /** Clears the problem: connections succeed again. */
  succeeded(): void {
    this.#failure = null;
    this.#show();
  }

  /** @param target where it was to go, which the rule of a proxy does not say */
  failed(error: unknown, target?: string): void {
    if (errorCode(error) === 'forward.cancelled') return;
    const { code, details } = problemOf(error);
    const where = target === undefined ? {} : { target };
    this.#failure = { code, details: { ...where, ...details, peer: this.#options.farName } };
    this.#shown = null;
    this.#show();
  }

  /** A person at the far side is being asked. @returns ends that, once */
  asking(): () => void {
    let isAsking = true;
    this.#asking += 1;
    this.#show();
    return () => {
      if (!isAsking) return;
      isAsking = false;
      this.#asking -= 1;
      this.#show();
    };
  }

  async #reach(target: Target, signal: AbortSignal): Promise<RemoteConnection> {
    let answered: (() => void) | undefined;
    const onWaiting = (): void => {
      answered ??= this.asking();
    };
    try {
      const far = await this.#options.upstream.connect(target, { signal, onWaiting });
      if (!signal.aborted) return far;
      far.destroy();
      throw new ForwardError('forward.cancelled', 'given up');
    } finally {
      answered?.();
    }
  }

  #show(): void {
    const { context, farName } = this.#options;
    const asking: RunnerProblem | null =
      this.#asking > 0 ? { code: 'forward.asking', details: { peer: farName } } : null;
    const problem = asking ?? this.#failure;
    if ((problem?.code ?? '') === this.#shown) return;
    this.#shown = problem?.code ?? '';
    const isWaiting = problem?.code === 'forward.asking' || problem?.code === 'forward.peer-away';
    context.report({ state: isWaiting ? 'waiting' : 'ready', problem });
  }
}
