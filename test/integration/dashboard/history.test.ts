import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withPrograms } from '#test/support/browser/relay-of-pages.ts';
import { shareChromium, type ChromiumShare } from '#test/support/chromium/launch.ts';
import { DashboardRelay } from '#test/support/dashboard/dashboard-relay.ts';
import { pairByCode } from '#test/support/dashboard/pair-by-code.ts';
import { claimProject, type Person } from '#test/support/platform/test-platform.ts';
import { openWebSocketLink } from '#test/support/relay-agent.ts';
import { connectPair, joinMember, joinOwner, type Member } from '#test/support/relay-project.ts';

let relay: DashboardRelay;
let browser: ChromiumShare;
let ada: Person;
beforeAll(async () => {
  [relay, browser] = await Promise.all([DashboardRelay.start(), shareChromium()]);
  ada = relay.platform.person('Ada');
});
afterAll(async () => {
  await browser.close();
  await relay.stop();
});

describe('the history of a project', () => {
  let project: string;
  let machine: Member;
  let laptop: Member;

  it('says of a link that went on directly for how long it was through the relay, and claims nothing of its end', async () => {
    machine = await joinOwner(relay.platform.relay, 3);
    project = await claimProject(relay.platform, ada, machine);
    laptop = await joinMember(relay.platform.relay, machine);
    for (const [{ device }, label] of [
      [machine, 'office'],
      [laptop, 'laptop'],
    ] as const)
      await ada.client.call('devices.change', { params: { project, device: device.peerId }, input: { label } });
    const { tickets } = await connectPair(machine, laptop);
    const links = await Promise.all(tickets.map((ticket) => openWebSocketLink(relay.platform.relay, ticket)));
    const { page, complaints } = await relay.open(browser, `/project/${project}/history`, { person: ada });
    const row = page.getByRole('listitem').filter({ hasText: /(laptop|office).* → .*(laptop|office)/ });
    await row.getByRole('img', { name: 'Open' }).waitFor();
    expect(await row.innerText()).not.toContain('directly');
    // Both devices stay online, so that the relay takes them to have a path of their own.
    for (const link of links) link.terminate();
    await row.getByText(/\d+ sec through this relay, then directly; what came after isn't known here/).waitFor();
    await row.getByRole('img', { name: 'Left this relay for a direct connection' }).waitFor();
    expect(await row.innerText()).not.toContain('ended');
    expect(await row.getByRole('img', { name: /^(Open|Ended)$/ }).count()).toBe(0);
    await page.getByText('Of a direct connection it shows the start only.').waitFor();
    for (const [language, words] of [
      ['de', /Sek\.? über dieses Relay, dann direkt; was danach kam, ist hier nicht bekannt/],
      ['zh', /经此中继 .*，随后直连；此后的情况此处无从得知/],
    ] as const) {
      await page.getByRole('contentinfo').getByRole('combobox').selectOption(language);
      await page.getByText(words).waitFor();
    }
    expect(complaints).toEqual([]);
    await page.context().close();
    await machine.agent.close();
    await laptop.agent.close();
  }, 60_000);

  it('has no guest of a link, and says that the history of the machine that shared the terminal has', async () => {
    const bob = relay.platform.person('Bob');
    const office = await relay.machine(bob, 'office', withPrograms());
    const { page, complaints } = await relay.open(browser, `/terminal/${office.peerId}`, { person: bob });
    await pairByCode(page, office);
    await page.getByRole('button', { name: 'Open terminal' }).click();
    await page.locator('.xterm-rows:visible').first().waitFor();
    await expect.poll(async () => (await office.api.call('terminal.served', {})).length).toBe(1);
    const [served] = await office.api.call('terminal.served', {});
    const { url } = await office.api.call('shareLink.create', {
      peer: null,
      terminal: served?.terminal ?? '',
      role: 'view',
      letIn: true,
    });
    const guest = await relay.open(browser, url.replace('127.0.0.1', 'localhost'));
    await guest.page.getByLabel('Your name').fill('Ben');
    await guest.page.keyboard.press('Enter');
    await guest.page.getByText('View only').waitFor();
    await guest.page.getByRole('button', { name: 'Leave' }).click();
    await guest.page.getByText('You have left.').waitFor();

    const [first] = (await bob.client.call('projects.list')).projects;
    await page.goto(`${relay.origin}/project/${first?.id ?? ''}/history`);
    await page
      .getByText("Guests of a link aren't listed here, but in the history of the machine that shared the terminal.")
      .waitFor();
    const list = page.getByRole('list', { name: 'History' });
    await list
      .getByText(/This browser → .*office/)
      .first()
      .waitFor();
    const params = { project: first?.id ?? '' };
    const { entries } = await bob.client.call('history.list', { params, query: {} });
    expect(new Set(entries.flatMap(({ who, kind }) => (kind === 'link' ? [who.account] : [])))).toEqual(
      new Set([bob.id]),
    );
    expect(await list.innerText()).not.toContain('Ben');
    const log = await office.api.call('audit.list', { limit: 100 });
    expect(log.filter(({ event, fields }) => event === 'guest.let-in' && fields['guest'] === 'Ben')).toHaveLength(1);
    expect([...complaints, ...guest.complaints]).toEqual([]);
  }, 60_000);
});
