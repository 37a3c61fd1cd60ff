import { SeededRandom } from '../random.ts';
import type { Machine } from './scene.ts';

/** What is done to a link while it is used. Times in ms. */
export type Fault =
  /** SIGKILL, and started again. */
  | Readonly<{ kind: 'relay killed'; down: number }>
  /** SIGSTOP. */
  | Readonly<{ kind: 'relay frozen'; time: number }>
  /** A machine's way to the relay. */
  | Readonly<{ kind: 'relay stalled'; machine: Machine; time: number }>
  | Readonly<{ kind: 'relay reset'; machine: Machine }>
  | Readonly<{ kind: 'relay swallowed'; machine: Machine; way: 'up' | 'down' | 'both'; time: number }>
  | Readonly<{ kind: 'agent killed'; machine: Machine; down: number }>
  | Readonly<{ kind: 'agent frozen'; machine: Machine; time: number }>
  /** The network between laptop and office loses everything, or one direction, without a word. */
  | Readonly<{ kind: 'direct lost'; way: 'there' | 'back' | 'both' }>
  /** It carries again, and the link moves there. */
  | Readonly<{ kind: 'direct back' }>
  /** The laptop finds neither office nor relay; the middle machine is all that is left. */
  | Readonly<{ kind: 'via alone' }>
  | Readonly<{ kind: 'relay back' }>;

export type Script = readonly Fault[];

const FREEZE = 10_000;

/**
 * The faults of a seed, in order. With `paths` the link is taken relay → direct → relay → via → relay → direct, and something breaks at each
 * stage; without, the relay is all there is, and everything happens to it and to its ends.
 */
export function writeScript(seed: number, paths: boolean): Script {
  const random = new SeededRandom(seed);
  const machine = (): Machine => random.pick(['laptop', 'office'] as const);
  const way = (): 'up' | 'down' | 'both' => random.pick(['up', 'down', 'both'] as const);
  const killedRelay = (): Fault => ({ kind: 'relay killed', down: random.integer(100, 2500) });
  const frozenRelay = (): Fault => ({ kind: 'relay frozen', time: FREEZE });
  const stalled = (): Fault => ({ kind: 'relay stalled', machine: machine(), time: random.integer(500, 6000) });
  const reset = (): Fault => ({ kind: 'relay reset', machine: machine() });
  const swallowed = (): Fault => ({
    kind: 'relay swallowed',
    machine: machine(),
    way: way(),
    time: random.integer(1000, 9000),
  });
  const killedAgent = (): Fault => ({ kind: 'agent killed', machine: machine(), down: random.integer(0, 1500) });
  const frozenAgent = (): Fault => ({ kind: 'agent frozen', machine: machine(), time: FREEZE });
  if (!paths)
    return random.shuffle([
      killedRelay(),
      frozenRelay(),
      stalled(),
      reset(),
      swallowed(),
      killedAgent(),
      frozenAgent(),
    ]);

  const [first, second, third, ...rest] = random.shuffle([
    killedRelay(),
    random.pick([stalled, reset, swallowed])(),
    frozenAgent(),
    killedAgent(),
    random.pick([frozenRelay, killedRelay, reset])(),
  ]);
  return [
    first,
    { kind: 'direct back' } as const,
    second,
    { kind: 'direct lost', way: random.pick(['there', 'back', 'both'] as const) },
    third,
    { kind: 'via alone' },
    ...(random.chance(0.5)
      ? [{ kind: 'agent killed', machine: 'middle', down: random.integer(0, 1500) } as const]
      : []),
    { kind: 'relay back' },
    ...rest,
    { kind: 'direct back' },
  ].filter((fault): fault is Fault => fault !== undefined);
}

export function describeFault(fault: Fault): string {
  const { kind, ...more } = fault;
  const words = Object.entries(more).map(([name, value]) =>
    name === 'machine' || name === 'way' ? value : `${name} ${value} ms`,
  );
  return [kind, ...words].join(', ');
}
