import { RawDevice, textOf, type RawClient, type RawConnect } from '#test/support/gateway/index.ts';
import { ask, attempt, connected, owner, paired, type Conversation } from './place.ts';

/** Device tokens in use, rotated, revoked, and the device removed. */
export const tokens: Conversation = async (place, note) => {
  const by = await owner(place);
  const device = new RawDevice();
  const shared: RawConnect = {
    role: 'node',
    device,
    auth: { token: place.token },
    caps: ['system'],
    commands: ['system.which'],
  };
  await paired(place, by, shared);
  const token = await tokenOf(await connected(place, shared));
  const own: RawConnect = { ...shared, auth: { deviceToken: token } };
  note('by device token', await attempt(place, own));
  note('as token', await attempt(place, { ...shared, auth: { token } }));
  note('beside a wrong token', await attempt(place, { ...shared, auth: { token: 'wrong', deviceToken: token } }));
  note('wrong token of a known device', await attempt(place, { ...shared, auth: { token: 'wrong' } }));
  note('shared secret as password', await attempt(place, { ...shared, auth: { password: place.token } }));

  const live = await connected(place, own);
  note('rotated', await by.request('device.token.rotate', { deviceId: device.id, role: 'node' }));
  note('rotated: closed', await live.closed);
  note('the former token', await attempt(place, own));
  const fresh = await tokenOf(await connected(place, shared));
  note('another token', fresh !== token);
  const renewed: RawConnect = { ...shared, auth: { deviceToken: fresh } };
  const second = await connected(place, renewed);
  note('revoked', await by.request('device.token.revoke', { deviceId: device.id, role: 'node' }));
  note('revoked: closed', await second.closed);
  note('the revoked token', await attempt(place, renewed));
  note('after revoking, by shared secret', await attempt(place, shared));
  await paired(place, by, shared);
  const third = await connected(place, shared);
  note('removed', await by.request('device.pair.remove', { deviceId: device.id }));
  note('removed: closed', await third.closed);
  note('after removing', await attempt(place, shared));
  note("rotate nobody's", await by.request('device.token.rotate', { deviceId: 'nobody', role: 'node' }));
  note("revoke nobody's", await by.request('device.token.revoke', { deviceId: 'nobody', role: 'node' }));
  note('remove nobody', await by.request('device.pair.remove', { deviceId: 'nobody' }));
  await by.close();
};

async function tokenOf(client: RawClient): Promise<string> {
  const token = textOf(client.hello['auth'], 'deviceToken') ?? '';
  await client.close();
  return token;
}

/** A gateway that ends and comes back. */
export const restart: Conversation = async (place, note) => {
  const client = await owner(place);
  const before = client.hello['server'];
  await place.restart();
  note('shutdown', await client.event('shutdown').catch((error: unknown) => String(error)));
  note('closed', await client.closed);
  const again = await owner(place);
  note('another start', textOf(before, 'bootId') !== textOf(again.hello['server'], 'bootId'));
  note('alive', Object.keys(await ask(again, 'node.list')).toSorted());
  await again.close();
};
