import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newDevice, openWebSocketLink } from '#test/support/relay-agent.ts';
import { connectPair, joinOwner, type Member } from '#test/support/relay-project.ts';
import { claimProject, TestPlatform, type Person } from '#test/support/platform/test-platform.ts';

let platform: TestPlatform;
let owner: Person;
let mary: Person;
let project: string;
let machine: Member;
let browser: Member;
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

async function list(query: Readonly<{ who?: string; status?: 'active' | 'ended' }> = {}) {
  return (await owner.client.call('history.list', { params: { project }, query })).entries;
}

describe('the history of a project with the browser of a person', () => {
  const entry = () => ({
    who: { account: mary.id, name: 'Mary', device: browser.device.peerId, label: 'Chrome on Linux' },
    device: { id: machine.device.peerId, label: 'office' },
  });

  it('names the person and the machine, whichever of the two has connected', async () => {
    const { tickets } = await connectPair(machine, browser);
    await Promise.all(tickets.map((ticket) => openWebSocketLink(platform.relay, ticket)));
    await expect.poll(async () => await list({ status: 'active' })).toMatchObject([entry()]);
    expect(await list({ status: 'active', who: mary.id })).toHaveLength(1);
    expect(await list({ status: 'active', who: machine.device.peerId })).toEqual([]);
  });

  it('keeps the names after the person was removed', async () => {
    await owner.client.call('people.remove', { params: { project, person: mary.id } });
    await expect.poll(async () => await list({ status: 'ended' })).toMatchObject([entry()]);
    expect(await list({ who: mary.id })).toHaveLength(1);
    expect(await list({ who: machine.device.peerId })).toEqual([]);
  });
});
