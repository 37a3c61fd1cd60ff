import type { Clock } from '#shared/clock.ts';
import { errorCode } from '#shared/errors.ts';
import { ForwardError, type Target } from '#shared/forward/index.ts';
import type { RemoteConnection, RemoteListener, Upstream } from '../rules/index.ts';
import { AUTO_LIMITS } from './limits.ts';
import type { Prober } from './prober.ts';
import type { ForwardUpstream } from './upstream-selector.ts';

/** Options of `AutoUpstream`. `upstreams.ssh` is undefined if the forward has no SSH server. */
export type AutoUpstreamOptions = Readonly<{
  clock: Clock;
  prober: Prober;
  upstreams: Readonly<{ link: Upstream; ssh: Upstream | undefined }>;
}>;

type ConnectOptions = Parameters<Upstream['connect']>[1];

/**
 * Upstream of an automatic proxy: connects through the upstream that the prober selected. If that fails for a reason other than the target, tries the
 * other one. If an answer is late, has the upstream probed.
 */
export class AutoUpstream implements Upstream {
  readonly #options: AutoUpstreamOptions;

  constructor(options: AutoUpstreamOptions) {
    this.#options = options;
  }

  async connect(target: Target, options: ConnectOptions): Promise<RemoteConnection> {
    const { prober, upstreams } = this.#options;
    const first = prober.upstream ?? 'link';
    const other: ForwardUpstream = first === 'link' ? 'ssh' : 'link';
    try {
      return await this.#attempt(first, target, options);
    } catch (error) {
      if (options.signal.aborted || !isUpstreamError(error)) throw error;
      prober.failed(first, error);
      if (upstreams[other] === undefined || !(await prober.probeOne(other))) throw error;
    }
    return await this.#attempt(other, target, options);
  }

  /** Always rejects: automatic proxies open no ports at the upstream. */
  listen(): Promise<RemoteListener> {
    return Promise.reject(new ForwardError('forward.unsupported', 'a rule of this kind opens no port at the far side'));
  }

  /** Opens a connection through one upstream. If no answer arrives for a while, probes the upstream: perhaps only the target is slow. */
  async #attempt(
    name: ForwardUpstream,
    target: Target,
    { signal, onWaiting }: ConnectOptions,
  ): Promise<RemoteConnection> {
    const { clock, prober, upstreams } = this.#options;
    const upstream = upstreams[name];
    if (upstream === undefined) throw new ForwardError('forward.no-way', 'there is no such upstream');
    const giveUp = new AbortController();
    let isHeard = false;
    const timer = clock.setTimer(AUTO_LIMITS.patience, () => {
      void prober.probeOne(name).then((works) => {
        if (!works && !isHeard) giveUp.abort();
      });
    });
    const waiting = (): void => {
      isHeard = true;
      onWaiting?.();
    };
    try {
      return await upstream.connect(target, { signal: AbortSignal.any([signal, giveUp.signal]), onWaiting: waiting });
    } catch (error) {
      if (!giveUp.signal.aborted || signal.aborted) throw error;
      throw new ForwardError(name === 'link' ? 'forward.peer-away' : 'forward.no-way', 'the upstream does not answer', {
        cause: error,
        details: { reason: errorCode(error) },
      });
    } finally {
      isHeard = true;
      timer.cancel();
    }
  }
}

/** Errors of an SSH server that are about the target. */
const ABOUT_TARGET: ReadonlySet<string> = new Set(['ssh.forward-refused', 'ssh.port-taken']);

/**
 * Reports whether an error is about the upstream, so that another upstream could succeed.
 * @param error an error or its code
 */
export function isUpstreamError(error: unknown): boolean {
  const code = typeof error === 'string' ? error : errorCode(error);
  if (ABOUT_TARGET.has(code)) return false;
  return code === 'forward.peer-away' || code === 'forward.no-way' || /^(?:ssh|link|relay|direct|via)\./u.test(code);
}
