import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe } from 'vitest';
import { tellOfTwoPeople } from '#test/support/browser/two-people.ts';
import { findChromium, launchChromium } from '#test/support/chromium/launch.ts';
import type { Device } from '#test/support/e2e/device.ts';
import type { StageRelay } from '#test/support/e2e/relay.ts';
import { Stage } from '#test/support/e2e/stage.ts';

describe.skipIf(findChromium() === undefined)('two people share a machine, from a relay that has nobody', () => {
  const stage = new Stage();
  let relay: StageRelay;
  let office: Device;
  let browser: Browser;
  let firstLink = '';

  beforeAll(async () => {
    relay = await stage.startRelay({ words: ['--accounts=on'] });
    office = stage.device('office');
    [browser, firstLink] = await Promise.all([
      launchChromium({ args: ['--allow-loopback-in-peer-connection'] }),
      readFile(join(stage.directory, 'relay/first-account.txt'), 'utf8'),
      office.runAgent(relay, { first: true }),
    ]);
  }, 120_000);
  afterAll(async () => {
    await browser.close();
    await stage.close();
  });

  // Cookies of sessions need a secure context, which loopback's name is.
  tellOfTwoPeople(() => ({ browser, origin: `http://localhost:${relay.port}`, firstLink, office }));
});
