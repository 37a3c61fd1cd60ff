import { beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '#test/support/fake-clock.ts';
import { Line, SeededRandom, type LineConditions } from '#test/support/faults/index.ts';

describe('one direction of a link', () => {
  let clock: FakeClock;
  let arrivals: [name: string, at: number][];

  beforeEach(() => {
    clock = new FakeClock(0);
    arrivals = [];
  });

  function lineOf(conditions: Partial<LineConditions>): Line {
    return new Line({ clock, random: new SeededRandom(1), conditions });
  }
  function note(name: string): () => void {
    return () => arrivals.push([name, clock.monotonic()]);
  }

  it('that is perfect delivers at once', () => {
    lineOf({}).send(1_000_000, note('a'));
    expect(arrivals).toEqual([['a', 0]]);
    expect(clock.pending).toBe(0);
  });

  it('delays by its latency and what its rate needs for all that came before', async () => {
    const line = lineOf({ latency: 40, rate: 1_000_000, queue: 10_000 });
    for (const name of ['a', 'b', 'c']) expect(line.send(1000, note(name))).toBe(true);
    await clock.advance(100);
    expect(arrivals).toEqual([
      ['a', 41],
      ['b', 42],
      ['c', 43],
    ]);
    expect(clock.pending).toBe(0);
  });

  it('takes no more than its queue holds, and tells when there is room, in the order of those who wait', async () => {
    const line = lineOf({ rate: 1_000_000, queue: 3000 });
    for (const name of ['a', 'b', 'c']) line.send(1000, note(name));
    expect(line.queued).toBe(3000);
    expect(line.send(1000, note('too much'))).toBe(false);
    const room: [string, number][] = [];
    for (const name of ['first', 'second'])
      line.whenRoom(1000, () => {
        room.push([name, clock.monotonic()]);
        line.send(1000, note(name));
      });
    expect(line.contended).toBe(true);
    await clock.advance(10);
    expect(room).toEqual([
      ['first', 1],
      ['second', 2],
    ]);
    expect(arrivals.map(([name]) => name)).toEqual(['a', 'b', 'c', 'first', 'second']);
    expect(arrivals.at(-1)).toEqual(['second', 5]);
  });

  it('passes exactly its rate, for as long as it has to send', async () => {
    const line = lineOf({ rate: 2_500_000, queue: 65_536 });
    let bytes = 0;
    const send = (): void => {
      while (line.send(1448, () => (bytes += 1448)));
      line.whenRoom(1448, send);
    };
    send();
    await clock.advance(10_000);
    expect(bytes).toBeGreaterThan(24_990_000);
    expect(bytes).toBeLessThanOrEqual(25_000_000);
  });

  it('keeps the order of what has to be in order however much it jitters, and repeats itself with its seed', async () => {
    const run = async (): Promise<readonly [string, number][]> => {
      arrivals = [];
      clock = new FakeClock(0);
      const line = lineOf({ latency: 10, jitter: 50 });
      for (let index = 0; index < 100; index += 1) {
        line.send(100, note(String(index)));
        await clock.advance(1);
      }
      await clock.advance(100);
      return arrivals;
    };
    const first = await run();
    expect(first.map(([name]) => Number(name))).toEqual(Array.from({ length: 100 }, (_item, index) => index));
    expect(await run()).toEqual(first);
    expect(Math.max(...first.map(([name, at]) => at - Number(name)))).toBeGreaterThan(40);
  });

  it('lets later ones pass what is late and need not be in order', async () => {
    const line = lineOf({ latency: 10 });
    line.send(100, note('late'), { ordered: false, late: 20 });
    line.send(100, note('next'), { ordered: false });
    await clock.advance(100);
    expect(arrivals).toEqual([
      ['next', 10],
      ['late', 30],
    ]);
  });

  it('loses nothing and gains no time while it stalls', async () => {
    const line = lineOf({ latency: 10, rate: 1_000_000 });
    line.send(5000, note('a'));
    await clock.advance(2);
    line.stall();
    await clock.advance(1000);
    line.send(5000, note('b'));
    expect(arrivals).toEqual([]);
    expect(clock.pending).toBe(0);
    line.resume();
    await clock.advance(100);
    expect(arrivals).toEqual([
      ['a', 1015],
      ['b', 1020],
    ]);
  });

  it('forgets what is on its way when it is cleared', async () => {
    const line = lineOf({ latency: 10 });
    line.send(1, note('a'));
    line.clear();
    expect(clock.pending).toBe(0);
    await clock.advance(100);
    expect(arrivals).toEqual([]);
  });
});
