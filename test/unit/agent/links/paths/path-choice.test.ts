import { describe, expect, it } from 'vitest';
import { PathChoice } from '#agent/links/paths/path-choice.ts';
import type { ChoiceMode, TransportKind } from '#agent/links/paths/transport-kinds.ts';
import type { SessionRole } from '#shared/link/index.ts';
import { FakeClock } from '#test/support/fake-clock.ts';

type Options = Readonly<{
  role?: SessionRole;
  mode?: ChoiceMode;
  random?: () => number;
  open?: readonly TransportKind[];
}>;

/** The machine with its commands as texts: `dial relay`. */
class Bench {
  readonly clock = new FakeClock();
  readonly choice: PathChoice;
  #log: string[] = [];

  constructor({ role = 'initiator', mode = 'auto', random = () => 0.5, open = ['relay', 'direct'] }: Options = {}) {
    this.choice = new PathChoice({
      clock: this.clock,
      random,
      role,
      mode,
      run: (command) => this.#log.push('kind' in command ? `${command.type} ${command.kind}` : command.type),
    });
    this.choice.up('relay');
    for (const kind of open) this.choice.setOpen(kind, true);
  }

  /** Commands since the last look. */
  get commands(): readonly string[] {
    return this.#log.splice(0);
  }

  /** The direct path that is tried at first does come about. */
  async goDirect(): Promise<void> {
    await this.clock.advance(1000);
    this.choice.up('direct');
    this.choice.dialed('direct');
    this.#log.length = 0;
  }

  get paths(): readonly (string | null)[] {
    return this.choice.history.map(({ path, reason }) => `${path} ${reason}`);
  }
}

describe('a link over the relay', () => {
  it('tries a direct path at once, once at a time, and again after a minute', async () => {
    const bench = new Bench();
    expect(bench.commands).toEqual(['dial direct']);
    await bench.clock.advance(120_000);
    expect(bench.commands).toEqual([]);
    bench.choice.failed('direct', 'no-answer');
    expect(bench.choice.why).toBe('no-answer');
    await bench.clock.advance(59_999);
    expect(bench.commands).toEqual([]);
    await bench.clock.advance(1);
    expect(bench.commands).toEqual(['dial direct']);
    expect(bench.choice.why).toBe('no-answer');
    bench.choice.networkChanged();
    expect(bench.choice.why).toBe('trying');
  });

  it('leaves the first second to the side that began the session', async () => {
    const bench = new Bench({ role: 'responder' });
    await bench.clock.advance(999);
    expect(bench.commands).toEqual([]);
    await bench.clock.advance(1);
    expect(bench.commands).toEqual(['dial direct']);
    bench.choice.failed('direct');
    await bench.clock.advance(60_999);
    expect(bench.commands).toEqual([]);
    await bench.clock.advance(1);
    expect(bench.commands).toEqual(['dial direct']);
  });

  it('tries the new addresses of a peer at once', () => {
    const bench = new Bench({ open: ['relay'] });
    expect([bench.commands, bench.choice.why]).toEqual([[], 'no-address']);
    bench.choice.setOpen('direct', true, true);
    expect(bench.commands).toEqual(['dial direct']);
    bench.choice.failed('direct', 'wrong-answer');
    bench.choice.setOpen('direct', true);
    expect(bench.commands).toEqual([]);
    bench.choice.setOpen('direct', true, true);
    expect(bench.commands).toEqual(['dial direct']);
  });

  it('moves when the direct path is proven, and tries nothing more', async () => {
    const bench = new Bench({ open: ['relay', 'direct', 'via'] });
    await bench.goDirect();
    await bench.clock.advance(600_000);
    expect(bench.commands).toEqual([]);
    expect([bench.choice.why, bench.paths]).toEqual([null, ['relay first', 'direct better']]);
  });

  it('tries direct anew on another network, and when a person asks', async () => {
    const bench = new Bench();
    bench.choice.failed('direct');
    expect(bench.commands).toEqual(['dial direct']);
    bench.choice.networkChanged();
    expect(bench.commands).toEqual(['dial direct']);
    bench.choice.failed('direct');
    bench.choice.dialNow();
    expect(bench.commands).toEqual(['dial direct']);
  });
});

