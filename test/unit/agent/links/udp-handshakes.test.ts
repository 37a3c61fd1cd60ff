import { expect, it } from 'vitest';
import { nativeBackend } from '#node/crypto/index.ts';
import { fromHex } from '#shared/bytes/index.ts';
import { startHandshake, type HandshakePath, type Purpose, type StartedHandshake } from '#shared/handshake/index.ts';
import type { DeviceIdentity, PeerId } from '#shared/identity/index.ts';
import { createMemoryChannelPair } from '#shared/link/index.ts';
import { device, know, type Device } from './network.ts';
import { exchange, run, scene, type Scene } from './scene.ts';

type Knock = Readonly<{ holder?: DeviceIdentity; from?: PeerId; purpose?: Purpose; path?: HandshakePath }>;

/** Somebody comes over UDP, with the session of `from` as what prepared it. What became of it, and the answer where there is one. */
async function knock(
  { network, near, far, id }: Scene,
  { holder = near.identity, from = near.identity.peerId, purpose = 'resume', path = 'udp' }: Knock,
): Promise<Readonly<{ became: string; handshake: StartedHandshake; message2: Uint8Array }>> {
  const { peerId, signingKey, staticKey, generation } = far.identity;
  const handshake = await startHandshake({
    crypto: nativeBackend,
    identity: holder,
    peer: { peerId, signingKey, staticKey: staticKey.publicKey, generation },
    sessionId: purpose === 'resume' ? fromHex(id) : nativeBackend.randomBytes(16),
    purpose,
    path,
    now: network.clock.now() / 1000,
  });
  let [became, answer] = ['nothing', new Uint8Array(0)];
  far.udp.onIncoming?.({
    kind: 'udp',
    from,
    address: '5.6.7.8:9',
    message1: handshake.message1,
    accept: (message2) => {
      [became, answer] = ['answered', Uint8Array.from(message2)];
      return createMemoryChannelPair({ clock: network.clock })[0];
    },
    drop: () => {
      became = 'silence';
    },
  });
  await run(network, 100);
  return { became, handshake, message2: answer };
}

async function withThird(): Promise<Readonly<{ live: Scene; third: Device }>> {
  const live = await scene();
  const third = device(live.network);
  know(third, live.far.identity);
  know(live.far, third.identity);
  return { live, third };
}

it('a path over UDP is a further one of a session: nobody begins a session or a hop by it [S-LINK-18]', async () => {
  const { live } = await withThird();
  expect((await knock(live, {})).became).toBe('answered');
  for (const purpose of ['session', 'hop'] as const) expect((await knock(live, { purpose })).became).toBe('silence');
  expect(await exchange(live, 1)).toEqual([1, 2]);
});

it('a path over UDP is of the peer in whose session it was prepared, and of no other that is paired [S-LINK-18]', async () => {
  const { live, third } = await withThird();
  const { peerId } = third.identity;
  expect((await knock(live, { holder: third.identity })).became).toBe('silence');
  expect((await knock(live, { from: peerId })).became).toBe('silence');
  // As itself it is answered, and hears that this session is none of its own.
  const own = await knock(live, { holder: third.identity, from: peerId });
  expect(own.became).toBe('answered');
  await expect(own.handshake.finish(own.message2)).rejects.toMatchObject({ code: 'handshake.unknown-session' });
  expect(await exchange(live, 1)).toEqual([1, 2]);
});

it('a handshake that was begun for another kind of path gets no answer over UDP [S-LINK-18]', async () => {
  const { live } = await withThird();
  for (const path of ['relay', 'direct', 'via'] as const) expect((await knock(live, { path })).became).toBe('silence');
  expect(await exchange(live, 1)).toEqual([1, 2]);
});

it('whoever may come by the relay only gets no answer over UDP [S-LINK-18]', async () => {
  const { live } = await withThird();
  live.far.routes.set(live.near.identity.peerId, { mode: 'relay-only', hops: [], addresses: [] });
  expect((await knock(live, {})).became).toBe('silence');
});
