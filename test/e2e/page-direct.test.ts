import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium, launchChromium } from '#test/support/chromium/launch.ts';
import type { Device } from '#test/support/e2e/device.ts';
import type { StageRelay } from '#test/support/e2e/relay.ts';
import { Stage } from '#test/support/e2e/stage.ts';
import { natNetworkProblem, NatNetwork } from '#test/support/nat/network.ts';

const problem = findChromium() === undefined ? 'no Chromium' : natNetworkProblem();

/** Headers that this version doesn’t know, answers of a relay without accounts, and the service worker that the test leaves out. */
const EXPECTED = /Integrity-Policy|Permissions-Policy|Failed to load resource|Service Worker registration blocked/;
/** Bytes of the answers about the path and of keep-alives, of which the relay carries some at any time. */
const AT_REST = 20_000;
const MEGABYTES = 3;

describe.skipIf(problem !== undefined)(
  `the page of a relay, behind a NAT of its own${problem === undefined ? '' : `: ${problem}`}`,
  () => {
    const stage = new Stage();
    const folder = mkdtempSync(join(tmpdir(), 'clawreach-page-'));
    const stops: (() => unknown)[] = [];
    let network: NatNetwork;
    let relay: StageRelay;
    let office: Device;
    let page: Page;
    const complaints: string[] = [];

    beforeAll(async () => {
      network = new NatNetwork({ office: 'home', browser: 'home' });
      stops.push(() => network.close());
      relay = await stage.startRelay({
        tls: 'own',
        host: '[::]',
        port: 7474,
        words: ['--page=on'],
        on: network.on('relay'),
      });
      office = stage.device('office', network.on('office'));
      stops.push(() => stage.close());
      const url = `wss://${NatNetwork.relayHost('home')}:${relay.port}`;
      await office.runAgent(
        { token: relay.token, options: ['--relay', url, '--pin', relay.pin ?? ''] },
        { first: true },
      );
      // The browser talks to the test over pipes, which lead out of its network.
      const program = join(folder, 'chromium');
      const words = [...network.on('browser'), findChromium() ?? ''].map((word) => `'${word}'`);
      writeFileSync(program, `#!/bin/sh\nexec ${words.join(' ')} "$@"\n`, { mode: 0o755 });
      const browser: Browser = await launchChromium({ program });
      stops.push(() => browser.close());
      const context = await browser.newContext({
        locale: 'en',
        reducedMotion: 'reduce',
        serviceWorkers: 'block',
        // The certificate is the relay's own.
        ignoreHTTPSErrors: true,
      });
      page = await context.newPage();
      page.on('console', (message) => {
        if (message.type() === 'error' && !EXPECTED.test(message.text())) complaints.push(message.text());
      });
      page.on('pageerror', (error) => complaints.push(String(error)));
      await page.goto(url.replace(/^ws/, 'http'));
    }, 180_000);
    afterAll(async () => {
      for (const stop of stops.toReversed()) await stop();
      rmSync(folder, { recursive: true, force: true });
    }, 60_000);

    /** Bytes of links that the relay has carried. */
    function carried(): number {
      const [program, ...words] = network.on('relay');
      const read = `fetch('https://127.0.0.1:${relay.port}/metrics').then((it) => it.text()).then(console.log)`;
      const text = execFileSync(program, [...words, process.execPath, '-e', read], {
        env: { ...process.env, NODE_TLS_REJECT_UNAUTHORIZED: '0' },
        stdio: ['ignore', 'pipe', 'ignore'],
        encoding: 'utf8',
      });
      return Number(/link_bytes_total (\d+)/.exec(text)?.[1]);
    }
    const rows = () => page.locator('.xterm-rows:visible').first();

    it('pairs with a machine behind another NAT, and is linked directly under its own policy, as the terminal says', async () => {
      await page.getByRole('button', { name: 'Pair with a machine' }).click();
      const client = await office.connect();
      const { pairing, code } = await client.call('pairing.invite', { allow: ['terminal'] });
      const invited = client.call('pairing.result', { pairing });
      await page.locator('[data-code-field]').fill(code ?? '');
      await page.keyboard.press('Enter');
      const { peer, words } = await invited;
      await client.call('pairing.confirm', { peer: peer.peerId, words: [...words] });
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('button', { name: 'They match' }).click();
      await dialog.getByRole('button', { name: 'Open terminal' }).click();
      await expect.poll(() => rows().innerText(), { timeout: 60_000 }).toContain('there>');
      await page.getByRole('button', { name: /^direct/i }).waitFor({ timeout: 60_000 });
      const { path, link } = await client.call('peers.get', { peer: peer.peerId });
      client.close();
      expect([path, link?.udp]).toEqual(['direct', true]);
    }, 180_000);

    it('leaves the relay’s counter of data at rest while output flows', async () => {
      await page.locator('.xterm:visible textarea').first().focus();
      await page.keyboard.type('echo before-$((6*7))\n');
      await expect.poll(() => rows().innerText()).toContain('before-42');
      const before = carried();
      expect(before).toBeGreaterThan(0);
      await page.keyboard.type(`head -c ${MEGABYTES}000000 /dev/zero | tr '\\0' y; echo; echo after-$((6*7))\n`);
      await expect.poll(() => rows().innerText(), { timeout: 60_000 }).toContain('after-42');
      expect(carried() - before).toBeLessThan(AT_REST);
      await page.getByRole('button', { name: /^direct/i }).waitFor();
      expect(complaints).toEqual([]);
    }, 120_000);
  },
);
