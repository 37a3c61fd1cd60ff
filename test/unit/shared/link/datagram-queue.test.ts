import { describe, expect, it } from 'vitest';
import { FakeClock, settle } from '#test/support/fake-clock.ts';
import { linkInMemory } from '#test/support/link.ts';
import { DatagramQueue } from '../../../../src-shared/link/datagram-queue.ts';
import { decodeFrames } from '../../../../src-shared/link/frame-decoder.ts';
import { RecordBuffer } from '../../../../src-shared/link/record-buffer.ts';
import { RecordScheduler, type SharingStreams } from '../../../../src-shared/link/record-scheduler.ts';

const KIB = 1024;
const LIMITS = { datagramAge: 100, datagramBytes: 1024 * KIB };

function queueOf(limits: Partial<typeof LIMITS> = {}): { clock: FakeClock; queue: DatagramQueue } {
  const clock = new FakeClock();
  return { clock, queue: new DatagramQueue(clock, { ...LIMITS, ...limits }) };
}

type Sent = Readonly<{ flow: number; length: number; first: number | undefined }>;

/** What the next record takes. */
function takeRecord(queue: DatagramQueue, most = Infinity): readonly Sent[] {
  const record = new RecordBuffer();
  queue.writeTo(record, most);
  return framesOf(record);
}

function framesOf(record: RecordBuffer): readonly Sent[] {
  const sent: Sent[] = [];
  decodeFrames(record.view(), (frame) => {
    if (frame.type === 'datagram') sent.push({ flow: frame.flow, length: frame.bytes.length, first: frame.bytes[0] });
  });
  return sent;
}

describe('the queue of datagrams', () => {
  it('keeps their order and writes head and bytes as one', () => {
    const { queue } = queueOf();
    queue.add(7, Uint8Array.of(2, 3), Uint8Array.of(1));
    queue.add(7, Uint8Array.of(4));
    expect(takeRecord(queue)).toEqual([
      { flow: 7, length: 3, first: 1 },
      { flow: 7, length: 1, first: 4 },
    ]);
    expect(queue.isEmpty).toBe(true);
    expect(queue.size).toBe(0);
  });

  it('takes 65 000 bytes and not one more, with or without a head', () => {
    const { queue } = queueOf();
    expect(queue.add(1, new Uint8Array(65_001))).toBe(false);
    expect(queue.add(1, new Uint8Array(64_999), new Uint8Array(2))).toBe(false);
    expect(queue.isEmpty).toBe(true);
    expect(queue.add(2 ** 32 - 1, new Uint8Array(64_990), new Uint8Array(10))).toBe(true);
    expect(takeRecord(queue)).toEqual([{ flow: 2 ** 32 - 1, length: 65_000, first: 0 }]);
  });

  it('drops what waited longer than its age, and counts it', async () => {
    const { clock, queue } = queueOf();
    queue.add(1, new Uint8Array(10));
    queue.add(3, new Uint8Array(11));
    await clock.advance(60);
    queue.add(1, new Uint8Array(20));
    await clock.advance(41);
    expect(takeRecord(queue).map(({ length }) => length)).toEqual([20]);
    expect(queue.dropped).toBe(2);
    expect(queue.size).toBe(0);
  });

  it('is bounded in bytes: the flow that fills it loses its oldest, others nothing [S-TARGET-8]', () => {
    const { queue } = queueOf({ datagramBytes: 64 * KIB });
    queue.add(3, Uint8Array.of(9));
    for (let index = 0; index < 1000; index += 1) queue.add(1, new Uint8Array(1000).fill(index % 256));
    expect(queue.size).toBeLessThanOrEqual(64 * KIB);
    const sent = takeRecord(queue, 200_000);
    expect(sent.filter(({ flow }) => flow === 3)).toHaveLength(1);
    expect(sent.findLast(({ flow }) => flow === 1)?.first).toBe(999 % 256);
    expect(queue.dropped).toBe(1001 - sent.length);
  });

  it('is bounded for empty datagrams, too', () => {
    const { queue } = queueOf({ datagramBytes: 64 * KIB });
    for (let index = 0; index < 100_000; index += 1) queue.add(1, new Uint8Array(0));
    let left = 0;
    while (!queue.isEmpty) left += takeRecord(queue, 1000).length;
    expect(left).toBe(1024);
    expect(queue.dropped).toBe(100_000 - 1024);
  });

  it('serves a small flow beside floods in turns by bytes [S-TARGET-8]', () => {
    const { queue } = queueOf();
    for (let index = 0; index < 200; index += 1) queue.add(1, new Uint8Array(1400));
    for (let index = 0; index < 6; index += 1) queue.add(3, new Uint8Array(60_000));
    for (let index = 0; index < 10; index += 1) queue.add(5, new Uint8Array(100));
    // A flow that comes last with little is out with the first record.
    const first = takeRecord(queue);
    expect(first.filter(({ flow }) => flow === 5)).toHaveLength(10);
    const sum = { 1: 0, 3: 0 };
    for (let record = 0; record < 8; record += 1)
      for (const { flow, length } of takeRecord(queue)) if (flow === 1 || flow === 3) sum[flow] += length;
    expect(sum[1] / sum[3]).toBeGreaterThan(0.5);
    expect(sum[1] / sum[3]).toBeLessThan(2);
  });

  it('writes one datagram at least where little is allowed, and none where nothing is', () => {
    const { queue } = queueOf();
    queue.add(1, new Uint8Array(5000));
    queue.add(1, new Uint8Array(5000));
    expect(takeRecord(queue, 0)).toEqual([]);
    expect(takeRecord(queue, 100)).toHaveLength(1);
  });
});

