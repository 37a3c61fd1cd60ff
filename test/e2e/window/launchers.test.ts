import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { launchChromium, findChromium } from '#test/support/chromium/launch.ts';
import { canLaunchElectron, launchElectron } from '#test/support/electron/launch.ts';
import { ROOT } from '#test/support/e2e/commands.ts';
import { until } from '#test/support/e2e/until.ts';
import { isRunning } from '#test/support/e2e/process-table.ts';

const EMPTY_APP = join(ROOT, 'test/support/electron/empty-app');

/** What the tests of the window stand on. */
describe.skipIf(!canLaunchElectron())('a real Electron', () => {
  it('shows a window and leaves nothing behind', async () => {
    const running = await launchElectron({ application: EMPTY_APP });
    const { pid, session } = running;
    try {
      const window = await running.window();
      // The window is there before its page.
      await expect.poll(() => window.title()).toBe('Empty');
    } finally {
      await running.close();
    }
    expect(isRunning(pid)).toBe(false);
    expect(() => readdirSync(session.directory)).toThrow('ENOENT');
  });

  it('runs as a normal user without any privilege, its page in the sandbox', async () => {
    const running = await launchElectron({ application: EMPTY_APP, user: 'normal' });
    try {
      const window = await running.window();
      // The window is there before its page.
      await expect.poll(() => window.title()).toBe('Empty');
      const page = await until('the process of the page', () =>
        running.application.evaluate(({ app }) => app.getAppMetrics().find(({ type }) => type === 'Tab')?.pid),
      );
      expect(status(running.pid, 'Uid')).not.toMatch(/^0\b/);
      expect(status(running.pid, 'CapEff')).toBe('0000000000000000');
      // A filter of system calls.
      expect(status(page, 'Seccomp')).toBe('2');
    } finally {
      await running.close();
    }
  });
});

describe.skipIf(findChromium() === undefined)('a headless Chromium', () => {
  it('draws a page', async () => {
    const browser = await launchChromium();
    try {
      const page = await browser.newPage();
      await page.setContent('<h1>Here</h1>');
      await expect.poll(() => page.getByRole('heading', { name: 'Here' }).isVisible()).toBe(true);
    } finally {
      await browser.close();
    }
  });

  it('has a graphics card of software where a test needs one', async () => {
    const browser = await launchChromium({ webgl: true });
    try {
      const page = await browser.newPage();
      expect(await page.evaluate("document.createElement('canvas').getContext('webgl2') !== null")).toBe(true);
    } finally {
      await browser.close();
    }
  });
});

/** One line of what Linux tells about a process. */
function status(pid: number, field: string): string | undefined {
  return new RegExp(`^${field}:\\s+(.+)$`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
}
