import { afterEach, expect, test } from 'vitest';
import { launchHost, PtyHostBackend } from '#agent/index.ts';
import { systemClock } from '#node/clock/index.ts';
import { createRelayDialer } from '#node/sockets/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { pairDevices, TestDevice, type TestDeviceOptions } from '#test/support/hostile/device.ts';
import { runRelay } from '#test/support/relay-clients.ts';

const PTY_HOST = new URL('../../../src-main/agent/terminals/pty-host/pty-host-main.ts', import.meta.url).pathname;

/** The machine is asked as often as a window asks it, at most. */
const PATIENT = { timeout: 20_000, interval: 300 };

const cleanUps: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

test('the history names the shell and folder of a terminal as its machine tells them, and a command with its arguments', async () => {
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

  const terminal = { peer: 'office', cols: 80, rows: 24, term: 'xterm' } as const;
  await laptop.api.call('terminal.open', terminal);
  const command = ['sh', '-c', 'echo hi; sleep 60'];
  await laptop.api.call('terminal.open', { ...terminal, command, directory: '/tmp' });
  await laptop.api.call('exec.open', { peer: 'office', command: ['uname', '-a'] });
  const named = async () => {
    const { entries } = await laptop.api.call('history.list', { kinds: ['terminal'], limit: 50 });
    return entries.map(({ detail, facts = [] }) => [detail, ...facts.map(({ value }) => value)]);
  };
  await expect.poll(named, PATIENT).toContainEqual(['sh', '/']);
  expect(await named()).toContainEqual(["sh -c 'echo hi; sleep 60'", '/tmp']);
  expect(await named()).toContainEqual(['uname -a']);

  // Later programs of an open terminal, and the name that the person gives it here, are added; words of a search find both.
  // An interactive shell gives each program a process group of its own.
  const shell = ['sh', '-ic', 'sleep 61; true'];
  const { terminal: opened } = await laptop.api.call('terminal.open', { ...terminal, command: shell });
  const list = () => laptop.api.call('terminal.list', { peer: 'office', watched: true, folders: true });
  const detailOf = async () => {
    await list();
    const { entries } = await laptop.api.call('history.list', { kinds: ['terminal'], limit: 1 });
    return [entries[0]?.name, entries[0]?.detail];
  };
  await expect.poll(detailOf, PATIENT).toEqual([undefined, `sh -ic 'sleep 61; true', sleep`]);
  await laptop.api.call('terminal.name', { peer: 'office', terminal: opened, name: 'backups' });
  await expect.poll(detailOf, PATIENT).toEqual(['backups', `sh -ic 'sleep 61; true', sleep`]);
  const { entries } = await laptop.api.call('history.list', { text: 'backups sleep', limit: 5 });
  expect(entries).toHaveLength(1);
  await laptop.api.call('terminal.name', { peer: 'office', terminal: opened, name: '' });
  await expect.poll(detailOf, PATIENT).toEqual([undefined, `sh -ic 'sleep 61; true', sleep`]);
});
