import type { Browser, Page } from 'playwright-core';
import { describe } from 'vitest';
import { findChromium, launchChromium } from '../chromium/launch.ts';
import { findFirefox, launchFirefox, suspendFirefox } from '../firefox/launch.ts';

/** Browser in which the tests of a relay's page run. */
export type PageBrowser = Readonly<{
  name: 'Chromium' | 'Firefox';
  find(): string | undefined;
  launch(): Promise<Browser>;
  /** Stops a page as the sleep of its computer does. @returns wakes it */
  suspend(page: Page): Promise<() => unknown>;
}>;

const PAGE_BROWSERS: readonly PageBrowser[] = [
  {
    name: 'Chromium',
    find: findChromium,
    // Chromium would not connect within this machine.
    launch: () => launchChromium({ args: ['--allow-loopback-in-peer-connection'] }),
    async suspend(page) {
      const session = await page.context().newCDPSession(page);
      await session.send('Page.setWebLifecycleState', { state: 'frozen' });
      return () => session.send('Page.setWebLifecycleState', { state: 'active' });
    },
  },
  {
    name: 'Firefox',
    find: findFirefox,
    launch: launchFirefox,
    suspend(page) {
      const browser = page.context().browser();
      if (browser === null) throw new Error('a page without a browser');
      return suspendFirefox(browser);
    },
  },
];

/** Tells tests once for each browser. Of one that is missing, a line says what is left out. */
export function inEachBrowser(title: string, tell: (kind: PageBrowser) => void): void {
  for (const kind of PAGE_BROWSERS) {
    const isHere = kind.find() !== undefined;
    if (!isHere) process.stderr.write(`No ${kind.name} here: “${title}” is left out in it.\n`);
    describe.skipIf(!isHere)(`${title}, in ${kind.name}`, () => {
      tell(kind);
    });
  }
}
