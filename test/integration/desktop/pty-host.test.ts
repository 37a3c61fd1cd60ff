import { describe, expect, it } from 'vitest';
import { join } from 'node:path';
import packageJson from '../../../package.json' with { type: 'json' };
import { launchHost, PtyHostBackend } from '#agent/index.ts';
import { systemClock } from '#node/clock/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { NODE, ROOT } from '#test/support/e2e/commands.ts';
import type { AppApiClient } from '#shared/app-api/index.ts';
import { agentOf } from '#test/support/electron/agent-of.ts';
import { canLaunchElectron, launchElectron, type RunningElectron } from '#test/support/electron/launch.ts';
import type { Device } from '#test/support/e2e/device.ts';
import { isRunning } from '#test/support/e2e/process-table.ts';
import { Stage } from '#test/support/e2e/stage.ts';
import { until } from '#test/support/e2e/until.ts';
import { shareAmongTests } from '#test/support/shared.ts';
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
  { timeout: 120_000 },
  (user) => {
    let stage: Stage;
    let session: DesktopSession;
    let office: Device;
    let running: RunningElectron;
    let agent: AppApiClient;
    let profile: string;

    shareAmongTests(async (defer) => {
      stage = new Stage();
      defer(() => stage.close());
      session = await DesktopSession.start({ user });
      defer(() => session.close());
      const relay = await stage.startRelay();
      office = stage.device('office');
      const starting = office.runAgent(relay, { first: true });
      profile = session.ownedDirectory('profile');
      running = await launchElectron({ session, profile });
      defer(quit);
      await starting;
      agent = await agentOf(profile);
      defer(() => agent.close());
      await agent.call('relay.configure', { url: relay.url, admission: relay.token });
      await agent.call('relay.ready', { timeout: 10_000 });
      await agent.call('device.rename', { name: 'application' });
      const { code, pairing } = await agent.call('pairing.invite', { allow: ['terminal'] });
      await office.joined(code ?? '');
      const { peer, words } = await agent.call('pairing.result', { pairing });
      await agent.call('pairing.confirm', { peer: peer.peerId, words });
    });

    async function quit(): Promise<void> {
      const processes = await running.application
        .evaluate(({ app }) => app.getAppMetrics().map(({ pid }) => pid))
        .catch((): number[] => []);
      await running.quit();
      // Chromium's helpers notice the end of the main process a moment after it, later on a full machine.
      await until(
        'what the application ran to end with it',
        () => (processes.some((pid) => isRunning(pid)) ? undefined : true),
        10_000,
      );
    }

    const connect = (...words: string[]) => office.run(['connect', '-tt', 'application', '--quiet', '--', ...words]);

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

    it('a command without a terminal has nothing of the application either, and exact bytes', async () => {
      const { code, stdout, stderr } = await office.run(['connect', 'application', '--', 'sh', '-c', FACTS]);
      expect([code, stderr]).toEqual([0, '']);
      const [descriptors = '', facts = ''] = stdout.split('facts\n');
      // Its three pipes; the last one is the folder that is read.
      expect(descriptors).toMatch(/^(?:pipe:\[\d+\]\n){3}$/);
      expect(facts).toMatch(/SigBlk:\s+0+\nSigIgn:\s+0+\nNoNewPrivs:\s+0\nSeccomp:\s+0\n0\n/);
      expect(facts).not.toMatch(/^(?:ELECTRON|CHROME|ORIGINAL_XDG|GDK_BACKEND|NODE_)/m);
      const flood = await office.run(['connect', 'application', '--', 'sh', '-c', 'head -c 3000000 /dev/zero; exit 7']);
      expect([flood.code, flood.bytes.length]).toEqual([7, 3_000_000]);
    });

    it('carry a flood whole, and an exit code', async () => {
      const { code, bytes } = await connect('sh', '-c', 'head -c 3000000 /dev/zero | tr "\\0" x; exit 7');
      expect([code, bytes.length, bytes.every((byte) => byte === 0x78)]).toEqual([7, 3_000_000, true]);
    });

    it.runIf(user === 'root')(
      'are those that an agent before the application has left, until the application is quit',
      async () => {
        const { device } = await office.status();
        agent.close();
        await running.quit();
        const left = await leaveTerminal(profile, device.peerId);
        running = await launchElectron({ session, profile: profile });
        agent = await agentOf(profile);
        await agent.call('relay.ready', { timeout: 10_000 });
        // The link to an application that was started anew takes a moment.
        await expect
          .poll(() => office.json('terminals', 'application'))
          .toMatchObject([{ terminal: left.terminal, title: 'left' }]);
        const window = office.window(['connect', '-q', 'application', '--terminal', left.terminal]);
        try {
          await window.until('its screen', (text) => text.includes(`pid ${left.pid};`), 20_000);
        } finally {
          window.close();
        }
        agent.close();
        await running.quit();
        await until('the program to end', () => (isRunning(left.pid) ? undefined : true));
        running = await launchElectron({ session, profile: profile });
        agent = await agentOf(profile);
        await agent.call('relay.ready', { timeout: 10_000 });
      },
    );

    it('can be had again after the end of their process', async () => {
      const window = office.window(['connect', 'application', '--', 'sh', '-c', 'echo there; exec sleep 600']);
      try {
        await window.until('the program', (text) => text.includes('there'), 20_000);
        const host = async (): Promise<number | undefined> =>
          running.application.evaluate(
            ({ app }) => app.getAppMetrics().find(({ name }) => name === 'ClawReach terminals')?.pid,
          );
        const before = await until('the host', host);
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

/** A terminal as an agent without a window leaves it for whoever comes next. */
async function leaveTerminal(profile: string, owner: string): Promise<Readonly<{ terminal: string; pid: number }>> {
  const terminal = 'a'.repeat(32);
  const office = { peerId: owner, name: 'office' };
  const environment = { PATH: process.env['PATH'] ?? '/usr/bin:/bin', TERM: 'xterm' };
  const backend = new PtyHostBackend({
    clock: systemClock,
    logger: silentLogger,
    launch: () =>
      launchHost({
        executable: NODE,
        args: [join(ROOT, 'dist/pty-host.js')],
        registration: { profile, software: packageJson.version },
        environment,
        onStderr: () => undefined,
      }),
  });
  let output = '';
  const pty = await backend.open(
    {
      label: {
        terminal,
        opener: office,
        owner: office,
        title: 'left',
        startedAt: Date.now(),
        granted: true,
        left: false,
      },
      file: '/bin/sh',
      args: ['-c', 'echo "pid $$;"; exec cat'],
      cwd: '/',
      environment,
      cols: 80,
      rows: 24,
    },
    {
      data: (bytes) => {
        output += Buffer.from(bytes).toString();
      },
      snapshotBegin: () => undefined,
      snapshotEnd: () => undefined,
      peekBegin: () => undefined,
      peekData: () => undefined,
      peekEnd: () => undefined,
      title: () => undefined,
      inputTaken: () => undefined,
      exited: () => undefined,
      lost: () => undefined,
    },
  );
  await until('its output', () => (output.includes(`pid ${pty.pid};`) ? true : undefined));
  await backend.close('keep');
  return { terminal, pid: pty.pid };
}