describe('a link that gives no answer', () => {
  it('makes other paths at once while the old one goes on, and drops them when it answers', async () => {
    const bench = new Bench();
    await bench.goDirect();
    bench.choice.doubtful();
    expect(bench.commands).toEqual(['dial direct', 'dial relay']);
    bench.choice.clear();
    expect(bench.commands).toEqual(['cancel direct', 'cancel relay']);
    bench.choice.failed('direct');
    bench.choice.failed('relay');
    await bench.clock.advance(600_000);
    expect(bench.commands).toEqual([]);
    expect(bench.paths).toEqual(['relay first', 'direct better']);
  });

  it('goes on over the first that comes about', async () => {
    const bench = new Bench();
    await bench.goDirect();
    bench.choice.doubtful();
    expect(bench.commands).toEqual(['dial direct', 'dial relay']);
    bench.choice.up('relay');
    bench.choice.dialed('relay');
    expect(bench.commands).toEqual([]);
    bench.choice.failed('direct', 'no-answer');
    expect([bench.choice.why, bench.paths.at(-1)]).toEqual(['cooling', 'relay lost']);
  });
});

describe('a link without a path', () => {
  it('dials every transport at once, then with full jitter below ceilings that double up to five seconds', async () => {
    const bench = new Bench({ random: () => 0.999, open: ['relay'] });
    bench.choice.lost();
    const waits: number[] = [];
    for (let round = 0; round < 8; round += 1) {
      expect(bench.commands).toEqual(['dial relay']);
      bench.choice.failed('relay');
      const before = bench.clock.monotonic();
      const { retryAt } = bench.choice;
      await bench.clock.advance((retryAt ?? 0) - bench.clock.now());
      waits.push(bench.clock.monotonic() - before);
    }
    expect(waits.map((wait) => Math.ceil(wait / 10) * 10)).toEqual([250, 500, 1000, 2000, 4000, 5000, 5000, 5000]);
  });

  it('is dialed by both sides, the responder a second later', async () => {
    const [initiator, responder] = [new Bench({ open: ['relay'] }), new Bench({ role: 'responder', open: ['relay'] })];
    for (const { choice } of [initiator, responder]) choice.lost();
    expect([initiator.commands, responder.commands]).toEqual([['dial relay'], []]);
    await responder.clock.advance(1000);
    expect(responder.commands).toEqual(['dial relay']);
  });

  it('waits for nothing when the relay or the peer is there again', async () => {
    const bench = new Bench({ random: () => 0.999, open: ['relay'] });
    bench.choice.lost();
    for (let round = 0; round < 6; round += 1) {
      bench.choice.failed('relay');
      await bench.clock.advance(5000);
    }
    bench.choice.failed('relay');
    bench.choice.setOpen('relay', false);
    expect([bench.choice.retryAt, bench.choice.hasFailed]).toEqual([null, true]);
    expect(bench.commands.every((command) => command === 'dial relay')).toBe(true);
    await bench.clock.advance(60_000);
    expect(bench.commands).toEqual([]);
    bench.choice.setOpen('relay', true);
    expect(bench.commands).toEqual(['dial relay']);
  });

  it('waits for nothing when a person asks, on either side', () => {
    const bench = new Bench({ role: 'responder', open: ['relay'] });
    bench.choice.lost();
    bench.choice.dialNow();
    expect(bench.commands).toEqual(['dial relay']);
  });

  it('uses a hop only when neither of the others is available', async () => {
    const bench = new Bench({ open: ['relay', 'direct', 'via'] });
    bench.choice.failed('direct');
    bench.choice.lost();
    expect(bench.commands).toEqual(['dial direct', 'dial direct', 'dial relay']);
    bench.choice.failed('direct');
    expect(bench.commands).toEqual([]);
    bench.choice.failed('relay');
    expect(bench.commands).toEqual(['dial via']);
    bench.choice.up('via');
    expect(bench.commands).toEqual(['dial direct', 'dial relay']);
  });

  it('is left alone when nothing runs over it, until a person or a stream wants it', () => {
    const bench = new Bench({ open: ['relay'] });
    bench.choice.setIdle(true);
    bench.choice.lost();
    expect([bench.commands, bench.choice.retryAt, bench.clock.pending]).toEqual([[], null, 0]);
    bench.choice.setIdle(false);
    expect(bench.commands).toEqual(['dial relay']);
    const asked = new Bench({ open: ['relay'] });
    asked.choice.setIdle(true);
    asked.choice.lost();
    asked.choice.dialNow();
    expect(asked.commands).toEqual(['dial relay']);
  });

  it('ends with its tries', async () => {
    const bench = new Bench({ open: ['relay'] });
    bench.choice.lost();
    bench.choice.end();
    expect(bench.commands).toEqual(['dial relay', 'cancel relay']);
    bench.choice.failed('relay');
    expect(bench.clock.pending).toBe(0);
  });
});

