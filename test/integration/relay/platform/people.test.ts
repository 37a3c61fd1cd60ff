import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newDevice } from '#test/support/relay-agent.ts';
import { outcome, TestPlatform, type Person } from '#test/support/platform/test-platform.ts';

let platform: TestPlatform;
let owner: Person;
let project: string;
beforeAll(async () => {
  platform = await TestPlatform.start();
  owner = platform.person('Ada');
  project = (await owner.client.call('projects.create', { input: { name: 'Home' } })).id;
});
afterAll(() => platform.stop());

async function member(name: string): Promise<Person> {
  const person = platform.person(name);
  await owner.client.call('invitations.create', { params: { project }, input: { email: person.email } });
  return person;
}

function ticket(person: Person) {
  return person.client.call('devices.enrol', { params: { project } });
}

function remove(person: Person, by = owner): Promise<unknown> {
  return by.client.call('people.remove', { params: { project, person: person.id } });
}

describe('the people of a project', () => {
  it('see each other, and only the owner sees addresses of others', async () => {
    const ben = await member('Ben');
    const { people } = await owner.client.call('people.list', { params: { project } });
    expect(people.map(({ name, email, role }) => [name, email, role])).toEqual([
      ['Ada', owner.email, 'owner'],
      ['Ben', ben.email, 'member'],
    ]);
    expect(people[1]).toMatchObject({ id: ben.id, invitedBy: owner.id });
    const seen = await ben.client.call('people.list', { params: { project } });
    expect(seen.people.map(({ name, email }) => [name, email])).toEqual([
      ['Ada', null],
      ['Ben', ben.email],
    ]);
    await remove(ben);
  });

  it('are removed by the owner alone, and the owner by no one', async () => {
    const [ben, cleo] = [await member('Ben'), await member('Cleo')];
    expect(await outcome(remove(cleo, ben))).toBe('platform.forbidden');
    expect(await outcome(remove(owner, ben))).toBe('platform.forbidden');
    expect(await outcome(remove(owner))).toBe('project.owner');
    expect(await outcome(remove(platform.person('Eve')))).toBe('platform.not-found');
    expect(await outcome(remove(cleo))).toBe('ok');
    expect(await outcome(remove(cleo))).toBe('platform.not-found');
    expect(await outcome(ben.client.call('projects.leave', { params: { project } }))).toBe('ok');
    expect(await outcome(ben.client.call('projects.leave', { params: { project } }))).toBe('platform.not-found');
    expect(await outcome(owner.client.call('projects.leave', { params: { project } }))).toBe('platform.forbidden');
  });

  it.each(['removed', 'leaving'] as const)(
    'take along everything that they admitted when %s: keys online, and tickets',
    async (how) => {
      const ben = await member('Ben');
      const mine = await platform.joinByTicket(newDevice(), await ticket(owner));
      const browser = newDevice();
      const his = await platform.joinByTicket(browser, await ticket(ben), 'browser');
      const open = await ticket(ben);
      await (how === 'removed' ? remove(ben) : ben.client.call('projects.leave', { params: { project } }));
      expect(await his.next('error')).toMatchObject({ code: 'removed' });
      await mine.next('left', ({ peer }) => peer === browser.peerId);
      await expect(platform.joinByTicket(newDevice(), open, 'browser')).rejects.toThrow('closed: enrolment');
      const { devices } = await owner.client.call('devices.list', { params: { project } });
      expect(devices.map(({ id }) => id)).not.toContain(browser.peerId);
      await mine.close();
    },
  );
});

describe('removal and other requests at the same time', () => {
  it('leaves no member, key or ticket behind, in whichever order they come', async () => {
    for (let round = 0; round < 10; round += 1) {
      const ben = await member(`Ben ${round}`);
      await Promise.all([
        remove(ben),
        ...Array.from({ length: 5 }, () => outcome(ticket(ben))),
        outcome(ben.client.call('projects.leave', { params: { project } })),
      ]);
      expect(platform.rows('select 1 from project_people where account = ?', ben.account)).toEqual([]);
      expect(platform.rows('select 1 from enrol_tickets where account = ?', ben.account)).toEqual([]);
    }
  });

  it('admits no key with a ticket that is used while its person is removed', async () => {
    for (let round = 0; round < 10; round += 1) {
      const ben = await member(`Ben ${round}`);
      const browser = newDevice();
      const admitted = await ticket(ben);
      await Promise.all([remove(ben), platform.joinByTicket(browser, admitted, 'browser').catch(() => undefined)]);
      expect(platform.rows('select 1 from members where peer_id = ? and removed_at is null', browser.peerId)).toEqual(
        [],
      );
    }
  });
});
