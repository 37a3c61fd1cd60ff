import { describe, expect, it } from 'vitest';
import type { LinkSession } from '#shared/link/index.ts';
import { settle } from '#test/support/fake-clock.ts';
import { paired, type Device, type FakeNetwork } from './network.ts';

/** Lets handshakes and records run, then time, then again. */
async function run(network: FakeNetwork, milliseconds = 0): Promise<void> {
  for (let round = 0; round < 12; round += 1) await settle();
  await network.clock.advance(milliseconds);
  for (let round = 0; round < 12; round += 1) await settle();
}

/** The session as its hostile owner has it: it may say what it likes. */
function sessionOf(from: Device, to: Device): LinkSession {
  return from.links.current(to.identity.peerId) as LinkSession;
}

function named(count: number, from: number): string[] {
  return Array.from({ length: count }, (_, index) => `10.9.${from >> 8}.${(from & 0xff) + 1}:${1000 + index}`);
}

describe('a peer that wants this device to look for open ports', () => {
  it('gets sixteen addresses dialled in a minute, however often it links anew', async () => {
    const { network, lower: hostile, higher: victim } = paired(undefined, { direct: true });
    if (hostile.direct === undefined || victim.direct === undefined) throw new Error('there are direct paths');
    hostile.direct.listens = false;
    hostile.direct.dial = () => Promise.reject(new Error('it stays at the relay'));
    for (let round = 0; round < 5; round += 1) {
      const session = await hostile.links.session(victim.identity.peerId);
      await run(network, 50);
      sessionOf(hostile, victim).sendCandidates(named(16, round));
      await run(network, 8000);
      await session.close('bye', 'and again');
      await run(network, 100);
    }
    expect(victim.direct.dialled.length).toBeGreaterThan(0);
    expect(victim.direct.dialled.length).toBeLessThanOrEqual(16);
  });

  it('does not get an address that has led to it once dialled without a pause', async () => {
    const { network, lower: hostile, higher: victim } = paired(undefined, { direct: true });
    if (hostile.direct === undefined || victim.direct === undefined) throw new Error('there are direct paths');
    hostile.direct.listens = false;
    hostile.direct.dial = () => Promise.reject(new Error('it stays at the relay'));
    const address = '10.9.9.9:22';
    victim.routes.set(hostile.identity.peerId, { mode: 'auto', via: null, addresses: [address] });
    victim.direct.dial = (dialled) => {
      victim.direct?.dialled.push(dialled);
      return Promise.reject(new Error('nobody listens there any more'));
    };
    await victim.links.session(hostile.identity.peerId);
    await run(network, 50);
    for (let count = 0; count < 200; count += 1) {
      sessionOf(hostile, victim).sendCandidates(named(1, count));
      await run(network, 100);
    }
    const times = victim.direct.dialled.filter((dialled) => dialled === address).length;
    expect(times).toBeGreaterThan(0);
    expect(times).toBeLessThanOrEqual(6);
  });
});
