import { assert, array, integer, property, tuple } from 'fast-check';
import { describe, expect, it } from 'vitest';

import { DEFAULT_LINK_LIMITS, createSession } from '#shared/link/index.ts';
import { FakeClock } from '#test/support/fake-clock.ts';
import { SESSION_ID } from '#test/support/link.ts';
import { BlockList } from '../../../../src-shared/link/streams/block-list.ts';
import { CreditLedger } from '../../../../src-shared/link/streams/credit.ts';
import type { CreditAccount } from '../../../../src-shared/link/streams/credit.ts';
import { FLOOR_CREDIT, QUANTUM, sharedCredit } from '../../../../src-shared/link/limits.ts';
import { OutputMeter } from '../../../../src-shared/link/streams/priority.ts';
import { RangeSet } from '../../../../src-shared/link/streams/range-set.ts';
import { ReceiveBuffer } from '../../../../src-shared/link/streams/receive-buffer.ts';
import { RecordBuffer } from '../../../../src-shared/link/record-buffer.ts';
import { Scheduler } from '../../../../src-shared/link/streams/scheduler.ts';
import type { Schedulable } from '../../../../src-shared/link/streams/scheduler.ts';
import { SendBuffer } from '../../../../src-shared/link/streams/send-buffer.ts';
import type { StreamPriority } from '../../../../src-shared/link/types.ts';

const KIB = 1024;

describe('credit', () => {
  const limits = { ...DEFAULT_LINK_LIMITS };
  function ledger(
    time: { now: number; rtt: number | undefined } = { now: 0, rtt: undefined },
    chosen = limits,
  ): CreditLedger {
    return new CreditLedger({
      limits: chosen,
      now: () => time.now,
      roundTrip: () => time.rtt,
      unopenedStreams: () => 1000,
    });
  }

  it('of all streams together stays within the session window, whatever is read or not [S-LINK-10]', () => {
    // Few streams fill it.
    const few = {
      ...limits,
      maxIncomingStreams: 16,
      maxOutgoingStreams: 0,
      sessionWindow: 1024 * KIB,
      interactiveReserve: 256 * KIB,
    };
    const step = tuple(integer({ min: 0, max: 3 }), integer({ min: 0, max: 29 }), integer({ min: 0, max: 400_000 }));
    assert(
      property(array(step, { maxLength: 60, size: 'max' }), (steps) => {
        const shared = ledger(undefined, few);
        const accounts: { account: CreditAccount; received: number }[] = [];
        for (const [what, which, amount] of steps) {
          const chosen = accounts[which % Math.max(1, accounts.length)];
          if ((what === 0 && accounts.length < few.maxIncomingStreams) || chosen === undefined) {
            const account = shared.open(amount % 4 === 0, () => undefined);
            account.widen();
            accounts.push({ account, received: 0 });
          } else if (what === 1) {
            shared.nextLimit();
            chosen.received = Math.min(chosen.account.granted, chosen.received + amount);
            chosen.account.receive(chosen.received);
          } else if (what === 2) chosen.account.consume(Math.min(chosen.received, chosen.account.consumed + amount));
          else chosen.account.finish(Math.min(chosen.account.granted, chosen.received));
        }
        const outstanding = accounts.reduce((sum, { account }) => sum + account.granted - account.consumed, 0);
        expect(shared.outstandingExtra).toBeLessThanOrEqual(sharedCredit(few));
        expect(outstanding).toBeLessThanOrEqual(few.sessionWindow);
      }),
      { numRuns: 5000 },
    );
  });

  it('leaves the reserve to interactive streams when bulk is never read [S-LINK-10]', () => {
    const shared = ledger();
    const bulk = Array.from({ length: 200 }, () => shared.open(false, () => undefined));
    for (const account of bulk) account.widen();
    expect(bulk.at(-1)?.granted).toBe(FLOOR_CREDIT);
    expect(shared.available(false)).toBeLessThan(KIB);
    const terminal = shared.open(true, () => undefined);
    terminal.widen();
    expect(terminal.granted).toBe(limits.streamWindow);
  });

  it('goes to a stream that had too little as soon as another one is read or ends', () => {
    const shared = ledger();
    const bulk = Array.from({ length: 200 }, () => shared.open(false, () => undefined));
    for (const account of bulk) account.widen();
    const starved = bulk.at(-1);
    shared.nextLimit();
    bulk[0]?.receive(256 * KIB);
    bulk[0]?.finish(256 * KIB);
    bulk[0]?.consume(256 * KIB);
    for (const account of bulk.slice(1, 4)) account.finish(0);
    expect(bulk.some((account) => account !== starved && account.granted > FLOOR_CREDIT)).toBe(true);
    expect(bulk.slice(82).filter((account) => account.granted > FLOOR_CREDIT).length).toBeGreaterThan(1);
  });

  it('grows with a fast reader on a long way, to 16 MiB, and stays with a slow one', () => {
    const time = { now: 0, rtt: 100 };
    const shared = ledger(time);
    const read = (account: CreditAccount, milliseconds: number): void => {
      for (let round = 0; round < 200; round += 1) {
        shared.nextLimit();
        account.receive(account.granted);
        account.consume(account.granted);
        time.now += milliseconds;
      }
    };
    const fast = shared.open(false, () => undefined);
    fast.widen();
    read(fast, 10);
    expect(fast.window).toBe(limits.maxStreamWindow);
    fast.finish(fast.granted);
    const slow = shared.open(false, () => undefined);
    slow.widen();
    time.now += 400;
    read(slow, 400);
    expect(slow.window).toBe(limits.streamWindow);
  });

  it('that was not granted may not be used', () => {
    const shared = ledger();
    const account = shared.open(false, () => undefined);
    expect(() => {
      account.receive(FLOOR_CREDIT + 1);
    }).toThrow('credit of a stream');
  });

  it('limits that cannot fit together are refused', () => {
    const clock = new FakeClock();
    const create = (part: Partial<typeof limits>) => () =>
      createSession({ role: 'initiator', id: SESSION_ID, clock, limits: part });
    expect(create({ sessionWindow: 1024 })).toThrow(RangeError);
    expect(create({ maxIncomingStreams: 1 })).toThrow(RangeError);
    expect(create({ maxRetained: 5, retainedReserve: 5 })).toThrow(RangeError);
  });
});

