import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { canLaunchElectron, launchElectron } from '#test/support/electron/launch.ts';
import { chooseSection } from '#test/support/window/settings.ts';

test.skipIf(!canLaunchElectron())(
  'the whole window is as large as the person wants it, also when it is loaded anew',
  { timeout: 120_000 },
  async () => {
    const directory = mkdtempSync(join(tmpdir(), 'clawreach-zoom-'));
    const electron = await launchElectron({ profile: join(directory, 'profile') });
    try {
      const page = await electron.window();
      const factor = (): Promise<number | undefined> =>
        electron.application.evaluate(({ BrowserWindow }) =>
          BrowserWindow.getAllWindows()[0]?.webContents.getZoomFactor(),
        );
      await page.getByRole('heading', { name: 'Reach your machines.' }).waitFor();
      for (const keys of ['Control+=', 'Control+=', 'Control+=', 'Control+=', 'Control+='])
        await page.keyboard.press(keys);
      await expect.poll(factor).toBe(2);
      await page.keyboard.press('Control+9');
      await chooseSection(page, 'Appearance');
      await page
        .getByRole('radiogroup', { name: 'Text size' })
        .getByRole('radio', { name: '200%', checked: true })
        .waitFor();
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
      await electron.application.evaluate(({ BrowserWindow }) =>
        BrowserWindow.getAllWindows()[0]?.webContents.reload(),
      );
      // The window opens the place that was open before.
      await page.getByRole('radiogroup', { name: 'Text size' }).waitFor();
      await expect.poll(factor).toBe(2);
      await page.keyboard.press('Control+0');
      await expect.poll(factor).toBe(1);
    } finally {
      await electron.close();
      rmSync(directory, { recursive: true, force: true });
    }
  },
);
