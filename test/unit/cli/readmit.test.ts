import { describe, expect, it } from 'vitest';
import { runCommandLine } from '#cli/program.ts';
import type { AppHandlers } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { createFakeHost, createPeer, createStatus, PEER_ID } from '#test/support/cli-host.ts';

const BLOCKED = createPeer({ suspendedSince: 1_799_000_000_000, online: false, path: 'offline' });

async function run(words: readonly string[], handlers: Partial<AppHandlers> = {}) {
  const host = createFakeHost({
    'peers.get': async () => BLOCKED,
    'peers.readmit': async () => createPeer(),
    ...handlers,
  });
  const exit = await runCommandLine(words, host);
  return { host, exit, stdout: host.stdout.text, stderr: host.stderr.text };
}

describe('a machine that was removed from the project', () => {
  it('is shown as blocked, with what to do', async () => {
    const { stdout, stderr } = await run(['list'], { 'peers.list': async () => [BLOCKED] });
    expect(stdout).toMatch(/office +blocked/);
    expect(stderr).toContain('office is blocked: your relay reported that it was removed from the project.');
    expect(stderr).toContain('`clawreach readmit office`');
    expect(stderr).toContain('`clawreach forget office`');
  });

  it('is counted by `status`', async () => {
    const { peers } = createStatus();
    const some = await run(['status'], {
      'status.get': async () => createStatus({ peers: { ...peers, suspended: 1 } }),
    });
    expect(some.stdout).toContain(', 1 blocked (removed from the project): clawreach list');
    expect((await run(['status'])).stdout).not.toContain('blocked');
  });

  it('cannot be connected to, and the error says what to do', async () => {
    const { exit, stderr } = await run(['ping', 'office', '--count', '1'], {
      'peers.ping': () =>
        Promise.reject(
          new ClawReachError('peer.suspended', 'removed', { details: { name: 'office', word: 'PEER123' } }),
        ),
    });
    expect(exit).toBe(8);
    expect(stderr).toContain('office is blocked on this machine.');
    expect(stderr).toContain('clawreach readmit PEER123');
  });

  it('comes back by `readmit`, after a question unless it is answered already', async () => {
    const { exit, stdout, host } = await run(['readmit', 'office', '--yes']);
    expect(exit).toBe(0);
    expect(host.calls).toContainEqual(expect.objectContaining({ call: 'peers.readmit', input: { peer: PEER_ID } }));
    expect(stdout).toContain('office may connect again');
  });

  it('stays out where no one can be asked', async () => {
    const { exit, stderr, host } = await run(['readmit', 'office']);
    expect(exit).toBe(2);
    expect(stderr).toContain('add `--yes` if you');
    expect(host.calls.map(({ call }) => call)).not.toContain('peers.readmit');
  });

  it('is left alone by `readmit` if it is not blocked', async () => {
    const { exit, stdout, host } = await run(['readmit', 'office'], { 'peers.get': async () => createPeer() });
    expect([exit, stdout]).toEqual([0, "office isn't blocked.\n"]);
    expect(host.calls.map(({ call }) => call)).not.toContain('peers.readmit');
  });
});