describe('a direct path that was lost', () => {
  it('is not tried again for 10, 20, 40, 60 seconds while there is a relay', async () => {
    const bench = new Bench();
    const waits: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      await bench.goDirect();
      bench.choice.lost();
      expect(bench.commands).toEqual(['dial relay']);
      const lostAt = bench.clock.monotonic();
      bench.choice.up('relay');
      bench.choice.dialed('relay');
      expect(bench.choice.why).toBe('cooling');
      expect(bench.choice.accepts('direct')).toBe(false);
      while (!bench.commands.includes('dial direct')) await bench.clock.advance(1000);
      waits.push((bench.clock.monotonic() - lostAt) / 1000);
    }
    expect(waits).toEqual([10, 20, 40, 60, 60]);
  });

  it('counts as the first one after a minute that went well', async () => {
    const bench = new Bench();
    for (let round = 0; round < 3; round += 1) {
      await bench.goDirect();
      await bench.clock.advance(60_000);
      bench.choice.lost();
      bench.choice.up('relay');
      bench.choice.dialed('relay');
      await bench.clock.advance(9999);
      expect(bench.commands).not.toContain('dial direct');
      await bench.clock.advance(1);
      expect(bench.commands).toEqual(['dial direct']);
    }
  });

  it('is tried at once where there is no other transport, and where the other one fails', async () => {
    const bench = new Bench();
    await bench.goDirect();
    bench.choice.lost();
    bench.choice.failed('relay');
    expect(bench.commands).toEqual(['dial relay', 'dial direct']);
    const alone = new Bench({ open: ['direct'], mode: 'direct-only' });
    await alone.goDirect();
    alone.choice.lost();
    expect(alone.commands).toEqual(['dial direct']);
  });
});

