import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { findChromium } from '#test/support/chromium/launch.ts';
import { Stage } from '#test/support/e2e/stage.ts';
import { GatewayDouble } from '#test/support/gateway/index.ts';
import { axeFindings, focused, moveFocus, namelessControls } from '#test/support/window/accessibility.ts';
import { BrowserSurface } from '#test/support/window/surface.ts';

/** A machine that does other things as well. */
const PATIENT = { timeout: 30_000 };

/** The agent and the window as a person has them, and a gateway that checks every frame; whoever sits there has a keyboard only. */
describe.skipIf(findChromium() === undefined)('a gateway in the window, by keyboard', () => {
  const stage = new Stage();
  let gateway: GatewayDouble;
  let surface: BrowserSurface;
  let failed = false;

  const page = () => surface.page;
  const dialog = () => page().getByRole('dialog');
  /** Of the one that the gateway has now. */
  const certificate = () => gateway.fingerprint ?? '';
  const part = (name: string) => page().locator(`[data-part="${name}"]`);

  beforeAll(async () => {
    gateway = await GatewayDouble.start();
    surface = new BrowserSurface(stage.device('laptop'));
    await surface.start();
    await page().getByRole('navigation').getByRole('button', { name: 'Gateways' }).waitFor();
  }, 120_000);
  afterAll(async () => {
    try {
      await surface.close();
    } finally {
      await gateway.stop();
      await stage.close();
    }
  });
  beforeEach(({ skip }) => skip(failed, 'an earlier step has failed'));
  afterEach(({ task }) => {
    failed ||= task.result?.state === 'fail';
  });

  async function press(target: RegExp, key = 'Enter'): Promise<void> {
    await moveFocus(page(), target);
    await page().keyboard.press(key);
  }
  /** What has just come takes no answer yet; the keyboard does not even get there. */
  async function answer(target: RegExp): Promise<void> {
    await page().locator('[data-readiness="ready"]').waitFor();
    await press(target);
  }
  async function type(target: RegExp, text: string): Promise<void> {
    await moveFocus(page(), target);
    await page().keyboard.press('Control+a');
    await page().keyboard.insertText(text);
  }
  async function expectAccessible(): Promise<void> {
    expect(await namelessControls(page())).toEqual([]);
    await expect.poll(() => axeFindings(page()), PATIENT).toEqual([]);
  }

  it('is added by its address; nothing is sent before the fingerprint is compared', async () => {
    await page().keyboard.press('Control+5');
    await page().getByRole('heading', { name: 'No gateway yet' }).waitFor();
    await expectAccessible();
    await press(/button "Add a gateway"/);
    await expect.poll(() => focused(page()), PATIENT).toMatch(/^textbox "Paste what you have/);
    await page().keyboard.insertText(gateway.url);
    await page().keyboard.press('Enter');
    await dialog().getByLabel('Host').waitFor();
    await type(/^textbox "Name"/, 'Cellar');
    await type(/^textbox "Token"/, 'not the token');
    await dialog().getByText('A token has no spaces: was something else copied with it?').waitFor();
    await type(/^textbox "Token"/, 'not-the-token');
    await press(/^switch "Offer this machine as a node"/, 'Space');
    await press(/^button "Connect"/);
    await dialog().getByText('Is this the gateway at').waitFor();
    expect(await dialog().locator('[data-fingerprint]').getAttribute('data-fingerprint')).toBe(certificate());
    expect(gateway.record.connects).toEqual([]);
    await expectAccessible();
    await type(/^textbox "Paste what the gateway prints"/, 'ab'.repeat(32));
    await dialog().getByText('They differ. This is not that gateway: do not trust it.').waitFor();
    expect(await dialog().getByRole('button', { name: 'Trust', exact: true }).isDisabled()).toBe(true);
    await type(/^textbox "Paste what the gateway prints"/, certificate().toUpperCase());
    await dialog().getByText('Equal. It is that gateway.').waitFor();
    await press(/^button "Trust"/);
    await dialog().waitFor({ state: 'detached' });
  });

  it('says that the token is wrong, and takes the right one', async () => {
    await part('operator').getByText('Authentication failed: the gateway does not take the token.').waitFor();
    await expectAccessible();
    // Nothing is tried again until a person does something.
    expect(await part('operator').getByRole('timer').count()).toBe(0);
    await press(/^button "Change the settings"/);
    await type(/^textbox "Token"/, gateway.secret.value);
    await press(/^button "Save"/);
    await dialog().waitFor({ state: 'detached' });
  });

  it('waits for approval, with the command for whoever runs it, and goes on by itself', async () => {
    await part('operator').getByText('Waits for approval at the gateway').waitFor();
    await part('node').getByText('openclaw devices approve').waitFor();
    expect(await page().getByRole('list', { name: 'Steps to a node' }).textContent()).toBe('Device waitsCommands');
    const operator = await gateway.until('a pending operator', () =>
      gateway.operator.pendingDevices.find(({ role }) => role === 'operator'),
    );
    gateway.operator.approveDevice(operator.requestId);
    await press(/button "Connect now: Cellar"/);
    await part('operator').getByText('May approve and administer there.').waitFor();
  });

  it('approves this machine as a node in its own inbox, in both stages', async () => {
    await page().keyboard.press('Control+4');
    await page()
      .getByRole('heading', { name: /asks to connect to Cellar$/ })
      .waitFor();
    await expectAccessible();
    await answer(/^button "Approve"/);
    await page()
      .getByRole('heading', { name: /asks to connect to Cellar$/, level: 3 })
      .waitFor({ state: 'detached' });
    await page().keyboard.press('Control+5');
    await press(/button "Connect now: Cellar"/);
    await part('surface').getByText('Wait for approval at the gateway').waitFor();
    await page().keyboard.press('Control+4');
    await page()
      .getByRole('heading', { name: /offers commands to Cellar$/, level: 3 })
      .waitFor();
    await answer(/^button "Approve"/);
    await page().keyboard.press('Control+5');
    await part('surface').getByText('Approved', { exact: true }).waitFor();
    expect(gateway.operator.nodes).toMatchObject([{ commands: expect.arrayContaining(['system.which']) }]);
  });

  it('decides a command of an agent, when all of it was shown', async () => {
    const command = `echo begin\n${'echo another line\n'.repeat(80)}rm -rf build`;
    const asked = gateway.operator.ask('exec', { command, cwd: '/srv/app', host: 'gateway', agentId: 'main' });
    await page().keyboard.press('Control+4');
    const card = page().locator('li[data-request]').filter({ hasText: 'rm -rf build' });
    await card.waitFor();
    const approve = card.getByRole('button', { name: /^Approve/ });
    expect(await approve.isDisabled()).toBe(true);
    expect(await focused(page())).not.toContain('Approve');
    await moveFocus(page(), /The whole command/);
    await page().keyboard.press('End');
    await expect.poll(() => approve.isDisabled(), PATIENT).toBe(false);
    await answer(/^button "Approve/);
    expect((await gateway.operator.decision(asked.id)).decision).toBe('allow-once');
    await page().getByText('Approved: main.').first().waitFor();
  });

  it('stops at another certificate, and goes on only after the last four characters were typed', async () => {
    const before = certificate();
    await gateway.replaceCertificate();
    await page().keyboard.press('Control+5');
    await page().getByText('The gateway shows another certificate than the trusted one.').waitFor();
    await press(/^button "Compare the fingerprint"/);
    const shown = dialog().locator('[data-fingerprint]');
    await expect.poll(() => shown.count(), PATIENT).toBe(2);
    expect(await shown.first().getAttribute('data-fingerprint')).toBe(before);
    expect(await shown.last().getAttribute('data-fingerprint')).toBe(certificate());
    await expectAccessible();
    const trust = dialog().getByRole('button', { name: 'Trust the new certificate' });
    expect(await trust.isDisabled()).toBe(true);
    await type(/^textbox "To trust the new one/, certificate().slice(-4));
    await page().keyboard.press('Enter');
    await dialog().waitFor({ state: 'detached' });
    await part('operator').getByText('May approve and administer there.').waitFor();
    expect(gateway.record.violations).toEqual([]);
    expect(surface.complaints).toEqual([]);
  });
});
