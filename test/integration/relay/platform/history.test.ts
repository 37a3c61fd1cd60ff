import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newDevice, openWebSocketLink } from '#test/support/relay-agent.ts';
import { connectPair, joinMember, joinOwner, type Member } from '#test/support/relay-project.ts';
import { claimProject, TestPlatform, type Person } from '#test/support/platform/test-platform.ts';

let platform: TestPlatform;
let owner: Person;
let mary: Person;
let project: string;
let machine: Member;
let browser: Member;
let links: Awaited<ReturnType<typeof openWebSocketLink>>[];
beforeAll(async () => {
  platform = await TestPlatform.start();
  [owner, mary] = [platform.person('Ada'), platform.person('Mary')];
  machine = await joinOwner(platform.relay, 3);
  project = await claimProject(platform, owner, machine);
  const params = { project };
  await owner.client.call('devices.change', {
    params: { ...params, device: machine.device.peerId },
    input: { label: 'office' },
  });
  await owner.client.call('invitations.create', { params, input: { email: mary.email } });
  const ticket = await mary.client.call('devices.enrol', { params, input: { label: 'Chrome on Linux' } });
  const device = newDevice();
  browser = { device, agent: await platform.joinByTicket(device, ticket, 'browser'), project: machine.project };
});
afterAll(() => platform.stop());

type Query = Readonly<{ who?: string; status?: 'active' | 'ended'; limit?: number; before?: string }>;

/** Lists the links. */
async function list(query: Query = {}) {
  return (await owner.client.call('history.list', { params: { project }, query: { kind: 'link', ...query } })).entries;
}

describe('the history of a project with the browser of a person', () => {
  const entry = () => ({
    who: { account: mary.id, name: 'Mary', device: browser.device.peerId, label: 'Chrome on Linux' },
    device: { id: machine.device.peerId, label: 'office' },
  });

  it('names the person and the machine, whichever of the two has connected', async () => {
    const { tickets } = await connectPair(machine, browser);
    links = await Promise.all(tickets.map((ticket) => openWebSocketLink(platform.relay, ticket)));
    await expect.poll(async () => await list({ status: 'active' })).toMatchObject([entry()]);
    expect(await list({ status: 'active', who: mary.id })).toHaveLength(1);
    expect(await list({ status: 'active', who: machine.device.peerId })).toEqual([]);
  });

  it('knows no end of a link that goes on without the relay, and knows that of one whose device has quit', async () => {
    const ended = () => list({ status: 'ended' });
    await expect.poll(async () => (await list({ status: 'active' })).length).toBe(1);
    links.shift()?.terminate();
    await expect.poll(async () => (await ended()).map(({ reason }) => reason), { timeout: 10_000 }).toEqual(['direct']);
    const other = await joinMember(platform.relay, machine, newDevice(), 3);
    const { tickets } = await connectPair(machine, other);
    const [link] = await Promise.all(tickets.map((ticket) => openWebSocketLink(platform.relay, ticket)));
    await expect.poll(async () => (await list({ status: 'active' })).length).toBe(1);
    link?.terminate();
    await other.agent.close();
    await expect
      .poll(async () => (await ended()).map(({ reason }) => reason), { timeout: 10_000 })
      .toEqual(['ended', 'direct']);
  });

  it('keeps the names after the person was removed', async () => {
    await owner.client.call('people.remove', { params: { project, person: mary.id } });
    await expect.poll(async () => await list({ status: 'ended', who: mary.id })).toMatchObject([entry()]);
    expect(await list({ status: 'active' })).toEqual([]);
  });
});

describe('the events of a project', () => {
  const ofProject = (query: Readonly<Record<string, string | number>> = {}) => ({ params: { project }, query });
  const events = async (person: Person) =>
    (await person.client.call('history.list', ofProject({ kind: 'event' }))).entries;

  it('tell who was invited, has joined and was removed, and the owner alone which address', async () => {
    const bea = platform.person('Bea');
    await owner.client.call('invitations.create', { params: { project }, input: { email: bea.email } });
    const nobody = 'nobody@example.org';
    await owner.client.call('invitations.create', { params: { project }, input: { email: nobody } });
    const ada = { account: owner.id, name: 'Ada', device: null, label: null };
    const invited = { kind: 'event', event: 'invitation.created', who: ada, subject: { account: null, name: nobody } };
    const added = (person: Person, name: string) => ({
      event: 'person.added',
      who: ada,
      subject: { account: person.id, name },
    });
    expect(await events(owner)).toMatchObject([
      invited,
      added(bea, 'Bea'),
      { event: 'person.removed', who: ada, subject: { account: mary.id, name: 'Mary' } },
      added(mary, 'Mary'),
      { event: 'project.claimed', who: ada, device: null, subject: null },
    ]);
    expect((await events(bea))[0]).toMatchObject({ event: 'invitation.created', who: ada, subject: null });
    await bea.client.call('projects.leave', { params: { project } });
    expect((await events(owner))[0]).toMatchObject({ event: 'person.left', who: { account: bea.id, name: 'Bea' } });
    const ofMary = await owner.client.call('history.list', ofProject({ kind: 'event', who: mary.id }));
    expect(ofMary.entries.map(({ event }) => event)).toEqual(['person.removed', 'person.added']);
  });

  it('are in one list with the links, page by page', async () => {
    const all = (await owner.client.call('history.list', ofProject())).entries.map(({ id }) => id);
    expect(new Set(all.map((id) => id[0]))).toEqual(new Set(['e', 'l']));
    const read: string[] = [];
    let before: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof owner.client.call<'history.list'>>> = await owner.client.call(
        'history.list',
        ofProject({ limit: 1, ...(before !== null && { before }) }),
      );
      read.push(...page.entries.map(({ id }) => id));
      before = page.next;
    } while (before !== null);
    expect(read).toEqual(all);
  });
});
