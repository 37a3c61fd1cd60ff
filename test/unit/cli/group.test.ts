import { describe, expect, it } from 'vitest';
import { runCommandLine } from '#cli/program.ts';
import type { PeerView } from '#shared/app-api/index.ts';
import { createFakeHost, createPeer } from '#test/support/cli-host.ts';

const OFFICE = createPeer({ name: 'office', position: 1 });
const PHONE = createPeer({ peerId: 'Z'.repeat(56), shortId: 'ZZZZZZZ', name: 'phone', group: 'Work', position: 0 });

async function run(line: string, machines: readonly PeerView[] = [OFFICE, PHONE]) {
  const host = createFakeHost({
    'peers.list': async () => [...machines],
    'peers.get': async ({ peer }) => machines.find(({ name }) => name === peer) ?? OFFICE,
    'peers.arrange': async () => [...machines],
  });
  const exit = await runCommandLine(line.split(' '), host);
  const arranged = host.calls.filter(({ call }) => call === 'peers.arrange').map(({ input }) => input);
  return { exit, arranged, stdout: host.stdout.text, stderr: host.stderr.text };
}

describe('clawreach group', () => {
  it('puts a machine into a group, which keeps its spelling, and leaves the order', async () => {
    const { exit, stdout, arranged } = await run('group office work');
    expect({ exit, stdout }).toEqual({ exit: 0, stdout: 'office is in the group Work.\n' });
    expect(arranged).toEqual([
      {
        order: [
          { peer: PHONE.peerId, group: 'Work' },
          { peer: OFFICE.peerId, group: 'Work' },
        ],
      },
    ]);
  });

  it('takes a machine out of its group', async () => {
    const { stdout, arranged } = await run('group phone --none');
    expect(stdout).toBe('phone is in no group.\n');
    expect(arranged).toEqual([
      {
        order: [
          { peer: PHONE.peerId, group: null },
          { peer: OFFICE.peerId, group: null },
        ],
      },
    ]);
  });

  it('shows the groups with their machines, or how to make one', async () => {
    expect((await run('group')).stdout).toBe('Work: phone\n');
    expect((await run('group', [OFFICE])).stdout).toContain('clawreach group NAME GROUP');
  });

  it.each(['group office', 'group office Work --none'])('changes nothing without one of them: %s', async (line) => {
    const { exit, arranged, stderr } = await run(line);
    expect({ exit, arranged }).toEqual({ exit: 2, arranged: [] });
    expect(stderr).toContain('clawreach group office --none');
  });
});

describe('what this machine may do on another', () => {
  const there = createPeer({
    name: 'office',
    rightsThere: { at: 1, rights: { terminal: 'allow', forward: 'deny', view: 'ask' } },
  });

  it('is in the list, where a machine has told it', async () => {
    expect((await run('list', [there, PHONE])).stdout).toMatch(
      /YOU MAY THERE[^]*office.*terminal, forward denied, else asks/,
    );
    expect((await run('list')).stdout).not.toContain('YOU MAY THERE');
  });

  it('is shown by `rights`', async () => {
    const host = createFakeHost({
      'peers.get': async () => there,
      'targets.list': async () => [],
      'targets.temporary': async () => [],
    });
    await runCommandLine(['rights', 'office'], host);
    expect(host.stdout.text).toContain('office  you may there: terminal, forward denied, else asks');
  });
});
