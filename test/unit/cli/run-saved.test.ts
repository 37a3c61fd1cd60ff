import { describe, expect, it } from 'vitest';
import { runCommandLine } from '#cli/program.ts';
import type { AppChannel, AppConnection, PeerView } from '#shared/app-api/index.ts';
import { createFakeHost, createPeer } from '#test/support/cli-host.ts';
import { settle } from '#test/support/fake-clock.ts';

const MACHINES = 25;
/** Machines on which a command runs at the same time. */
const AT_ONCE = 20;
/** Machine at which a person is asked, and doesn't answer. */
const ASKED = 'web-07';

const peers: readonly PeerView[] = Array.from({ length: MACHINES }, (_, number) =>
  createPeer({
    name: `web-${String(number + 1).padStart(2, '0')}`,
    peerId: String(number).padEnd(56, 'A'),
    group: 'web',
  }),
);

/** Command that runs on a machine until it is interrupted. */
type Running = Readonly<{ connection: AppConnection; stdout: AppChannel; stderr: AppChannel }>;

async function start(words: readonly string[] = []) {
  const opened: string[] = [];
  const running = new Map<number, Running>();
  const host = createFakeHost({
    'savedCommands.list': async () => [{ name: 'wait', line: 'sleep 600' }],
    'peers.list': async () => [...peers],
    'exec.open': async ({ peer }, { connection, signal }) => {
      const name = peers.find(({ peerId }) => peerId === peer)?.name ?? '';
      opened.push(name);
      if (name === ASKED)
        await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
      const [stdin, stdout, stderr] = [connection.openChannel(), connection.openChannel(), connection.openChannel()];
      running.set(stdout.id, { connection, stdout, stderr });
      return { exec: name, stdin: stdin.id, stdout: stdout.id, stderr: stderr.id };
    },
    'exec.signal': async ({ channel, signal }) => {
      const { connection, stdout, stderr } = running.get(channel) ?? {};
      running.delete(channel);
      stdout?.end();
      stderr?.end();
      connection?.emit('terminal.ended', { channel, exitCode: null, signal, code: null });
      return {};
    },
  });
  const exit = runCommandLine(['run-saved', 'wait', '--group', 'web', ...words], host);
  await settle(50);
  return { host, exit, opened, running };
}

describe('run-saved on more machines than run at once', () => {
  it('starts on none that waits when Ctrl-C comes, and says so', async () => {
    const { host, exit, opened, running } = await start();
    expect(opened).toHaveLength(AT_ONCE);
    expect(running.size).toBe(AT_ONCE - 1);
    host.interrupt();
    expect(await exit).toBe(1);
    // Neither those in the queue nor the one at which a person was asked.
    expect(opened).toHaveLength(AT_ONCE);
    expect(running.size).toBe(0);
    const { text } = host.stdout;
    expect(text.match(/^web-\d+ +SIGINT /gm)).toHaveLength(AT_ONCE - 1);
    expect(text.match(/^web-\d+ +not run /gm)).toHaveLength(MACHINES - AT_ONCE + 1);
    expect(text).toMatch(/^web-07 +not run /m);
    expect(text).toMatch(/^web-25 +not run /m);
    expect(host.stderr.text).not.toContain('web-25');
  });

  it('tells programs which ones were not run', async () => {
    const { host, exit } = await start(['--json']);
    host.interrupt();
    expect(await exit).toBe(1);
    const results = JSON.parse(host.stdout.text) as readonly Readonly<{ machine: string; code: string | null }>[];
    const codes = results.map(({ code }) => code);
    expect(codes.filter((code) => code === 'control.cancelled')).toHaveLength(MACHINES - AT_ONCE + 1);
    expect(codes.filter((code) => code === null)).toHaveLength(AT_ONCE - 1);
  });
});
