import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { agentOf } from '#test/support/electron/agent-of.ts';
import { findElectron } from '#test/support/electron/distribution.ts';
import { canLaunchElectron } from '#test/support/electron/launch.ts';
import { ROOT, RunningCommand } from '#test/support/e2e/commands.ts';
import { isRunning } from '#test/support/e2e/process-table.ts';
import { Stage } from '#test/support/e2e/stage.ts';
import { DesktopSession } from '#test/support/window/session.ts';

describe('npm start', () => {
  let stage: Stage;
  beforeEach(() => {
    stage = new Stage();
  });
  afterEach(() => stage.close());

  function start(environment: Readonly<Record<string, string>>, ...words: readonly string[]): RunningCommand {
    return new RunningCommand([join(ROOT, 'scripts/start.ts'), ...words], {
      environment: { ...stage.environment, ...environment },
    });
  }

  it('opens the window in a browser where there is no display, and says so', async () => {
    const device = stage.device('here');
    const command = start({}, `--profile=${device.profile}`, '--hidden');
    await command.said(/^http:\/\/127\.0\.0\.1:\d+\/#\S+$/m);
    expect(command.stderr).toContain('There is no display here, so the window opens in a browser.');
    expect((await device.status()).device.name).not.toBe('');
    expect((await command.end('SIGTERM')).stdout).not.toContain('Error');
  });

  describe.skipIf(!canLaunchElectron())('with a display', () => {
    let session: DesktopSession;
    beforeEach(async () => {
      session = await DesktopSession.start();
    });
    afterEach(() => session.close());

    it('runs the application, passes on what it is given, and ends with it', async () => {
      const profile = join(stage.directory, 'profile');
      mkdirSync(profile, { mode: 0o700 });
      const { DISPLAY = '', DBUS_SESSION_BUS_ADDRESS = '', XDG_RUNTIME_DIR = '' } = session.environment;
      const command = start(
        { DISPLAY, DBUS_SESSION_BUS_ADDRESS, XDG_RUNTIME_DIR, ELECTRON_OVERRIDE_DIST_PATH: findElectron() ?? '' },
        `--profile=${profile}`,
      );
      const agent = await agentOf(profile);
      const { pid } = await agent.call('status.get', {});
      await agent.call('agent.stop', {});
      expect((await command.ended).code).toBe(0);
      expect(isRunning(pid)).toBe(false);
      agent.close();
    });
  });
});
