import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newDevice } from '#test/support/relay-agent.ts';
import { outcome, TestPlatform, type Person } from '#test/support/platform/test-platform.ts';

let platform: TestPlatform;
let owner: Person;
beforeAll(async () => {
  platform = await TestPlatform.start();
  owner = platform.person('Ada');
});
afterAll(() => platform.stop());

async function project(person = owner, name = 'Home'): Promise<string> {
  return (await person.client.call('projects.create', { input: { name } })).id;
}

/** Adds a member by an invitation. */
async function member(id: string, name = 'Ben'): Promise<Person> {
  const person = platform.person(name);
  const added = await owner.client.call('invitations.create', {
    params: { project: id },
    input: { email: person.email },
  });
  expect(added.status).toBe('added');
  return person;
}

describe('a project', () => {
  it('belongs to the account that made it, and has no devices yet', async () => {
    const person = platform.person('Cleo');
    const made = await person.client.call('projects.create', { input: { name: ' My  home ' } });
    expect(made).toMatchObject({
      name: 'My home',
      role: 'owner',
      owner: { id: person.id, name: 'Cleo' },
      ownerDevice: null,
      plainAllowed: false,
      people: 1,
      devices: 0,
      online: 0,
    });
    expect(await person.client.call('projects.list')).toEqual({ projects: [made] });
    expect(await person.client.call('projects.get', { params: { project: made.id } })).toEqual(made);
  });

  it('is renamed by its owner, and not by a member', async () => {
    const id = await project();
    const ben = await member(id);
    const params = { project: id };
    const renamed = await owner.client.call('projects.change', { params, input: { name: 'Office' } });
    expect(renamed.name).toBe('Office');
    expect(await outcome(ben.client.call('projects.change', { params, input: { name: 'Mine' } }))).toBe(
      'platform.forbidden',
    );
    expect((await ben.client.call('projects.get', { params })).name).toBe('Office');
  });

  it('counts its devices and those that are online', async () => {
    const id = await project();
    const ticket = await owner.client.call('devices.enrol', { params: { project: id } });
    const device = newDevice();
    const agent = await platform.joinByTicket(device, ticket);
    const params = { project: id };
    expect(await owner.client.call('projects.get', { params })).toMatchObject({ devices: 1, online: 1 });
    await agent.close();
    await expect.poll(() => owner.client.call('projects.get', { params })).toMatchObject({ devices: 1, online: 0 });
  });

  it('allows no plain devices at a relay without the documented protocol', async () => {
    const id = await project();
    const change = { params: { project: id }, input: { plainAllowed: true } };
    expect(await outcome(owner.client.call('projects.change', change))).toBe('project.plain-off');
  });

  it('is deleted with everything in it, and its devices lose the relay', async () => {
    const id = await project();
    const ben = await member(id);
    const mine = await platform.joinByTicket(
      newDevice(),
      await owner.client.call('devices.enrol', { params: { project: id } }),
    );
    const browser = newDevice();
    const his = await platform.joinByTicket(
      browser,
      await ben.client.call('devices.enrol', { params: { project: id } }),
      'browser',
    );
    await owner.client.call('invitations.create', { params: { project: id }, input: { email: 'new@example.org' } });
    await owner.client.call('projects.delete', { params: { project: id } });

    // The owner's device hears that someone else's key is gone, before it loses the project itself.
    expect(await mine.next('left')).toMatchObject({ peer: browser.peerId });
    expect(await mine.next('error')).toMatchObject({ code: 'removed' });
    expect(await his.next('error')).toMatchObject({ code: 'removed' });
    for (const person of [owner, ben]) {
      expect(await outcome(person.client.call('projects.get', { params: { project: id } }))).toBe('platform.not-found');
    }
    const hex = id.replaceAll('-', '');
    for (const [table, column] of [
      ['projects', 'id'],
      ['members', 'project_id'],
      ['project_people', 'project'],
      ['invitations', 'project'],
      ['enrol_tickets', 'project'],
      ['one_time', 'project'],
    ] as const) {
      expect([table, platform.rows(`select 1 from ${table} where ${column} = ?`, hex)]).toEqual([table, []]);
    }
  });

  it('needs a fresh password or passkey to be deleted, which no API token has', async () => {
    const id = await project();
    const stale = platform.client({ cookie: platform.session(owner.account, { strongAt: Date.now() - 600_000 }) });
    const token = platform.client({ token: platform.session(owner.account, { kind: 'api' }) });
    for (const client of [stale, token]) {
      expect(await outcome(client.call('projects.delete', { params: { project: id } }))).toBe('platform.step-up');
      expect((await client.call('projects.get', { params: { project: id } })).id).toBe(id);
    }
  });

  it('is one of at most twenty of an account', async () => {
    const person = platform.person('Dora');
    for (let count = 0; count < 20; count += 1) await project(person, `Project ${count}`);
    expect(await outcome(project(person))).toBe('platform.limit');
    const { projects } = await person.client.call('projects.list');
    const [first] = projects;
    await person.client.call('projects.delete', { params: { project: first?.id ?? '' } });
    expect(await outcome(project(person))).toBe('ok');
  });

  it('is made once by twenty-five requests at the same time where one more is allowed', async () => {
    const person = platform.person('Eve');
    for (let count = 0; count < 19; count += 1) await project(person, `Project ${count}`);
    const outcomes = await Promise.all(Array.from({ length: 25 }, () => outcome(project(person))));
    expect(outcomes.filter((code) => code === 'ok')).toHaveLength(1);
    expect(new Set(outcomes)).toEqual(new Set(['ok', 'platform.limit']));
  });
});
