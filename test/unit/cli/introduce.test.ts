import { describe, expect, it } from 'vitest';
import { auditCells } from '#cli/commands/agent/audit-words.ts';
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

  it.each([
    ['introduction.relay-none', "nas isn't connected to a relay.", '`clawreach config relay --offer nas`'],
    ['introduction.relay', 'nas uses another relay.', '`clawreach config relay --offer nas`'],
    ['introduction.project', "it's in another project there.", 'Pair nas and server with a code: `clawreach pair`'],
  ])('names the machine that is meant by %s, and the step that helps', async (problem, what, next) => {
    const host = createFakeHost({
      'peers.get': async ({ peer }) => PEERS[peer] ?? createPeer(),
      'peers.list': async () => Object.values(PEERS),
      'introductions.introduce': async () => [{ peer: peerId('server'), name: 'server', problem, at: 'nas' }],
    });
    expect(await runCommandLine(['introduce', 'nas', '--to', 'server'], host)).toBe(1);
    expect(host.stderr.text).toContain("nas isn't introduced to server. nas ");
    expect(host.stderr.text).toContain(what);
    expect(host.stderr.text.replaceAll(/\s+/g, ' ')).toContain(next);
    expect(
      auditCells(
        { at: 0, event: 'introduction.refused', fields: { name: 'lap', code: problem } },
        { withFacts: true },
      )[2],
    ).not.toContain('introduction.');
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
