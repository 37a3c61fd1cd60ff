import { errorCode } from '#shared/errors.ts';
import { ForwardError, type Target } from '#shared/forward/index.ts';
import { problemOf } from './managed-rule.ts';
import { formatHostPort } from './host-port.ts';
import type { OpenConnection } from './forward-connections.ts';
import type { RuleContext, RunnerProblem } from './runner.ts';
import type { RemoteConnection, Meter, Upstream } from './upstream.ts';

/** Connection that the upstream has opened. It is in the list of open connections until `done` is called. */
export type OutboundConnection = Readonly<{ remote: RemoteConnection; meter: Meter; done(): void }>;

/** Options of `ForwardConnector`. */
export type ForwardConnectorOptions = Readonly<{
  context: Pick<RuleContext, 'connections' | 'report'>;
  upstream: Upstream;
  /** Name of the upstream, for error texts. */
  upstreamName: string;
}>;

/** Limits of one forward's clients. */
export const CONNECTOR_LIMITS = {
  /** Most clients whose target is not yet known. */
  handshakes: 256,
} as const;

/**
 * Opens the connections of one forward through its upstream, and shows on the forward when it waits for a person and which failure was the latest.
 * Adds them to the list of open connections, which also records the forward's use in the history. Created by the rule of each kind of forward and by
 * SOCKS associations.
 */
export class ForwardConnector {
  readonly #options: ForwardConnectorOptions;
  #asking = 0;
  #handshakes = 0;
  /** Code shown now; `#failure`: the latest failure, shown until a connection succeeds. */
  #shown: string | null = null;
  #failure: RunnerProblem | null = null;

  constructor(options: ForwardConnectorOptions) {
    this.#options = options;
  }

  /**
   * Counts a client whose target is not yet known.
   * @returns function to call when the target is known or the client has gone; undefined if there are too many such clients
   */
  beginHandshake(): (() => void) | undefined {
    if (this.#handshakes >= CONNECTOR_LIMITS.handshakes) return undefined;
    this.#handshakes += 1;
    let isIn = true;
    return () => {
      if (isIn) this.#handshakes -= 1;
      isIn = false;
    };
  }

  /**
   * Opens a connection to a target, after adding it to the list of open connections. Failures are shown on the forward.
   * @param source address of the client, `ip:port`
   * @param signal aborts when the client has gone
   * @throws {ForwardError} one of `CONNECTION_CODES`, or `forward.cancelled`, which isn't shown on the forward
   * @throws error of the upstream (`peer.*`, `link.*`, `ssh.*`)
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
      const remote = await this.#reach(target, stop.signal);
      end = () => remote.destroy();
      this.succeeded();
      const { meter, close } = entry;
      return { remote, meter, done: close };
    } catch (error) {
      if (isDeclined(error)) entry?.decline();
      else entry?.close();
      this.failed(error, formatHostPort(target.host, target.port));
      throw error;
    } finally {
      signal.removeEventListener('abort', giveUp);
    }
  }

  /**
   * Adds an open, idle connection to the list again, for one more request.
   * @throws {ForwardError} `forward.too-many`
   */
  reuse(target: Target, source: string | null, remote: RemoteConnection): OutboundConnection {
    const { connections } = this.#options.context;
    const { meter, close } = connections.open(formatHostPort(target.host, target.port), source, () => remote.destroy());
    return { remote, meter, done: close };
  }

  /** Reports that the machine has let a connection through. @param wasAsked someone there was asked first */
  answered(wasAsked: boolean): void {
    this.#options.context.connections.answered(wasAsked);
  }

  /** Clears the problem: connections succeed again. */
  succeeded(): void {
    this.#failure = null;
    this.#show();
  }

  /**
   * Shows a failure on the forward.
   * @param target target of the failed connection, `host:port`; needed for proxies, whose rule names none
   */
  failed(error: unknown, target?: string): void {
    if (errorCode(error) === 'forward.cancelled') return;
    const { code, details } = problemOf(error);
    const where = target === undefined ? {} : { target };
    this.#failure = { code, details: { ...where, ...details, peer: this.#options.upstreamName } };
    this.#shown = null;
    this.#show();
  }

  /**
   * Shows on the forward that a person at the peer is being asked for permission.
   * @returns function that ends this; idempotent
   */
  beginAsking(): () => void {
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
      answered ??= this.beginAsking();
    };
    try {
      const remote = await this.#options.upstream.connect(target, { signal, onWaiting });
      this.answered(answered !== undefined);
      if (!signal.aborted) return remote;
      remote.destroy();
      throw new ForwardError('forward.cancelled', 'given up');
    } finally {
      answered?.();
    }
  }

  #show(): void {
    const { context, upstreamName } = this.#options;
    const asking: RunnerProblem | null =
      this.#asking > 0 ? { code: 'forward.asking', details: { peer: upstreamName } } : null;
    const problem = asking ?? this.#failure;
    if ((problem?.code ?? '') === this.#shown) return;
    this.#shown = problem?.code ?? '';
    const isWaiting = problem?.code === 'forward.asking' || problem?.code === 'forward.peer-away';
    context.report({ state: isWaiting ? 'waiting' : 'ready', problem });
  }
}

/** Reports whether a person at the peer has declined the connection; see `openingError`. */
function isDeclined(error: unknown): boolean {
  return error instanceof ForwardError && error.code === 'forward.denied' && 'retryAfter' in error.details;
}
