import { expect, test } from 'vitest';
import { nativeBackend } from '#node/crypto/index.ts';
import { toHex } from '#shared/bytes/index.ts';
import { nobleBackend } from '#shared/crypto/index.ts';
import { LanTokens, type TokenContext } from '#shared/lan/index.ts';
import type { DeviceIdentity } from '#shared/identity/index.ts';
import { device } from '#test/support/pairing.ts';

const LAPTOP = device(1);
const OFFICE = device(2);
const STRANGER = device(3);
const PLACE: TokenContext = { epoch: 2_000_000, salt: new Uint8Array(8).fill(7), address: '192.168.4.17', port: 7473 };

async function tokensOf(identity: DeviceIdentity, ...peers: readonly DeviceIdentity[]): Promise<LanTokens> {
  const tokens = new LanTokens(identity === LAPTOP ? nativeBackend : nobleBackend, identity);
  await tokens.prepare(peers.map(({ peerId, staticKey }) => ({ peerId, staticKey: staticKey.publicKey })));
  return tokens;
}

test('a peer recognises the device, and nobody else does, not even one who knows both ids and public keys [S-LAN-1]', async () => {
  const laptop = await tokensOf(LAPTOP, OFFICE);
  const office = await tokensOf(OFFICE, LAPTOP, STRANGER);
  const stranger = await tokensOf(STRANGER, LAPTOP, OFFICE);
  const said = laptop.announce([OFFICE.peerId], PLACE);
  expect(office.recognise(said, PLACE)).toBe(LAPTOP.peerId);
  expect(stranger.recognise(said, PLACE)).toBeUndefined();
});

test('what was recorded is worth nothing at another address or port, with another salt, or half an hour later [S-LAN-2]', async () => {
  const said = (await tokensOf(LAPTOP, OFFICE)).announce([OFFICE.peerId], PLACE);
  const office = await tokensOf(OFFICE, LAPTOP);
  expect(office.recognise(said, { ...PLACE, epoch: PLACE.epoch + 1 })).toBe(LAPTOP.peerId);
  expect(office.recognise(said, { ...PLACE, epoch: PLACE.epoch - 1 })).toBe(LAPTOP.peerId);
  for (const other of [
    { ...PLACE, address: '192.168.4.18' },
    { ...PLACE, port: 22 },
    { ...PLACE, salt: new Uint8Array(8) },
    { ...PLACE, epoch: PLACE.epoch + 2 },
    { ...PLACE, epoch: PLACE.epoch - 2 },
  ]) {
    expect(office.recognise(said, other)).toBeUndefined();
  }
});

test('what a device says of itself is not taken for what its peer says, when it is sent back [S-LAN-2]', async () => {
  const laptop = await tokensOf(LAPTOP, OFFICE);
  expect(laptop.recognise(laptop.announce([OFFICE.peerId], PLACE), PLACE)).toBeUndefined();
});

test('a device that was forgotten recognises nothing any more', async () => {
  const laptop = await tokensOf(LAPTOP, OFFICE, STRANGER);
  const stranger = await tokensOf(STRANGER, LAPTOP);
  expect(stranger.recognise(laptop.announce([OFFICE.peerId, STRANGER.peerId], PLACE), PLACE)).toBe(LAPTOP.peerId);
  await laptop.prepare([{ peerId: OFFICE.peerId, staticKey: OFFICE.staticKey.publicKey }]);
  expect(stranger.recognise(laptop.announce([OFFICE.peerId, STRANGER.peerId], PLACE), PLACE)).toBeUndefined();
});

test('the number of peers cannot be counted, nor two announcements matched [S-LAN-1]', async () => {
  const laptop = await tokensOf(LAPTOP, OFFICE);
  expect(laptop.announce([], PLACE)).toHaveLength(8);
  expect(laptop.announce([OFFICE.peerId], PLACE)).toHaveLength(8);
  const later = { ...PLACE, salt: new Uint8Array(8).fill(8) };
  const first = new Set(laptop.announce([OFFICE.peerId], PLACE).map((token) => toHex(token)));
  expect(laptop.announce([OFFICE.peerId], later).some((token) => first.has(toHex(token)))).toBe(false);
  // Where the true one stands says nothing either: they are in order.
  const said = laptop.announce([OFFICE.peerId], PLACE).map((token) => toHex(token));
  expect(said).toEqual(said.toSorted());
});

test('a peer with new keys is known by those', async () => {
  const laptop = await tokensOf(LAPTOP, OFFICE);
  await laptop.prepare([{ peerId: OFFICE.peerId, staticKey: STRANGER.staticKey.publicKey }]);
  const office = await tokensOf(OFFICE, LAPTOP);
  expect(office.recognise(laptop.announce([OFFICE.peerId], PLACE), PLACE)).toBeUndefined();
});
