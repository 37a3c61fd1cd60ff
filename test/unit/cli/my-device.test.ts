import { describe, expect, it } from 'vitest';
import { runCommandLine } from '#cli/program.ts';
import type { AppHandlers, TerminalView } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { createFakeHost, createPeer, PEER_ID } from '#test/support/cli-host.ts';

async function run(words: readonly string[], handlers: Partial<AppHandlers> = {}) {
  const host = createFakeHost({ 'peers.get': async () => createPeer(), ...handlers });
  const exit = await runCommandLine(words, host);
  return { host, exit, stdout: host.stdout.text, stderr: host.stderr.text };
}

const marking: Partial<AppHandlers> = { 'peers.setOwn': async ({ own }) => createPeer({ own }) };

describe('own', () => {
  it('says what holds, and changes nothing', async () => {
    const { exit, stdout, host } = await run(['own', 'office'], marking);
    expect(exit).toBe(0);
    expect(stdout).toContain("office isn't marked as yours");
    expect(host.calls.map(({ call }) => call)).not.toContain('peers.setOwn');
  });

  it.each([
    ['on', true, 'office is marked as yours'],
    ['off', false, "office isn't marked"],
  ] as const)('%s marks the peer: %s', async (word, own, words) => {
    const { stdout, host } = await run(['own', 'office', word], marking);
    expect(host.calls).toContainEqual(expect.objectContaining({ call: 'peers.setOwn', input: { peer: PEER_ID, own } }));
    expect(stdout).toContain(words);
    expect(JSON.parse((await run(['own', 'office', word, '--json'], marking)).stdout)).toMatchObject({
      peerId: PEER_ID,
      own,
    });
  });

  it('takes no other word, and its help fits a screen', async () => {
    expect((await run(['own', 'office', 'maybe'], marking)).exit).not.toBe(0);
    const { stdout } = await run(['own', '--help']);
    expect(stdout).toContain('Examples:');
    expect(stdout.split('\n').every((line) => line.length <= 140)).toBe(true);
  });
});

it('terminals tells who opened each and where it is, and no name moves the cursor', async () => {
  const view = (number: number, given: Partial<TerminalView>): TerminalView => ({
    peerId: PEER_ID,
    terminal: String(number).repeat(32),
    title: 'sh',
    startedAt: 0,
    cols: 80,
    rows: 24,
    attached: false,
    openedBy: null,
    heldBy: null,
    ...given,
  });
  const { stdout } = await run(['terminals', 'office', '--ask'], {
    'terminal.list': async () => [
      view(1, { attached: true, program: 'ma\u001b[2Jke' }),
      view(2, { openedBy: 'laptop' }),
      view(3, { openedBy: 'laptop', heldBy: 'laptop' }),
      view(4, { heldBy: 'tab\u001b[2J\u202elet', attached: true }),
    ],
  });
  const [, ...rows] = stdout.trimEnd().split('\n');
  expect(rows.map((row) => row.split(/ {2,}/)[2])).toEqual([expect.stringMatching(/^ma\S*ke$/), '-', '-', '-']);
  expect(rows.map((row) => row.split(/ {2,}/).slice(-2))).toEqual([
    ['yes', 'this machine'],
    ['no', 'laptop'],
    ['left by laptop', 'laptop'],
    [expect.stringMatching(/^on tab\S*let$/), 'this machine'],
  ]);
  for (const control of ['\u001b', '\u202e']) expect(stdout).not.toContain(control);
});

it('terminals does not wait without a word while a person at the peer is asked, nor ends for that', async () => {
  const host = createFakeHost({
    'peers.get': async () => createPeer(),
    'terminal.list': async (_input, { progress }) => {
      progress('approval');
      await host.clock.advance(60_000);
      return [];
    },
  });
  expect(await runCommandLine(['terminals', 'office', '--ask'], host)).toBe(0);
  expect(host.stderr.text).toContain('Waiting for approval on office');
  expect(host.clock.pending).toBe(0);
});

describe('terminals without --ask', () => {
  const own: TerminalView = {
    peerId: PEER_ID,
    terminal: 'a'.repeat(32),
    title: 'mine',
    startedAt: 0,
    cols: 80,
    rows: 24,
    attached: false,
    openedBy: null,
    heldBy: null,
  };

  it('lists those of this machine, left ones too, while others need an approval, and asks no one', async () => {
    const asked: unknown[] = [];
    const { stdout, stderr } = await run(['terminals', 'office'], {
      'peers.ping': async () => ({ path: 'relay', address: 'relay.example:7474', rtt: 20, hops: [] }),
      'terminal.list': async (input) => {
        asked.push(input);
        if (input.own === true) return [own];
        throw new ClawReachError('rights.unasked', 'undecided');
      },
    });
    expect(stdout).toContain('mine');
    // Nothing says what runs in them.
    expect(stdout).not.toContain('RUNS');
    expect(stderr).toContain('Those of this machine.');
    expect(asked).toEqual([
      { peer: PEER_ID, commands: true, ask: false },
      { peer: PEER_ID, commands: true, own: true },
    ]);
  });

  it('lists those that are open here where the other machine has an earlier version', async () => {
    const asked: unknown[] = [];
    const { stdout, stderr } = await run(['terminals', 'office'], {
      'peers.ping': async () => ({ path: 'relay', address: 'relay.example:7474', rtt: 20, hops: [] }),
      'terminal.list': async (input) => {
        asked.push(input);
        if (input.watched === true) return [own];
        throw new ClawReachError('rights.unasked', 'undecided');
      },
    });
    expect(stdout).toContain('mine');
    expect(stderr).toContain('Only those that are open here now.');
    expect(asked).toEqual([
      { peer: PEER_ID, commands: true, ask: false },
      { peer: PEER_ID, commands: true, own: true },
      { peer: PEER_ID, watched: true },
    ]);
  });
});
