import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createServer as createPort, type AddressInfo, type Server as PortServer } from 'node:net';
import { describe, expect } from 'vitest';
import { findChromium } from '#test/support/chromium/launch.ts';
import { until } from '#test/support/e2e/until.ts';
import { freePort } from '#test/support/free-port.ts';
import { axeFindings, focused, moveFocus, namelessControls } from '#test/support/window/accessibility.ts';
import { PairedWindow } from '#test/support/window/paired-window.ts';
import { BrowserSurface } from '#test/support/window/surface.ts';
import { tellStepByStep } from '#test/support/steps.ts';

/** A machine that does other things as well. */
const PATIENT = { timeout: 20_000 };

type Answer = Readonly<{ code: number; body: string }>;

/** Real agents, a real relay and curl; whoever sits at the window has a keyboard only. */
describe.skipIf(findChromium() === undefined)('forwards in the window, by keyboard', () => {
  let paired: PairedWindow<BrowserSurface>;
  let web: Server;
  let busy: PortServer;
  let late: PortServer;
  let socksPort: number;

  const page = () => paired.surface.page;
  const row = (name: string) =>
    page()
      .locator('li[data-forward]')
      .filter({ has: page().getByRole('heading', { name, exact: true }) });

  const step = tellStepByStep(async (defer) => {
    web = createServer((request, response) => {
      response.write('hello from there\n');
      // The other one stays open until somebody ends it.
      if (request.url !== '/open') response.end();
    });
    busy = createPort();
    late = createPort();
    await Promise.all([listen(web), listen(busy)]);
    defer(() => close(busy));
    defer(() => close(late));
    defer(() => {
      web.closeAllConnections();
      return close(web);
    });
    socksPort = await freePort();
    paired = await PairedWindow.open((laptop) => new BrowserSurface(laptop));
    defer(() => paired.close());
  });

  async function press(target: RegExp, key = 'Enter'): Promise<void> {
    await moveFocus(page(), target);
    await page().keyboard.press(key);
  }
  async function type(target: RegExp, text: string): Promise<void> {
    await moveFocus(page(), target);
    await page().keyboard.press('Control+a');
    await page().keyboard.type(text);
  }
  async function expectAccessible(): Promise<void> {
    await expect.poll(() => namelessControls(page()), PATIENT).toEqual([]);
    await expect.poll(() => axeFindings(page()), PATIENT).toEqual([]);
  }
  const socks = (path: string): Promise<Answer> =>
    curl('--proxy', `socks5h://127.0.0.1:${socksPort}`, `http://localhost:${portOf(web)}${path}`);

  async function portOfWeb(): Promise<string | undefined> {
    return /:(\d+)$/.exec((await row('Web').locator('code').first().textContent()) ?? '')?.[1];
  }

  step('adds a proxy by its goal', async () => {
    await page().keyboard.press('Control+3');
    await page().getByRole('heading', { name: 'What do you want to do?' }).waitFor();
    await expectAccessible();
    await press(/^button "Proxy your browser/);
    await page().getByRole('heading', { name: 'Proxy your browser' }).waitFor();
    await expectAccessible();
    await type(/^textbox "Port on this machine"/, String(socksPort));
    await page().keyboard.press('Enter');
    // A notice goes by itself: first.
    await page().getByText('Browse as office was added.').waitFor();
    await row('Browse as office').getByText('Asks there first', { exact: true }).waitFor();
    await expect.poll(() => row('Browse as office').getByText(`localhost:${socksPort}`).count()).toBe(1);
    await expectAccessible();
  });

  step('says while the person at the peer is asked, and carries what was allowed', async () => {
    const answer = socks('/');
    await row('Browse as office').getByText('Waiting for approval on office.').waitFor();
    await expectAccessible();
    const office = await paired.office.connect();
    try {
      const [request] = await office.call('approvals.list', {});
      expect(request?.detail).toMatch(new RegExp(`^connect to localhost:${portOf(web)} \\(.*127\\.0\\.0\\.1.*\\)$`));
      await office.call('approvals.decide', { id: request?.id ?? -1, decision: 'approve', remember: true });
      expect(await answer).toEqual({ code: 0, body: 'hello from there\n' });
      const [laptop] = await office.call('peers.list', {});
      expect(await office.call('targets.list', { peer: laptop?.peerId ?? '' })).toMatchObject([
        { kind: 'connect', ports: String(portOf(web)) },
      ]);
    } finally {
      office.close();
    }
    await row('Browse as office').getByText('Ready', { exact: true }).waitFor();
  });

  step('shows what flows, and ends a connection', async () => {
    // That of the step before is over, whose row would go while its button is on the way to be pressed.
    await row('Browse as office').getByRole('button', { name: '0 connections' }).waitFor();
    const open = socks('/open');
    await row('Browse as office').getByRole('button', { name: '1 connection' }).waitFor();
    await press(/^button "1 connection"/);
    const target = `localhost:${portOf(web)}`;
    await row('Browse as office').getByText(target, { exact: true }).waitFor();
    await expectAccessible();
    const figures = row('Browse as office').locator('[data-figure="total"]');
    await expect.poll(() => figures.textContent(), PATIENT).toMatch(/^[1-9]\d* B received, [1-9]\d* B sent$/);
    await press(new RegExp(`button "Disconnect ${target}"`));
    expect((await open).code).not.toBe(0);
    await row('Browse as office').getByText('No open connections.').waitFor();
  });

  step('solves a port that is in use in place', async () => {
    await press(/^button "Set up by hand"/);
    await page().getByRole('heading', { name: 'What do you want to reach?' }).waitFor();
    await expectAccessible();
    await press(/^button "Remote port → this machine/);
    await expect.poll(() => focused(page()), PATIENT).toMatch(/^textbox "Port"/);
    await type(/^textbox "Port"/, String(portOf(web)));
    await type(/^textbox "Port on this machine"/, String(portOf(busy)));
    await type(/^textbox "Name"/, 'Web');
    await page().keyboard.press('Enter');
    const form = page().getByRole('dialog');
    await form.getByText(new RegExp(`Port ${portOf(busy)} is already used here by \\S+`)).waitFor();
    expect(await row('Web').count()).toBe(0);
    await expectAccessible();
    await press(/^button "Use \d+"/);
    await moveFocus(page(), /^textbox "Name"/);
    await page().keyboard.press('Enter');
    await form.waitFor({ state: 'detached' });
    await row('Web')
      .getByText(/^(?:Ready|Asks there first|May ask there)$/)
      .waitFor();
    await press(/^switch "Run Web"/, 'Space');
    await row('Web').getByText('Off', { exact: true }).waitFor();
    // Another program takes the port meanwhile.
    const taken = Number(await portOfWeb());
    await listen(late, taken);
    await press(/^switch "Run Web"/, 'Space');
    await row('Web')
      .getByText(new RegExp(`Port ${taken} is already used here by \\S+`))
      .waitFor();
    await row('Web').getByText('Not running', { exact: true }).waitFor();
    await expectAccessible();
    await press(/^button "Use \d+"/);
    await row('Web')
      .getByText(/^(?:Ready|Asks there first|May ask there)$/)
      .waitFor();
    await expect.poll(portOfWeb, PATIENT).not.toBe(String(taken));
    expect(await portOfWeb()).not.toBe(String(portOf(busy)));
    expect(await curl(`http://127.0.0.1:${await portOfWeb()}/`)).toEqual({ code: 0, body: 'hello from there\n' });
  });

  step('switches a rule off and on, and removes one that nothing uses at once, with a way back', async () => {
    await press(/^switch "Run Web"/, 'Space');
    await row('Web').getByText('Off', { exact: true }).waitFor();
    await press(/^switch "Run Web"/, 'Space');
    await row('Web')
      .getByText(/^(?:Ready|Asks there first|May ask there)$/)
      .waitFor();
    const remove = async (): Promise<void> => {
      await press(/^button "More actions for Web"/);
      await moveFocus(page(), /^menuitem "Remove/, 'ArrowDown');
      await page().keyboard.press('Enter');
      await row('Web').waitFor({ state: 'detached' });
      await page().getByText('Web was removed.').first().waitFor();
      expect(await page().getByRole('dialog').count()).toBe(0);
      await expectAccessible();
    };
    await remove();
    await press(/^button "Undo"/);
    await row('Web')
      .getByText(/^(?:Ready|Asks there first|May ask there)$/)
      .waitFor();
    await remove();
    await expect.poll(() => page().locator('li[data-forward]').count()).toBe(1);
    await expect.poll(() => focused(page()), PATIENT).not.toBe('nothing');
  });

  step('writes what there is into a file, and reads it again in place of what there is', async () => {
    await press(/^button "More actions"/);
    await moveFocus(page(), /^menuitem "Export/, 'ArrowDown');
    await page().keyboard.press('Enter');
    const text = page().getByLabel('File contents');
    await expect.poll(() => text.inputValue(), PATIENT).toContain(`local_proxy_port = ${socksPort}`);
    await expectAccessible();
    const saved = page().waitForEvent('download');
    await press(/^button "Save as/);
    const file = await (await saved).path();
    expect(readFileSync(file, 'utf8')).toBe(await text.inputValue());
    await page().keyboard.press('Escape');
    await text.waitFor({ state: 'detached' });

    await press(/^button "More actions"/);
    await moveFocus(page(), /^menuitem "Import/, 'ArrowDown');
    await page().keyboard.press('Enter');
    await page().locator('input[type="file"]').setInputFiles(file);
    await page()
      .getByText(/^Line \d+:$/)
      .waitFor();
    await expectAccessible();
    await press(/^switch "Replace forwards with the same name"/, 'Space');
    await press(/^button "Import 1 forward"/);
    await page().getByText('1 forward imported.').first().waitFor();
    await expect.poll(() => page().locator('li[data-forward]').count()).toBe(1);
    await row('Browse as office')
      .getByText(/^(?:Ready|Asks there first|May ask there)$/)
      .waitFor();
  });

  step('has the rule at the same port after the agent was ended and started', async () => {
    await paired.surface.restart();
    // The window opens where it was.
    await page().getByRole('heading', { name: 'Forwards', level: 1 }).waitFor();
    await row('Browse as office')
      .getByText(/^(?:Ready|Asks there first|May ask there)$/)
      .waitFor();
    // The link may take a moment more than the port.
    const answer = await until('the proxy to carry again', async () => {
      const got = await socks('/');
      return got.code === 0 ? got : undefined;
    });
    expect(answer.body).toBe('hello from there\n');
    expect(paired.surface.complaints).toEqual([]);
  });
});

function portOf(server: Server | PortServer): number {
  return (server.address() as AddressInfo).port;
}

async function listen(server: Server | PortServer, port = 0): Promise<void> {
  await new Promise<void>((resolve) => {
    server.listen(port, '127.0.0.1', resolve);
  });
}

async function close(server: Server | PortServer): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
}

function curl(...words: readonly string[]): Promise<Answer> {
  return new Promise((resolve) => {
    execFile(
      'curl',
      ['--silent', '--noproxy', '', '--max-time', '60', ...words],
      { encoding: 'utf8' },
      (error, body) => {
        resolve({ code: error === null ? 0 : Number(error.code), body });
      },
    );
  });
}
