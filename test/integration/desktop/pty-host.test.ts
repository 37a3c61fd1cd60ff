import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AppApiClient } from '#shared/app-api/index.ts';
import { agentOf } from '#test/support/electron/agent-of.ts';
import { canLaunchElectron, launchElectron, type RunningElectron } from '#test/support/electron/launch.ts';
import type { Device } from '#test/support/e2e/device.ts';
import { isRunning } from '#test/support/e2e/process-table.ts';
import { Stage } from '#test/support/e2e/stage.ts';
import { until } from '#test/support/e2e/until.ts';
import { DesktopSession } from '#test/support/window/session.ts';

const FACTS = [
  'for fd in /proc/self/fd/*; do readlink "$fd"; done',
  'echo facts',
  'grep -E "^(NoNewPrivs|Seccomp|SigIgn|SigBlk):" /proc/self/status',
  'cat /proc/self/oom_score_adj',
  'env',
].join('; ');

describe.skipIf(!canLaunchElectron()).each(['root', 'normal'] as const)(
  'terminals of the application, run by %s',
  (user) => {
    let stage: Stage;
    let session: DesktopSession;
    let office: Device;
    let running: RunningElectron;
    let agent: AppApiClient;

    beforeEach(async () => {
      stage = new Stage();
      session = await DesktopSession.start({ user });
      const relay = await stage.startRelay();
      office = stage.device('office');
      const starting = office.runAgent(relay, { first: true });
      const profile = session.ownedDirectory('profile');
      running = await launchElectron({ session, profile });
      await starting;
      agent = await agentOf(profile);
      await agent.call('relay.configure', { url: relay.url, admission: relay.token });
      await agent.call('relay.ready', { timeout: 10_000 });
      await agent.call('device.rename', { name: 'application' });
      const { code } = await agent.call('pairing.invite', { allow: ['terminal'] });
      await office.ok('pair', code ?? '');
    });

    afterEach(async () => {
      agent.close();
      const processes = await running.application
        .evaluate(({ app }) => app.getAppMetrics().map(({ pid }) => pid))
        .catch((): number[] => []);
      await running.quit();
      const left = processes.filter((pid) => isRunning(pid));
      if (left.length > 0) throw new Error(`the application left processes behind: ${left.join(' ')}`);
      await session.close();
      await stage.close();
    });

    const connect = (...words: string[]) => office.run(['connect', 'application', '--quiet', '--', ...words]);

    it('are in a process of their own, and a shell has nothing of the application', async () => {
      const { code, stdout } = await connect('sh', '-c', FACTS);
      expect(code).toBe(0);
      const [descriptors = '', facts = ''] = stdout.replaceAll('\r', '').split('facts\n');
      // Its terminal three times, and nothing else.
      expect(descriptors).toMatch(/^(\/dev\/pts\/\d+)\n\1\n\1\n$/);
      expect(facts).toMatch(/SigBlk:\s+0+\nSigIgn:\s+0+\nNoNewPrivs:\s+0\nSeccomp:\s+0\n0\n/);
      expect(facts).not.toMatch(/^(?:ELECTRON|CHROME|ORIGINAL_XDG|GDK_BACKEND|NODE_)/m);
      const names = await running.application.evaluate(({ app }) => app.getAppMetrics().map(({ name }) => name));
      expect(names).toContain('ClawReach terminals');
    });

    it('carry a flood whole, and an exit code', async () => {
      const { code, bytes } = await connect('sh', '-c', 'head -c 3000000 /dev/zero | tr "\\0" x; exit 7');
      expect([code, bytes.length, bytes.every((byte) => byte === 0x78)]).toEqual([7, 3_000_000, true]);
    });

    it('can be had again after the end of their process', async () => {
      const window = office.window(['connect', 'application', '--', 'sh', '-c', 'echo there; exec sleep 600']);
      try {
        await window.until('the program', (text) => text.includes('there'), 20_000);
        const host = async (): Promise<number | undefined> =>
          running.application.evaluate(
            ({ app }) => app.getAppMetrics().find(({ name }) => name === 'ClawReach terminals')?.pid,
          );
        const before = (await host()) ?? 0;
        process.kill(before, 'SIGKILL');
        await until('the host to be gone', () => (isRunning(before) ? undefined : true));
        await window.ended(20_000);
        const { stdout } = await connect('echo', 'again');
        expect(stdout).toContain('again');
        expect(await host()).not.toBe(before);
      } finally {
        window.close();
      }
    });
  },
);
