import { describe, expect, it } from 'vitest';
import { runCommandLine } from '#cli/program.ts';
import type { ShareLinkView } from '#shared/app-api/index.ts';
import { createFakeHost, createPeer } from '#test/support/cli-host.ts';

const LINK: ShareLinkView = {
  id: '0badcafe',
  peerId: createPeer().peerId,
  terminal: 'ab'.repeat(16),
  title: 'deploy\u001b[2J',
  role: 'type',
  url: 'https://relay.example/j#AAAAAAAAAAAAAAAAAAAAAA',
  createdAt: 0,
  expiresAt: 4_000_000_000_000,
  once: false,
  letIn: false,
  guests: [
    {
      id: '51c0ffee',
      name: 'Ada',
      words: ['amber', 'violin', 'harbor', 'summit'],
      state: 'waiting',
      since: 0,
      typedAt: null,
    },
  ],
};

async function run(line: string, asked: unknown[] = []) {
  const note =
    <Output>(call: string, output: Output) =>
    async (input: unknown): Promise<Output> => {
      asked.push([call, input]);
      return output;
    };
  const handlers = {
    'peers.get': async () => createPeer(),
    'shareLink.create': note('create', LINK),
    'shareLink.list': async () => [LINK],
    'shareLink.answer': note('answer', {}),
    'shareLink.end': note('end', {}),
    'shareLink.remove': note('remove', {}),
  };
  const host = createFakeHost(handlers);
  const code = await runCommandLine(['share', ...line.split(' ')], host);
  return { code, stdout: host.stdout.text, stderr: host.stderr.text };
}

describe('clawreach share, with links', () => {
  it('prints the link first, what guests can do, how it ends, and what the server could do', async () => {
    const asked: unknown[] = [];
    const { code, stdout } = await run(`office ${LINK.terminal} --link --type --for 15m --once`, asked);
    expect(code).toBe(0);
    expect(asked).toEqual([
      ['create', { peer: LINK.peerId, terminal: LINK.terminal, role: 'type', seconds: 900, once: true, letIn: false }],
    ]);
    expect(stdout.split('\n')[0]).toBe(LINK.url);
    expect(stdout).toContain('--admit');
    expect(stdout).toContain('could read this session if it changed the page');
  });

  it('lists links and guests with their words, without control characters', async () => {
    const { stdout } = await run('--list');
    expect(stdout).toContain('amber violin harbor summit');
    expect(stdout).not.toContain('\u001b[2J');
  });

  it('answers guests, ends links and sends guests away by the beginning of their IDs', async () => {
    const asked: unknown[] = [];
    for (const line of ['--admit 51c0', '--decline 51c0', '--end 0bad', '--end 51c0']) await run(line, asked);
    expect(asked).toEqual([
      ['answer', { guest: '51c0ffee', letIn: true }],
      ['answer', { guest: '51c0ffee', letIn: false }],
      ['end', { id: '0badcafe' }],
      ['remove', { guest: '51c0ffee' }],
    ]);
    const { code, stderr } = await run('--admit ffff', asked);
    expect(code).not.toBe(0);
    expect(stderr).toContain('clawreach share --list');
    expect(asked).toHaveLength(4);
  });
});
