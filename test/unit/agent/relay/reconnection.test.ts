import { describe, expect, it } from 'vitest';
import { DialError } from '#shared/relay-dialer/index.ts';
import { settle } from '#test/support/fake-clock.ts';
import { codeOf } from '#test/support/rejections.ts';
import { ScriptedRelay } from '#test/support/scripted-relay.ts';
import { bench, onlineBench } from './setup.ts';

describe('a client without its relay', () => {
  it('comes back after 1, 2, 4, 8, 16, 30 and again 30 seconds at most', async () => {
    const relay = new ScriptedRelay();
    relay.dialError = new DialError('relay.connection-refused', 'no');
    const { client, clock } = bench({}, {}, relay);
    client.start();
    const waits: number[] = [];
    for (let round = 0; round < 8; round += 1) {
      await settle();
      const { state, retryAt, problem } = client.status;
      expect([state, problem]).toEqual(['waiting', 'relay.connection-refused']);
      waits.push((retryAt ?? 0) - clock.now());
      await clock.advance((retryAt ?? 0) - clock.now());
    }
    expect(waits.map((wait) => Math.ceil(wait / 1000))).toEqual([1, 2, 4, 8, 16, 30, 30, 30]);
    expect(relay.dials).toHaveLength(9);
  });

  it('spreads the tries over the whole time', async () => {
    const relay = new ScriptedRelay();
    relay.dialError = new DialError('relay.unreachable', 'no');
    let next = 0;
    const { client, clock } = bench({}, { random: () => [0, 0.5, 0.25][next++ % 3] ?? 0 }, relay);
    client.start();
    await settle();
    expect(relay.dials.length).toBeGreaterThanOrEqual(1);
    await clock.advance(0);
    expect((client.status.retryAt ?? 0) - clock.now()).toBe(1000);
    await clock.advance(1000);
    expect((client.status.retryAt ?? 0) - clock.now()).toBe(1000);
  });

  it('begins small again only after ten stable seconds', async () => {
    const { client, clock, relay } = await onlineBench();
    const wait = (): number => Math.ceil(((client.status.retryAt ?? 0) - clock.now()) / 1000);
    relay.last.drop();
    expect(wait()).toBe(1);
    for (const expected of [2, 4]) {
      await clock.advance((client.status.retryAt ?? 0) - clock.now());
      await relay.last.open();
      await clock.advance(9999);
      relay.last.drop();
      expect(wait()).toBe(expected);
    }
    await clock.advance(4000);
    await relay.last.open();
    await clock.advance(10_000);
    relay.last.drop();
    expect(wait()).toBe(1);
  });

  it('waits as long as the relay asks', async () => {
    const { client, clock, relay } = await onlineBench();
    relay.last.say({ type: 'error', code: 'rate', message: '', fatal: true, retryAfter: 60_000 });
    expect(client.status).toMatchObject({ state: 'waiting', problem: 'relay.rate' });
    expect((client.status.retryAt ?? 0) - clock.now()).toBeGreaterThanOrEqual(60_000);
    await clock.advance(59_999);
    expect(relay.dials).toHaveLength(1);
    await clock.advance(1001);
    expect(relay.dials).toHaveLength(2);
  });

  it('comes back when a restarting relay said, blames nothing else until then, and later what it sees itself', async () => {
    const { client, clock, relay } = await onlineBench();
    relay.last.say({ type: 'restarting', reconnectIn: 5000, tryFor: 20_000 });
    relay.last.drop();
    expect(client.status).toMatchObject({ state: 'waiting', problem: 'relay.restarting' });
    expect((client.status.retryAt ?? 0) - clock.now()).toBeGreaterThanOrEqual(5000);
    relay.dialError = new DialError('relay.connection-refused', 'not up yet');
    await clock.advance(6000);
    expect(client.status.problem).toBe('relay.restarting');
    // A try follows at most ten seconds after the ten in which the announcement explains failures.
    await clock.advance(14_000);
    expect(client.status.problem).toBe('relay.connection-refused');
  });

  it('does not believe in a restart of hours', async () => {
    const { client, clock, relay } = await onlineBench();
    relay.last.say({ type: 'restarting', reconnectIn: Number.MAX_SAFE_INTEGER, tryFor: Number.MAX_SAFE_INTEGER });
    relay.last.drop();
    expect((client.status.retryAt ?? 0) - clock.now()).toBeLessThanOrEqual(11_000);
    relay.dialError = new DialError('relay.connection-refused', 'not up yet');
    await clock.advance(72_000);
    await clock.advance(30_000);
    expect(client.status.problem).toBe('relay.connection-refused');
  });

  it('tries a restarting relay every few seconds', async () => {
    const { client, clock, relay } = await onlineBench();
    relay.last.say({ type: 'restarting', reconnectIn: 1000, tryFor: 120_000 });
    relay.last.drop();
    relay.dialError = new DialError('relay.connection-refused', 'not up yet');
    for (let second = 0; second < 55; second += 1) {
      await clock.advance(1000);
      expect((client.status.retryAt ?? 0) - clock.now()).toBeLessThanOrEqual(10_000);
    }
  });

  it('can be told to try at once', async () => {
    const { client, relay } = await onlineBench();
    relay.last.drop();
    client.retryNow();
    await settle();
    await relay.last.open();
    expect(client.status.state).toBe('online');
  });

  it('leaves no timer behind when it is stopped, in any state', async () => {
    for (const stage of ['connecting', 'challenge', 'online', 'waiting'] as const) {
      const { client, clock, relay } = bench();
      client.start();
      if (stage !== 'connecting') await settle();
      if (stage === 'online' || stage === 'waiting') await relay.last.open();
      if (stage === 'waiting') relay.last.drop();
      await client.stop();
      await settle();
      expect(client.status).toMatchObject({ state: 'stopped', problem: null, retryAt: null });
      expect(clock.pending).toBe(0);
      await clock.advance(120_000);
      expect(relay.dials).toHaveLength(1);
    }
  });

  it('refuses work with the reason at hand', async () => {
    const { client, relay, identity } = await onlineBench();
    relay.last.drop();
    expect(await codeOf(() => client.connect(identity.peerId, Uint8Array.of(1)))).toBe('relay.not-connected');
    expect(await codeOf(() => client.openMailbox({ deposit: new Uint8Array(16) }))).toBe('relay.not-connected');
  });

  it('tells that nobody is online any more', async () => {
    const { client, relay, identity } = await onlineBench();
    const heard: boolean[] = [];
    client.onPresence = (_peer, online) => heard.push(online);
    relay.last.say({ type: 'presence', peer: identity.peerId, online: true });
    expect(client.isOnline(identity.peerId)).toBe(true);
    relay.last.drop();
    expect(client.isOnline(identity.peerId)).toBe(false);
    expect(heard).toEqual([true, false]);
  });
});

describe('a relay that stalls', () => {
  it('is left when the welcome does not come within ten seconds', async () => {
    for (const challenged of [false, true]) {
      const { client, clock, relay } = bench();
      client.start();
      await settle();
      if (challenged) await relay.last.challenge();
      await clock.advance(10_000);
      expect(relay.last.state).toBe('terminated');
      expect(client.status.problem).toBe('relay.timeout');
    }
  });

  it('is terminated after two pings without any sign of life', async () => {
    const { client, clock, relay } = await onlineBench();
    await clock.advance(18_000);
    expect(relay.last.pings).toBe(1);
    await clock.advance(18_000);
    expect(client.status.state).toBe('online');
    await clock.advance(18_000);
    expect(relay.controls[0]?.state).toBe('terminated');
    expect(client.status.problem).toBe('relay.lost');
  });

  it('lives as long as pongs, pings or messages come', async () => {
    const { client, clock, relay, identity } = await onlineBench();
    for (let round = 0; round < 20; round += 1) {
      await clock.advance(17_000);
      if (round % 2 === 0) relay.last.pong();
      else relay.last.say({ type: 'presence', peer: identity.peerId, online: true });
    }
    expect(client.status.state).toBe('online');
    expect(relay.controls).toHaveLength(1);
  });
});
