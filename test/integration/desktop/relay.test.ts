import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { agentOf } from '#test/support/electron/agent-of.ts';
import { canLaunchElectron, launchElectron, type RunningElectron } from '#test/support/electron/launch.ts';
import { callFromPage, takePort } from '#test/support/electron/shell-calls.ts';
import { childrenOf, isRunning } from '#test/support/e2e/process-table.ts';
import { until } from '#test/support/e2e/until.ts';
import { DesktopSession } from '#test/support/window/session.ts';

/** Nobody must find a relay on the port that people use: others of this machine may have one. */
const BUSY_PORT = 7474;

describe.skipIf(!canLaunchElectron())('the relay of the application', { timeout: 120_000 }, () => {
  let session: DesktopSession;
  let profile: string;
  const applications: RunningElectron[] = [];

  beforeEach(async () => {
    session = await DesktopSession.start();
    profile = session.ownedDirectory('profile');
  });
  afterEach(async () => {
    for (const running of applications.splice(0)) await running.quit();
    await session.close();
  });

  async function launch(): Promise<RunningElectron> {
    const running = await launchElectron({ session, profile });
    applications.push(running);
    await takePort(await running.window());
    return running;
  }

  /** Children of the application that are a relay. */
  function relays(running: RunningElectron): readonly number[] {
    return childrenOf(running.pid).filter(
      (pid) => existsSync(`/proc/${pid}`) && commandOf(pid).includes('clawreach-relay'),
    );
  }

  it('starts, lets this device in, is there again at the next start, on its port, and gives way to the relay before', async () => {
    // So the first port is taken, whoever may have it.
    const blocker = createServer().listen(BUSY_PORT);
    await new Promise((resolve) => {
      blocker.once('listening', resolve);
      blocker.once('error', resolve);
    });
    try {
      const first = await launch();
      const facts = await callFromPage(await first.window(), 'shell.facts', {});
      expect(facts).toMatchObject({ kind: 'desktop', canHostRelay: true, ownsAgent: true });
      const agent = await agentOf(profile);
      // Where nobody listens: it is only to be remembered.
      await agent.call('relay.configure', { url: 'wss://127.0.0.1:9' });
      const relay = await callFromPage(await first.window(), 'shell.relay.start', {});
      expect(relay).toMatchObject({ state: 'running', pin: expect.stringMatching(/^[0-9a-f]{64}$/), problem: null });
      expect(relay.url).toMatch(/^wss:\/\/.+:74[7-9]\d$/);
      expect(relay.url).not.toMatch(/:7474$/);
      const { state } = await agent.call('relay.ready', { timeout: 20_000 });
      expect(state).toBe('online');
      agent.close();
      expect(existsSync(join(profile, 'relay', 'relay.db'))).toBe(true);
      const [pid = 0] = relays(first);
      applications.splice(0);
      await first.quit();
      expect(isRunning(pid)).toBe(false);

      const second = await launch();
      const again = await until('the relay', async () => {
        const now = await callFromPage(await second.window(), 'shell.relay.get', {});
        return now.state === 'running' ? now : undefined;
      });
      // The answer about the router comes later.
      expect(again).toEqual({ ...relay, outside: again.outside });
      const [next = 0] = relays(second);
      const status = () => second.window().then((page) => callFromPage(page, 'status.get', {}));
      expect(await status()).toMatchObject({ relay: { url: relay.url }, relayBefore: 'wss://127.0.0.1:9' });
      expect(await callFromPage(await second.window(), 'shell.relay.stop', {})).toMatchObject({ state: 'off' });
      expect(isRunning(next)).toBe(false);
      const left = await status();
      expect(left.relay.url).toBe('wss://127.0.0.1:9');
      expect(left.relayBefore).toBeUndefined();
    } finally {
      blocker.close();
    }
  });

  it('does not outlive an application that was killed', async () => {
    const running = await launch();
    await callFromPage(await running.window(), 'shell.relay.start', {});
    const [pid = 0] = relays(running);
    expect(isRunning(pid)).toBe(true);
    applications.splice(0);
    process.kill(running.pid, 'SIGKILL');
    await until('the relay to end', () => (isRunning(pid) ? undefined : true));
  });
});

function commandOf(pid: number): string {
  return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
}
