import { describe, expect, it, vi } from 'vitest';
import { runCommandLine } from '#cli/program.ts';
import type { AppHandlers, PeerView } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { createFakeHost, createPeer, PEER_ID } from '#test/support/cli-host.ts';

const WORDS = ['round', 'soccer', 'wheat', 'gypsum'];
const QUESTION = 'Does the other screen show the same words?';

const paired = (compared: boolean): PeerView => createPeer({ pairing: { words: WORDS, compared, pending: {} } });

/** Runs a line on a machine whose words of `office` are uncompared; the answer is typed if there is one. */
async function run(line: string, answer?: string) {
  const handlers: Partial<AppHandlers> = {
    'peers.get': async () => paired(false),
    'peers.list': async () => [paired(false)],
    'peers.ping': async () => ({ path: 'direct', address: '192.0.2.7:7473', rtt: 2 }),
    'pairing.confirm': async () => paired(true),
    'peers.forget': async () => ({ told: true }),
    'terminal.open': () => Promise.reject(new ClawReachError('test.opened', 'opened')),
    'exec.open': () => Promise.reject(new ClawReachError('test.opened', 'opened')),
    'forwards.list': async () => [],
    'forwards.add': () => Promise.reject(new ClawReachError('test.opened', 'opened')),
    'remote.prompt': () => Promise.reject(new ClawReachError('test.opened', 'opened')),
  };
  const host = createFakeHost(handlers, { terminal: answer !== undefined, variables: { TERM: 'xterm' } });
  const exit = runCommandLine(line.split(' '), host);
  if (answer !== undefined) {
    await vi.waitUntil(() => host.stderr.text.includes(QUESTION));
    host.stdin.write(`${answer}\n`);
  }
  const calls = (name: string): readonly unknown[] =>
    host.calls.filter(({ call }) => call === name).map(({ input }) => input);
  return { exit: await exit, stderr: host.stderr.text, calls };
}

const OPENING = [
  ['connect office', 'terminal.open'],
  ['connect office -- make', 'exec.open'],
  ['forward add --mode socks5', 'forwards.add'],
  ['forward port --local 5432 --remote localhost:5432 --peer office', 'forwards.add'],
  ['prompt office hello', 'remote.prompt'],
] as const;

describe('a machine whose words are not compared', () => {
  it.each(OPENING)('gets nothing from a script that runs %j: the next step is to compare them', async (line, call) => {
    const { exit, stderr, calls } = await run(line);
    // In a pipe, other codes are those of the program there.
    expect(exit).toBe(line.startsWith('connect') ? 255 : 8);
    expect(stderr).toContain('[peer.uncompared]');
    expect(stderr).toContain('`clawreach confirm office`');
    expect(calls(call)).toEqual([]);
  });

  it('takes no answer that was typed before the words were shown', async () => {
    const host = createFakeHost(
      { 'peers.get': async () => paired(false), 'peers.list': async () => [paired(false)] },
      { terminal: true, variables: { TERM: 'xterm' } },
    );
    host.stdin.write('y\n');
    const exit = runCommandLine(['confirm', 'office'], host);
    await vi.waitUntil(() => host.stderr.text.includes(QUESTION));
    host.stdin.write('\n');
    await exit;
    expect(host.calls.filter(({ call }) => call === 'pairing.confirm')).toEqual([]);
  });

  it('ends the question as soon as someone at the other machine finds that they differ', async () => {
    const host = createFakeHost(
      { 'peers.get': async () => paired(false), 'peers.list': async () => [paired(false)] },
      { terminal: true, variables: { TERM: 'xterm' } },
    );
    const exit = runCommandLine(['confirm', 'office'], host);
    await vi.waitUntil(() => host.stderr.text.includes(QUESTION));
    host.server.broadcast('peers.forgot', { peerId: 'Z'.repeat(56), name: 'nas' });
    host.server.broadcast('peers.forgot', { peerId: PEER_ID, name: 'office', because: 'words' });
    expect(await exit).not.toBe(0);
    expect(host.stderr.text).toContain('[peer.forgot]');
    expect(host.calls.filter(({ call }) => call === 'pairing.confirm')).toEqual([]);
  });

  it('is compared first in a terminal, and then opened', async () => {
    const { stderr, calls } = await run('connect office', 'y');
    expect(stderr).toContain('round  soccer  wheat  gypsum');
    expect(calls('pairing.confirm')).toEqual([{ peer: PEER_ID, words: WORDS }]);
    expect(calls('terminal.open')).toHaveLength(1);
  });

  it('is removed if they differ, and nothing is opened', async () => {
    const { exit, stderr, calls } = await run('connect office', 'n');
    expect(exit).toBe(7);
    expect(stderr).toContain('[peer.words-refused]');
    expect(stderr).toMatch(/someone is intercepting/);
    expect(calls('peers.forget')).toEqual([{ peer: PEER_ID, because: 'words' }]);
    expect(calls('terminal.open')).toEqual([]);
  });

  it('stays so if the person puts it off', async () => {
    const { exit, calls } = await run('forward add --mode socks5', '');
    expect(exit).toBe(8);
    expect([...calls('peers.forget'), ...calls('pairing.confirm'), ...calls('forwards.add')]).toEqual([]);
  });

  it('may be reached with --check, which sends nothing of the person', async () => {
    expect((await run('connect office --check')).exit).toBe(0);
  });
});
