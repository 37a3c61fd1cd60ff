import { array, assert, asyncProperty, double, integer, oneof, record } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PathChoice } from '#agent/links/paths/path-choice.ts';
import type { ChoiceMode } from '#agent/links/paths/transport-kinds.ts';
import { PathComparison } from '#agent/links/paths/path-comparison.ts';
import type { RoundTrips, SessionRole } from '#shared/link/index.ts';
import { FakeClock } from '#test/support/fake-clock.ts';

const MINUTE = 60_000;

type Times = Readonly<{ udp: number; relay: number }>;
type Used = 'udp' | 'relay' | 'direct';

/** A link whose two ways take as long as a test says. What is dialed is there half a second later, and measured. */
class World {
  readonly clock = new FakeClock();
  readonly choice: PathChoice;
  readonly dials: string[] = [];
  /** Tries over TCP, which a test answers, in s. */
  readonly tcp: number[] = [];
  /** When it moved, and to what. */
  readonly moves: Readonly<{ at: number; to: Used }>[] = [];
  times: Times;
  /** Paths of that kind come to nothing. */
  dead = new Set<string>();
  used: Used = 'relay';
  /** Whatever is in use is the slower one at once. */
  spiteful = false;
  readonly #cancelled = new Set<string>();

  constructor(times: Times, { role = 'initiator' }: Readonly<{ role?: SessionRole }> = {}) {
    this.times = times;
    this.choice = new PathChoice({
      clock: this.clock,
      random: () => 0.5,
      role,
      mode: 'auto',
      roundTrip: () => (this.used === 'direct' ? undefined : this.spiteful ? 9999 : this.times[this.used]),
      run: (command) => {
        if (command.type === 'dial') this.#dial(command.kind);
        else if (command.type === 'cancel') this.#cancelled.add(command.kind);
        else queueMicrotask(() => this.lose());
      },
    });
    this.choice.up('relay');
    this.choice.setOpen('relay', true);
    this.choice.setUdp(undefined);
  }

  get minutes(): readonly number[] {
    return this.moves.map(({ at }) => Math.round(at / MINUTE));
  }

  #dial(kind: string): void {
    if (kind === 'direct') this.tcp.push(Math.round((this.clock.monotonic() - START) / 1000));
    if (kind !== 'udp' && kind !== 'relay') return;
    this.dials.push(kind);
    this.clock.setTimer(500, () => this.#attach(kind));
  }