describe('the scheduler', () => {
  function stream(id: number, priority: StreamPriority, bytes: number): Schedulable & { left: number } {
    const buffer = new SendBuffer();
    buffer.append(new Uint8Array(bytes));
    return {
      id,
      priority,
      left: bytes,
      nextOffset: () => buffer.nextOffset(Infinity),
      takePiece: (room) => buffer.take(room, Infinity),
      copy: (offset, length, target, position) => {
        buffer.copy(offset, length, target, position);
      },
      sent(piece) {
        this.left -= piece.length;
        return { acknowledged: () => undefined, lost: () => undefined };
      },
    };
  }
  const open = { allowance: () => Infinity };

  it('serves interactive before normal before bulk', () => {
    const scheduler = new Scheduler();
    const [bulk, normal, keys] = [
      stream(1, 'bulk', 50_000),
      stream(3, 'normal', 40_000),
      stream(5, 'interactive', 100),
    ];
    for (const each of [bulk, normal, keys]) scheduler.add(each);
    scheduler.serve(new RecordBuffer(), [], open);
    expect([keys.left, normal.left]).toEqual([0, 0]);
    expect(bulk.left).toBeGreaterThan(20_000);
  });

  it('lets bulk streams take turns of 16 KiB, and one alone fill the record', () => {
    const scheduler = new Scheduler();
    const streams = [1, 3, 5].map((id) => stream(id, 'bulk', 100_000));
    for (const each of streams) scheduler.add(each);
    scheduler.serve(new RecordBuffer(), [], open);
    const sent = streams.map((each) => 100_000 - each.left);
    expect(sent[1]).toBe(QUANTUM);
    expect(sent[2]).toBe(QUANTUM);
    const alone = new Scheduler();
    const single = stream(7, 'bulk', 100_000);
    alone.add(single);
    alone.serve(new RecordBuffer(), [], open);
    expect(100_000 - single.left).toBeGreaterThan(65_490);
  });

  it('holds back what the flight limit does not let pass, and that only', () => {
    const scheduler = new Scheduler();
    const [bulk, keys] = [stream(1, 'bulk', 10), stream(5, 'interactive', 10)];
    scheduler.add(bulk);
    scheduler.add(keys);
    scheduler.serve(new RecordBuffer(), [], { allowance: (priority) => (priority === 'interactive' ? Infinity : 0) });
    expect([bulk.left, keys.left]).toEqual([10, 0]);
    expect(scheduler.waiting).toBe(true);
  });

  it('takes a terminal for normal while it pours, until it calms down', () => {
    const meter = new OutputMeter();
    expect(meter.add(60 * KIB, 0)).toBe(false);
    expect(meter.add(10 * KIB, 100)).toBe(true);
    expect(meter.add(100, 210)).toBe(true);
    expect(meter.add(100, 420)).toBe(false);
    expect(meter.add(70 * KIB, 500)).toBe(true);
    expect(meter.add(1, 1000)).toBe(false);
  });
});