describe('a person who wants', () => {
  it('the relay only gets no other path, offered or dialed', async () => {
    const bench = new Bench({ mode: 'relay-only' });
    await bench.clock.advance(120_000);
    expect([bench.commands, bench.choice.why, bench.choice.accepts('direct')]).toEqual([[], 'relay-only', false]);
  });

  it('direct only leaves the relay at once, whether there is a direct path or not', async () => {
    const bench = new Bench({ open: ['relay', 'direct'] });
    expect(bench.commands).toEqual(['dial direct']);
    bench.choice.setMode('direct-only');
    expect(bench.commands).toEqual(['cut']);
    bench.choice.failed('direct', 'no-answer');
    bench.choice.lost();
    await bench.clock.advance(10_000);
    expect(bench.commands).toEqual(['dial direct']);
    expect([bench.choice.accepts('relay'), bench.choice.accepts('direct')]).toEqual([false, true]);
    const nowhere = new Bench({ open: ['relay'] });
    nowhere.choice.setMode('direct-only');
    expect(nowhere.commands).toEqual(['cut']);
  });

  it('the relay again leaves a direct path at once', async () => {
    const bench = new Bench();
    await bench.goDirect();
    bench.choice.setMode('relay-only');
    expect(bench.commands).toEqual(['cut', 'dial relay']);
    bench.choice.lost();
    bench.choice.up('relay');
    bench.choice.dialed('relay');
    expect([bench.commands, bench.paths.at(-1)]).toEqual([[], 'relay relay-only']);
  });

  it('to go through another peer than now leaves the one of before at once', () => {
    const bench = new Bench({ open: ['relay', 'direct', 'via'], mode: 'via' });
    bench.choice.lost();
    bench.choice.up('via');
    bench.choice.dialed('via');
    expect(bench.commands).toEqual(['cut', 'dial via']);
    bench.choice.setMode('via', true);
    expect(bench.commands).toEqual(['cut']);
    bench.choice.lost();
    expect(bench.commands).toEqual(['dial via']);
    bench.choice.up('via');
    bench.choice.dialed('via');
    expect([bench.commands, bench.paths.at(-1)]).toEqual([[], 'via chosen']);
  });

  it('to go through a certain hop uses that hop and no other transport', async () => {
    const bench = new Bench({ open: ['relay', 'direct', 'via'], mode: 'via' });
    expect(bench.commands).toEqual(['cut', 'dial via']);
    bench.choice.lost();
    bench.choice.up('via');
    bench.choice.dialed('via');
    await bench.clock.advance(120_000);
    expect(bench.commands).toEqual([]);
  });
});

describe('a path that the other side has made', () => {
  it('is taken when it is better, or when the one in use gives no answer', async () => {
    const bench = new Bench();
    const accepts = (): readonly boolean[] =>
      (['direct', 'relay', 'via'] as const).map((kind) => bench.choice.accepts(kind));
    expect(accepts()).toEqual([true, false, false]);
    bench.choice.doubtful();
    expect(accepts()).toEqual([true, true, true]);
    await bench.goDirect();
    expect(accepts()).toEqual([false, false, false]);
  });
});

