import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium } from '#test/support/chromium/launch.ts';
import { DashboardRelay } from '#test/support/dashboard/dashboard-relay.ts';
import { heading, PASSWORD } from '#test/support/dashboard/steps.ts';
import { focused, moveFocus } from '#test/support/window/accessibility.ts';

let relay: DashboardRelay;
let browser: Browser;
beforeAll(async () => {
  [relay, browser] = await Promise.all([DashboardRelay.start(), launchChromium()]);
});
afterAll(async () => {
  await browser.close();
  await relay.stop();
});

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
});
