import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nativeBackend as crypto } from '#node/crypto/index.ts';
import { signRemoval } from '#shared/identity/index.ts';
import { enrolTicketKey } from '#shared/relay-api/index.ts';
import { joinRelay, newDevice } from '#test/support/relay-agent.ts';
import { enrolmentFor, joinMember, joinOwner, type Member } from '#test/support/relay-project.ts';
import { claimProject, outcome, TestPlatform, type Person } from '#test/support/platform/test-platform.ts';

let platform: TestPlatform;
let owner: Person;
let ben: Person;
/** Project of a device that gave it to the owner's account. */
let claimed: string;
let machine: Member;
beforeAll(async () => {
  platform = await TestPlatform.start();
  [owner, ben] = [platform.person('Ada'), platform.person('Ben')];
  machine = await joinOwner(platform.relay, 3);
  claimed = await claimProject(platform, owner, machine);
  await owner.client.call('invitations.create', { params: { project: claimed }, input: { email: ben.email } });
});
afterAll(() => platform.stop());

async function list(person = owner, project = claimed) {
  return (await person.client.call('devices.list', { params: { project } })).devices;
}

async function ticket(person: Person, project = claimed) {
  return person.client.call('devices.enrol', { params: { project } });
}

describe('the devices of a project', () => {
  it('are listed with role, presence and who admitted them, the same for owner and members', async () => {
    const laptop = await joinMember(platform.relay, machine, newDevice(), 3);
    const browser = newDevice();
    const agent = await platform.joinByTicket(browser, await ticket(ben), 'browser');
    const devices = await list();
    expect(devices).toMatchObject([
      { encryption: 'end-to-end', id: machine.device.peerId, role: 'owner', account: null, online: true, label: null },
      { id: laptop.device.peerId, role: 'member', account: null, browser: false, online: true },
      { id: browser.peerId, role: 'member', account: ben.id, browser: true, online: true },
    ]);
    // Machines are counted, and browsers aren't.
    expect(await owner.client.call('projects.get', { params: { project: claimed } })).toMatchObject({
      devices: 2,
      online: 2,
    });
    expect(await list(ben)).toEqual(devices);
    await laptop.agent.close();
    const params = { project: claimed, device: laptop.device.peerId };
    await expect.poll(() => owner.client.call('devices.get', { params })).toMatchObject({ online: false });
    expect(await ben.client.call('devices.get', { params })).toMatchObject({ lastSeen: expect.any(Number) });
    await agent.close();
  });

  it('have labels that the owner gives them', async () => {
    const params = { project: claimed, device: machine.device.peerId };
    const labelled = await owner.client.call('devices.change', { params, input: { label: 'Attic' } });
    expect(labelled).toMatchObject({ label: 'Attic' });
    expect(await ben.client.call('devices.get', { params })).toMatchObject({ label: 'Attic' });
    const change = (label: string | null) => ben.client.call('devices.change', { params, input: { label } });
    expect(await outcome(change('Mine'))).toBe('platform.forbidden');
    expect(await owner.client.call('devices.change', { params, input: { label: null } })).toMatchObject({
      label: null,
    });
  });

  it('have the label of their ticket, which the owner may change; one key of a browser replaces the one before', async () => {
    const params = { project: claimed };
    const enrol = (input: { label: string; replaces?: string }) => ben.client.call('devices.enrol', { params, input });
    const [first, second, third] = [newDevice(), newDevice(), newDevice()];
    const label = 'Firefox on Linux';
    const one = await platform.joinByTicket(first, await enrol({ label }), 'browser');
    expect((await list()).find(({ id }) => id === first.peerId)).toMatchObject({ label, account: ben.id });
    const renamed = { label: 'Kitchen' };
    await owner.client.call('devices.change', { params: { ...params, device: first.peerId }, input: renamed });
    const two = await platform.joinByTicket(second, await enrol({ label, replaces: first.peerId }), 'browser');
    const labels = (await list()).filter(({ id }) => id === first.peerId || id === second.peerId);
    expect(labels).toMatchObject([{ id: second.peerId, label }]);
    await one.closed;
    // Only its own earlier key, not the owner's machine.
    const replaces = machine.device.peerId;
    const three = await platform.joinByTicket(third, await enrol({ label, replaces }), 'browser');
    expect((await list()).map(({ id }) => id)).toEqual(expect.arrayContaining([replaces, second.peerId, third.peerId]));
    await two.close();
    await three.close();
  });

  it('are visible in their project only', async () => {
    const { id: project } = await owner.client.call('projects.create', { input: { name: 'Other' } });
    const params = { project, device: machine.device.peerId };
    const calls = [
      owner.client.call('devices.get', { params }),
      owner.client.call('devices.change', { params, input: { label: 'x' } }),
      owner.client.call('devices.delete', { params }),
      owner.client.call('devices.createCode', { params }),
    ];
    const outcomes = await Promise.all(calls.map((call) => outcome(call)));
    expect(new Set(outcomes)).toEqual(new Set(['platform.not-found']));
    expect(await list(owner, project)).toEqual([]);
  });

  it('are removed without a signature, stay out, and come back with an enrolment of later', async () => {
    const device = newDevice();
    const laptop = await joinMember(platform.relay, machine, device, 3);
    const params = { project: claimed, device: device.peerId };
    expect(await outcome(ben.client.call('devices.delete', { params }))).toBe('platform.forbidden');
    await owner.client.call('devices.delete', { params });
    expect(await laptop.agent.next('error')).toMatchObject({ code: 'removed' });
    await machine.agent.next('left', ({ peer }) => peer === device.peerId);
    expect(await outcome(owner.client.call('devices.get', { params }))).toBe('platform.not-found');
    expect(await outcome(owner.client.call('devices.delete', { params }))).toBe('platform.not-found');
    // The enrolment that it had.
    await expect(joinMember(platform.relay, machine, device, 3)).rejects.toThrow('closed: removed');
    const later = await enrolmentFor(platform.relay, machine, device, { serial: Math.floor(Date.now() / 1000) + 60 });
    machine.agent.send({ type: 'enrol', request: 1, enrolment: Buffer.from(later).toString('base64url') });
    await machine.agent.next('ok');
    expect((await list()).map(({ id }) => id)).toContain(device.peerId);
  });

  it('take along what they enrolled', async () => {
    const admitted = newDevice();
    await platform.joinByTicket(admitted, await ticket(owner));
    const next = newDevice();
    const inviter = { device: admitted, project: claimed.replaceAll('-', '') };
    const enrolment = await enrolmentFor(platform.relay, inviter, next);
    const { agent } = await joinRelay(platform.relay, next, {
      version: 3,
      enrolments: [enrolment],
      admission: undefined,
    });
    await owner.client.call('devices.delete', { params: { project: claimed, device: admitted.peerId } });
    expect(await agent.next('error')).toMatchObject({ code: 'removed' });
    expect((await list()).map(({ id }) => id)).not.toContain(next.peerId);
  });

  it('leave those that were members before, also where one has enrolled them again, as a browser does that shows a code', async () => {
    const [browser, laptop] = [newDevice(), newDevice()];
    const page = await platform.joinByTicket(browser, await ticket(owner), 'browser');
    const agent = await platform.joinByTicket(laptop, await ticket(owner));
    const inviter = { device: browser, project: claimed.replaceAll('-', '') };
    const serial = Math.floor(Date.now() / 1000) + 60;
    const enrolment = Buffer.from(await enrolmentFor(platform.relay, inviter, laptop, { serial }));
    page.send({ type: 'enrol', request: 1, enrolment: enrolment.toString('base64url') });
    await page.next('ok');
    // Its own word doesn't remove it either: it didn't let it in.
    const facts = { relayKey: platform.relay.relayKey, project: inviter.project, member: laptop.peerId };
    const removal = Buffer.from(await signRemoval(browser, { ...facts, serial: serial + 1 }));
    page.send({ type: 'remove', request: 2, removal: removal.toString('base64url') });
    expect(await page.next('error')).toMatchObject({ code: 'not-allowed', request: 2 });
    await owner.client.call('devices.delete', { params: { project: claimed, device: browser.peerId } });
    expect(await page.next('error', ({ fatal }) => fatal)).toMatchObject({ code: 'removed' });
    expect((await list()).map(({ id }) => id)).toContain(laptop.peerId);
    await agent.close();
  });

  it('include the device that gave the project, which no account can remove', async () => {
    const params = { project: claimed, device: machine.device.peerId };
    expect(await outcome(owner.client.call('devices.delete', { params }))).toBe('project.owner');
  });

  it('that are sealed have no pairing code, and no plain ones exist without the documented protocol', async () => {
    const params = { project: claimed, device: machine.device.peerId };
    expect(await outcome(owner.client.call('devices.createCode', { params }))).toBe('project.sealed-device');
    expect(await outcome(ben.client.call('devices.createCode', { params }))).toBe('platform.forbidden');
    const input = { encryption: 'relay-can-read', label: 'Box' } as const;
    const create = { params: { project: claimed }, input };
    expect(await outcome(owner.client.call('devices.create', create))).toBe('project.plain-off');
    expect(await outcome(ben.client.call('devices.create', create))).toBe('platform.forbidden');
  });
});

