import { describe, expect, it } from 'vitest';
import { Prober } from '#agent/forwards/auto/index.ts';
import { FakeClock } from '#test/support/fake-clock.ts';
import { ways } from './ways.ts';

describe('what tries the ways of a rule', () => {
  it('says of each what came of it: its time, or its code; and which one is taken', async () => {
    const { clock, prober } = ways(12, 'ssh.host-key-unknown');
    expect([prober.upstream, prober.isKnown]).toEqual([null, false]);
    const probed = prober.probe();
    await clock.advance(100);
    await probed;
    expect([prober.upstream, prober.isKnown]).toEqual(['link', true]);
    expect(prober.probes).toMatchObject([
      { way: 'link', works: true, rtt: 12, code: null },
      { way: 'ssh', works: false, rtt: null, code: 'ssh.host-key-unknown' },
    ]);
    prober.stop();
    expect(clock.pending).toBe(0);
  });

  it('waits five seconds for an answer, and gives up what it has asked', async () => {
    const { clock, prober, link, ssh } = ways('silent', 'silent');
    void prober.probe();
    await clock.advance(5001);
    expect(prober.probes.map(({ code }) => code)).toEqual(['forward.peer-away', 'ssh.unreachable']);
    expect([link.aborted, ssh.aborted]).toEqual([1, 1]);
    expect(prober.upstream).toBe(null);
    prober.stop();
  });

  it('asks every minute while the link is used, and every ten seconds while it is not', async () => {
    const { clock, prober, link } = ways(1, 1);
    void prober.probe();
    await clock.advance(60_500);
    expect(link.asked).toBe(2);
    link.behaviour = 'forward.peer-away';
    await clock.advance(60_000);
    expect([link.asked, prober.upstream]).toEqual([3, 'ssh']);
    await clock.advance(30_500);
    expect(link.asked).toBe(6);
    link.behaviour = 1;
    await clock.advance(10_500);
    expect([link.asked, prober.upstream]).toEqual([7, 'link']);
    await clock.advance(50_000);
    expect(link.asked).toBe(7);
    prober.stop();
    await clock.advance(600_000);
    expect(link.asked).toBe(7);
  });

  it('asks once, however many want to know at the same time', async () => {
    const { clock, prober, link, ssh } = ways(50, 50);
    const all = Promise.all([
      prober.probe(),
      prober.probe(),
      prober.probeOne('link'),
      prober.probeOne('link'),
      prober.probe(),
    ]);
    await clock.advance(100);
    await all;
    expect([link.asked, ssh.asked]).toEqual([1, 1]);
    prober.stop();
  });

  it('moves at once when a connection has found that a way does not work, and looks for itself', async () => {
    const { clock, prober, link, ssh, changes } = ways(1, 1);
    void prober.probe();
    await clock.advance(100);
    link.behaviour = 'silent';
    const before = changes();
    prober.failed('link', new Error('gone'));
    expect([prober.upstream, changes() > before]).toEqual(['ssh', true]);
    await clock.advance(5100);
    expect([prober.upstream, link.asked, ssh.asked]).toEqual(['ssh', 2, 2]);
    prober.stop();
  });

  it('says why a link that works is not taken', async () => {
    const { clock, prober } = ways(2000, 10);
    void prober.probe();
    await clock.advance(70_000);
    expect(prober.upstream).toBe('ssh');
    expect(prober.probes[0]).toMatchObject({ way: 'link', works: true, code: 'forward.slower' });
    prober.stop();
  });

  it('knows of one way only where there is no server', async () => {
    const clock = new FakeClock();
    const prober = new Prober({ clock, link: () => Promise.resolve(3), ssh: undefined, changed: () => undefined });
    await prober.probe();
    expect([prober.upstream, prober.probes.map(({ way }) => way)]).toEqual(['link', ['link']]);
    prober.stop();
  });
});
