import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '#node/clock/index.ts';
import { createRelayDialer } from '#node/sockets/index.ts';
import { until } from '#test/support/e2e/until.ts';
import { freePort } from '#test/support/free-port.ts';
import { codeOf, pairDevices, TestDevice } from '#test/support/hostile/device.ts';
import { TerminalView } from '#test/support/hostile/terminal-view.ts';
import { LOOPBACK_ONLY, loopbackDirect } from '#test/support/loopback-transports.ts';
import { outcome, TestPlatform, type Person } from '#test/support/platform/test-platform.ts';

let platform: TestPlatform;
let office: TestDevice;
let server: TestDevice;
let ada: Person;

async function device(name: string): Promise<TestDevice> {
  const dialer = createRelayDialer({ clock: systemClock });
  const created = await TestDevice.create({ name, dialer, direct: loopbackDirect(() => LOOPBACK_ONLY) });
  await created.api.call('network.set', { port: await freePort() });
  created.agent.start();
  return created;
}

beforeAll(async () => {
  platform = await TestPlatform.start({ accounts: { plainProtocol: true } });
  ada = platform.person('Ada');
  [office, server] = [await device('office'), await device('server')];
  await office.configure(platform.relay.url, platform.relay.admissionToken);
  await pairDevices(office, server, { form: 'link' });
  await until('server at the relay', async () => ((await server.start()) === null ? true : undefined));
});
afterAll(async () => {
  for (const one of [server, office]) await one.close();
  await platform.stop();
});

/** Gives the project of the office to an account, as a person at the office does. */
async function link(person: Person): Promise<void> {
  const { code } = await person.client.call('account.createLinkCode');
  const { account, relay } = await office.api.call('account.lookUp', { code });
  await office.api.call('account.link', { code, account, keyId: relay.keyId });
}

async function projectsOf({ client }: Person) {
  return (await client.call('projects.list')).projects;
}

describe('an account gets the project of a device', () => {
  it('by a code that its owner types there, and loses it when the owner takes it back [S-ACCESS-5]', async () => {
    const { code, relayKeyId } = await ada.client.call('account.createLinkCode');
    const shown = await office.api.call('account.lookUp', { code });
    expect(shown).toMatchObject({
      account: { id: ada.account, address: ada.email, name: 'Ada' },
      relay: { keyId: relayKeyId },
    });
    expect(await projectsOf(ada)).toEqual([]);
    await office.api.call('account.link', { code, account: shown.account, keyId: relayKeyId });
    const [project] = await projectsOf(ada);
    expect(project).toMatchObject({ role: 'owner', ownerDevice: office.peerId, devices: 2, online: 2 });
    expect(platform.rows('select event, account from account_audit')).toEqual([
      { event: 'project.claimed', account: ada.account },
    ]);

    await office.api.call('account.unlink', {});
    expect(await projectsOf(ada)).toEqual([]);
    expect(await codeOf(office.api.call('peers.ping', { peer: 'server' }))).toBe('no error');
  });

  it('but takes no device, whatever it calls, and a used or foreign code gives nothing [S-ACCESS-5]', async () => {
    const { code } = await ada.client.call('account.createLinkCode');
    expect(await codeOf(server.api.call('account.lookUp', { code }))).toBe('account-link.not-owner');
    await link(ada);
    expect(await codeOf(office.api.call('account.lookUp', { code }))).toBe('account.code');
    const [project] = await projectsOf(ada);
    const params = { project: project?.id ?? '', device: office.peerId };
    expect(await outcome(ada.client.call('devices.delete', { params }))).toBe('project.owner');
    const eve = platform.person('Eve');
    const foreign = await eve.client.call('account.createLinkCode');
    const seen = await office.api.call('account.lookUp', { code: foreign.code });
    const second = office.api.call('account.link', {
      code: foreign.code,
      account: seen.account,
      keyId: seen.relay.keyId,
    });
    expect(await codeOf(second)).toBe('project.claimed');
    expect(await projectsOf(eve)).toEqual([]);
    expect(await projectsOf(ada)).toHaveLength(1);
  });
});

/** Ways by which a key that a member admitted loses its project. */
const WAYS: Readonly<Record<string, (ben: Person, project: string, key: string) => Promise<unknown>>> = {
  'the person is removed': (ben, project) => ada.client.call('people.remove', { params: { project, person: ben.id } }),
  'the account is deleted': (ben) => ben.client.call('account.delete'),
  'the account is disabled': async (ben) => {
    platform.run('update accounts set disabled_at = 1 where id = ?', ben.account);
  },
  'the key is removed': (_, project, key) => ada.client.call('devices.delete', { params: { project, device: key } }),
  'the project is deleted': (_, project) => ada.client.call('projects.delete', { params: { project } }),
};

describe('a key that an account admitted', () => {
  beforeAll(async () => {
    if ((await projectsOf(ada)).length === 0) await link(ada);
  });

  it.each(Object.entries(WAYS))(
    'loses its direct path and its terminal at other machines when %s [S-ACCESS-6]',
    async (_, end) => {
      const [project] = await projectsOf(ada);
      const params = { project: project?.id ?? '' };
      const ben = platform.person('Ben');
      await ada.client.call('invitations.create', { params, input: { email: ben.email } });
      const laptop = await device('laptop');
      const ticket = await ben.client.call('devices.enrol', { params });
      await (await platform.joinByTicket(laptop.identity, ticket, 'browser')).close();
      await laptop.configure(platform.relay.url);
      await pairDevices(server, laptop, { form: 'link' });
      await until('a direct path', async () => {
        // A path that is replaced meanwhile answers with an error.
        const ping = await laptop.api.call('peers.ping', { peer: 'server' }).catch(() => undefined);
        return ping?.path === 'direct' ? true : undefined;
      });
      await laptop.api.call('peers.setPathMode', { peer: 'server', mode: 'direct-only' });
      const view = await TerminalView.open(laptop, server);
      await view.say('typed before');

      const begun = performance.now();
      await end(ben, params.project, laptop.peerId);
      expect((await view.ended).code).toMatch(/^(terminal\.revoked|link\.)/);
      console.info(`ended after ${Math.round(performance.now() - begun)} ms`);
      await until('the end of the link', async () =>
        (await server.peer(laptop))?.linked === false ? true : undefined,
      );
      expect((await server.peer(laptop))?.suspendedSince).toBeTypeOf('number');
      expect(await codeOf(TerminalView.open(laptop, server))).toMatch(/^(direct|link|relay)\./);
      // Machines that the device's own people enrolled stay.
      expect(await codeOf(office.api.call('peers.ping', { peer: 'server' }))).toBe('no error');
      await server.api.call('peers.forget', { peer: laptop.peerId });
      await laptop.close();
    },
  );
});
