import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { firefox, type Browser } from 'playwright-core';
import { BidiBridge } from './bidi-bridge.ts';

const NAMES = ['firefox-esr', 'firefox'];

/** Settings of a browser that stays on this machine, asks nothing and updates nothing, and of what the tests want of every browser. */
const SETTINGS = {
  'app.update.enabled': false,
  'browser.shell.checkDefaultBrowser': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'toolkit.telemetry.enabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'services.settings.server': 'http://127.0.0.1:1',
  'extensions.update.enabled': false,
  'intl.accept_languages': 'en',
  // As without a graphics card.
  'webgl.disabled': true,
  'ui.prefersReducedMotion': 1,
  // As Chromium's --allow-loopback-in-peer-connection.
  'media.peerconnection.ice.loopback': true,
} as const;

/** Files that name the process group of each browser that runs. */
const groups = new WeakMap<Browser, string>();

/** Path of a Firefox of this machine; CLAWREACH_TEST_FIREFOX names another. */
export function findFirefox(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const candidates = [
    process.env['CLAWREACH_TEST_FIREFOX'],
    ...NAMES.flatMap((name) => folders.map((folder) => join(folder, name))),
  ];
  return candidates.find((path) => path !== undefined && existsSync(path));
}

/**
 * A headless Firefox, driven by Playwright over WebDriver BiDi. Playwright starts a script that names a bridge in place of the browser: Debian's ESR (140)
 * lacks commands that Playwright sends (`BidiBridge`).
 */
export async function launchFirefox(): Promise<Browser> {
  const program = findFirefox();
  if (program === undefined) throw new Error('no Firefox here');
  const folder = await mkdtemp(join(tmpdir(), 'clawreach-firefox-'));
  const bridge = await BidiBridge.open();
  const end = async (): Promise<void> => {
    bridge.close();
    await rm(folder, { recursive: true, force: true });
  };
  const script = join(folder, 'firefox');
  const group = join(folder, 'group');
  await writeFile(
    script,
    `#!/bin/sh\necho $$ > '${group}'\n'${program}' "$@" 2>&1 | sed -u 's#listening on ws://127.0.0.1:#&${bridge.port}/#'\n`,
  );
  await chmod(script, 0o700);
  try {
    const browser = await firefox.launch({
      channel: 'moz-firefox',
      executablePath: script,
      firefoxUserPrefs: SETTINGS,
      timeout: 170_000,
    });
    groups.set(browser, group);
    browser.once('disconnected', () => void end());
    return browser;
  } catch (error) {
    await end();
    throw error;
  }
}

/** Stops every process of a Firefox, as a computer that goes to sleep. @returns wakes it */
export async function suspendFirefox(browser: Browser): Promise<() => void> {
  const group = Number(await readFile(groups.get(browser) ?? '', 'utf8'));
  process.kill(-group, 'SIGSTOP');
  return () => process.kill(-group, 'SIGCONT');
}
