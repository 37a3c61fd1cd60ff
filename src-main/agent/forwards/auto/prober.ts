import type { ForwardProbe } from '#shared/app-api/index.ts';
import type { Clock, Timer } from '#shared/clock.ts';
import { errorCode } from '#shared/errors.ts';
import { ForwardError } from '#shared/forward/index.ts';
import { anySignal } from '../../targets/index.ts';
import { AUTO_LIMITS } from './limits.ts';
import { UpstreamSelector, type ForwardUpstream } from './upstream-selector.ts';

/**
 * Measures the round trip of an upstream.
 * @returns ms
 * @throws {ClawReachError} the reason why the upstream does not work
 */
export type ProbeUpstream = (signal: AbortSignal) => Promise<number>;

/** Options of `Prober`. */
export type ProberOptions = Readonly<{
  clock: Clock;
  link: ProbeUpstream;
  /** Probes the SSH server; undefined if the forward has none. */
  ssh: ProbeUpstream | undefined;
  /** Returns the code of the SSH connection's problem, if there is one: more precise than a missing answer. */
  sshProblem?: () => string | undefined;
  /** Called when a probe or the selection may have changed. */
  changed(): void;
}>;

/**
 * Probes the upstreams of an automatic proxy, periodically and after failures, and selects the one for new connections. Uses the clock and the probe
 * functions of its options.
 */
export class Prober {
  readonly #options: ProberOptions;
  readonly #selector = new UpstreamSelector();
  readonly #results = new Map<ForwardUpstream, ForwardProbe>();
  readonly #running = new Map<ForwardUpstream, Promise<boolean>>();
  readonly #end = new AbortController();
  #round: Promise<void> | undefined;
  #timer: Timer | undefined;

  constructor(options: ProberOptions) {
    this.#options = options;
    for (const upstream of this.upstreams)
      this.#results.set(upstream, { way: upstream, works: null, rtt: null, code: null, checkedAt: 0 });
  }

  /** Upstreams that the forward has. */
  get upstreams(): readonly ForwardUpstream[] {
    return this.#options.ssh === undefined ? ['link'] : ['link', 'ssh'];
  }

  /** Upstream selected for new connections; null if none works or none has been probed. */
  get upstream(): ForwardUpstream | null {
    return this.#selector.selected;
  }

  /** True once every upstream has been probed. */
  get isKnown(): boolean {
    return this.probes.every(({ works }) => works !== null);
  }

  /** Latest result for each upstream, for user interfaces. */
  get probes(): readonly ForwardProbe[] {
    return [...this.#results.values()].map((probe) =>
      probe.way === 'link' && this.#selector.isLinkSlow ? { ...probe, code: 'forward.slower' } : probe,
    );
  }

  /** Probes every upstream, or joins a round of probes that is under way. Never rejects. */
  probe(): Promise<void> {
    this.#round ??= this.#run().finally(() => {
      this.#round = undefined;
    });
    return this.#round;
  }

  /**
   * Probes one upstream, or joins its probe that is under way.
   * @returns true if the upstream answers
   */
  probeOne(upstream: ForwardUpstream): Promise<boolean> {
    const running = this.#running.get(upstream) ?? this.#ask(upstream).finally(() => this.#running.delete(upstream));
    this.#running.set(upstream, running);
    return running;
  }

  /** Records that a connection failed because of its upstream, and probes all upstreams. */
  failed(upstream: ForwardUpstream, error: unknown): void {
    this.#learn(upstream, { works: false, rtt: null, code: errorCode(error) });
    this.#decide();
    void this.probe();
  }

  /** Stops probing permanently. */
  stop(): void {
    this.#end.abort();
    this.#timer?.cancel();
  }

  async #run(): Promise<void> {
    this.#timer?.cancel();
    await Promise.all(this.upstreams.map((upstream) => this.probeOne(upstream)));
    if (this.#end.signal.aborted) return;
    this.#decide();
    const { again, sooner } = AUTO_LIMITS;
    const isPreferred = this.upstream === 'link' || this.#selector.isLinkSlow;
    this.#timer?.cancel();
    this.#timer = this.#options.clock.setTimer(isPreferred ? again : sooner, () => void this.probe());
  }

  async #ask(upstream: ForwardUpstream): Promise<boolean> {
    const { link, ssh, clock } = this.#options;
    const ask = upstream === 'link' ? link : ssh;
    if (ask === undefined || this.#end.signal.aborted) return false;
    const late = new AbortController();
    const timer = clock.setTimer(AUTO_LIMITS.answer, () => late.abort());
    const { signal, release } = anySignal(late.signal, this.#end.signal);
    try {
      const rtt = await unlessAborted(ask(signal), signal);
      this.#learn(upstream, { works: true, rtt: Math.round(rtt * 10) / 10, code: null });
      return true;
    } catch (error) {
      const code = late.signal.aborted ? this.#silence(upstream) : errorCode(error);
      this.#learn(upstream, { works: false, rtt: null, code });
      return false;
    } finally {
      release();
      timer.cancel();
    }
  }

  /** Returns the error code for an upstream that did not answer in time. */
  #silence(upstream: ForwardUpstream): string {
    return upstream === 'link' ? 'forward.peer-away' : (this.#options.sshProblem?.() ?? 'ssh.unreachable');
  }

  #learn(upstream: ForwardUpstream, found: Pick<ForwardProbe, 'works' | 'rtt' | 'code'>): void {
    if (this.#end.signal.aborted) return;
    this.#results.set(upstream, { way: upstream, ...found, checkedAt: Math.round(this.#options.clock.now()) });
  }

  #decide(): void {
    const [link, ssh] = [this.#results.get('link'), this.#results.get('ssh')];
    if (link !== undefined) this.#selector.decide(link, ssh);
    this.#options.changed();
  }
}

function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(new ForwardError('forward.cancelled', 'given up'));
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
