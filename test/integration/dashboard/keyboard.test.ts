import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withPrograms } from '#test/support/browser/relay-of-pages.ts';
import { shareChromium, type ChromiumShare } from '#test/support/chromium/launch.ts';
import { DashboardRelay } from '#test/support/dashboard/dashboard-relay.ts';
import { heading, PASSWORD } from '#test/support/dashboard/steps.ts';
import type { TestDevice } from '#test/support/hostile/device.ts';
import { claimProject } from '#test/support/platform/test-platform.ts';
import { joinOwner } from '#test/support/relay-project.ts';
import { axeFindings, focused, moveFocus, namelessControls } from '#test/support/window/accessibility.ts';

let relay: DashboardRelay;
let browser: ChromiumShare;
beforeAll(async () => {
  [relay, browser] = await Promise.all([DashboardRelay.start(), shareChromium()]);
});
afterAll(async () => {
  await browser.close();
  await relay.stop();
});

/** Lists what axe finds serious on a page, and controls without a name. */
async function problemsOf(page: Page): Promise<readonly string[]> {
  return [...(await axeFindings(page)), ...(await namelessControls(page))];
}

describe('without a mouse', () => {
  it('a person signs up, creates a project, opens its tabs, and signs out', async () => {
    const { page, complaints } = await relay.open(browser, await relay.firstAccountLink());
    await heading(page, 'Create an account');
    const { keyboard } = page;
    await moveFocus(page, /textbox "Name"/);
    await keyboard.type('Ada');
    await moveFocus(page, /textbox "E-mail address"/);
    await keyboard.type('ada@example.org');
    await moveFocus(page, /textbox "Password"/);
    await keyboard.type(PASSWORD);
    await keyboard.press('Enter');
    await heading(page, 'Machines');

    await moveFocus(page, /link "Projects"/);
    await keyboard.press('Enter');
    await heading(page, 'Projects');
    // The focus is in the new page, as with a new document.
    expect(await page.evaluate('document.activeElement.id')).toBe('content');
    await moveFocus(page, /button "New project"/);
    await keyboard.press('Enter');
    await moveFocus(page, /textbox "Name of the project"/);
    await keyboard.type('Home');
    await keyboard.press('Enter');
    await heading(page, 'Home');
    await moveFocus(page, /tab "Machines"/);
    await keyboard.press('ArrowRight');
    await keyboard.press('Enter');
    await page.getByRole('button', { name: 'Invite a person' }).waitFor();
    await moveFocus(page, /button "Invite a person"/);
    await keyboard.press('Enter');
    await moveFocus(page, /textbox "E-mail address"/);
    await keyboard.press('Escape');
    await expect.poll(() => focused(page)).toContain('Invite a person');

    await moveFocus(page, /button "Account/, 'Shift+Tab');
    await keyboard.press('Enter');
    await page.getByRole('menuitem', { name: 'Sign out' }).waitFor();
    await moveFocus(page, /menuitem "Sign out"/, 'ArrowDown');
    await keyboard.press('Enter');
    await heading(page, 'Sign in');
    expect(complaints).toEqual([]);
  });

  it('a person links a machine, invites another one, who comes in by the link, and removes her', async () => {
    const ada = relay.platform.person('Ada');
    const { page, complaints } = await relay.open(browser, '/dashboard', { person: ada });
    const { keyboard } = page;
    await heading(page, 'Machines');
    await moveFocus(page, /button "Link a machine"/);
    await keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Link a machine' }).getByText('Key ID of this relay').waitFor();
    // As the machine does with the code.
    const machine = await joinOwner(relay.platform.relay, 3);
    await claimProject(relay.platform, ada, machine);
    await moveFocus(page, /textbox "Name of the project"/);
    await keyboard.type('Workshop');
    await moveFocus(page, /textbox "Name of the machine"/);
    await keyboard.type('bench');
    await keyboard.press('Enter');
    await page.getByRole('button', { name: 'Pair this browser with bench' }).waitFor();

    await moveFocus(page, /link "Workshop"/);
    await keyboard.press('Enter');
    await heading(page, 'Workshop');
    await moveFocus(page, /tab "Machines/);
    await keyboard.press('ArrowRight');
    await keyboard.press('Enter');
    await moveFocus(page, /button "Invite a person"/);
    await keyboard.press('Enter');
    await moveFocus(page, /textbox "E-mail address"/);
    await keyboard.type('eve@example.org');
    await keyboard.press('Enter');
    await moveFocus(page, /button "Copy link"/);
    await keyboard.press('Enter');
    const copied = (): Promise<string> => page.evaluate<string>('navigator.clipboard.readText()');
    await expect.poll(copied).toMatch(/\/auth#invite=[\w-]{43}$/);
    const link = await copied();
    await moveFocus(page, /button "Done"/);
    await keyboard.press('Enter');
    await expect.poll(() => focused(page)).toContain('Invite a person');

    const eve = await relay.open(browser, link);
    await heading(eve.page, 'Invitation to Workshop');
    await moveFocus(eve.page, /button "Create account"/);
    await eve.page.keyboard.press('Enter');
    await moveFocus(eve.page, /textbox "Name"/);
    await eve.page.keyboard.type('Eve');
    await moveFocus(eve.page, /textbox "Password"/);
    await eve.page.keyboard.type(PASSWORD);
    await eve.page.keyboard.press('Enter');
    await eve.page.getByRole('button', { name: 'Pair this browser with bench' }).waitFor();

    await page.getByRole('list', { name: 'People' }).getByText('Eve', { exact: true }).waitFor();
    await moveFocus(page, /button "Remove .?Eve/);
    await keyboard.press('Enter');
    await page.getByRole('dialog', { name: /^Remove .?Eve.? from this project/ }).waitFor();
    await moveFocus(page, /^button "Remove"/);
    await keyboard.press('Enter');
    await page.getByRole('list', { name: 'People' }).getByText('Eve', { exact: true }).waitFor({ state: 'detached' });
    await eve.page.getByText('No machines.').waitFor();
    await machine.agent.close();
    expect([...complaints, ...eve.complaints]).toEqual([]);
  }, 120_000);

  /** Machine with real programs, whose terminal the browser has opened. */
  let office: TestDevice;
  const rows = (of: Page): ReturnType<Page['locator']> => of.locator('.xterm-rows:visible').first();

  it('a person pairs this browser, opens a terminal, types and leaves it', async () => {
    const ada = relay.platform.person('Ada');
    office = await relay.machine(ada, 'office', withPrograms());
    const { page, complaints } = await relay.open(browser, '/dashboard', { person: ada });
    const { keyboard } = page;
    await heading(page, 'Machines');
    await moveFocus(page, /button ".*office/);
    await keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Pair this browser with' }).waitFor();
    const { pairing, code } = await office.api.call('pairing.invite', { allow: ['terminal'] });
    const invited = office.api.call('pairing.result', { pairing });
    await moveFocus(page, /^textbox "Code or link"/);
    await keyboard.type(code ?? '');
    await keyboard.press('Enter');
    const { peer, words } = await invited;
    await office.api.call('pairing.confirm', { peer: peer.peerId, words: [...words] });
    await moveFocus(page, /^button "They match"/);
    await keyboard.press('Enter');
    await moveFocus(page, /^button "Open terminal"/);
    await keyboard.press('Enter');
    await expect.poll(() => focused(page)).toMatch(/^textbox "Terminal on office"/);
    await rows(page).waitFor();
    await keyboard.type('echo sum-$((6*7))\n');
    await expect.poll(() => rows(page).innerText()).toContain('sum-42');
    expect(await problemsOf(page)).toEqual([]);
    // Tab is the program's.
    await keyboard.press('Tab');
    expect(await focused(page)).toMatch(/^textbox "Terminal on office"/);
    await keyboard.press('Control+Shift+Escape');
    await expect.poll(() => focused(page)).not.toMatch(/^textbox "Terminal on office"/);
    await moveFocus(page, /^link "Account and projects"/, 'Shift+Tab');
    await keyboard.press('Enter');
    await heading(page, 'Machines');
    await expect.poll(() => page.evaluate('document.activeElement.id')).toBe('content');
    expect(complaints).toEqual([]);
  }, 120_000);

  it('a guest comes in by a link, types, and leaves terminal and page', async () => {
    const terminal = (await office.api.call('terminal.served', {}))[0]?.terminal ?? '';
    const { url } = await office.api.call('shareLink.create', { peer: null, terminal, role: 'type' });
    const { page, complaints } = await relay.open(browser, url.replace('127.0.0.1', 'localhost'));
    const { keyboard } = page;
    await moveFocus(page, /^textbox "Your name"/);
    expect(await problemsOf(page)).toEqual([]);
    await keyboard.type('Ben');
    await keyboard.press('Enter');
    await page.getByText('Waiting to be let in').waitFor();
    const guests = async () => (await office.api.call('shareLink.list', {})).flatMap((link) => link.guests);
    await expect.poll(async () => (await guests()).length).toBe(1);
    await office.api.call('shareLink.answer', { guest: (await guests())[0]?.id ?? '', letIn: true });
    await page.getByText('You can type').waitFor();
    expect(await problemsOf(page)).toEqual([]);
    await moveFocus(page, /^textbox "Shared by .*office/);
    await keyboard.type('echo guest-$((6*7))\n');
    await expect.poll(() => rows(page).innerText()).toContain('guest-42');
    await keyboard.press('Tab');
    expect(await focused(page)).toMatch(/^textbox "Shared by/);
    await page.getByText('Press Ctrl+Shift+Esc to leave the terminal').waitFor();
    await keyboard.press('Control+Shift+Escape');
    expect(await focused(page)).toBe('button "Leave"');
    await keyboard.press('Enter');
    await page.getByText('You have left.').waitFor();
    expect(complaints).toEqual([]);
  }, 120_000);

  it('a guest who only watches goes through the terminal and out of it by Tab', async () => {
    const terminal = (await office.api.call('terminal.served', {}))[0]?.terminal ?? '';
    const share = { peer: null, terminal, role: 'view', letIn: true } as const;
    const { url } = await office.api.call('shareLink.create', share);
    const { page, complaints } = await relay.open(browser, url.replace('127.0.0.1', 'localhost'));
    await moveFocus(page, /^textbox "Your name"/);
    await page.keyboard.type('Cleo');
    await page.keyboard.press('Enter');
    await page.getByText('View only').waitFor();
    await moveFocus(page, /^textbox "Shared by .*office/);
    await moveFocus(page, /^button "Leave"/, 'Shift+Tab', 5);
    await page.keyboard.press('Enter');
    await page.getByText('You have left.').waitFor();
    expect(complaints).toEqual([]);
  }, 120_000);
});
