import type { ForwardProbe } from '#shared/app-api/index.ts';
import type { Clock, Timer } from '#shared/clock.ts';
import { errorCode } from '#shared/errors.ts';
import { ForwardError } from '#shared/forward/index.ts';
import { anySignal } from '../../targets/index.ts';
import { AUTO_LIMITS } from './limits.ts';
import { UpstreamSelector, type ForwardUpstream } from './upstream-selector.ts';

/** Asks a way for an answer. @returns how long it took, ms @throws {ClawReachError} why it does not work */
export type ProbeUpstream = (signal: AbortSignal) => Promise<number>;

export type ProberOptions = Readonly<{
  clock: Clock;
  link: ProbeUpstream;
  /** Undefined where there is no server. */
  ssh: ProbeUpstream | undefined;
  /** Returns the problem with the SSH server, if it is known: it says more than a missing answer. */
  sshProblem?: () => string | undefined;
  /** Something is known that was not. */
  changed(): void;
}>;

/** Tries the ways of a rule: from time to time, and when there is reason to. One round at a time, each way asked once in it. */
export class Prober {
  readonly #options: ProberOptions;
  readonly #choice = new UpstreamSelector();
  readonly #facts = new Map<ForwardUpstream, ForwardProbe>();
  readonly #asked = new Map<ForwardUpstream, Promise<boolean>>();
  readonly #end = new AbortController();
  #round: Promise<void> | undefined;
  #timer: Timer | undefined;

  constructor(options: ProberOptions) {
    this.#options = options;
    for (const way of this.ways) this.#facts.set(way, { way, works: null, rtt: null, code: null, checkedAt: 0 });
  }

  get ways(): readonly ForwardUpstream[] {
    return this.#options.ssh === undefined ? ['link'] : ['link', 'ssh'];
  }

  /** For new connections; null where none works, or none is known to. */
  get way(): ForwardUpstream | null {
    return this.#choice.way;
  }

  /** True once every upstream was tried. */
  get isKnown(): boolean {
    return this.probes.every(({ works }) => works !== null);
  }

  get probes(): readonly ForwardProbe[] {
    return [...this.#facts.values()].map((probe) =>
      probe.way === 'link' && this.#choice.isLinkSlow ? { ...probe, code: 'forward.slower' } : probe,
    );
  }

  /** Tries every way, now or in the round that is under way. Never rejects. */
  probe(): Promise<void> {
    this.#round ??= this.#run().finally(() => {
      this.#round = undefined;
    });
    return this.#round;
  }

  /** Reports whether the upstream answers: probes it, or joins a probe that is under way. */
  ask(way: ForwardUpstream): Promise<boolean> {
    const asked = this.#asked.get(way) ?? this.#ask(way).finally(() => this.#asked.delete(way));
    this.#asked.set(way, asked);
    return asked;
  }

  /** A connection has found that it does not work. */
  failed(way: ForwardUpstream, error: unknown): void {
    this.#learn(way, { works: false, rtt: null, code: errorCode(error) });
    this.#decide();
    void this.probe();
  }

  stop(): void {
    this.#end.abort();
    this.#timer?.cancel();
  }

  async #run(): Promise<void> {
    this.#timer?.cancel();
    await Promise.all(this.ways.map((way) => this.ask(way)));
    if (this.#end.signal.aborted) return;
    this.#decide();
    const { again, sooner } = AUTO_LIMITS;
    const isAsWished = this.way === 'link' || this.#choice.isLinkSlow;
    this.#timer?.cancel();
    this.#timer = this.#options.clock.setTimer(isAsWished ? again : sooner, () => void this.probe());
  }

  async #ask(way: ForwardUpstream): Promise<boolean> {
    const { link, ssh, clock } = this.#options;
    const ask = way === 'link' ? link : ssh;
    if (ask === undefined || this.#end.signal.aborted) return false;
    const late = new AbortController();
    const timer = clock.setTimer(AUTO_LIMITS.answer, () => late.abort());
    const { signal, release } = anySignal(late.signal, this.#end.signal);
    try {
      const rtt = await unlessAborted(ask(signal), signal);
      this.#learn(way, { works: true, rtt: Math.round(rtt * 10) / 10, code: null });
      return true;
    } catch (error) {
      const code = late.signal.aborted ? this.#silence(way) : errorCode(error);
      this.#learn(way, { works: false, rtt: null, code });
      return false;
    } finally {
      release();
      timer.cancel();
    }
  }

  /** Returns the error for an answer that didn't come in time. */
  #silence(way: ForwardUpstream): string {
    return way === 'link' ? 'forward.peer-away' : (this.#options.sshProblem?.() ?? 'ssh.unreachable');
  }

  #learn(way: ForwardUpstream, found: Pick<ForwardProbe, 'works' | 'rtt' | 'code'>): void {
    if (this.#end.signal.aborted) return;
    this.#facts.set(way, { way, ...found, checkedAt: Math.round(this.#options.clock.now()) });
  }

  #decide(): void {
    const [link, ssh] = [this.#facts.get('link'), this.#facts.get('ssh')];
    if (link !== undefined) this.#choice.decide(link, ssh);
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