  #attach(kind: 'udp' | 'relay'): void {
    const { choice } = this;
    if (this.#cancelled.delete(kind) || this.dead.has(kind)) choice.failed(kind, undefined, 'no-answer');
    else if (choice.compares(kind) && !choice.prefers(kind, this.#measure(kind))) choice.outdone(kind);
    else {
      this.move(kind);
      choice.dialed(kind);
    }
  }

  #measure(kind: 'udp' | 'relay'): RoundTrips {
    if (this.spiteful) return { tried: 20, used: 100 };
    return { tried: this.times[kind], used: this.times[kind === 'udp' ? 'relay' : 'udp'] };
  }

  move(to: Used): void {
    if (this.used !== to) this.moves.push({ at: this.clock.monotonic() - START, to });
    this.used = to;
    this.choice.up(to);
  }

  lose(): void {
    this.choice.lost();
    this.used = 'relay';
  }
}

const START = new FakeClock().monotonic();

describe('the choice between UDP and the relay', () => {
  it('is UDP where the relay is far away', async () => {
    const world = new World({ udp: 12, relay: 72 });
    await world.clock.advance(3000);
    expect([world.used, world.choice.times, world.choice.whyNotUdp]).toEqual(['udp', { udp: 12, relay: 72 }, null]);
    expect(world.choice.history.at(-1)).toMatchObject({ path: 'direct', udp: true, reason: 'faster' });
    await world.clock.advance(120 * MINUTE);
    expect([world.used, world.moves.length]).toEqual(['udp', 1]);
  });

  it.each([
    { udp: 0.9, relay: 0.3 },
    { udp: 12, relay: 3 },
    { udp: 100, relay: 81 },
    { udp: 30, relay: 30 },
  ])('is UDP in a tie, which spares the relay: %o', async (times) => {
    const world = new World(times);
    await world.clock.advance(3000);
    expect(world.used).toBe('udp');
    expect(world.choice.history.at(-1)).toMatchObject({ path: 'direct', udp: true, reason: 'better' });
  });

  it.each([
    { udp: 14, relay: 3 },
    { udp: 100, relay: 70 },
  ])('is the relay where that answers clearly sooner, and the link says so: %o', async (times) => {
    const world = new World(times);
    await world.clock.advance(3000);
    expect([world.used, world.dials, world.choice.times, world.choice.whyNotUdp]).toEqual([
      'relay',
      ['udp'],
      times,
      'slower',
    ]);
  });

  it('measures what is not in use now and then: UDP after 1, 2, 4, 8, 16 minutes, the relay each 16', async () => {
    const slow = new World({ udp: 100, relay: 20 });
    await slow.clock.advance(48 * MINUTE);
    expect([slow.dials.length, slow.dials.every((kind) => kind === 'udp'), slow.moves]).toEqual([7, true, []]);
    const fast = new World({ udp: 20, relay: 100 });
    await fast.clock.advance(48 * MINUTE);
    expect(fast.dials).toEqual(['udp', 'relay', 'relay']);
  });

  it('moves when the one in use has become clearly slower than the other was', async () => {
    const world = new World({ udp: 20, relay: 60 });
    await world.clock.advance(5 * MINUTE);
    world.times = { udp: 200, relay: 60 };
    await world.clock.advance(20_000);
    expect([world.used, world.choice.whyNotUdp, world.choice.why]).toEqual(['relay', 'slower', 'no-address']);
    expect(world.choice.history.at(-1)).toMatchObject({ path: 'relay', reason: 'faster' });
    world.times = { udp: 20, relay: 60 };
    await world.clock.advance(2 * MINUTE);
    expect([world.used, world.choice.whyNotUdp]).toEqual(['udp', null]);
  });

  it('stays with what is in use between the two margins', async () => {
    for (const times of [
      { udp: 32, relay: 20 },
      { udp: 140, relay: 100 },
    ]) {
      const onRelay = new World(times);
      const onUdp = new World({ udp: 20, relay: 20 });
      await Promise.all([onRelay.clock.advance(3000), onUdp.clock.advance(3000)]);
      onUdp.times = times;
      await Promise.all([onRelay.clock.advance(90 * MINUTE), onUdp.clock.advance(90 * MINUTE)]);
      expect([onRelay.used, onRelay.moves.length, onUdp.used, onUdp.moves.length]).toEqual(['relay', 0, 'udp', 1]);
    }
  });

  it('moves after 1, 2, 4, 8, 16 and then each 32 minutes where whatever is in use is the worse one at once [S-LINK-21]', async () => {
    const world = new World({ udp: 20, relay: 100 });
    world.spiteful = true;
    await world.clock.advance(190 * MINUTE);
    expect(world.minutes).toEqual([0, 1, 3, 7, 15, 31, 63, 95, 127, 159]);
    world.spiteful = false;
    await world.clock.advance(90 * MINUTE);
    world.spiteful = true;
    world.moves.splice(0);
    await world.clock.advance(60 * MINUTE);
    // An hour without one: it begins anew.
    expect(world.moves.length).toBe(6);
  });

  it('moves seldom where the two take turns at being the better one', async () => {
    const world = new World({ udp: 20, relay: 100 });
    for (let turn = 0; turn < 720; turn += 1) {
      world.times = turn % 2 === 0 ? { udp: 20, relay: 100 } : { udp: 100, relay: 20 };
      await world.clock.advance(10_000);
    }
    expect(world.moves.length).toBeLessThan(10);
  });

  it('goes back to the relay when UDP is lost or stalls, rests, and measures before it moves again', async () => {
    const world = new World({ udp: 20, relay: 60 });
    await world.clock.advance(3000);
    world.choice.doubtful();
    await world.clock.advance(600);
    expect([world.used, world.dials]).toEqual(['relay', ['udp', 'relay']]);
    expect(world.choice.whyNotUdp).toBe('cooling');
    await world.clock.advance(9000);
    expect(world.dials).toEqual(['udp', 'relay']);
    await world.clock.advance(2000);
    expect([world.used, world.dials]).toEqual(['udp', ['udp', 'relay', 'udp']]);
    world.lose();
    await world.clock.advance(600);
    expect([world.used, world.choice.history.at(-1)?.reason]).toEqual(['relay', 'lost']);
  });

  it('needs no answer of a relay that cannot be reached: UDP stays, and nobody asks all the time', async () => {
    const world = new World({ udp: 50, relay: 20 });
    world.times = { udp: 20, relay: 20 };
    await world.clock.advance(3000);
    world.dead.add('relay');
    world.times = { udp: 90, relay: 20 };
    await world.clock.advance(60 * MINUTE);
    expect([world.used, world.choice.whyNotUdp]).toEqual(['udp', null]);
    expect(world.dials.length).toBeLessThan(10);
    world.choice.setOpen('relay', false);
    world.dials.length = 0;
    await world.clock.advance(60 * MINUTE);
    expect(world.dials.filter((kind) => kind === 'relay')).toEqual([]);
  });

  it('is made anew in another network, and when a person asks', async () => {
    const world = new World({ udp: 100, relay: 20 });
    await world.clock.advance(30 * MINUTE);
    world.dials.length = 0;
    world.times = { udp: 20, relay: 60 };
    world.choice.networkChanged();
    expect(world.choice.times).toBe(null);
    await world.clock.advance(3000);
    expect([world.used, world.dials]).toEqual(['udp', ['udp']]);
    world.times = { udp: 100, relay: 20 };
    world.choice.dialNow();
    await world.clock.advance(3000);
    expect(world.used).toBe('relay');
  });

  it('is no choice where a person has made it [S-LINK-21]', async () => {
    for (const mode of ['relay-only', 'direct-only', 'via'] satisfies ChoiceMode[]) {
      const world = new World({ udp: 200, relay: 20 });
      await world.clock.advance(3000);
      world.dials.length = 0;
      world.choice.setMode(mode);
      await world.clock.advance(90 * MINUTE);
      expect([mode, world.dials]).toEqual([mode, []]);
    }
  });

  it('is the initiator’s: the responder measures nothing, and takes what it is given', async () => {
    const world = new World({ udp: 20, relay: 100 }, { role: 'responder' });
    await world.clock.advance(90 * MINUTE);
    world.move('udp');
    await world.clock.advance(90 * MINUTE);
    world.move('relay');
    expect([world.dials, world.choice.times]).toEqual([[], null]);
    expect(world.choice.history.map(({ reason }) => reason)).toEqual(['first', 'better', 'peer-moved']);
  });

  it('is over when TCP leads there, which is tried at once after a move to UDP, soon again, and at last each minute', async () => {
    const world = new World({ udp: 20, relay: 100 });
    world.choice.setOpen('direct', true);
    world.choice.failed('direct', 'no-answer');
    await world.clock.advance(3000);
    expect([world.used, world.tcp]).toEqual(['udp', [0, 2]]);
    for (let failure = 0; failure < 6; failure += 1) {
      world.choice.failed('direct', 'no-answer');
      await world.clock.advance(MINUTE);
    }
    expect(world.tcp).toEqual([0, 2, 8, 73, 143, 223, 303, 363]);
    world.move('direct');
    world.choice.dialed('direct');
    world.dials.length = 0;
    await world.clock.advance(90 * MINUTE);
    expect([world.used, world.dials, world.choice.times, world.choice.why]).toEqual(['direct', [], null, null]);
  });

  it(
    'never flaps, whatever the round trips do, and is right in the end [S-LINK-21]',
    { timeout: 120_000 },
    async () => {
      const roundTrip = oneof(double({ min: 0.1, max: 30, noNaN: true }), double({ min: 1, max: 400, noNaN: true }));
      const weather = array(
        record({ udp: roundTrip, relay: roundTrip, lasts: integer({ min: 1000, max: 10 * MINUTE }) }),
        { minLength: 1, maxLength: 60 },
      );
      await assert(
        asyncProperty(weather, async (phases) => {
          const world = new World(phases[0] ?? { udp: 1, relay: 1 });
          for (const { udp, relay, lasts } of phases) {
            world.times = { udp, relay };
            await world.clock.advance(lasts);
          }
          // What has stayed the same for longer than any pause decides.
          await world.clock.advance(70 * MINUTE);
          const { udp, relay } = world.times;
          const byRelay = udp - relay > 15 && udp > 1.5 * relay;
          const byUdp = udp - relay <= 10 || udp <= 1.25 * relay;
          expect(world.used).toBe(byRelay ? 'relay' : byUdp ? 'udp' : world.used);
          const apart = (moves: number): number[] =>
            world.moves.slice(moves).map(({ at }, index) => at - (world.moves[index]?.at ?? 0));
          expect(apart(1).filter((time) => time < MINUTE)).toEqual([]);
          expect(apart(7).filter((time) => time < 60 * MINUTE)).toEqual([]);
          expect(world.dials.length).toBeLessThan(2 + (world.clock.monotonic() - START) / MINUTE);
        }),
        { numRuns: 60 },
      );
    },
  );
});

describe('a comparison', () => {
  it('counts one that gave no answer as slower than any other', () => {
    const clock = new FakeClock();
    expect(new PathComparison(clock).judge('udp', { tried: 3000, used: Infinity })).toBe(true);
    expect(new PathComparison(clock).judge('relay', { tried: 3000, used: Infinity })).toBe(true);
  });
});
