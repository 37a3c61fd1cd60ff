import { afterEach, describe, expect } from 'vitest';
import type { GatewayView } from '#shared/app-api/index.ts';
import type { Device } from '#test/support/e2e/device.ts';
import { Stage } from '#test/support/e2e/stage.ts';
import { until } from '#test/support/e2e/until.ts';
import { axeFindings, namelessControls } from '#test/support/window/accessibility.ts';
import { GatewayPages } from '#test/support/window/gateway-pages.ts';
import { Photographs } from '#test/support/window/photographs.ts';
import { availablePlaces } from '#test/support/window/places.ts';
import type { Surface } from '#test/support/window/surface.ts';
import { TerminalPane } from '#test/support/window/terminal-pane.ts';
import { tellStepByStep } from '#test/support/steps.ts';
import type { Scene } from './stage.ts';
import { GatewayAgent } from './wishes.ts';

/** A start of the real gateway takes half a minute on two idle cores, and one command of it some seconds. Milliseconds. */
const PATIENCE = { 'a real gateway': 240_000, 'the double of a gateway': 60_000 } as const;
const NAME = 'Cellar';
/** More than the box of a command shows at once. */
const LONG_COMMAND = `${'echo another line; '.repeat(200)}rm -rf build`;

type Place = keyof typeof PATIENCE;
type Opened = Readonly<{
  scene: Scene;
  close(): Promise<void>;
  /** What was sent to it, where that can be told. */
  sent?(): readonly unknown[];
  /** What of that was wrong. */
  violations?(): readonly unknown[];
}>;

/**
 * A person adds a gateway in the window, is let in, becomes a node, and decides what is asked: the agent and the window are the built ones, and
 * whoever sits there has a keyboard only.
 * @param where in which window; what does not depend on it is told in Chromium only
 * @param open starts the gateway
 */
