import { RawClient, RawDevice, type RawConnect } from '#test/support/gateway/index.ts';
import { attempt, type Conversation } from './place.ts';

/** Everything for which a gateway does not let a client in before pairing is even looked at. */
export const refusals: Conversation = async (place, note) => {
  const device = new RawDevice();
  const good: RawConnect = { role: 'node', device, auth: { token: place.token }, commands: ['system.which'] };
  const changed = (change: (device: Record<string, unknown>) => void): RawConnect => ({
    ...good,
    change: (params) => change(params['device'] as Record<string, unknown>),
  });
  const cases: Readonly<Record<string, RawConnect>> = {
    'no token': { ...good, auth: {} },
    'wrong token': { ...good, auth: { token: 'wrong' } },
    'wrong token of an operator': { ...good, role: 'operator', auth: { token: 'wrong' } },
    'wrong password': { ...good, auth: { password: 'wrong' } },
    'wrong device token': { ...good, auth: { deviceToken: 'wrong' } },
    'wrong token and wrong device token': { ...good, auth: { token: 'wrong', deviceToken: 'wrong' } },
    'wrong setup code': { ...good, auth: { bootstrapToken: 'wrong' } },
    'id of another key': changed((own) => (own['id'] = '0'.repeat(64))),
    'signature of something else': changed((own) => (own['signature'] = device.sign('something else'))),
    'signed long ago': changed((own) => (own['signedAt'] = Number(own['signedAt']) - 121_000)),
    'another nonce': changed((own) => (own['nonce'] = 'another')),
    'a blank nonce': changed((own) => (own['nonce'] = ' ')),
    'bad signature and wrong token': {
      ...good,
      auth: { token: 'wrong' },
      change: (params) => ((params['device'] as Record<string, unknown>)['signature'] = device.sign('x')),
    },
    'a node without a device': { role: 'node', auth: { token: place.token } },
    'a node without a device and a token': { role: 'node' },
    'a node without a device and a wrong token': { role: 'node', auth: { token: 'wrong' } },
    'an operator without a device and a token': { role: 'operator' },
    'an old protocol': { ...good, role: 'operator', protocol: [3, 3] },
    'a newer protocol': { ...good, protocol: [5, 6] },
    'an unknown client': { ...good, client: { id: 'clawreach' } },
    'an unknown mode': { ...good, client: { mode: 'tray' } },
    'an unknown property': { ...good, change: (params) => (params['surprise'] = true) },
    'an unknown role': { ...good, change: (params) => (params['role'] = 'king') },
    'an operator without a device': { role: 'operator', auth: { token: place.token }, scopes: ['operator.read'] },
  };
  for (const [name, options] of Object.entries(cases)) note(name, await attempt(place, options));

  const talkative = await RawClient.open(place.url);
  await talkative.event('connect.challenge');
  note('another request first', { ...(await talkative.request('health')), close: await talkative.closed });
  const garbage = await RawClient.open(place.url);
  await garbage.event('connect.challenge');
  garbage.raw('{"type":"req"}');
  note('no request at all', await garbage.closed);
  note('a page', await attempt(place, { ...good, headers: { origin: 'file://' } }));
};
