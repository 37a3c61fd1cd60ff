import { beforeEach, describe, expect, it } from 'vitest';
import type { PeerId } from '#shared/identity/index.ts';
import type { Session, SessionEnd } from '#shared/link/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { FakeClock, settle } from '#test/support/fake-clock.ts';
import { MemoryDocumentFile } from '#test/support/memory-files.ts';
import { TrafficMeter } from '../../../../../src-main/agent/peers/measured/traffic-meter.ts';

const NAS = 'N'.repeat(56) as PeerId;
const LAB = 'H'.repeat(56) as PeerId;
const HOUR = 3_600_000;
/** Long before the day of the tests. */
const PAIRED = 1000;

let clock: FakeClock;
let file: MemoryDocumentFile;

beforeEach(async () => {
  clock = new FakeClock();
  // Ten in the morning of a local day.
  await clock.jump(new Date(2026, 10, 23, 10).getTime() - clock.now());
  file = new MemoryDocumentFile();
});

function open(): TrafficMeter {
  return new TrafficMeter({ file, clock, logger: silentLogger });
}

/** Session that has carried what the test says. */
class Carrier {
  readonly carried = { sealedReceived: 0, sealedSent: 0 };
  readonly #end = Promise.withResolvers<SessionEnd>();
  readonly session = {
    closed: this.#end.promise,
    statistics: () => this.carried as unknown as ReturnType<Session['statistics']>,
  };

  async end(): Promise<void> {
    this.#end.resolve({ code: 'link.closed', reason: '', remote: false });
    await settle();
  }
}

describe('the traffic of today', () => {
  it('is what all sessions with a peer have carried, those that ended included', async () => {
    const meter = open();
    const [first, second, other] = [new Carrier(), new Carrier(), new Carrier()];
    meter.follow(NAS, first.session);
    meter.follow(NAS, second.session);
    meter.follow(LAB, other.session);
    Object.assign(first.carried, { sealedReceived: 100, sealedSent: 10 });
    Object.assign(second.carried, { sealedReceived: 1, sealedSent: 2 });
    expect(meter.today(NAS, PAIRED)).toMatchObject({ received: 101, sent: 12 });
    first.carried.sealedReceived = 150;
    await first.end();
    first.carried.sealedReceived = 9999;
    expect(meter.today(NAS, PAIRED)).toMatchObject({ received: 151, sent: 12 });
    expect(meter.today(LAB, PAIRED)).toMatchObject({ received: 0, sent: 0 });
  });

  it('says since when it is counted, and survives a restart', async () => {
    const began = clock.now();
    const meter = open();
    const carrier = new Carrier();
    meter.follow(NAS, carrier.session);
    carrier.carried.sealedSent = 5;
    await clock.advance(HOUR);
    meter.close();
    const next = open();
    expect(next.today(NAS, PAIRED)).toEqual({ since: began, received: 0, sent: 5 });
  });

  it('begins at zero at midnight, for the whole day', async () => {
    const meter = open();
    const carrier = new Carrier();
    meter.follow(NAS, carrier.session);
    carrier.carried.sealedSent = 5;
    meter.collect();
    await clock.advance(15 * HOUR);
    carrier.carried.sealedSent = 12;
    expect(meter.today(NAS, PAIRED)).toEqual({ since: null, received: 0, sent: 7 });
    meter.close();
    await clock.advance(24 * HOUR);
    expect(open().today(NAS, PAIRED)).toEqual({ since: null, received: 0, sent: 0 });
  });

  it('is saved after a mebibyte or ten minutes, not with each byte', async () => {
    const meter = open();
    const carrier = new Carrier();
    meter.follow(NAS, carrier.session);
    carrier.carried.sealedSent = 1000;
    meter.collect();
    expect(file.read()).toBe(undefined);
    await clock.advance(10 * 60_000);
    meter.collect();
    expect(open().today(NAS, PAIRED)).toMatchObject({ sent: 1000 });
    carrier.carried.sealedSent = 2_000_000;
    meter.collect();
    expect(open().today(NAS, PAIRED)).toMatchObject({ sent: 2_000_000 });
  });

  it('goes with a peer that is removed', async () => {
    const meter = open();
    const carrier = new Carrier();
    meter.follow(NAS, carrier.session);
    carrier.carried.sealedSent = 2_000_000;
    meter.collect();
    meter.forget(NAS);
    expect(open().today(NAS, PAIRED)).toMatchObject({ sent: 0 });
  });

  it('is counted since the pairing where that is of today, as of a peer that was removed and paired again', async () => {
    const meter = open();
    await clock.advance(24 * HOUR);
    const pairedAt = clock.now() - HOUR;
    expect(meter.today(NAS, pairedAt)).toMatchObject({ since: pairedAt });
    expect(meter.today(LAB, PAIRED)).toMatchObject({ since: null });
    await clock.advance(24 * HOUR);
    expect(meter.today(NAS, pairedAt)).toMatchObject({ since: null });
    // The counts may be younger than the pairing.
    file = new MemoryDocumentFile();
    expect(open().today(NAS, clock.now() - HOUR)).toMatchObject({ since: clock.now() });
  });
});
