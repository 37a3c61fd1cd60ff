import { describe, expect, it } from 'vitest';
import { nativeBackend } from '#node/crypto/index.ts';
import { fromHex } from '#shared/bytes/index.ts';
import { startHandshake } from '#shared/handshake/index.ts';
import { device, know, type Device } from '../network.ts';
import { know3, run, three, type Three } from '../three.ts';

const timesRung = (from: Device, to: Device): number => from.port.rung.filter((id) => id === to.identity.peerId).length;

/** A fourth device that is paired with all, and linked with the right one until now. */
async function bystander({ network, left, hop, right }: Three): Promise<Device> {
  const other = device(network, undefined, { hop: { relay: 'allow' } });
  know3([left, hop, right, other]);
  await other.links.session(right.identity.peerId);
  await run(network, 50);
  return other;
}

describe('a hostile peer that wants this device to dial others', () => {
  it('gets nothing by naming them: in streams that come through somebody, and as addresses [S-LINK-17]', async () => {
    const devices = await three();
    const { network, left, hop, right, separate } = devices;
    const other = await bystander(devices);
    // The hop one says that others come through it.
    const toRight = await hop.links.session(right.identity.peerId);
    for (let count = 0; count < 20; count += 1) {
      const stream = toRight.open('relay', { from: other.identity.peerId });
      void stream.write(Uint8Array.of(0, 3, 1, 2, 3)).catch(() => undefined);
      await run(network, 250);
    }
    void other.links.drop(right.identity.peerId, 'gone');
    void hop.links.drop(right.identity.peerId, 'gone');
    await run(network, 2000);
    const before = [timesRung(right, other), timesRung(right, hop)];
    void left.links.drop(hop.identity.peerId, 'gone');
    separate();
    await run(network, 120_000);
    expect(right.links.view(left.identity.peerId)).toMatchObject({ state: 'reconnecting' });
    expect([timesRung(right, other), timesRung(right, hop)]).toEqual(before);
  });

  it('gets nothing by coming through them with a handshake and no record: only a path that was in use counts [S-LINK-17]', async () => {
    const devices = await three();
    const { network, left, right, session, separate } = devices;
    const other = await bystander(devices);
    const { peerId, signingKey, staticKey, generation } = right.identity;
    const { message1 } = await startHandshake({
      crypto: nativeBackend,
      identity: left.identity,
      peer: { peerId, signingKey, staticKey: staticKey.publicKey, generation },
      sessionId: fromHex(session.id),
      purpose: 'resume',
      path: 'via',
      now: network.clock.now() / 1000,
    });
    const throughOther = await other.links.session(peerId);
    const framed = new Uint8Array(2 + message1.length);
    new DataView(framed.buffer).setUint16(0, message1.length);
    framed.set(message1, 2);
    const stream = throughOther.open('relay', { from: left.identity.peerId });
    void stream.write(framed).catch(() => undefined);
    await run(network, 1000);
    let answered = 0;
    void stream.read().then((bytes) => (answered = bytes?.length ?? 0));
    await run(network, 1000);
    expect(answered).toBeGreaterThan(0);
    void other.links.drop(peerId, 'gone');
    await run(network, 2000);
    const before = timesRung(right, other);
    separate();
    await run(network, 120_000);
    expect(timesRung(right, other)).toBe(before);
  });

  it('has those that did pass it on dialed at their pace, two at most, however often it comes and goes [S-LINK-17]', async () => {
    const devices = await three();
    const { network, left, hop, right, separate } = devices;
    const hops = [hop];
    for (let count = 0; count < 3; count += 1) {
      const more = device(network, undefined, { hop: { relay: 'allow' } });
      know(more, left.identity);
      know(more, right.identity);
      know(left, more.identity);
      know(right, more.identity);
      hops.push(more);
    }
    separate();
    // Through one after the other; each is gone when it has done its part.
    for (const one of hops) {
      left.routes.set(right.identity.peerId, { mode: 'auto', hops: [one.identity.peerId], addresses: [] });
      left.links.routeChanged(right.identity.peerId);
      await run(network, 3000);
      expect(left.links.view(right.identity.peerId)).toMatchObject({ path: 'via', via: one.identity.peerId });
    }
    const before = hops.map((one) => timesRung(right, one));
    for (const one of hops) network.kill(one);
    await run(network, 3000);
    void left.links.close();
    for (const one of hops) void right.links.drop(one.identity.peerId, 'gone');
    await run(network, 5 * 60_000);
    const rung = hops.map((one, index) => timesRung(right, one) - (before[index] ?? 0));
    expect(rung.slice(0, 2)).toEqual([0, 0]);
    for (const times of rung.slice(2)) {
      expect(times).toBeGreaterThan(3);
      expect(times).toBeLessThanOrEqual(22);
    }
  });
});
