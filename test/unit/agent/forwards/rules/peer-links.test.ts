import { beforeEach, describe, expect, it } from 'vitest';
import { PeerLinks } from '#agent/forwards/rules/peer-links.ts';
import { ClawReachError } from '#shared/errors.ts';
import type { Session } from '#shared/link/index.ts';
import { FakeClock, settle } from '#test/support/fake-clock.ts';
import { OFFICE } from '#test/support/forwards/rule-side.ts';
import { codeOf } from '#test/support/hostile/device.ts';

const SESSION = {} as Session;
const NEVER = new AbortController().signal;

let clock: FakeClock;
let tries: number;
let failure: string | null;
let links: PeerLinks;

beforeEach(() => {
  clock = new FakeClock();
  tries = 0;
  failure = 'link.no-way';
  links = new PeerLinks({
    clock,
    session: async () => {
      tries += 1;
      if (failure !== null) throw new ClawReachError(failure, 'no');
      return SESSION;
    },
    current: () => undefined,
  });
});

describe('a new connection whose peer is away', () => {
  it('waits 15 seconds for the link, and is then told why', async () => {
    const waiting = links.session(OFFICE, NEVER).catch((error: unknown) => error);
    await clock.advance(14_999);
    let isOver = false;
    void waiting.then(() => {
      isOver = true;
    });
    await settle();
    expect(isOver).toBe(false);
    await clock.advance(1);
    expect(await waiting).toMatchObject({ code: 'forward.peer-away', details: { reason: 'link.no-way' } });
    expect(clock.pending).toBe(0);
  });

  it('names the device on the way that is missing', async () => {
    const details = { hop: 'lab', before: 'nas', code: 'via.unreachable' };
    const lost = new ClawReachError('via.hop-lost', 'lab is not reached from nas', { details });
    const through = new PeerLinks({ clock, session: () => Promise.reject(lost), current: () => undefined });
    const waiting = through.session(OFFICE, NEVER).catch((error: unknown) => error);
    await clock.advance(15_000);
    expect(await waiting).toMatchObject({
      code: 'forward.peer-away',
      details: { reason: 'via.hop-lost', hop: 'lab', before: 'nas' },
    });
  });

  it('goes on at once when the link may be there again', async () => {
    const waiting = links.session(OFFICE, NEVER);
    await clock.advance(3500);
    failure = null;
    links.changed();
    expect(await waiting).toBe(SESSION);
    expect(clock.pending).toBe(0);
  });

  it('shares its tries with all others that wait, each for its own time', async () => {
    const first = codeOf(links.session(OFFICE, NEVER));
    await clock.advance(10_000);
    const triesOfOne = tries;
    const others = Array.from({ length: 100 }, () => links.session(OFFICE, NEVER));
    await clock.advance(5000);
    expect(await first).toBe('forward.peer-away');
    expect(tries - triesOfOne).toBeLessThan(4);
    failure = null;
    await clock.advance(4000);
    expect(new Set(await Promise.all(others))).toEqual(new Set([SESSION]));
    expect(clock.pending).toBe(0);
  });

  it('stops trying when nobody waits any more', async () => {
    const gone = new AbortController();
    const waiting = codeOf(links.session(OFFICE, gone.signal));
    await clock.advance(2000);
    gone.abort();
    expect(await waiting).toBe('forward.cancelled');
    const before = tries;
    await clock.advance(60_000);
    expect(tries).toBe(before);
    expect(clock.pending).toBe(0);
  });

  it('does not wait for what no waiting changes', async () => {
    failure = 'link.key-changed';
    await expect(links.session(OFFICE, NEVER)).rejects.toMatchObject({ details: { reason: 'link.key-changed' } });
    expect(tries).toBe(1);
  });
});

describe('turns', () => {
  it('are taken by 48 at a time, in order, and by nobody who came later', async () => {
    const ends: (() => void)[] = [];
    for (let count = 0; count < 48; count += 1) ends.push(await links.turn(OFFICE, NEVER));
    const order: number[] = [];
    const later = [1, 2, 3].map(async (number) => {
      const end = await links.turn(OFFICE, NEVER);
      order.push(number);
      return end;
    });
    await settle();
    expect(order).toEqual([]);
    ends[0]?.();
    ends[0]?.();
    await settle();
    expect(order).toEqual([1]);
    ends[1]?.();
    const newcomer = links.turn(OFFICE, NEVER);
    ends[2]?.();
    for (const end of await Promise.all(later)) end();
    (await newcomer)();
    expect(order).toEqual([1, 2, 3]);
    expect(clock.pending).toBe(0);
  });

  it('are waited for 15 seconds', async () => {
    for (let count = 0; count < 48; count += 1) await links.turn(OFFICE, NEVER);
    const gone = new AbortController();
    const [late, cancelled] = [codeOf(links.turn(OFFICE, NEVER)), codeOf(links.turn(OFFICE, gone.signal))];
    gone.abort();
    expect(await cancelled).toBe('forward.cancelled');
    await clock.advance(15_000);
    expect(await late).toBe('forward.too-many');
    expect(clock.pending).toBe(0);
  });
});
