import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { canLaunchElectron, launchElectron, type RunningElectron } from '#test/support/electron/launch.ts';
import { shareAmongTests } from '#test/support/shared.ts';

describe.skipIf(!canLaunchElectron())('the camera of the real application', { timeout: 120_000 }, () => {
  let electron: RunningElectron;
  let page: Page;

  shareAmongTests(async (defer) => {
    const directory = mkdtempSync(join(tmpdir(), 'clawreach-camera-'));
    defer(() => rmSync(directory, { recursive: true, force: true }));
    electron = await launchElectron({
      profile: join(directory, 'profile'),
      switches: ['--use-fake-device-for-media-stream'],
    });
    defer(() => electron.close());
    page = await electron.window();
    await page.waitForLoadState();
  });

  /** What a page gets that asks by itself. */
  const ask = (what: string): Promise<unknown> =>
    page.evaluate(
      `navigator.mediaDevices.getUserMedia(${what}).then((stream) => stream.getTracks().map(({ kind }) => kind).join(), ({ name }) => name)`,
    );

  it('is there while the person scans a code, and neither before, nor for more, nor after [S-PAIR-15]', async () => {
    expect(await ask('{ video: true }')).toBe('NotAllowedError');
    await page.getByRole('button', { name: 'Scan with camera' }).click();
    await page.locator('[data-scan="aim"]').waitFor();
    await expect.poll(() => page.evaluate('document.querySelector("video").videoWidth > 0')).toBe(true);
    // The page has its picture: it may not ask once more, nor for sound.
    expect(await ask('{ video: true }')).toBe('NotAllowedError');
    expect(await ask('{ audio: true }')).toBe('NotAllowedError');
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.locator('[data-scan="idle"]').waitFor();
    expect(await ask('{ video: true }')).toBe('NotAllowedError');
    expect(await ask('{ audio: true }')).toBe('NotAllowedError');
  });
});
