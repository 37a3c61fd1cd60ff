import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shareChromium, type ChromiumShare } from '#test/support/chromium/launch.ts';
import { DashboardRelay, type DashboardPage } from '#test/support/dashboard/dashboard-relay.ts';
import { chooseInAccountMenu, heading, PASSWORD, signIn, signUp } from '#test/support/dashboard/steps.ts';

let relay: DashboardRelay;
let browser: ChromiumShare;
let ada: DashboardPage;
beforeAll(async () => {
  [relay, browser] = await Promise.all([DashboardRelay.start(), shareChromium()]);
  ada = await relay.open(browser, await relay.firstAccountLink(), { authenticator: true });
  await signUp(ada.page, 'Ada', 'ada@example.org');
  await heading(ada.page, 'Machines');
});
afterAll(async () => {
  await browser.close();
  await relay.stop();
});

/** Makes the session of the page as old as one that has to be confirmed. */
function ageSessions(): void {
  relay.platform.run('update account_sessions set strong_at = strong_at - 660000');
}

describe('signing in', () => {
  it('leads to the place that was asked for, and says in words what is wrong', async () => {
    const { page } = await relay.open(browser, '/settings/sessions');
    await heading(page, 'Sign in');
    await signIn(page, 'ada@example.org', 'not my password');
    await page.getByRole('alert').filter({ hasText: /./ }).first().waitFor();
    expect(await page.locator('[data-code="account.credentials"]').count()).toBe(1);
    await signIn(page, 'ada@example.org');
    await page.getByRole('tab', { name: 'Sessions', selected: true }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/settings/sessions');
    await chooseInAccountMenu(page, 'Sign out');
    await heading(page, 'Sign in');
    await page.goBack();
    await heading(page, 'Sign in');
    await page.context().close();
  });

  it('takes the other tabs along', async () => {
    const { page } = await relay.open(browser, '/auth');
    await heading(page, 'Sign in');
    const other = await page.context().newPage();
    await other.goto(`${relay.origin}/projects`);
    await heading(other, 'Sign in');
    await signIn(page, 'ada@example.org');
    await heading(page, 'Machines');
    await heading(other, 'Projects');
    expect(new URL(other.url()).pathname).toBe('/projects');
    await page.context().close();
  });

  it('never leads to another site, whatever a link says [S-DASH-1]', async () => {
    for (const next of ['https://evil.example/', '//evil.example', '/\\evil.example', 'javascript:alert(1)', '/auth']) {
      const { page } = await relay.open(browser, `/auth?next=${encodeURIComponent(next)}`);
      await signIn(page, 'ada@example.org');
      await heading(page, 'Machines');
      expect(new URL(page.url()).href).toBe(`${relay.origin}/dashboard`);
      await page.context().close();
    }
  });

  it('isn’t offered again by an old set-up link to someone who is signed in', async () => {
    await ada.page.goto(`${relay.origin}/auth#sign-up=${'a'.repeat(43)}`);
    await ada.page.reload();
    await heading(ada.page, "You're signed in");
    await ada.page.getByRole('button', { name: 'Go to my machines' }).click();
    await heading(ada.page, 'Machines');
    expect(new URL(ada.page.url()).hash).toBe('');
  });

  it('by a link for the first account that was used or is wrong says so before anything is filled in', async () => {
    const { page } = await relay.open(browser, `/auth#sign-up=${'a'.repeat(43)}`);
    await page.locator('[data-code="account.link"]').waitFor();
    expect(await page.getByLabel('Name', { exact: true }).count()).toBe(0);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await heading(page, 'Sign in');
    expect(new URL(page.url()).hash).toBe('');
    await page.context().close();
  });

  it('of a relay that takes invited people only says so', async () => {
    const { page } = await relay.open(browser, '/auth');
    await page.getByRole('button', { name: 'No account?' }).click();
    await page.getByText('This relay takes people who were invited.').waitFor();
    await page.getByRole('button', { name: 'I have an account' }).click();
    await page.getByRole('button', { name: 'Forgot your password?' }).click();
    await page.getByText('This relay sends no mail.').waitFor();
    expect(await page.getByRole('textbox').count()).toBe(0);
    await page.context().close();
  });
});

describe('a session that ends elsewhere', () => {
  it('leads to sign-in at once, and back to the same place', async () => {
    const { page } = await relay.open(browser, '/settings/tokens');
    await signIn(page, 'ada@example.org');
    await page.getByRole('tab', { name: 'API tokens', selected: true }).waitFor();
    await ada.page.goto(`${relay.origin}/settings/sessions`);
    const others = ada.page.getByRole('button', { name: 'End all others' });
    await others.click();
    await ada.page.getByRole('button', { name: 'End them' }).click();
    // The other browser has done nothing meanwhile.
    await page.getByText('Your session ended.').waitFor();
    await signIn(page, 'ada@example.org');
    await page.getByRole('tab', { name: 'API tokens', selected: true }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/settings/tokens');
    await page.context().close();
  });
});

describe('the question for the password', () => {
  it('ends with the session that it was for', async () => {
    const { page, complaints } = await relay.open(browser, '/settings/tokens');
    await signIn(page, 'ada@example.org');
    await page.getByRole('button', { name: 'New token' }).click();
    await page.getByLabel('Name', { exact: true }).fill('Script');
    ageSessions();
    await page.getByRole('button', { name: 'Create token' }).click();
    const question = page.getByRole('dialog', { name: "Confirm that it's you" });
    await question.waitFor();
    await ada.page.goto(`${relay.origin}/settings/sessions`);
    await ada.page.getByRole('button', { name: 'End all others' }).click();
    await ada.page.getByRole('button', { name: 'End them' }).click();
    await page.getByText('Your session ended.').waitFor();
    expect(await question.count()).toBe(0);
    await signIn(page, 'ada@example.org');
    await page.getByRole('tab', { name: 'API tokens', selected: true }).waitFor();
    expect(await page.getByRole('dialog').count()).toBe(0);
    expect(complaints).toEqual([]);
    await page.context().close();
  });
});

describe('a passkey', () => {
  it('is added after the password was asked for in place, and signs in alone', async () => {
    const { page } = ada;
    await page.goto(`${relay.origin}/settings/security`);
    ageSessions();
    await page.getByRole('button', { name: 'Add a passkey' }).click();
    await page.getByLabel('Name', { exact: true }).fill('Laptop');
    await page.getByRole('button', { name: 'Continue' }).click();
    const question = page.getByRole('dialog', { name: "Confirm that it's you" });
    await question.getByLabel('Password', { exact: true }).fill('wrong password');
    await question.getByRole('button', { name: 'Confirm' }).click();
    await question.getByText("This isn't the password of your account.").waitFor();
    expect(await question.getByText('E-mail address or password').count()).toBe(0);
    await question.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await question.getByRole('button', { name: 'Confirm' }).click();
    await page.getByRole('list', { name: 'Passkeys' }).getByText('Laptop').waitFor();
    expect(await ada.authenticator?.count()).toBe(1);

    await chooseInAccountMenu(page, 'Sign out');
    await page.getByRole('button', { name: 'Use a passkey' }).click();
    await heading(page, 'Machines');
  });

  it('is asked for after the password, once the account says so', async () => {
    const { page } = ada;
    await page.goto(`${relay.origin}/settings/security`);
    await page.getByRole('switch', { name: 'Passkey after the password' }).click();
    await page.getByRole('switch', { name: 'Passkey after the password', checked: true }).waitFor();
    await chooseInAccountMenu(page, 'Sign out');
    await signIn(page, 'ada@example.org');
    await heading(page, 'One more step');
    expect((await page.context().cookies()).map(({ name }) => name)).toEqual([]);
    await page.getByRole('button', { name: 'Use a passkey' }).click();
    await heading(page, 'Machines');
  });

  it('that the person refuses says so, and another try is possible', async () => {
    const { page } = ada;
    await chooseInAccountMenu(page, 'Sign out');
    await ada.authenticator?.setUserVerified(false);
    await page.getByRole('button', { name: 'Use a passkey' }).click();
    await page.locator('[data-code="passkey.cancelled"]').waitFor();
    expect(new URL(page.url()).pathname).toBe('/auth');
    await ada.authenticator?.setUserVerified(true);
    await page.getByRole('button', { name: 'Use a passkey' }).click();
    await heading(page, 'Machines');
  });

  it('confirms an action in place, too', async () => {
    const { page } = ada;
    await page.goto(`${relay.origin}/settings/tokens`);
    ageSessions();
    await page.getByRole('button', { name: 'New token' }).click();
    await page.getByLabel('Name', { exact: true }).fill('Script');
    await page.getByRole('button', { name: 'Create token' }).click();
    await page
      .getByRole('dialog', { name: "Confirm that it's you" })
      .getByRole('button', { name: 'Use a passkey' })
      .click();
    const secret = await page.getByRole('dialog', { name: 'Copy your token' }).locator('code').innerText();
    expect(secret).toMatch(/^clawreach_[\w-]{43}$/);
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('list', { name: 'API tokens' }).getByText('Script').waitFor();
    expect(await page.content()).not.toContain(secret);
  });
});

describe('the account', () => {
  it('is deleted after its address was typed, and signs in no longer', async () => {
    const { page } = ada;
    await page.goto(`${relay.origin}/settings/data`);
    await page.getByRole('button', { name: 'Delete account…' }).click();
    const question = page.getByRole('dialog', { name: 'Delete your account?' });
    await question.getByRole('button', { name: 'Delete account' }).click();
    // Nothing happens before the address is typed.
    await question.getByLabel('Type ada@example.org to confirm').fill('ada@example.org');
    await question.getByRole('button', { name: 'Delete account' }).click();
    await heading(page, 'Sign in');
    await signIn(page, 'ada@example.org');
    await page.locator('[data-code="account.credentials"]').waitFor();
    expect(relay.platform.rows('select id from accounts')).toEqual([]);
  });

  it('leaves nothing for the browser to complain of', () => {
    expect(ada.complaints).toEqual([]);
  });
});
