import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '#node/clock/index.ts';
import { createRelayDialer } from '#node/sockets/index.ts';
import { startRelay } from '#relay/index.ts';
import { fromBase64Url, toBase64Url } from '#shared/bytes/index.ts';
import type { DeviceIdentity } from '#shared/identity/index.ts';
import { enrolTicketKey, enrolTicketProof, type HelloFacts, type RelayRole } from '#shared/relay-api/index.ts';
import { nativeBackend as crypto } from '#node/crypto/index.ts';
import { codeOf, pairDevices, TestDevice } from '#test/support/hostile/device.ts';
import { outcome, TestPlatform, type Person } from '#test/support/platform/test-platform.ts';
import { temporaryDirectory } from '#test/support/directories.ts';
import { honestFacts, newDevice, RelayAgent, signHello, type HelloMessage } from '#test/support/relay-agent.ts';
import { enrolmentFor } from '#test/support/relay-project.ts';

let platform: TestPlatform;
let ada: Person;
beforeAll(async () => {
  platform = await TestPlatform.start({
    admission: 'accounts',
    admissionToken: 'a token that was good before',
    rates: { failuresPerAddress: { burst: 1000, perSecond: 1000 } },
  });
  ada = platform.person('Ada');
});
afterAll(() => platform.stop());

type Attempt = Readonly<{
  role?: RelayRole;
  token?: string;
  add?: (facts: HelloFacts) => Promise<Partial<HelloMessage>> | Partial<HelloMessage>;
}>;

/** Says a hello; returns the challenge's word, and the projects of the welcome or the code of the refusal. */
async function hello(device: DeviceIdentity, { role = 'agent', token, add = () => ({}) }: Attempt = {}) {
  const { relay } = platform;
  const agent = new RelayAgent(relay, { headers: { origin: relay.url.replace(/^ws/, 'http') } });
  const challenge = await agent.next('challenge');
  const facts = { ...honestFacts(relay, device, challenge, role), version: 3 };
  agent.send({ ...(await signHello(device, facts, token)), ...(await add(facts)) });
  const answer = await Promise.race([agent.next('welcome'), agent.next('error')]);
  agent.socket.terminate();
  const outcomeOf = answer.type === 'error' ? answer.code : answer.projects.map(({ role: has }) => has);
  return { announced: challenge.admission, outcome: outcomeOf };
}

/** Shows an enrol ticket as the API gives it. */
const showing =
  ({ ticket, secret }: Readonly<{ ticket: string; secret: string }>) =>
  (facts: HelloFacts): Partial<HelloMessage> => {
    const proof = enrolTicketProof(crypto, enrolTicketKey(crypto, fromBase64Url(secret)), facts);
    return { enrolTicket: { id: ticket, proof: toBase64Url(proof) } };
  };

