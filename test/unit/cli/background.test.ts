import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runCommandLine } from '#cli/program.ts';
import { ClawReachError } from '#shared/errors.ts';
import { createFakeHost, createRelay, createStatus, type FakeHost } from '#test/support/cli-host.ts';

const HOUR = 3_600_000;

describe('pause', () => {
  it('lasts until it is ended, or for a time, and says what becomes of terminals', async () => {
    const host = createFakeHost({
      'agent.pause': async ({ until }) =>
        createStatus({ paused: { since: 1, until }, terminals: { serving: 2, using: 0 } }),
    });
    expect(await runCommandLine(['pause'], host)).toBe(0);
    expect(host.calls.at(-1)).toEqual({ call: 'agent.pause', input: { until: null } });
    expect(host.stdout.text).toBe(
      'Paused until `clawreach resume`. All connections are off.\n' +
        'The terminals that other machines have open here are kept for ten minutes.\n',
    );
    expect(await runCommandLine(['pause', '--for', '1h'], host)).toBe(0);
    expect(host.calls.at(-1)).toEqual({ call: 'agent.pause', input: { until: host.clock.now() + HOUR } });
    expect(host.stdout.text).toContain('To connect before that: `clawreach resume`');
  });

  it('needs an agent, a duration that is one, and an end that is near enough', async () => {
    expect(await runCommandLine(['pause'], createFakeHost({}, { running: false }))).toBe(3);
    expect(await runCommandLine(['pause', '--for', 'soon'], createFakeHost())).toBe(2);
    const host = createFakeHost({
      'agent.pause': () => Promise.reject(new ClawReachError('agent.pause-until', 'too far')),
    });
    expect(await runCommandLine(['pause', '--for', '90d'], host)).toBe(2);
    expect(host.stderr.text).toContain('30 days');
  });

  it('is ended by resume, and shown by status', async () => {
    const paused = { since: 1, until: null };
    const status = createStatus({ paused, relay: createRelay({ state: 'stopped', problem: 'agent.paused' }) });
    const host = createFakeHost({ 'status.get': async () => status, 'agent.resume': async () => createStatus() });
    expect(await runCommandLine(['status'], host)).toBe(0);
    expect(host.stdout.text).toContain('Pause      Paused until `clawreach resume`');
    expect(host.stdout.text).toContain('off: This machine is paused.  [agent.paused]');
    expect(await runCommandLine(['resume'], host)).toBe(0);
    expect(host.stdout.text).toContain('Resumed. This machine connects again.');
  });

  it('is the reason for whatever cannot be done meanwhile', async () => {
    const host = createFakeHost({
      'peers.list': () => Promise.reject(new ClawReachError('agent.paused', 'paused')),
    });
    expect(await runCommandLine(['list'], host)).toBe(5);
    expect(host.stderr.text).toContain('clawreach resume');
  });
});

describe('status', () => {
  it('begins with what is wrong with the profile', async () => {
    const problems = [{ code: 'store.disk-full', details: { directory: '/profile', reason: 'ENOSPC' } }];
    const host = createFakeHost({ 'status.get': async () => createStatus({ problems, service: 'systemd' }) });
    await runCommandLine(['status'], host);
    expect(host.stdout.text).toMatch(
      /^Problem {4}The disk is full, so changes can't be saved\. {2}\[store\.disk-full\]\n/,
    );
    expect(host.stdout.text).toContain(', systemd service');
  });
});

