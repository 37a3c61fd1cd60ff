import { Prober } from '#agent/forwards/auto/index.ts';
import type { RemoteConnection, Upstream } from '#agent/forwards/rules/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { ForwardError } from '#shared/forward/index.ts';
import { FakeClock } from '#test/support/fake-clock.ts';

/** What a way does: answers after so many ms, says why not, or `silent`. */
export type Behaviour = number | string;

/** One way that a test drives. */
export class FakeWay {
  behaviour: Behaviour;
  /** What comes of a connection, where the way itself works. */
  target = 'stands';
  asked = 0;
  connected = 0;
  aborted = 0;
  readonly #clock: FakeClock;

  constructor(clock: FakeClock, behaviour: Behaviour) {
    this.#clock = clock;
    this.behaviour = behaviour;
  }

  async ask(signal: AbortSignal): Promise<number> {
    this.asked += 1;
    const { behaviour } = this;
    if (typeof behaviour === 'number') {
      await this.#pass(behaviour, signal);
      return behaviour;
    }
    if (behaviour !== 'silent') throw new ClawReachError(behaviour, behaviour);
    return await this.#pass(Infinity, signal);
  }

  readonly upstream: Upstream = {
    connect: async (_target, { signal, onWaiting }) => {
      this.connected += 1;
      if (typeof this.behaviour !== 'number') {
        if (this.behaviour !== 'silent') throw new ClawReachError(this.behaviour, this.behaviour);
        await this.#pass(Infinity, signal);
      }
      if (this.target === 'asks') onWaiting?.();
      if (this.target === 'slow' || this.target === 'asks') await this.#pass(20_000, signal);
      else if (this.target !== 'stands') throw new ClawReachError(this.target, this.target);
      return FAR;
    },
    listen: () => Promise.reject(new Error('not here')),
  };

  #pass(time: number, signal: AbortSignal): Promise<never> {
    return new Promise<never>((resolve, reject) => {
      const timer = Number.isFinite(time) ? this.#clock.setTimer(time, () => (resolve as () => void)()) : undefined;
      signal.addEventListener('abort', () => {
        timer?.cancel();
        this.aborted += 1;
        reject(new ForwardError('forward.cancelled', 'given up'));
      });
    });
  }
}

export const FAR: RemoteConnection = {
  address: null,
  carry: () => Promise.resolve('finished'),
  toDuplex: () => {
    throw new Error('not here');
  },
  destroy: () => undefined,
};

export type Ways = Readonly<{ clock: FakeClock; link: FakeWay; ssh: FakeWay; prober: Prober; changes: () => number }>;

export function ways(link: Behaviour, ssh: Behaviour): Ways {
  const clock = new FakeClock();
  const made = { link: new FakeWay(clock, link), ssh: new FakeWay(clock, ssh) };
  let changes = 0;
  const prober = new Prober({
    clock,
    link: (signal) => made.link.ask(signal),
    ssh: (signal) => made.ssh.ask(signal),
    sshProblem: () => undefined,
    changed: () => {
      changes += 1;
    },
  });
  return { clock, ...made, prober, changes: () => changes };
}