describe('a record with datagrams and streams that are not interactive', () => {
  const open = (filled: number): number => 65_519 - filled;

  function endless(): SharingStreams & { bytes: number } {
    const streams = {
      waiting: true,
      bytes: 0,
      fill: (record: RecordBuffer) => {
        if (record.room < 64) return;
        streams.bytes += record.room;
        record.put(new Uint8Array(record.room).fill(0x40));
      },
    };
    return streams;
  }

  it.each([100, 1400, 20_000, 65_000])(
    'gives each about half of a flood of datagrams of %i bytes [S-TARGET-8]',
    (size) => {
      const { queue } = queueOf({ datagramBytes: 256 * KIB });
      const room = new RecordScheduler();
      const streams = endless();
      let datagrams = 0;
      for (let round = 0; round < 40; round += 1) {
        while (queue.size < 200 * KIB) queue.add(1, new Uint8Array(size));
        const record = new RecordBuffer();
        const before = streams.bytes;
        room.share(record, [], { datagrams: queue, streams }, open);
        datagrams += record.length - (streams.bytes - before);
      }
      const share = datagrams / (datagrams + streams.bytes);
      expect(share).toBeGreaterThan(0.4);
      expect(share).toBeLessThan(0.6);
    },
  );

  it('lets a lonely datagram go before the bulk', () => {
    const { queue } = queueOf();
    const room = new RecordScheduler();
    const streams = endless();
    const lengths = [1, 1, 1].map(() => {
      queue.add(1, new Uint8Array(1400));
      room.share(new RecordBuffer(), [], { datagrams: queue, streams }, open);
      return queue.size;
    });
    expect(lengths).toEqual([0, 0, 0]);
  });

  it('takes the whole record for datagrams when streams may not go', () => {
    const { queue } = queueOf();
    const room = new RecordScheduler();
    const held: SharingStreams = { waiting: true, fill: () => undefined };
    for (let index = 0; index < 100; index += 1) queue.add(1, new Uint8Array(1000));
    for (const expected of [65, 35]) {
      const record = new RecordBuffer();
      room.share(record, [], { datagrams: queue, streams: held }, open);
      expect(Math.abs(decodedCount(record) - expected)).toBeLessThanOrEqual(2);
    }
  });

  it('holds datagrams back when too much is in flight', () => {
    const { queue } = queueOf();
    queue.add(1, new Uint8Array(10));
    const record = new RecordBuffer();
    new RecordScheduler().share(record, [], { datagrams: queue, streams: endlessNot() }, () => 0);
    expect([record.length, queue.isEmpty]).toEqual([0, false]);
  });

  function endlessNot(): SharingStreams {
    return { waiting: false, fill: () => undefined };
  }

  function decodedCount(record: RecordBuffer): number {
    return framesOf(record).length;
  }
});

describe('datagrams of a session', () => {
  it('arrive beside a bulk stream and never twice', async () => {
    const { initiator, responder } = linkInMemory();
    const heard: number[] = [];
    responder.onDatagram = (flow) => heard.push(flow);
    for (const flow of [1, 3, 5]) initiator.sendDatagram(flow, new Uint8Array(500));
    await settle();
    expect(heard).toEqual([1, 3, 5]);
    expect(initiator.statistics().datagramsDropped).toBe(0);
  });

  it('are not kept for the next path', async () => {
    const { clock, initiator, responder, channels } = linkInMemory();
    const heard: number[] = [];
    responder.onDatagram = (flow) => heard.push(flow);
    initiator.sendDatagram(1, new Uint8Array(1));
    await settle();
    initiator.sendDatagram(3, new Uint8Array(1));
    channels[0].destroy();
    await settle();
    expect(initiator.sendDatagram(5, new Uint8Array(1))).toBe(false);
    await clock.advance(0);
    expect(heard).toEqual([1]);
  });

  it('do not hold a keystroke back, however many wait [S-TARGET-8]', async () => {
    const { initiator, responder } = linkInMemory();
    const order: string[] = [];
    responder.onDatagram = () => order.push('datagram');
    responder.onStream = (incoming) => {
      const stream = incoming.accept();
      void (async () => {
        while ((await stream.read()) !== null) order.push('key');
      })();
    };
    const keys = initiator.open('pty', null);
    await keys.opened;
    await settle();
    for (let index = 0; index < 300; index += 1) initiator.sendDatagram(1, new Uint8Array(1400));
    void keys.write(Uint8Array.of(1));
    for (let turn = 0; turn < 20; turn += 1) await settle();
    expect(order.indexOf('key')).toBeLessThan(60);
    expect(order.indexOf('key')).toBeGreaterThanOrEqual(0);
  });
});
