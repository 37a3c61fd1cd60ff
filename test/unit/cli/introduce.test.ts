import { describe, expect, it } from 'vitest';
import { runCommandLine } from '#cli/program.ts';
import { createFakeHost, createPeer } from '#test/support/cli-host.ts';

const PEERS = Object.fromEntries(
  ['laptop', 'nas', 'server'].map((name, at) => [name, createPeer({ name, peerId: `${at}${'A'.repeat(55)}` })]),
);
const peerId = (name: string): string => PEERS[name]?.peerId ?? '';

async function run(line: string) {
  const ended: unknown[] = [];
  const host = createFakeHost({
    'peers.get': async ({ peer }) => PEERS[peer] ?? createPeer(),
    'introductions.list': async () => [
      {
        newcomer: peerId('laptop'),
        newcomerName: 'laptop',
        target: peerId('nas'),
        targetName: 'nas',
        endsAt: 4_000_000_000_000,
      },
    ],
    'introductions.end': async (input) => {
      ended.push(input);
      return {};
    },
  });
  const code = await runCommandLine(['introduce', ...line.split(' ')], host);
  return { code, ended, stdout: host.stdout.text };
}

describe('clawreach introduce', () => {
  it('names the machine on which someone is asked', async () => {
    const host = createFakeHost({
      'peers.get': async ({ peer }) => PEERS[peer] ?? createPeer(),
      'peers.list': async () => Object.values(PEERS),
      'introductions.introduce': async (_input, { progress }) => {
        for (const name of ['nas', 'laptop']) progress({ peer: peerId(name), step: 'approval' });
        return [{ peer: peerId('nas'), name: 'nas', problem: null }];
      },
    });
    expect(await runCommandLine(['introduce', 'laptop', '--to', 'nas'], host)).toBe(0);
    expect(host.stderr.text).toMatch(/Waiting for approval on nas… [^]*Waiting for approval on laptop… /);
  });
});

describe('clawreach introduce --end', () => {
  it('takes introductions back, to one machine or to all', async () => {
    for (const [line, target] of [
      ['laptop --end', {}],
      ['laptop --end --to nas', { target: peerId('nas') }],
    ] as const) {
      const { code, ended, stdout } = await run(line);
      expect([code, ended]).toEqual([0, [{ newcomer: peerId('laptop'), ...target }]]);
      expect(stdout).toContain('Introductions of laptop are taken back.');
    }
  });

  it('says so when there is nothing to take back', async () => {
    expect((await run('nas --end')).stdout).toBe("nas isn't introduced to any machine. See: clawreach introduce\n");
    const { code, stdout } = await run('laptop --end --to server');
    expect([code, stdout]).toEqual([0, "laptop isn't introduced to server. See: clawreach introduce\n"]);
    expect(JSON.parse((await run('nas --end --json')).stdout)).toMatchObject({ introductions: 0 });
  });
});
