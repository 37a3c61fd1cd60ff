import { beforeEach, describe, expect, it } from 'vitest';
import type { PeerId } from '#shared/identity/index.ts';
import { RelayAdvice } from '#agent/network/relay-advice.ts';
import { FakeClock } from '#test/support/fake-clock.ts';

const OFFICE = 'office' as PeerId;
const HOME = { name: 'eth0', address: '192.168.1.10', prefix: 24 };
const CAFE = { name: 'wlan0', address: '10.9.0.7', prefix: 16 };

describe('a machine without a relay', () => {
  let clock: FakeClock;
  let networks = [HOME];
  let hasRelay = false;
  let away: { peerId: PeerId; since: number }[] = [];
  let changes = 0;
  let advice: RelayAdvice;

  beforeEach(() => {
    clock = new FakeClock();
    networks = [HOME];
    hasRelay = false;
    away = [];
    changes = 0;
    advice = new RelayAdvice({
      clock,
      networks: () => networks,
      hasRelay: () => hasRelay,
      away: () => away,
      onChange: () => (changes += 1),
    });
    advice.linked();
  });

  it('needs none while its peers are there', () => {
    expect(advice.current).toBeUndefined();
    networks = [CAFE];
    expect(advice.current).toBeUndefined();
  });

  it('is offered one at once when it has changed networks and misses a peer', () => {
    away = [{ peerId: OFFICE, since: clock.now() }];
    expect(advice.current).toBeUndefined();
    networks = [CAFE];
    expect(advice.current).toEqual({ reason: 'network-changed', since: clock.now(), peers: [OFFICE] });
    networks = [HOME];
    expect(advice.current).toBeUndefined();
  });

  it('is offered one after a minute without a peer, and says so in time', async () => {
    const since = clock.now();
    away = [{ peerId: OFFICE, since }];
    advice.changed();
    await clock.advance(59_000);
    expect(advice.current).toBeUndefined();
    expect(changes).toBe(0);
    await clock.advance(2000);
    expect(changes).toBe(1);
    expect(advice.current).toEqual({ reason: 'peers-away', since, peers: [OFFICE] });
  });

  it('is offered none once it has one', async () => {
    away = [{ peerId: OFFICE, since: clock.now() - 120_000 }];
    networks = [CAFE];
    hasRelay = true;
    advice.changed();
    await clock.advance(120_000);
    expect(advice.current).toBeUndefined();
    expect(changes).toBe(0);
  });
});
