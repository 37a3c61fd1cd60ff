import { describe, expect, test } from 'vitest';
import { findChromium } from '#test/support/chromium/launch.ts';
import { StoryBrowser } from '#test/support/renderer/story-browser.ts';
import { shareAmongTests } from '#test/support/shared.ts';

/** The page of gateways in a real browser, with an agent in the page. */
describe.skipIf(findChromium() === undefined)('gateways in the window', () => {
  let browser: StoryBrowser;
  shareAmongTests(async (defer) => {
    browser = await StoryBrowser.launch(process.env['CLAWREACH_TEST_STORIES']);
    defer(() => browser.close());
  });

  /** As a person comes to it: with nothing left of the test before. */
  async function open(name: string): Promise<void> {
    await browser.clear();
    await browser.openStory(name);
  }
  const dialog = () => browser.page.getByRole('dialog');
  /** On a busy machine. */
  const PATIENT = { timeout: 10_000 };

  test('a certificate that is not the one of the setup code is never trusted [S-GW-8]', async () => {
    await open('gateways/add, another certificate');
    await dialog().getByRole('button', { name: 'Continue' }).click();
    await dialog().getByLabel('Host').waitFor();
    await dialog().getByRole('button', { name: 'Connect' }).click();
    await dialog().getByText("isn't the expected gateway").waitFor();
    await expect.poll(() => dialog().locator('[data-fingerprint]').count()).toBe(2);
    expect(
      await dialog()
        .getByRole('button', { name: /Trust|Trust once/ })
        .count(),
    ).toBe(0);
    await dialog().getByRole('button', { name: 'Back' }).click();
    await dialog().getByLabel('Host').waitFor();
    expect(browser.complaints).toEqual([]);
  });

  test('what was typed wrong is said in its field, and leads there', async () => {
    await open('gateways/add');
    await dialog().getByRole('button', { name: 'Enter manually' }).click();
    await dialog().getByLabel('Host').fill('wss://cellar.example.net:4443/claw');
    await dialog().getByLabel('Port').focus();
    await expect.poll(() => dialog().getByLabel('Host').inputValue(), PATIENT).toBe('cellar.example.net');
    await expect.poll(() => dialog().getByLabel('Port').inputValue()).toBe('4443');
    await dialog().getByLabel('Certificate fingerprint').fill('ab:cd');
    await dialog().getByText('A fingerprint has 64 hexadecimal digits.').waitFor();
    await dialog().getByRole('button', { name: 'Connect' }).click();
    await dialog().getByText('Enter a name.').waitFor();
    await dialog().getByText("Enter the gateway's token.").waitFor();
    await expect
      .poll(() => browser.page.evaluate('document.activeElement.labels[0].textContent'), PATIENT)
      .toBe('Name');
  });

  test('a gateway that does not answer can be added all the same', async () => {
    await open('gateways/add, unreachable');
    await dialog().getByRole('button', { name: 'Continue' }).click();
    await dialog().getByRole('button', { name: 'Connect' }).click();
    await dialog().getByText("Nothing is listening on the gateway's port.").waitFor();
    await dialog().getByRole('button', { name: 'Add anyway' }).click();
    // The dialog of this story stays.
    await expect.poll(() => browser.page.locator('li[data-gateway]').count(), PATIENT).toBe(2);
  });

  test('what differs from what the gateway prints cannot be trusted [S-GW-8]', async () => {
    await open('gateways/fingerprint, first sight');
    const shown = await dialog().locator('[data-fingerprint]').getAttribute('data-fingerprint');
    const field = dialog().getByLabel("Paste the gateway's fingerprint");
    await field.fill(`${(shown ?? '').slice(0, -1)}0`);
    await dialog().getByText('They differ.').waitFor();
    await expect.poll(() => dialog().getByRole('button', { name: 'Trust', exact: true }).isDisabled()).toBe(true);
    await expect.poll(() => dialog().getByRole('button', { name: 'Trust once' }).isDisabled()).toBe(true);
    await field.fill(`SHA256 Fingerprint=${(shown ?? '').toUpperCase()}`);
    await dialog().getByText('They match. This is that gateway.').waitFor();
    expect(await dialog().getByRole('button', { name: 'Trust', exact: true }).isDisabled()).toBe(false);
  });

  test('two hundred devices are filtered, and each says what it may', async () => {
    await open('gateways/devices, many');
    const rows = browser.page.locator('li[data-device]');
    await expect.poll(() => rows.count(), PATIENT).toBe(200);
    await browser.page.getByLabel('Filter').fill('machine-19');
    await expect.poll(() => rows.count(), PATIENT).toBe(11);
    await browser.page.getByText('11 of 200').waitFor();
    await rows.first().getByRole('button').first().click();
    await rows.first().getByText('Device ID').waitFor();
    expect(browser.complaints).toEqual([]);
  });

  test('a long command is approved only after its end was seen [S-GW-8]', async () => {
    await open('requests/command, long');
    const card = browser.page.locator('li[data-request]');
    const approve = card.getByRole('button', { name: 'Approve once' });
    await card.locator('[data-readiness="ready"]').waitFor();
    await expect.poll(() => approve.isDisabled()).toBe(true);
    expect(await card.getByRole('button', { name: 'Decline' }).isDisabled()).toBe(false);
    await expect.poll(() => card.getByText('⟨U+0430⟩').count()).toBe(1);
    await card.getByRole('group', { name: 'Full command' }).focus();
    await browser.page.keyboard.press('End');
    await expect.poll(() => approve.isDisabled(), PATIENT).toBe(false);
    await approve.click();
    await browser.page.getByRole('heading', { name: 'No requests.' }).waitFor();
  });
});
