import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newDevice } from '#test/support/relay-agent.ts';
import { joinMember, joinOwner } from '#test/support/relay-project.ts';
import {
  claimEndFor,
  claimFor,
  claimProject,
  outcome,
  TestPlatform,
  type Person,
} from '#test/support/platform/test-platform.ts';

let platform: TestPlatform;
let ada: Person;
beforeAll(async () => {
  platform = await TestPlatform.start();
  ada = platform.person('Ada');
});
afterAll(() => platform.stop());

const now = (): number => Math.floor(Date.now() / 1000);

async function code(person = ada): Promise<string> {
  return (await person.client.call('account.createLinkCode')).code;
}

function send(input: { code: string; claim: string; label?: string }) {
  return platform.stranger().call('claims.create', { input });
}

function end(record: string) {
  return platform.stranger().call('claims.end', { input: { end: record } });
}

describe('the code of an account', () => {
  it('shows a device who asks for its project, as often as it looks, with the ID of the relay’s key', async () => {
    const created = await ada.client.call('account.createLinkCode');
    expect(created.code).toMatch(/^[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}$/);
    expect(created.relayKeyId).toBe(platform.relay.keyId);
    expect(created.expiresAt - Date.now()).toBeLessThanOrEqual(10 * 60_000);
    for (const typed of [created.code, created.code.toLowerCase().replace('-', ' ')]) {
      const { account } = await platform.stranger().call('claims.lookUp', { input: { code: typed } });
      expect(account).toEqual({ id: ada.id, email: ada.email, name: 'Ada' });
    }
  });

  it('is replaced by a new one, ends in ten minutes, and is in the database as a hash', async () => {
    const [first, second] = [await code(), await code()];
    const lookUp = (typed: string) => outcome(platform.stranger().call('claims.lookUp', { input: { code: typed } }));
    expect(await lookUp(first)).toBe('account.code');
    expect(await lookUp(second)).toBe('ok');
    expect(JSON.stringify(platform.rows('select * from one_time'))).not.toContain(second.replace('-', ''));
    platform.run("update one_time set expires_at = 1 where purpose = 'claim'");
    expect(await lookUp(second)).toBe('account.code');
  });

  it('of a disabled account counts no longer', async () => {
    const eve = platform.person('Eve');
    const typed = await code(eve);
    platform.run('update accounts set disabled_at = 1 where id = ?', eve.account);
    expect(await outcome(platform.stranger().call('claims.lookUp', { input: { code: typed } }))).toBe('account.code');
  });

  it('can be tried a few times only', async () => {
    const other = await TestPlatform.start();
    try {
      const codes = await Promise.all(
        Array.from({ length: 30 }, (_, index) =>
          outcome(other.client().call('claims.lookUp', { input: { code: `00000000${10 + index}` } })),
        ),
      );
      expect(codes.filter((each) => each === 'account.code')).toHaveLength(20);
      expect(codes.filter((each) => each === 'platform.rate')).toHaveLength(10);
    } finally {
      await other.stop();
    }
  });
});

