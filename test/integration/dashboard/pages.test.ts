import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shareChromium, type ChromiumShare } from '#test/support/chromium/launch.ts';
import { DashboardRelay } from '#test/support/dashboard/dashboard-relay.ts';
import type { Person } from '#test/support/platform/test-platform.ts';
import { axeFindings, namelessControls } from '#test/support/window/accessibility.ts';

let relay: DashboardRelay;
let browser: ChromiumShare;
let ada: Person;
let project: string;
beforeAll(async () => {
  [relay, browser] = await Promise.all([DashboardRelay.start({ accounts: { plainProtocol: true } }), shareChromium()]);
  ada = relay.platform.person('Ada');
  const { client } = ada;
  project = (await client.call('projects.create', { input: { name: 'Home' } })).id;
  await client.call('projects.change', { params: { project }, input: { plainAllowed: true } });
  await client.call('devices.create', {
    params: { project },
    input: { encryption: 'relay-can-read', label: 'Cellar' },
  });
  await client.call('invitations.create', { params: { project }, input: { email: 'bob@example.org' } });
});
afterAll(async () => {
  await browser.close();
  await relay.stop();
});

/** Addresses of the pages, with the heading of each. */
const PAGES: readonly (readonly [path: () => string, title: string])[] = [
  [() => '/dashboard', 'Machines'],
  [() => '/projects', 'Projects'],
  [() => `/project/${project}`, 'Home'],
  [() => `/project/${project}/people`, 'Home'],
  [() => `/project/${project}/programs`, 'Home'],
  [() => `/project/${project}/history`, 'Home'],
  [() => `/project/${project}/settings`, 'Home'],
  [() => '/settings', 'Settings'],
  [() => '/settings/security', 'Settings'],
  [() => '/settings/sessions', 'Settings'],
  [() => '/settings/tokens', 'Settings'],
  [() => '/settings/data', 'Settings'],
  [() => '/skill/privaclaw', 'OpenClaw'],
  [() => '/docs', 'Help'],
];

describe('an address that no page has', () => {
  it('leads a browser to the start, and tells a program what it is', async () => {
    const { page } = await relay.open(browser, '/terminal', { person: ada });
    await page.getByRole('heading', { name: 'There is no such page.' }).waitFor();
    await page.getByRole('link', { name: 'Go to the start' }).click();
    await page.getByRole('heading', { name: 'Machines', level: 1 }).waitFor();
    const answer = await fetch(`${relay.origin}/terminal`);
    expect([answer.status, await answer.text()]).toEqual([404, expect.stringContaining('This is a ClawReach relay')]);
    await page.context().close();
  });
});

describe('every page', () => {
  it.each([
    ['light', 360],
    ['dark', 1280],
  ] as const)('in %s, %i px wide, is loaded by its address, fits, and is fit for everybody', async (theme, width) => {
    const { page, complaints } = await relay.open(browser, '/', { person: ada, theme, width, height: 720 });
    const findings: string[] = [];
    for (const [path, title] of PAGES) {
      await page.goto(`${relay.origin}${path()}`);
      await page.getByRole('heading', { name: title, level: 1 }).waitFor();
      await expect.poll(() => page.locator('[aria-busy="true"]').count()).toBe(0);
      expect(await page.evaluate('document.documentElement.dataset.theme')).toBe(theme);
      const problems = [...(await axeFindings(page)), ...(await namelessControls(page))];
      const wider = await page.evaluate<number>(
        'document.documentElement.scrollWidth - document.documentElement.clientWidth',
      );
      if (wider > 0) problems.push(`${wider} px too wide`);
      findings.push(...problems.map((problem) => `${path()}: ${problem}`));
    }
    expect([...findings, ...complaints]).toEqual([]);
    await page.context().close();
  });

  it('for strangers is fit for everybody, too', async () => {
    const { page, complaints } = await relay.open(browser, '/auth', { width: 360, height: 720 });
    const findings: string[] = [];
    for (const [path, title] of [
      ['/auth', 'Sign in'],
      ['/reset-password', 'Reset your password'],
      ['/docs', 'Help'],
    ] as const) {
      await page.goto(`${relay.origin}${path}`);
      await page.getByRole('heading', { name: title, level: 1 }).waitFor();
      findings.push(...(await axeFindings(page)), ...(await namelessControls(page)));
    }
    expect([...findings, ...complaints]).toEqual([]);
    await page.context().close();
  });

  it('speaks the language that the person chooses, and keeps it', async () => {
    const { page, complaints } = await relay.open(browser, '/settings', { person: ada });
    const loaded: string[] = [];
    page.on('response', (response) => loaded.push(response.url()));
    await page.getByRole('contentinfo').getByLabel('Language').selectOption('de');
    await page.getByRole('heading', { name: 'Einstellungen', level: 1 }).waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('de');
    await page.reload();
    await page.getByRole('heading', { name: 'Einstellungen', level: 1 }).waitFor();
    await page.getByRole('contentinfo').getByLabel('Sprache').selectOption('zh');
    await page.getByRole('heading', { name: '设置', level: 1 }).waitFor();
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('of a place that is no page, of another project, or of a terminal leads somewhere', async () => {
    const { page } = await relay.open(browser, '/terminal/7c9e6679-7425-40de-944b-e07fc1f90ae7', { person: ada });
    await page.getByText("Can't find this machine in your projects.").waitFor();
    expect(await page.getByRole('link', { name: 'Account and projects' }).count()).toBe(1);
    await page.goto(`${relay.origin}/project/7c9e6679-7425-40de-944b-e07fc1f90ae7`);
    await page.getByText("Can't find this.").waitFor();
    await page.goto(`${relay.origin}/settings/nothing`);
    await page.getByText('There is no such page.').waitFor();
    expect(await page.getByRole('link', { name: 'Go to the start' }).getAttribute('href')).toBe('/');
    // An address that the relay itself answers looks like the others: its policy lets its style through.
    const ground = async (): Promise<unknown> => await page.evaluate('getComputedStyle(document.body).backgroundColor');
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.goto(`${relay.origin}/nothing/at/all/here`);
    await page.getByRole('heading', { name: 'There is no such page.' }).waitFor();
    expect(await ground()).toBe('rgb(22, 22, 27)');
    await page.emulateMedia({ colorScheme: 'light' });
    expect(await ground()).toBe('rgb(255, 255, 255)');
    await page.getByRole('link', { name: 'Go to the start' }).click();
    await page.getByRole('heading', { name: 'Machines', level: 1 }).waitFor();
    await page.context().close();
  });
});