describe('the service', () => {
  it('is shown and not installed by a dry run', async () => {
    const host = createFakeHost();
    expect(await runCommandLine(['service', 'install', '--dry-run'], host)).toBe(0);
    expect(host.stdout.text).toContain(
      'ExecStart="/usr/bin/node" "/opt/clawreach/bin/clawreach.js" "run" "--profile=/home/ada/.config/clawreach" "--service=systemd"\n',
    );
    expect(host.stderr.text).toBe('# /home/ada/.config/systemd/user/clawreach.service\n');
    expect(await runCommandLine(['service', 'install', '--dry-run', '--json'], host)).toBe(0);
    expect(JSON.parse(host.stdout.text.split('\n').findLast((line) => line.startsWith('{')) ?? '')).toMatchObject({
      kind: 'systemd',
      name: 'clawreach.service',
    });
  });

  it('has a name of its own for another profile', async () => {
    const host = createFakeHost({}, { variables: { CLAWREACH_PROFILE: '/srv/two' } });
    await runCommandLine(['service', 'install', '--dry-run'], host);
    expect(host.stderr.text).toMatch(/clawreach-[0-9a-f]{8}\.service/);
    expect(host.stdout.text).toContain('"--profile=/srv/two"');
  });

  it('says that it waits for an agent that somebody has started, and that it ends with the login', async () => {
    const home = mkdtempSync(join(tmpdir(), 'clawreach-cli-service-'));
    onTestFinished(() => rmSync(home, { recursive: true }));
    const host: FakeHost = { ...createFakeHost({}, { variables: { XDG_CONFIG_HOME: home } }), home };
    host.tools.answer = (program, words) => ({
      code: 0,
      stdout:
        program === 'loginctl'
          ? 'Linger=no\n'
          : words.includes('show')
            ? 'UnitFileState=enabled\nActiveState=active\nMainPID=12\n'
            : '',
      stderr: '',
    });
    expect(await runCommandLine(['service', 'install'], host)).toBe(0);
    expect(host.stdout.text).toContain('ClawReach is already running (pid 4711), so the service waits.');
    expect(host.stdout.text).toContain('loginctl enable-linger');
    expect(await runCommandLine(['service', 'status'], host)).toBe(0);
    expect(host.stdout.text).toContain('Now        running (pid 12)');
    expect(await runCommandLine(['service', 'uninstall'], host)).toBe(0);
    expect(await runCommandLine(['service', 'uninstall'], host)).toBe(1);
  });

  it('whose agent was stopped begins again at the next login, which stop says', async () => {
    const host = createFakeHost({ 'status.get': async () => createStatus({ service: 'systemd' }) });
    const exit = runCommandLine(['stop'], host);
    await host.clock.advance(100);
    host.agent.running = false;
    await host.clock.advance(100);
    expect(await exit).toBe(0);
    expect(host.stdout.text).toContain('which starts it again when you next sign in');
  });

  it('waits until the agent of somebody else has ended, and takes over', async () => {
    const host = createFakeHost();
    const exit = runCommandLine(['run', '--service=systemd'], host);
    await host.clock.advance(100);
    expect(host.headless).toEqual([]);
    host.agent.running = false;
    host.server.close();
    await host.clock.advance(2000);
    expect(host.headless[0]).toMatchObject({ service: 'systemd' });
    host.interrupt('SIGTERM');
    await host.clock.advance(100);
    expect(await exit).toBe(0);
  });

  it('on Windows begins an agent anew that has failed, with more and more time in between, and not one that was stopped', async () => {
    const host = createFakeHost({}, { running: false });
    const codes = [70, 70, 1, 0];
    const starts: string[][] = [];
    host.tools.again = (words) => {
      starts.push([...words]);
      return codes.shift() ?? 0;
    };
    const exit = runCommandLine(['run', '--service=task', '--name=office'], host);
    await host.clock.advance(900);
    expect(starts).toHaveLength(1);
    await host.clock.advance(200);
    expect(starts).toHaveLength(2);
    await host.clock.advance(3100);
    expect(starts).toHaveLength(3);
    await host.clock.advance(10_100);
    expect(await exit).toBe(0);
    expect(starts).toHaveLength(4);
    expect(starts[0]).toEqual(expect.arrayContaining(['run', '--service=task', '--watched', '--name=office']));
  });
});
