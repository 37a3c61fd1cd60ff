import { afterEach, expect, test } from 'vitest';
import { launchHost, PtyHostBackend } from '#agent/index.ts';
import { systemClock } from '#node/clock/index.ts';
import { createRelayDialer } from '#node/sockets/index.ts';
import { EndedTerminals } from '#shared/app-api/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { pairDevices, TestDevice, type TestDeviceOptions } from '#test/support/hostile/device.ts';
import { runRelay } from '#test/support/relay-clients.ts';

const PTY_HOST = new URL('../../../src-main/agent/terminals/pty-host/pty-host-main.ts', import.meta.url).pathname;

const cleanUps: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

test('a command that ignores an interruption is ended at its machine by exec.close, and its end is reported', async () => {
  const { relay, dispose } = await runRelay();
  cleanUps.push(dispose);
  const create = async (name: string, more: Partial<TestDeviceOptions> = {}) => {
    const device = await TestDevice.create({ name, dialer: createRelayDialer({ clock: systemClock }), ...more });
    cleanUps.push(() => device.close());
    await device.configure(relay.url);
    return device;
  };
  const office = await create('office', {
    environment: { PATH: process.env['PATH'] },
    backend: new PtyHostBackend({
      clock: systemClock,
      logger: silentLogger,
      launch: () =>
        launchHost({
          executable: process.execPath,
          args: [PTY_HOST],
          environment: process.env,
          onStderr: () => undefined,
        }),
    }),
  });
  const laptop = await create('laptop');
  await pairDevices(office, laptop);
  const { api } = laptop;

  const ended = new EndedTerminals(api);
  const command = ['sh', '-c', `trap 'echo no' INT; echo $$; while :; do sleep 0.1; done`];
  const { stdin, stdout } = await api.call('exec.open', { peer: 'office', command });
  const decoder = new TextDecoder();
  let output = '';
  const reading = (async () => {
    const channel = api.channel(stdout);
    for (let bytes = await channel.read(); bytes !== null; bytes = await channel.read())
      output += decoder.decode(bytes, { stream: true });
  })();
  await expect.poll(() => output).toMatch(/^\d+\n/);
  const program = Number.parseInt(output, 10);
  await api.call('exec.signal', { channel: stdout, signal: 'SIGINT' });
  await expect.poll(() => output).toContain('no\n');
  expect(isRunning(program)).toBe(true);

  // Only the channel of its output names a command.
  await expect(api.call('exec.close', { channel: stdin })).rejects.toMatchObject({ code: 'terminal.unknown-channel' });
  expect(isRunning(program)).toBe(true);
  await api.call('exec.close', { channel: stdout });
  await reading;
  expect(await ended.whenEnded(stdout)).toMatchObject({ exitCode: null });
  await expect.poll(() => isRunning(program), { timeout: 20_000 }).toBe(false);
});

function isRunning(program: number): boolean {
  try {
    process.kill(program, 0);
    return true;
  } catch {
    return false;
  }
}