export function tellWindowStory(place: Place, where: 'Chromium' | 'Electron', open: () => Promise<Opened>): void {
  const patience = PATIENCE[place];
  const window = availablePlaces().find(({ name }) => name === where);
  const options = { timeout: Math.max(300_000, patience * 2) };

  describe.skipIf(window === undefined)(`${place} in the window, ${where}, by keyboard`, options, () => {
    let device: Device;
    let opened: Opened;
    let scene: Scene;
    let surface: Surface;
    let photographs: Photographs;

    const page = () => surface.page;
    const pages = new GatewayPages(page, patience);
    const { patient } = pages;
    const expectAccessible = async (): Promise<void> => {
      await expect.poll(() => namelessControls(page()), patient).toEqual([]);
      await expect.poll(() => axeFindings(page()), patient).toEqual([]);
    };
    const untilOperates = () => pages.says('operator', 'Operator connected');
    /** What the agent knows of it; only for what the window shows for too short a time. */
    const view = async (): Promise<GatewayView> => {
      const api = await device.connect();
      try {
        const [found] = await api.call('gateways.list', {});
        if (found === undefined) throw new Error('no gateway is known');
        return found;
      } finally {
        api.close();
      }
    };

    const step = tellStepByStep(async (defer) => {
      if (window === undefined) return;
      const stage = new Stage();
      defer(() => stage.close());
      opened = await open();
      defer(() => opened.close());
      ({ scene } = opened);
      device = stage.device('laptop');
      surface = window.open(device, stage);
      defer(() => surface.close());
      await surface.start();
      page().setDefaultTimeout(patience);
      photographs = new Photographs(surface);
      await page().getByRole('navigation').getByRole('button', { name: 'OpenClaw' }).waitFor();
    }, options.timeout);
    afterEach(async ({ task }) => {
      if (task.result?.state !== 'fail') return;
      await photographs.takeFailure();
    });

    step('is added by its address; nothing is sent before the fingerprint is compared', async () => {
      await pages.openGateways();
      await page().getByRole('heading', { name: 'No OpenClaw yet' }).waitFor();
      await expectAccessible();
      await pages.press(/button "Add gateway"/);
      await expect.poll(() => pages.focused(), patient).toMatch(/^textbox "Paste a setup code, link or settings/);
      await page().keyboard.insertText(scene.url);
      await page().keyboard.press('Enter');
      await pages.dialog.getByLabel('Host').waitFor();
      await pages.type(/^textbox "Name"/, NAME);
      await pages.type(/^textbox "Token"/, 'not the token');
      await pages.dialog.getByText('A token has no spaces. Check what you copied.').waitFor();
      await pages.type(/^textbox "Token"/, 'not-the-token');
      await pages.press(/^switch "Offer this machine as a node"/, 'Space');
      await pages.press(/^button "Connect"/);
      await pages.dialog.getByText('Is this the gateway at').waitFor();
      const shown = await pages.dialog.locator('[data-fingerprint]').getAttribute('data-fingerprint');
      expect(shown).toBe(scene.fingerprint());
      expect(opened.sent?.() ?? []).toEqual([]);
      await expectAccessible();
      await pages.type(/^textbox "Paste the gateway's fingerprint"/, 'ab'.repeat(32));
      await pages.dialog.getByText("They differ. This isn't that gateway, so don't trust it.").waitFor();
      await expect
        .poll(() => pages.dialog.getByRole('button', { name: 'Trust', exact: true }).isDisabled(), patient)
        .toBe(true);
      await pages.type(/^textbox "Paste the gateway's fingerprint"/, scene.fingerprint().toUpperCase());
      await pages.dialog.getByText('They match. This is that gateway.').waitFor();
      await pages.press(/^button "Trust"/);
      await pages.dialog.waitFor({ state: 'detached' });
    });

    step('says that the token is wrong, and takes the right one', async () => {
      await pages.says('operator', 'Sign-in failed: wrong token.');
      await expectAccessible();
      // Nothing is tried again until a person does something.
      expect(await pages.part('operator').getByRole('timer').count()).toBe(0);
      await pages.press(/^button "Change settings"/);
      await pages.type(/^textbox "Token"/, scene.token);
      await pages.press(/^button "Save"/);
      await pages.dialog.waitFor({ state: 'detached' });
    });

    step('waits for approval, with the command for whoever runs the gateway, and goes on by itself', async () => {
      await pages.says('operator', 'Waiting for approval at the gateway');
      await pages.commandOf('node');
      await expect
        .poll(() => page().getByRole('list', { name: 'Steps to a node' }).textContent(), patient)
        .toBe('Device approval pendingCommands');
      const [, , , requestId = ''] = await pages.commandOf('operator');
      await scene.approveDevice(requestId);
      await pages.hurry(NAME);
      await untilOperates();
    });

    step('approves this machine as a node in its own inbox, in both stages', async () => {
      await pages.openApprovals();
      await pages.request(`wants to connect to ${NAME}`);
      await expectAccessible();
      await pages.approve(new RegExp(`wants to connect to ${NAME}$`));
      await pages.openGateways();
      await pages.hurry(NAME);
      await pages.says('surface', 'Waiting for approval at the gateway');
      await pages.openApprovals();
      await pages.approve(new RegExp(`offers commands to ${NAME}$`));
      await pages.openGateways();
      await pages.says('surface', 'Node approved');
      // All of it in full.
      await pages.press(/^button "Details"/);
      await pages.says('operator', 'Full access.');
      await pages.says('surface', 'Approved');
      await pages.says('node', 'Connected');
      await expectAccessible();
      await pages.press(/^button "Details"/);
      await pages.says('surface', 'Node approved');
      expect((await view()).surface.commands).toContain('system.which');
    });

    step('runs a program for the gateway after all of it was shown and approved', async () => {
      const { node } = await view();
      const output = new GatewayAgent(scene).run(node.deviceId, ['printf', '%s', 'from the node']);
      await pages.openApprovals();
      const card = await pages.request('from the node');
      await card.getByRole('heading', { name: `${NAME} wants to run a program on this machine` }).waitFor();
      await expectAccessible();
      await pages.answer(/^button "Approve/);
      await expect(output).resolves.toBe('from the node');
      await card.waitFor({ state: 'detached' });
    });

    step('opens a terminal on the gateway’s own machine', async () => {
      await pages.openGateways();
      await pages.press(/^button "Terminal on the gateway's machine"/);
      const terminal = new TerminalPane(page());
      await page()
        .getByRole('tab', { selected: true, name: /^Connected/ })
        .waitFor(patient);
      await terminal.type('echo "the sum is $((40 + 2))"\n');
      const [sum] = await terminal.until(/^the sum is 42$/m, patience);
      expect(sum).toBe('the sum is 42');
      await expectAccessible();
      await terminal.focus();
      await page().keyboard.press(`${surface.tabKeys}+W`);
      await page().getByText('No terminals. Choose a machine.').waitFor();
    });

    step('says that the gateway is away while it starts anew, and is connected again by itself', async () => {
      await pages.openGateways();
      const before = await view();
      await scene.restart(() => pages.says('operator', 'Not connected'));
      await untilOperates();
      await pages.says('surface', 'Node approved');
      const now = await view();
      expect(now.operator.since).toBeGreaterThan(before.operator.since);
      expect(now.certificate).toBeNull();
    });

    // The same in any window: told in one of them.
    if (where === 'Chromium') {
      step('tells the gateway where a program is', async () => {
        const { node } = await view();
        await expect(scene.which(node.deviceId, 'sh')).resolves.toMatch(/^\/.*sh$/u);
      });

      step('decides a command of an agent, when all of it was shown', async () => {
        const decision = new GatewayAgent(scene).mayRun(LONG_COMMAND);
        await pages.openApprovals();
        const card = await pages.request('rm -rf build');
        const approve = card.getByRole('button', { name: /^Approve/ });
        expect(await approve.isDisabled()).toBe(true);
        expect(await pages.focused()).not.toContain('Approve');
        await moveToCommand(pages);
        await page().keyboard.press('End');
        await expect.poll(() => approve.isDisabled(), patient).toBe(false);
        await pages.answer(/^button "Approve/);
        // A notice goes by itself: first.
        await page()
          .getByText(/^Approved: /)
          .first()
          .waitFor();
        await expect(decision).resolves.toBe('allow-once');
        await card.waitFor({ state: 'detached' });
      });

      step('decides what a plugin asks for', async () => {
        const decision = new GatewayAgent(scene).mayDo('Send a message', 'To everybody in the house');
        const card = await pages.request('To everybody in the house');
        await card.getByRole('heading', { name: `mail needs your approval at ${NAME}: Send a message` }).waitFor();
        await expectAccessible();
        await pages.answer(/^button "Decline"/);
        await expect(decision).resolves.toBe('deny');
        await card.waitFor({ state: 'detached' });
      });

      step('renews the token of the node, which is taken up at once', async () => {
        const before = await view();
        await pages.changeToken(NAME, 'node', 'Renew');
        await until(
          'the node to be back',
          async () => {
            const { node } = await view();
            return node.state === 'connected' && node.since > before.node.since ? true : undefined;
          },
          patience,
        );
        await pages.says('surface', 'Node approved');
        expect((await view()).operator.state).toBe('connected');
      });

      step('revokes the token of the node, which asks anew and is approved in the inbox', async () => {
        await pages.changeToken(NAME, 'node', 'Revoke');
        await pages.says('node', 'Waiting for approval at the gateway');
        await pages.openApprovals();
        await pages.approve(new RegExp(`wants to connect to ${NAME}$`));
        await pages.openGateways();
        await pages.hurry(NAME);
        await pages.says('surface', 'Node approved');
        expect((await view()).operator.state).toBe('connected');
      });

      step('stops at another certificate, and goes on only after the last four characters were typed', async () => {
        const before = scene.fingerprint();
        await scene.replaceCertificate();
        await pages.openGateways();
        await page().getByText("The gateway's certificate has changed.").waitFor();
        await pages.says('operator', 'Stopped: certificate not trusted');
        await pages.press(/^button "Compare fingerprint"/);
        const shown = pages.dialog.locator('[data-fingerprint]');
        await expect.poll(() => shown.count(), patient).toBe(2);
        expect(await shown.first().getAttribute('data-fingerprint')).toBe(before);
        expect(await shown.last().getAttribute('data-fingerprint')).toBe(scene.fingerprint());
        await expectAccessible();
        const trust = pages.dialog.getByRole('button', { name: 'Trust new certificate' });
        expect(await trust.isDisabled()).toBe(true);
        await pages.type(/^textbox "To trust the new certificate/, scene.fingerprint().slice(-4));
        await page().keyboard.press('Enter');
        await pages.dialog.waitFor({ state: 'detached' });
        await untilOperates();
        await pages.says('surface', 'Node approved');
      });
    }

    step('has sent nothing that is wrong, and no page has complained', () => {
      expect(opened.violations?.() ?? []).toEqual([]);
      expect(surface.complaints).toEqual([]);
    });
  });
}

/** Whoever cannot use a mouse scrolls it by keys: it takes the focus. */
async function moveToCommand(pages: GatewayPages): Promise<void> {
  await expect
    .poll(() => pages.page.locator('[aria-label="Full command"][tabindex="0"]').count(), pages.patient)
    .toBe(1);
  await pages.focusOn(/Full command/);
}