describe('buffers', () => {
  it('of blocks give back every byte that is held, whatever the pieces, also after the memory of others went round', () => {
    assert(
      property(
        array(tuple(integer({ min: 0, max: 40_000 }), integer({ min: 0, max: 50_000 })), { maxLength: 30 }),
        (steps) => {
          const [blocks, others] = [new BlockList(), new BlockList()];
          for (const [add, drop] of steps) {
            const piece = Uint8Array.from({ length: add }, (_, index) => (blocks.end + index) % 251);
            blocks.append(piece);
            piece.fill(255);
            others.append(piece);
            blocks.dropBelow(blocks.start + drop);
            others.clear();
            const held = new Uint8Array(blocks.end - blocks.start + 2);
            blocks.copy(blocks.start, held.length - 2, held, 1);
            const expected = Uint8Array.from(held, (_, index) => (blocks.start + index - 1) % 251);
            expected[0] = 0;
            expected[held.length - 1] = 0;
            if (Buffer.compare(held, expected) !== 0) return false;
          }
          return true;
        },
      ),
      { numRuns: 500 },
    );
  });

  it('of blocks refuse a range they do not hold', () => {
    const blocks = new BlockList();
    blocks.append(new Uint8Array(100_000));
    blocks.dropBelow(50_000);
    const target = new Uint8Array(100_000);
    expect(() => blocks.copy(49_999, 10, target, 0)).toThrow(RangeError);
    expect(() => blocks.copy(99_999, 2, target, 0)).toThrow(RangeError);
    expect(() => blocks.copy(99_999, 1, target, 0)).not.toThrow();
  });

  it('of a sender give every byte again after any loss, and know when all is acknowledged', () => {
    assert(
      property(
        array(tuple(integer({ min: 1, max: 900 }), integer({ min: 0, max: 2 })), { minLength: 1, maxLength: 60 }),
        (steps) => {
          const total = 10_000;
          const buffer = new SendBuffer();
          buffer.append(Uint8Array.from({ length: total }, (_, index) => index % 253));
          buffer.finish();
          const target = new Uint8Array(total);
          const arrived = new Set<number>();
          for (let turn = 0; !buffer.finished; turn += 1) {
            const [room, fate] = steps[turn % steps.length] ?? [1, 0];
            const piece = buffer.take(room, Infinity);
            if (piece === undefined) return false;
            buffer.copy(piece.offset, piece.length, target, piece.offset);
            if (fate === 1 && turn < 300) buffer.lost(piece);
            else {
              for (let offset = piece.offset; offset < piece.offset + piece.length; offset += 1) arrived.add(offset);
              buffer.acknowledged(piece);
            }
          }
          return arrived.size === total && target.every((byte, index) => byte === index % 253);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('of a receiver put pieces in order, and refuse overlaps, gaps without end and a moving end', () => {
    const buffer = new ReceiveBuffer();
    buffer.receive(4, Uint8Array.of(5, 6), false);
    buffer.receive(0, Uint8Array.of(1, 2), false);
    expect(buffer.take(10)).toEqual(Uint8Array.of(1, 2));
    buffer.receive(1, Uint8Array.of(2, 3, 4), false);
    expect(buffer.take(10)).toEqual(Uint8Array.of(3, 4, 5, 6));
    buffer.receive(8, Uint8Array.of(9), true);
    expect(buffer.complete).toBe(false);
    expect(() => {
      for (let again = 0; again < 4; again += 1) buffer.receive(8, Uint8Array.of(9), false);
    }).toThrow('overlap');
    expect(() => {
      buffer.receive(9, Uint8Array.of(1), false);
    }).toThrow('after the end');
    expect(() => {
      buffer.setFinalSize(10);
    }).toThrow('changed');
    const gaps = new ReceiveBuffer();
    expect(() => {
      for (let offset = 2; offset < 1000; offset += 2) gaps.receive(offset, Uint8Array.of(1), false);
    }).toThrow('too many gaps');
  });

  it('of ranges agree with a set of numbers', () => {
    assert(
      property(
        array(tuple(integer({ min: 0, max: 60 }), integer({ min: 0, max: 8 }))),
        integer({ min: 0, max: 70 }),
        (ranges, cut) => {
          const set = new RangeSet();
          const numbers = new Set<number>();
          for (const [start, length] of ranges) {
            set.add(start, start + length);
            for (let value = start; value < start + length; value += 1) numbers.add(value);
          }
          set.dropBelow(cut);
          for (let value = 0; value < 80; value += 1)
            if (set.has(value) !== (value >= cut && numbers.has(value))) return false;
          return true;
        },
      ),
      { numRuns: 3000 },
    );
  });
});