describe('a claim', () => {
  it('gives the project of an owner device to the account, which sees its devices', async () => {
    const machine = await joinOwner(platform.relay, 3);
    const typed = await code();
    const { project } = await send({ code: typed, claim: await claimFor(platform, ada, machine) });
    expect(project.replaceAll('-', '')).toBe(machine.project);
    expect(await ada.client.call('projects.get', { params: { project } })).toMatchObject({
      role: 'owner',
      owner: { id: ada.id },
      ownerDevice: machine.device.peerId,
      devices: 1,
      online: 1,
    });
    expect(
      await outcome(send({ code: typed, claim: await claimFor(platform, ada, machine, { serial: now() + 1 }) })),
    ).toBe('account.code');
  });

  it('gives the device a name in the project, which a later claim leaves', async () => {
    const machine = await joinOwner(platform.relay, 3);
    const claim = (serial: number) => claimFor(platform, ada, machine, { serial });
    const { project } = await send({ code: await code(), claim: await claim(now()), label: 'office' });
    const device = () =>
      ada.client.call('devices.get', { params: { project, device: machine.device.peerId } }).then(({ label }) => label);
    expect(await device()).toBe('office');
    await send({ code: await code(), claim: await claim(now() + 1), label: 'other' });
    expect(await device()).toBe('office');
  });

  it.each([
    ['another relay', { relayKey: new Uint8Array(32) }],
    ['another project', { project: 'ab'.repeat(16) }],
    ['another account', { account: 'cd'.repeat(16) }],
    ['a time that has passed', { notAfter: 1 }],
    ['a serial of the future', { serial: Math.floor(Date.now() / 1000) + 2 * 24 * 3600 }],
  ] as const)('for %s is rejected, and the code stays', async (_, changes) => {
    const machine = await joinOwner(platform.relay, 3);
    const typed = await code();
    expect(await outcome(send({ code: typed, claim: await claimFor(platform, ada, machine, changes) }))).toBe(
      'account.claim',
    );
    expect(await outcome(send({ code: typed, claim: await claimFor(platform, ada, machine) }))).toBe('ok');
  });

  it('of a device that isn’t an owner, or was changed on its way, is rejected [S-ACCESS-5]', async () => {
    const machine = await joinOwner(platform.relay, 3);
    const member = await joinMember(platform.relay, machine, newDevice(), 3);
    const stranger = { device: newDevice(), project: machine.project };
    const good = await claimFor(platform, ada, machine);
    for (const claim of [
      await claimFor(platform, ada, member),
      await claimFor(platform, ada, stranger),
      `${good.slice(0, -4)}AAAA`,
    ]) {
      expect(await outcome(send({ code: await code(), claim }))).toBe('account.claim');
    }
  });

  it('gives nothing with the code of someone else [S-ACCESS-5]', async () => {
    const machine = await joinOwner(platform.relay, 3);
    const eve = platform.person('Eve');
    expect(await outcome(send({ code: await code(eve), claim: await claimFor(platform, ada, machine) }))).toBe(
      'account.claim',
    );
  });

  it('takes no project that another account has, until the device takes it back', async () => {
    const machine = await joinOwner(platform.relay, 3);
    const ben = platform.person('Ben');
    await claimProject(platform, ada, machine);
    const claim = await claimFor(platform, ben, machine, { serial: now() + 1 });
    expect(await outcome(send({ code: await code(ben), claim }))).toBe('project.claimed');
    await end(await claimEndFor(platform, ada, machine, { serial: now() + 1 }));
    const later = await claimFor(platform, ben, machine, { serial: now() + 2 });
    expect(await outcome(send({ code: await code(ben), claim: later }))).toBe('ok');
  });

  it('is not repeated after its end', async () => {
    const machine = await joinOwner(platform.relay, 3);
    const claim = await claimFor(platform, ada, machine);
    await send({ code: await code(), claim });
    await end(await claimEndFor(platform, ada, machine));
    expect(await outcome(send({ code: await code(), claim }))).toBe('account.claim');
  });

  it('counts as one of the twenty projects of the account', async () => {
    const cleo = platform.person('Cleo');
    for (let count = 0; count < 20; count += 1) {
      await cleo.client.call('projects.create', { input: { name: `Project ${count}` } });
    }
    const machine = await joinOwner(platform.relay, 3);
    const claim = await claimFor(platform, cleo, machine);
    expect(await outcome(send({ code: await code(cleo), claim }))).toBe('platform.limit');
  });
});

describe('the end of a claim', () => {
  it('takes the project back: people and their keys are gone, the device’s own stay', async () => {
    const machine = await joinOwner(platform.relay, 3);
    const laptop = await joinMember(platform.relay, machine, newDevice(), 3);
    const project = await claimProject(platform, ada, machine);
    const browser = newDevice();
    const agent = await platform.joinByTicket(
      browser,
      await ada.client.call('devices.enrol', { params: { project } }),
      'browser',
    );
    await end(await claimEndFor(platform, ada, machine));
    expect(await agent.next('error')).toMatchObject({ code: 'removed' });
    await machine.agent.next('left', ({ peer }) => peer === browser.peerId);
    expect(await outcome(ada.client.call('projects.get', { params: { project } }))).toBe('platform.not-found');
    laptop.agent.send({ type: 'ping' });
    await laptop.agent.next('pong');
    expect(platform.rows('select owner_account, claim from projects where id = ?', machine.project)).toEqual([
      { owner_account: null, claim: null },
    ]);
    // Again: it stays as it is.
    expect(await outcome(end(await claimEndFor(platform, ada, machine)))).toBe('ok');
  });

  it('counts from an owner device only, for its account, and not before the claim [S-ACCESS-5]', async () => {
    const machine = await joinOwner(platform.relay, 3);
    const member = await joinMember(platform.relay, machine, newDevice(), 3);
    const project = await claimProject(platform, ada, machine);
    for (const record of [
      await claimEndFor(platform, ada, member),
      await claimEndFor(platform, platform.person('Eve'), machine),
      await claimEndFor(platform, ada, machine, { serial: now() - 60 }),
      await claimEndFor(platform, ada, machine, { relayKey: new Uint8Array(32) }),
      await claimFor(platform, ada, machine),
    ]) {
      expect(await outcome(end(record))).toBe('account.claim');
    }
    expect(await outcome(ada.client.call('projects.get', { params: { project } }))).toBe('ok');
  });

  it('writes nothing into the log of an account that never had the project [S-ACCESS-5]', async () => {
    const eve = platform.person('Eve');
    const machine = await joinOwner(platform.relay, 3);
    expect(await outcome(end(await claimEndFor(platform, eve, machine)))).toBe('ok');
    expect((await eve.client.call('account.export')).audit).toEqual([]);
  });

  it('follows from the deletion of the project by its account; the device keeps it', async () => {
    const machine = await joinOwner(platform.relay, 3);
    const laptop = await joinMember(platform.relay, machine, newDevice(), 3);
    const project = await claimProject(platform, ada, machine);
    await ada.client.call('projects.delete', { params: { project } });
    for (const { agent } of [machine, laptop]) {
      agent.send({ type: 'ping' });
      await agent.next('pong');
    }
    expect(platform.rows('select owner_account from projects where id = ?', machine.project)).toEqual([
      { owner_account: null },
    ]);
  });
});
