import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createPairingLink } from '#shared/pairing/index.ts';
import { canLaunchElectron, launchElectron, type RunningElectron } from '#test/support/electron/launch.ts';
import { INVITER } from '#test/support/pairing.ts';
import { DesktopSession } from '#test/support/window/session.ts';

const LINK = createPairingLink({
  relayUrl: 'wss://relay.example',
  relayKey: new Uint8Array(32),
  inviter: INVITER.peerId,
  secret: new Uint8Array(16),
});

describe.skipIf(!canLaunchElectron())('the application', { timeout: 120_000 }, () => {
  const cleanups: (() => unknown)[] = [];

  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
  }, 60_000);

  function profileDirectory(): string {
    const directory = mkdtempSync(join(tmpdir(), 'clawreach-starts-'));
    cleanups.push(() => rmSync(directory, { recursive: true, force: true }));
    return join(directory, 'profile');
  }

  async function start(
    profile: string,
    session: DesktopSession,
    args: readonly string[] = [],
  ): Promise<RunningElectron> {
    const electron = await launchElectron({ profile, session, args });
    cleanups.push(() => electron.close());
    await (await electron.window()).waitForLoadState();
    return electron;
  }

  async function desktop(): Promise<DesktopSession> {
    const session = await DesktopSession.start();
    cleanups.push(() => session.close());
    return session;
  }

  async function fields(electron: RunningElectron): Promise<string[]> {
    const page = await electron.window();
    return page.evaluate(() => [...document.querySelectorAll('input')].map(({ value }) => value));
  }

  it('fills in the pairing dialog from the link that it was started with, and dials nothing', async () => {
    const electron = await start(profileDirectory(), await desktop(), [LINK]);
    await expect.poll(() => fields(electron), { timeout: 20_000 }).toContain(LINK);
    expect(electron.output).not.toContain('relay.example');
  });

  it('ends when its window is gone without having been asked: a second start could not bring it back', async () => {
    const electron = await start(profileDirectory(), await desktop());
    const child = electron.application.process();
    const over = once(child, 'exit');
    const page = await electron.window();
    await page.evaluate(() => window.close()).catch(() => undefined);
    await over;
    expect(child.exitCode).toBe(0);
  });

  it('takes a link from a second start, which ends at once', async () => {
    const session = await desktop();
    const profile = profileDirectory();
    const electron = await start(profile, session);
    const second = session.start([
      electron.application.process().spawnfile,
      '--no-sandbox',
      new URL('../../..', import.meta.url).pathname,
      `--profile=${profile}`,
      LINK,
    ]);
    expect(
      await new Promise((resolve) => {
        second.once('exit', resolve);
      }),
    ).toBe(0);
    await expect.poll(() => fields(electron), { timeout: 20_000 }).toContain(LINK);
  });

  it('comes back where its window was', async () => {
    const session = await desktop();
    const profile = profileDirectory();
    const place = { x: 60, y: 70, width: 640, height: 600 };
    const first = await start(profile, session);
    await first.application.evaluate(
      ({ BrowserWindow }, place) => BrowserWindow.getAllWindows()[0]?.setBounds(place),
      place,
    );
    // The display server has the last word.
    await expect
      .poll(() => first.application.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getBounds()))
      .toEqual(place);
    await first.quit();
    const second = await start(profile, session);
    await expect
      .poll(() => second.application.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getBounds()))
      .toEqual(place);
  });

  it('draws the ground of its window in the colour of the theme, before the page is there', async () => {
    const electron = await start(profileDirectory(), await desktop());
    const colours = await electron.application.evaluate(async ({ BrowserWindow, nativeTheme }) => {
      const [window] = BrowserWindow.getAllWindows();
      const seen: (string | undefined)[] = [];
      for (const theme of ['light', 'dark'] as const) {
        const updated = new Promise<void>((resolve) => {
          nativeTheme.once('updated', () => resolve());
        });
        nativeTheme.themeSource = theme;
        await Promise.race([updated, new Promise((resolve) => setTimeout(resolve, 500))]);
        seen.push(window?.getBackgroundColor().toLowerCase());
      }
      return seen;
    });
    expect(colours).toEqual(['#ffffff', '#16161b']);
  });

  it('shows its mark in the colours of the theme while the script of its page has not run', async () => {
    const electron = await start(profileDirectory(), await desktop());
    const frames = await electron.application.evaluate(async ({ BrowserWindow, nativeTheme }) => {
      const seen: string[][] = [];
      for (const theme of ['light', 'dark'] as const) {
        nativeTheme.themeSource = theme;
        // Without scripts the page stays at its first frame.
        const window = new BrowserWindow({
          show: false,
          width: 400,
          height: 300,
          webPreferences: { javascript: false },
        });
        const drawn = new Promise<void>((resolve) => {
          window.once('ready-to-show', () => resolve());
        });
        await window.loadURL('app://clawreach/index.html');
        await drawn;
        const bitmap = (await window.webContents.capturePage()).toBitmap();
        const counts = new Map<string, number>();
        for (let offset = 0; offset < bitmap.length; offset += 4) {
          const [blue = 0, green = 0, red = 0] = bitmap.subarray(offset, offset + 3);
          const colour = `#${((red << 16) | (green << 8) | blue).toString(16).padStart(6, '0')}`;
          counts.set(colour, (counts.get(colour) ?? 0) + 1);
        }
        // Those of most pixels: the ground and the mark's.
        seen.push(
          [...counts]
            .toSorted(([, one], [, other]) => other - one)
            .map(([colour]) => colour)
            .slice(0, 2),
        );
        window.destroy();
      }
      return seen;
    });
    expect(frames).toEqual([
      ['#ffffff', '#4a4fd0'],
      ['#16161b', '#5a60e0'],
    ]);
  });
});
