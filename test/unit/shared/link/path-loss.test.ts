import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LinkSession, PathEvent } from '#shared/link/index.ts';
import { disturb, heal, randomSide, World } from './breaking-world.ts';
import { casesOf } from '#test/support/fuzz.ts';

/** All of them with CLAWREACH_SOAK set, else as many as fit into the time. */
const RUNS = 100_000;
const TIME = process.env['CLAWREACH_SOAK'] === undefined ? casesOf(20_000) : Infinity;
const LEAST_RUNS = 1000;

type Outcome = Readonly<{ ups: number; losses: number; doubts: number }>;

async function run(seed: number): Promise<Outcome> {
  const world = new World(seed);
  const { random, work, left, right, clock, events } = world;
  world.dial('left');
  await world.drain();
  for (let count = random.integer(1, 4); count > 0; count -= 1) world.begin(randomSide(random));
  for (let count = random.integer(1, 12); count > 0; count -= 1) await disturb(world);
  if (random.chance(0.5)) world.cutAll();
  await heal(world);
  const of = (session: LinkSession): readonly number[] => {
    const { streamsOpen, bytesRetained, pathsRemembered } = session.statistics();
    return [streamsOpen, bytesRetained, pathsRemembered];
  };
  const state = { wrong: work.wrong, finished: work.finished, left: of(left), right: of(right) };
  const none = [0, 0, 0];
  expect(state, `seed ${seed}`).toEqual({ wrong: [], finished: work.wanted, left: none, right: none });
  for (const told of [events.left, events.right]) checkOrder(told, seed);
  // Both go on over a path that neither only believes in.
  world.cutAll();
  await heal(world);
  void left.close('test', 'over');
  await world.drain();
  await clock.advance(10);
  await world.drain();
  await clock.advance(1000);
  expect([(await left.closed).code, (await right.closed).code], `seed ${seed}`).toEqual(['test', 'test']);
  expect(clock.pending, `seed ${seed}`).toBe(0);
  const all = [...events.left, ...events.right];
  const count = (type: PathEvent['type']): number => all.filter((told) => told === type).length;
  return { ups: count('up'), losses: count('lost'), doubts: count('doubtful') };
}

/** `clear` only of what is doubtful, `doubtful` once, nothing before the first `up`. */
function checkOrder(told: readonly PathEvent['type'][], seed: number): void {
  let state = '';
  for (const type of told) {
    const allowed = { up: true, doubtful: state !== 'doubtful', clear: state === 'doubtful', lost: state !== '' }[type];
    if (!allowed) throw new Error(`seed ${seed}: ${type} after ${state} in ${told.join(' ')}`);
    state = type === 'clear' ? 'up' : type;
  }
}

describe('a session that loses its paths', () => {
  const { stackTraceLimit } = Error;
  beforeAll(() => {
    Error.stackTraceLimit = 0;
  });
  afterAll(() => {
    Error.stackTraceLimit = stackTraceLimit;
  });

  it(
    'delivers every byte once and in order, whoever dials and whatever breaks, and forgets streams and paths',
    async () => {
      const total = { runs: 0, ups: 0, losses: 0, doubts: 0 };
      const end = performance.now() + TIME;
      for (let seed = 1; seed <= RUNS && (performance.now() < end || seed <= LEAST_RUNS); seed += 1) {
        const { ups, losses, doubts } = await run(seed);
        total.runs += 1;
        total.ups += ups;
        total.losses += losses;
        total.doubts += doubts;
      }
      console.info('sessions with paths that break', total);
      expect(total.ups).toBeGreaterThan(total.runs * 2);
      expect(total.losses).toBeGreaterThan(total.runs / 2);
      expect(total.doubts).toBeGreaterThan(total.runs / 20);
    },
    TIME === Infinity ? 3_600_000 : 170_000,
  );
});
