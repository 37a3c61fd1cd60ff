import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { agentOf } from '#test/support/electron/agent-of.ts';
import { canLaunchElectron, launchElectron, type RunningElectron } from '#test/support/electron/launch.ts';
import { canHostTray, TrayHostProcess, type MenuEntry } from '#test/support/tray/status-notifier-host.ts';
import { shareAmongTests } from '#test/support/shared.ts';
import { DesktopSession } from '#test/support/window/session.ts';

type WindowState = Readonly<{ visible: boolean; minimised: boolean }>;

function windowState(electron: RunningElectron): Promise<WindowState> {
  return electron.application.evaluate(({ BrowserWindow }) => {
    const [window] = BrowserWindow.getAllWindows();
    return { visible: window?.isVisible() === true, minimised: window?.isMinimized() === true };
  });
}

function closeWindow(electron: RunningElectron): Promise<void> {
  return electron.application.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());
}

function labels(entries: readonly MenuEntry[]): string[] {
  return entries.map(({ label, separator }) => (separator ? '-' : label));
}

/** Labels of the submenu whose own label fits. */
function entriesOf(menu: readonly MenuEntry[], label: RegExp): string[] {
  return labels(menu.find((entry) => label.test(entry.label))?.entries ?? []);
}

describe.skipIf(!canLaunchElectron())('the application and the tray of a desktop', { timeout: 120_000 }, () => {
  const cleanups: (() => unknown)[] = [];

  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
  }, 60_000);

  async function start(session: DesktopSession, args: readonly string[] = []): Promise<RunningElectron> {
    const directory = mkdtempSync(join(tmpdir(), 'clawreach-tray-'));
    cleanups.push(() => rmSync(directory, { recursive: true, force: true }));
    const electron = await launchElectron({ profile: join(directory, 'profile'), session, args });
    cleanups.push(() => electron.close());
    const page = await electron.window();
    await page.waitForLoadState();
    return electron;
  }

  async function desktop(): Promise<DesktopSession> {
    const session = await DesktopSession.start();
    cleanups.push(() => session.close());
    return session;
  }

  describe.skipIf(!canHostTray())('where there is one that the application has found', () => {
    const share = shareAmongTests(async (defer) => {
      const session = await DesktopSession.start();
      defer(() => session.close());
      const tray = await TrayHostProcess.start(session);
      const directory = mkdtempSync(join(tmpdir(), 'clawreach-tray-'));
      defer(() => rmSync(directory, { recursive: true, force: true }));
      const profile = join(directory, 'profile');
      const electron = await launchElectron({ profile, session });
      defer(() => electron.close());
      await (await electron.window()).waitForLoadState();
      await tray.next('registered');
      const agent = await agentOf(profile);
      defer(() => agent.close());
      return { tray, electron, agent };
    });

    it('shows an icon with state, tooltip and the whole menu, and hides its window there', async () => {
      const { tray, electron } = share();
      await expect.poll(async () => (await tray.state()).tooltip, { timeout: 20_000 }).toBe('ClawReach: No relay');
      // The menu is told by itself.
      await expect
        .poll(async () => labels((await tray.state()).menu), { timeout: 20_000 })
        .toEqual([
          'No relay',
          '-',
          'No machines yet',
          '-',
          'Forwards',
          '-',
          'Pair a machine…',
          'Open ClawReach',
          'Pause all connections',
          'Settings…',
          '-',
          'Quit ClawReach',
        ]);
      const { icon, menu } = await tray.state();
      expect(icon.map(([width, height]) => [width, height])).toContainEqual([48, 48]);
      expect(menu.map(({ enabled, separator }) => separator || enabled)).toEqual([
        false,
        true,
        false,
        ...Array(9).fill(true),
      ]);

      await expect.poll(() => windowState(electron), { timeout: 20_000 }).toEqual({ visible: true, minimised: false });
      await closeWindow(electron);
      await expect.poll(() => windowState(electron)).toEqual({ visible: false, minimised: false });
      await tray.activate();
      await expect.poll(() => windowState(electron)).toEqual({ visible: true, minimised: false });
    });

    it('switches a forward and copies its address', async () => {
      const { tray, electron, agent } = share();
      const { url } = await agent.call('forwards.add', {
        rule: {
          kind: 'folder',
          name: 'Pictures',
          enabled: true,
          path: tmpdir(),
          listen: { host: '127.0.0.1', port: 0 },
        },
      });
      const forwards = async (): Promise<string[]> => entriesOf((await tray.state()).menu, /^Forwards/);
      await expect
        .poll(forwards, { timeout: 20_000 })
        .toEqual(['Pictures · Ready', `Copy ${url}`, '-', 'Show forwards']);
      await tray.choose(`Copy ${url}`);
      await expect
        .poll(() => electron.application.evaluate(({ clipboard }) => clipboard.readText()), { timeout: 20_000 })
        .toBe(url);
      await tray.choose('Pictures · Ready');
      await expect.poll(forwards, { timeout: 20_000 }).toEqual(['Pictures · Off', '-', 'Show forwards']);
    });

    it('pauses the device, says so in tooltip and menu, and resumes', async () => {
      const { tray, agent } = share();
      const tooltip = async (): Promise<string> => (await tray.state()).tooltip;
      await expect
        .poll(async () => entriesOf((await tray.state()).menu, /^Pause/), { timeout: 20_000 })
        .toEqual(['For 1 hour', 'For 8 hours', 'Until I resume']);
      await tray.choose('Until I resume');
      await expect.poll(tooltip, { timeout: 20_000 }).toBe('ClawReach: Paused');
      await expect.poll(async () => (await agent.call('status.get', {})).paused).toMatchObject({ until: null });
      await expect.poll(async () => labels((await tray.state()).menu), { timeout: 20_000 }).toContain('Resume');
      await tray.choose('Resume');
      await expect.poll(tooltip, { timeout: 20_000 }).toBe('ClawReach: No relay');
      await tray.choose('For 1 hour');
      await expect.poll(tooltip, { timeout: 20_000 }).toMatch(/^ClawReach: Paused until \d/);
    });
  });

  describe.skipIf(!canHostTray())('where there is one', () => {
    it('goes where the menu leads, and quits by it', async () => {
      const session = await desktop();
      const tray = await TrayHostProcess.start(session);
      const electron = await start(session, ['--hidden']);
      await tray.next('registered');
      await expect.poll(async () => (await tray.state()).menu.length).toBe(12);
      expect(await windowState(electron)).toEqual({ visible: false, minimised: false });
      const page = await electron.window();
      // A document of the same origin without a script of its own, which would use the page's connection itself.
      const bare = await page.evaluate(
        () => document.querySelector<HTMLLinkElement>('link[rel=stylesheet]')?.href ?? '',
      );
      await electron.application.evaluate(
        ({ BrowserWindow }, url) => BrowserWindow.getAllWindows()[0]?.loadURL(url),
        bare,
      );
      await page.waitForURL(bare);
      const led = page.evaluate(
        () =>
          new Promise<string>((resolve) => {
            window.addEventListener(
              'message',
              ({ ports: [port] }) => {
                (globalThis as unknown as { kept: unknown }).kept = port;
                port?.addEventListener('message', ({ data }: MessageEvent<Uint8Array>) => {
                  const text = new TextDecoder().decode(data.subarray(1));
                  if (text.includes('shell.navigate')) resolve(text);
                });
                port?.start();
                // Any first word: from then on the page counts as listening.
                port?.postMessage(
                  new TextEncoder().encode('\0{"type":"call","call":1,"method":"shell.settings.get","params":{}}'),
                );
              },
              { once: true },
            );
            (globalThis as unknown as { clawreach: { connect(): void } }).clawreach.connect();
          }),
      );
      await tray.choose('Settings…');
      expect(await led).toContain('"to":"settings"');
      await expect.poll(async () => (await windowState(electron)).visible).toBe(true);
      const ended = new Promise((resolve) => {
        electron.application.process().once('exit', resolve);
      });
      await tray.choose('Quit ClawReach');
      expect(await ended).toBe(0);
      await tray.next('gone');
    });

    it('comes back to a tray that was started late, and to one that was started anew', async () => {
      const session = await desktop();
      const electron = await start(session);
      // A window that is only just coming would come after it was closed.
      await expect.poll(() => windowState(electron), { timeout: 20_000 }).toEqual({ visible: true, minimised: false });
      const first = await TrayHostProcess.start(session);
      // Looked for when the window closes, and every half minute besides.
      await closeWindow(electron);
      await first.next('registered');
      await expect.poll(() => windowState(electron)).toEqual({ visible: false, minimised: false });
      await first.stop();
      const second = await TrayHostProcess.start(session);
      await closeWindow(electron);
      await second.next('registered');
      await expect.poll(async () => (await second.state()).menu.length).toBe(12);
    });
  });

  describe('where there is none', () => {
    it('never hides its window: closing minimises it, and says so', async () => {
      const electron = await start(await desktop());
      await expect.poll(() => windowState(electron), { timeout: 20_000 }).toEqual({ visible: true, minimised: false });
      const asked = await electron.application.evaluate(({ BrowserWindow }) => {
        const [window] = BrowserWindow.getAllWindows();
        if (window === undefined) return [];
        const calls: string[] = [];
        const shared = globalThis as unknown as { calls: string[] };
        shared.calls = calls;
        window.hide = () => void calls.push('hide');
        window.minimize = () => void calls.push('minimise');
        window.close();
        return calls;
      });
      expect(asked).toEqual([]);
      await expect
        .poll(() => electron.application.evaluate(() => (globalThis as unknown as { calls: string[] }).calls))
        .toEqual(['minimise']);
      expect((await windowState(electron)).visible).toBe(true);
    });

    it('shows its window when it is started a second time', async () => {
      const session = await desktop();
      const electron = await start(session);
      await expect.poll(() => windowState(electron), { timeout: 20_000 }).toEqual({ visible: true, minimised: false });
      await electron.application.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.hide());
      expect((await windowState(electron)).visible).toBe(false);
      const profile = await electron.application.evaluate(({ app }) => app.getPath('userData'));
      const second = session.start([
        electron.application.process().spawnfile,
        '--no-sandbox',
        new URL('../../..', import.meta.url).pathname,
        `--profile=${join(profile, '..')}`,
      ]);
      const code = await new Promise((resolve) => {
        second.once('exit', resolve);
      });
      expect(code).toBe(0);
      await expect.poll(() => windowState(electron)).toEqual({ visible: true, minimised: false });
    });
  });
});
