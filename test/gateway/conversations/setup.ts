import { get } from 'node:https';
import { RawDevice, textOf, type Json, type RawConnect } from '#test/support/gateway/index.ts';
import { ask, attempt, owner, type Conversation } from './place.ts';

/** A node that comes with a setup code, which lies at a join link once. */
export const setup: Conversation = async (place, note) => {
  const by = await owner(place);
  const wish = { bootstrapProfile: 'node', includeQr: false, publicUrl: place.url, joinUrl: true };
  note('without an address', await by.request('device.pair.setupCode', { bootstrapProfile: 'node', includeQr: false }));
  const made = await ask(by, 'device.pair.setupCode', wish);
  note('made', {
    ...made,
    setupCode: typeof made['setupCode'],
    joinUrl: typeof made['joinUrl'],
    gatewayUrl: made['gatewayUrl'] === place.url,
  });
  const joinUrl = textOf(made, 'joinUrl') ?? '';
  const content = await fetchJson(joinUrl);
  note('at the link', { ...content, url: content['url'] === place.url });
  note('at the link afterwards', await fetchJson(joinUrl));
  note(
    'the code is the same',
    Buffer.from(textOf(made, 'setupCode') ?? '', 'base64url').toString() === JSON.stringify(content),
  );

  const device = new RawDevice();
  const options: RawConnect = {
    role: 'node',
    device,
    auth: { bootstrapToken: textOf(content, 'bootstrapToken') ?? '' },
    caps: ['system'],
    commands: ['system.which', 'system.run'],
  };
  note('redeemed', await attempt(place, options));
  note('told', await by.event('device.pair.setup.completed', (payload) => payload['deviceId'] === device.id));
  const node = await ask(by, 'node.describe', { nodeId: device.id });
  note('the node', { state: node['approvalState'], commands: node['commands'] });
  note('redeemed twice', await attempt(place, options));
  note('by somebody else', await attempt(place, { ...options, device: new RawDevice() }));
  await by.close();
};

function fetchJson(address: string): Promise<Json> {
  return new Promise((resolve, reject) => {
    get(address, { rejectUnauthorized: false, agent: false }, (response) => {
      let text = '';
      response.on('data', (part: Buffer) => {
        text += part.toString();
      });
      response.on('end', () => resolve({ status: response.statusCode, ...(JSON.parse(text) as Json) }));
    }).on('error', reject);
  });
}
