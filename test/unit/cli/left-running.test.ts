import { expect, it } from 'vitest';
import { runCommandLine } from '#cli/program.ts';
import type { AppHandlers, ServedTerminalView, TerminalView } from '#shared/app-api/index.ts';
import { createFakeHost, createPeer, PEER_ID } from '#test/support/cli-host.ts';

const SERVED: ServedTerminalView = {
  terminal: '0bad'.repeat(8),
  title: 'build',
  startedAt: 0,
  attached: false,
  cols: 80,
  rows: 24,
  peerId: PEER_ID,
  peerName: 'laptop',
  viewers: [],
};
const OWN: TerminalView = {
  terminal: '633bddbe'.repeat(4),
  peerId: PEER_ID,
  title: 'deploy\u001b[2J',
  startedAt: 0,
  attached: false,
  cols: 80,
  rows: 24,
  openedBy: null,
  heldBy: null,
};

async function status(handlers: Partial<AppHandlers>, words: readonly string[] = []) {
  const host = createFakeHost(handlers);
  const exit = await runCommandLine(['status', ...words], host);
  return { exit, stdout: host.stdout.text, calls: host.calls };
}

it('status lists terminals that were left running here and on linked machines, with what to do', async () => {
  const handlers: Partial<AppHandlers> = {
    'terminal.served': async () => [SERVED, { ...SERVED, terminal: 'ff'.repeat(16), attached: true }],
    'peers.list': async () => [createPeer({ linked: true }), createPeer({ name: 'away', linked: false })],
    'terminal.list': async () => [
      OWN,
      { ...OWN, terminal: 'ee'.repeat(16), attached: true },
      { ...OWN, heldBy: 'phone' },
    ],
  };
  const { exit, stdout, calls } = await status(handlers);
  expect(exit).toBe(0);
  expect(stdout).toContain('left running here by laptop: 0bad0bad (build); see `clawreach share --here`');
  expect(stdout).toContain('left running on office: 633bddbe (deploy');
  expect(stdout).toContain('reopen: `clawreach connect office --terminal 633bddbe`');
  expect(stdout).not.toContain('\u001b');
  expect(stdout.match(/left running/g)).toHaveLength(2);
  // A list of its own terminals asks no person, and only machines with a connection are asked.
  expect(calls.filter(({ call }) => call === 'terminal.list').map(({ input }) => input)).toEqual([
    { peer: PEER_ID, own: true },
  ]);
  const json: unknown = JSON.parse((await status(handlers, ['--json'])).stdout);
  expect(JSON.stringify(json)).not.toContain('"word"');
  expect(json).toMatchObject({
    leftRunning: [
      { machine: 'laptop', here: true },
      { machine: 'office', here: false },
    ],
  });
});

it('status says nothing about them where there are none, and does without a machine that does not answer', async () => {
  const { exit, stdout } = await status({
    'terminal.served': async () => [],
    'peers.list': async () => [createPeer({ linked: true })],
    'terminal.list': () => Promise.reject(new Error('no answer')),
  });
  expect(exit).toBe(0);
  expect(stdout).not.toContain('left running');
});