describe('an enrol ticket', () => {
  it('admits any device for the owner, and a browser for a member', async () => {
    const [mine, his] = [await ticket(owner), await ticket(ben)];
    expect([mine.admits, his.admits]).toEqual(['any-device', 'browser']);
    expect(mine.expiresAt - Date.now()).toBeGreaterThan(9 * 60_000);
    expect(mine.expiresAt - Date.now()).toBeLessThanOrEqual(10 * 60_000);
    await (await platform.joinByTicket(newDevice(), mine)).close();
    await expect(platform.joinByTicket(newDevice(), his)).rejects.toThrow('closed:');
    await (await platform.joinByTicket(newDevice(), his, 'browser')).close();
  });

  it('is in the database as a sealed key only', async () => {
    const { secret } = await ticket(owner);
    const bytes = Buffer.from(secret, 'base64url').toString('hex');
    const key = Buffer.from(enrolTicketKey(crypto, Buffer.from(secret, 'base64url'))).toString('hex');
    const rows = JSON.stringify(platform.rows('select hex(key) as key, id from enrol_tickets')).toLowerCase();
    for (const hidden of [bytes, key]) expect(rows).not.toContain(hidden);
  });

  it('is one of at most ten open ones of a person in a project', async () => {
    const cleo = platform.person('Cleo');
    const { id } = await cleo.client.call('projects.create', { input: { name: 'Tickets' } });
    for (let count = 0; count < 10; count += 1) await ticket(cleo, id);
    expect(await outcome(ticket(cleo, id))).toBe('platform.limit');
    platform.run('update enrol_tickets set expires_at = 1 where account = ?', cleo.account);
    expect(await outcome(ticket(cleo, id))).toBe('ok');
  });

  it('of a member admits no more than a few browsers, whatever becomes of them, and the owner has room [S-ACCESS-8]', async () => {
    const small = await TestPlatform.start({ limits: { membersPerAccount: 2 } });
    try {
      const [anna, mallory] = [small.person('Anna'), small.person('Mallory')];
      const params = { project: (await anna.client.call('projects.create', { input: { name: 'Home' } })).id };
      await anna.client.call('invitations.create', { params, input: { email: mallory.email } });
      const join = async (person: Person, role: 'browser' | 'agent'): Promise<void> =>
        (await small.joinByTicket(newDevice(), await person.client.call('devices.enrol', { params }), role)).close();
      for (let count = 0; count < 2; count += 1) await join(mallory, 'browser');
      await expect(join(mallory, 'browser')).rejects.toThrow('closed: limit');
      for (let count = 0; count < 3; count += 1) await join(anna, 'agent');
      // Removed browsers count on, but not for ever as if they were there.
      small.run('update members set removed_at = 1, removed_serial = 1 where account = ?', mallory.account);
      await join(mallory, 'browser');
    } finally {
      await small.stop();
    }
  });
});