describe('a relay that admits devices of its accounts only', () => {
  it('takes no token and lets no one found a project, in words that older clients know [S-RELAY-1]', async () => {
    expect(platform.relay.admissionToken).toBeUndefined();
    const refused = { announced: 'token', outcome: 'enrolment' };
    expect(await hello(newDevice())).toEqual(refused);
    expect(await hello(newDevice(), { token: 'a token that was good before' })).toEqual(refused);
    expect(platform.rows('select * from projects')).toEqual([]);
    expect(platform.rows('select * from devices')).toEqual([]);
    // A joiner and a browser without a project may pair, as everywhere.
    for (const role of ['joiner', 'browser'] as const) expect((await hello(newDevice(), { role })).outcome).toEqual([]);
  });

  it('admits a device by a ticket, those that it enrols, and both again [S-RELAY-1]', async () => {
    const { id: project } = await ada.client.call('projects.create', { input: { name: 'Home' } });
    const ticket = await ada.client.call('devices.enrol', { params: { project } });
    const [first, second] = [newDevice(), newDevice()];
    expect((await hello(first, { add: showing(ticket) })).outcome).toEqual(['member']);
    expect((await hello(newDevice(), { add: showing(ticket) })).outcome).toBe('enrolment');
    const inviter = { device: first, project: project.replaceAll('-', '') };
    const enrolment = async (by: typeof inviter, of: DeviceIdentity) => ({
      enrolments: [toBase64Url(await enrolmentFor(platform.relay, by, of))],
    });
    expect((await hello(second, { add: () => enrolment(inviter, second) })).outcome).toEqual(['member']);
    // A stranger's signature admits no one.
    const stranger = { ...inviter, device: newDevice() };
    const third = newDevice();
    expect((await hello(third, { add: () => enrolment(stranger, third) })).outcome).toBe('enrolment');
    for (const known of [first, second]) expect((await hello(known)).outcome).toEqual(['member']);
    await ada.client.call('projects.delete', { params: { project } });
  });

  it('admits a device once by the code of an account, into its oldest project or a first one', async () => {
    const ben = platform.person('Ben');
    const join = async (code: string, label?: string) =>
      await platform.stranger().call('claims.join', { input: { code, ...(label !== undefined && { label }) } });
    const newCode = async () => (await ben.client.call('account.createLinkCode')).code;
    const code = await newCode();
    const { project, ...ticket } = await join(code, 'office');
    expect(await outcome(join(code))).toBe('account.code');
    const office = newDevice();
    expect((await hello(office, { add: showing(ticket) })).outcome).toEqual(['member']);
    expect(await ben.client.call('projects.list')).toMatchObject({
      projects: [{ id: project, name: 'Ben', role: 'owner', ownerDevice: null, devices: 1 }],
    });
    expect(await ben.client.call('devices.get', { params: { project, device: office.peerId } })).toMatchObject({
      label: 'office',
    });
    await ben.client.call('projects.create', { input: { name: 'Work' } });
    expect((await join(await newCode())).project).toBe(project);
  });

  it('gives the code only to who gave a password lately, and no other relay takes one for a ticket', async () => {
    const aged = platform.client({ cookie: platform.session(ada.account, { strongAt: Date.now() - 3_600_000 }) });
    expect(await outcome(aged.call('account.createLinkCode'))).toBe('platform.step-up');
    const other = await TestPlatform.start();
    try {
      const eve = other.person('Eve');
      const cookie = other.session(eve.account, { strongAt: Date.now() - 3_600_000 });
      const { code } = await other.client({ cookie }).call('account.createLinkCode');
      expect(await outcome(other.stranger().call('claims.join', { input: { code } }))).toBe('account.claim');
    } finally {
      await other.stop();
    }
  });

  it('does not start without accounts', async () => {
    const started = startRelay({ dataDirectory: temporaryDirectory(), admission: 'accounts' });
    expect(await codeOf(started)).toBe('relay.admission-accounts');
  });
});

describe('a fresh machine at such a relay', () => {
  it('joins by `account link`, and brings another one in by pairing', async () => {
    const dialer = createRelayDialer({ clock: systemClock });
    const [office, laptop] = [
      await TestDevice.create({ name: 'office', dialer }),
      await TestDevice.create({ name: 'laptop', dialer }),
    ];
    try {
      for (const device of [office, laptop]) device.agent.start();
      await office.api.call('relay.configure', { url: platform.relay.url });
      const ready = () => office.api.call('relay.ready', { timeout: 10_000 });
      expect(await codeOf(ready())).toBe('relay.enrolment-needed');
      expect(await office.api.call('account.get', {})).toMatchObject({ owner: false, joins: true, link: null });

      const cleo = platform.person('Cleo');
      const { code, relayKeyId } = await cleo.client.call('account.createLinkCode');
      const { account, relay, joins } = await office.api.call('account.lookUp', { code });
      expect([account.address, relay.keyId, joins]).toEqual([cleo.email, relayKeyId, true]);
      const link = (keyId: string) => office.api.call('account.link', { code, account, keyId, label: 'office' });
      expect(await codeOf(link('AAAA-BBBB-CCCC-DDDD'))).toBe('account-link.relay-changed');
      expect(await link(relay.keyId)).toMatchObject({ owner: false, joins: false });
      expect((await ready()).state).toBe('online');
      expect((await office.audit('account.joined'))[0]?.fields).toMatchObject({ address: cleo.email });

      await pairDevices(office, laptop, { form: 'link' });
      await laptop.api.call('relay.ready', { timeout: 10_000 });
      expect(await cleo.client.call('projects.list')).toMatchObject({ projects: [{ devices: 2, online: 2 }] });
    } finally {
      for (const device of [laptop, office]) await device.close();
    }
  }, 60_000);
});