describe('a path that works and has served two hours', () => {
  const HOURS = 60 * 60_000;

  it('is replaced by a new one of its kind, and again after two more', async () => {
    for (const kind of ['relay', 'direct', 'via'] as const) {
      const bench = new Bench({ open: [] });
      bench.choice.setOpen(kind, true);
      bench.choice.up(kind);
      bench.choice.dialed(kind);
      expect(bench.commands.length).toBeLessThanOrEqual(1);
      for (let round = 0; round < 2; round += 1) {
        await bench.clock.advance(2 * HOURS - 1);
        expect(bench.commands).toEqual([]);
        await bench.clock.advance(1);
        expect(bench.commands).toEqual([`dial ${kind}`]);
        bench.choice.up(kind);
        bench.choice.dialed(kind);
      }
      // Of renewals in a row the last one is told.
      expect(bench.paths.filter((path) => path?.endsWith('renewed') === true)).toEqual([`${kind} renewed`]);
    }
  });

  it.each(['initiator', 'responder'] as const)(
    'is not said to be renewed where one of its kind took its place sooner, seen by the %s',
    async (role) => {
      const bench = new Bench({ role, open: ['relay'] });
      await bench.clock.advance(6 * 60_000);
      bench.choice.up('relay');
      expect(bench.paths).toEqual(['relay first', 'relay remade']);
    },
  );

  it('is renewed where the machine slept', async () => {
    const bench = new Bench({ open: ['relay'] });
    bench.choice.woke();
    await bench.clock.advance(5000);
    bench.choice.up('relay');
    expect(bench.paths).toEqual(['relay first', 'relay renewed']);
  });

  it('stays when no new one comes about, which is tried again after five minutes', async () => {
    const bench = new Bench({ open: ['relay'] });
    await bench.clock.advance(2 * HOURS);
    for (let round = 0; round < 5; round += 1) {
      expect(bench.commands).toEqual(['dial relay']);
      bench.choice.failed('relay');
      expect([bench.choice.accepts('relay'), bench.paths]).toEqual([true, ['relay first']]);
      await bench.clock.advance(5 * 60_000 - 1);
      expect(bench.commands).toEqual([]);
      await bench.clock.advance(1);
    }
  });

  it('is left alone while it gives no answer, and where another one has taken its place meanwhile', async () => {
    const bench = new Bench({ open: ['relay'] });
    await bench.clock.advance(2 * HOURS - 1000);
    bench.choice.doubtful();
    expect(bench.commands).toEqual(['dial relay']);
    await bench.clock.advance(1000);
    expect(bench.commands).toEqual([]);
    bench.choice.up('relay');
    bench.choice.dialed('relay');
    expect(bench.paths.at(-1)).toBe('relay lost');
    await bench.clock.advance(2 * HOURS - 1);
    expect(bench.commands).toEqual([]);
  });

  it('is replaced by the other side a minute later, where this one has no transport', async () => {
    const responder = new Bench({ role: 'responder', open: ['relay'] });
    await responder.clock.advance(2 * HOURS + 59_999);
    expect(responder.commands).toEqual([]);
    await responder.clock.advance(1);
    expect(responder.commands).toEqual(['dial relay']);
    const initiator = new Bench({ open: [] });
    await initiator.clock.advance(2 * HOURS - 1);
    expect(initiator.choice.accepts('relay')).toBe(false);
    await initiator.clock.advance(1);
    expect(initiator.choice.accepts('relay')).toBe(true);
    expect(initiator.choice.accepts('via')).toBe(false);
  });

  it('is replaced a few seconds after the machine woke, however young, by the side that began the session', async () => {
    const bench = new Bench({ open: ['relay'] });
    bench.choice.woke();
    await bench.clock.advance(4999);
    expect(bench.commands).toEqual([]);
    await bench.clock.advance(1);
    expect(bench.commands).toEqual(['dial relay']);
    bench.choice.up('relay');
    bench.choice.dialed('relay');
    expect(bench.paths).toEqual(['relay first', 'relay renewed']);
    bench.choice.woke();
    bench.choice.lost();
    bench.choice.up('relay');
    bench.choice.dialed('relay');
    expect(bench.commands).toEqual(['dial relay']);
    await bench.clock.advance(60_000);
    expect(bench.commands).toEqual([]);
    const responder = new Bench({ role: 'responder', open: ['relay'] });
    responder.choice.woke();
    await responder.clock.advance(60_000);
    expect(responder.commands).toEqual([]);
  });
});

describe('the side that does not decide', () => {
  it('says that the other device chose another path, where that is all it can know', () => {
    const bench = new Bench({ role: 'responder' });
    bench.choice.up('direct');
    bench.choice.up('relay');
    bench.choice.up('relay');
    expect(bench.paths).toEqual(['relay first', 'direct better', 'relay peer-moved', 'relay remade']);
  });

  it('says what it has seen itself', async () => {
    const bench = new Bench({ role: 'responder' });
    bench.choice.doubtful();
    bench.choice.up('relay');
    await bench.clock.advance(2 * 60 * 60_000);
    bench.choice.up('relay');
    bench.choice.up('direct');
    bench.choice.setMode('relay-only');
    bench.choice.up('relay');
    expect(bench.paths.slice(1)).toEqual(['relay lost', 'relay renewed', 'direct better', 'relay relay-only']);
  });
});

it('a session that another one has displaced gets its path back, and no better one', async () => {
  const bench = new Bench({ open: ['relay'] });
  bench.choice.setPrimary(false);
  bench.choice.setOpen('direct', true);
  await bench.clock.advance(120_000);
  expect(bench.commands).toEqual([]);
  bench.choice.lost();
  expect(bench.commands).toEqual(['dial direct', 'dial relay']);
});

it('twenty changes of the path are remembered', async () => {
  const bench = new Bench({ open: [] });
  for (let round = 0; round < 15; round += 1) {
    bench.choice.lost();
    bench.choice.up('relay');
  }
  expect(bench.choice.history).toHaveLength(20);
  expect(bench.paths.slice(-2)).toEqual(['null lost', 'relay lost']);
});
