import { readdirSync } from 'node:fs';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { canLaunchElectron, launchElectron } from '#test/support/electron/launch.ts';
import { DesktopSession } from '#test/support/window/session.ts';

/** Files of a profile that exist only while its agent runs. */
const RUNNING_FILES = /\.(?:sock|lock|pid|tmp)$/;

/** The end of a session, Ctrl-C where the application was started, a service manager. */
describe.skipIf(!canLaunchElectron())('an application that is told to end by a signal', () => {
  let session: DesktopSession;

  beforeAll(async () => {
    session = await DesktopSession.start();
  });
  afterAll(() => session.close());

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    '%s: ends its agent and itself in an orderly way',
    async (signal) => {
      const profile = session.ownedDirectory(signal);
      const running = await launchElectron({ session, profile });
      const child = running.application.process();
      const exited = once(child, 'exit');
      // A second try has the profile to itself.
      onTestFinished(async () => {
        child.kill('SIGKILL');
        await exited;
      });
      await running.window();
      await expect.poll(() => readdirSync(profile).filter((name) => name.endsWith('.sock'))).not.toEqual([]);
      child.kill(signal);
      expect(await exited).toEqual([0, null]);
      expect(readdirSync(profile).filter((name) => RUNNING_FILES.test(name))).toEqual([]);
    },
  );
});
