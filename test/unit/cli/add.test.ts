import { expect, it, vi } from 'vitest';
import { runCommandLine } from '#cli/program.ts';
import type { AddingView, AppHandlers } from '#shared/app-api/index.ts';
import { createFakeHost, createRelay, createStatus } from '#test/support/cli-host.ts';
import { settle } from '#test/support/fake-clock.ts';

const WAITING: AddingView = {
  adding: 1,
  side: 'waiting',
  state: 'waiting',
  expiresAt: 600_000,
  other: null,
  problem: null,
};

const ID = 'X9F9WAMCWW1V35KPN6EKNM7XJZGMSFQXZPGXJFBNMQVDJ1YF0NQH3F00';
const OTHER = {
  peerId: ID,
  shortId: ID.slice(0, 7),
  name: 'Firefox',
  words: ['round', 'soccer', 'wheat', 'gypsum'],
  safetyNumber: '0'.repeat(60),
  browser: '12h' as const,
};
const ASKED: AddingView = { ...WAITING, side: 'asking', state: 'comparing', other: OTHER };

it('add ends with its agent, which was stopped or killed while it waits', async () => {
  const own = 'X9F9WAMCWW1V35KPN6EKNM7XJZGMSFQXZPGXJFBNMQVDJ1YF0NQH3F00';
  const device = { name: 'laptop', peerId: own, shortId: own.slice(0, 7), generation: 1 };
  const relay = createRelay({ pin: 'ab'.repeat(32) });
  const host = createFakeHost(
    { 'status.get': async () => createStatus({ device, relay }), 'adding.wait': async () => WAITING },
    { terminal: true },
  );
  const running = runCommandLine(['add'], host);
  await settle();
  expect(host.stdout.text).toContain('On the other machine, run:');
  // The other machine gets all that it needs to trust the relay.
  expect(host.stdout.text).toContain(` --relay wss://relay.example:7474 \\\n      --pin ${'ab'.repeat(32)}\n`);
  host.server.close();
  expect(await running).toBe(3);
  expect(host.stderr.text).toContain('[control.lost]');
});

it.each([
  [[], 'may open terminals here for 12 hours without asking'],
  [['--for', 'tab'], 'may open terminals here until its tab closes without asking'],
  [['--for', 'none'], 'it is added and may do nothing here without asking'],
])('add %j says before the answer what a browser may do here', async (words, offer) => {
  const host = createFakeHost(
    {
      'adding.ask': async () => ASKED,
      'adding.answer': async () => ({ ...ASKED, state: 'failed', problem: 'adding.declined' }),
    },
    { terminal: true },
  );
  const running = runCommandLine(['add', OTHER.peerId, ...words], host);
  await vi.waitUntil(() => host.stderr.text.includes('Does the other machine show the same'));
  expect(host.stdout.text.replaceAll(/\s+/g, ' ')).toContain(offer);
  host.stdin.write('n\n');
  expect(await running).not.toBe(0);
});

const APPROVAL = {
  id: 7,
  kind: 'right',
  peerId: 'Z'.repeat(56),
  peerName: 'office',
  right: 'terminal',
  detail: '',
  requestedAt: 0,
  expiresAt: 1,
  state: 'pending',
  decidedAt: null,
} as const;
const REQUEST = {
  peerId: ID,
  shortId: OTHER.shortId,
  name: 'Firefox',
  system: 'linux',
  account: 'ann@example.org',
  requestedAt: 0,
  expiresAt: 1,
} as const;

it.each([
  ['the only request', [], []],
  ['one of several', [OTHER.shortId], [APPROVAL]],
])('approvals approve of a browser leads to the words at once: %s', async (_, words, waiting) => {
  const handlers: Partial<AppHandlers> = {
    'approvals.list': async () => [...waiting],
    'adding.requests': async () => [REQUEST],
    'adding.ask': async () => ASKED,
    'adding.answer': async () => ({ ...ASKED, state: 'failed', problem: 'adding.declined' }),
  };
  const host = createFakeHost(handlers, { terminal: true });
  const running = runCommandLine(['approvals', 'approve', ...words], host);
  await vi.waitUntil(() => host.stderr.text.includes('Does the other machine show the same'));
  expect(host.stdout.text).toContain('round  soccer  wheat  gypsum');
  // Enter says nothing about the words.
  const times = (words: string): number => host.stderr.text.split(words).length - 1;
  for (const [at, typed] of ['', 'maybe'].entries()) {
    await host.clock.advance(100);
    host.stdin.write(`${typed}\n`);
    await vi.waitUntil(() => times('Please answer y or n.') === at + 1);
    expect(host.calls.map(({ call }) => call)).not.toContain('adding.answer');
  }
  host.stdin.write('n\n');
  expect(await running).not.toBe(0);
  const calls = host.calls.filter(({ call }) => call.startsWith('adding.') || call === 'approvals.decide');
  expect(calls.filter(({ call }) => call !== 'adding.requests')).toMatchObject([
    { call: 'adding.ask', input: { peerId: ID } },
    { call: 'adding.answer', input: { same: false } },
  ]);
  // What it may do is chosen where it is added.
  const timed = createFakeHost(handlers, { terminal: true });
  expect(await runCommandLine(['approvals', 'approve', ...words, '--for', '1h'], timed)).toBe(2);
  expect(timed.calls.map(({ call }) => call)).not.toContain('adding.ask');
  // No one compares words in a script.
  const script = createFakeHost(handlers);
  expect(await runCommandLine(['approvals', 'approve', ...words], script)).toBe(2);
  expect(script.calls.map(({ call }) => call)).not.toContain('adding.ask');
});
