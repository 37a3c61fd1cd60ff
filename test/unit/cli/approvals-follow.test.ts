import { describe, expect, it, vi } from 'vitest';
import { runCommandLine } from '#cli/program.ts';
import type { AppHandlers, ApprovalView } from '#shared/app-api/index.ts';
import { createFakeHost, PEER_ID, typeAnswer, type FakeHost } from '#test/support/cli-host.ts';

const NOW = 1_800_000_000_000;
const LINE = ['approvals', '--follow'];

const request = (id: number, change: Partial<ApprovalView> = {}): ApprovalView => ({
  id,
  kind: 'right',
  peerId: PEER_ID,
  peerName: 'office',
  right: 'terminal',
  detail: `run: make ${id}`,
  facts: [{ fact: 'folder', value: '/srv' }],
  requestedAt: NOW,
  expiresAt: NOW + 100_000,
  state: 'pending',
  decidedAt: null,
  ...change,
});

/** An agent in which these requests wait. */
function follow(waiting: readonly ApprovalView[], options: Parameters<typeof createFakeHost>[1], line = LINE) {
  const handlers: Partial<AppHandlers> = {
    'approvals.list': async () => [...waiting],
    'adding.requests': async () => [],
    'approvals.decide': async ({ id, decision }) =>
      request(id, { state: decision === 'approve' ? 'approved' : 'denied', decidedAt: NOW }),
  };
  const host = createFakeHost(handlers, options);
  return { host, exit: runCommandLine(line, host) };
}

const decided = ({ calls }: FakeHost): unknown[] =>
  calls.filter(({ call }) => call === 'approvals.decide').map(({ input }) => input);

/** Types an answer to the question about a request, once that is shown. */
async function answer(host: FakeHost, id: number, text: string): Promise<void> {
  await vi.waitUntil(() => host.stdout.text.includes(`make ${id}`), { interval: 5 });
  const asked = host.stderr.text.split('[y = yes').length;
  await vi.waitUntil(() => host.stderr.text.split('[y = yes').length > asked || asked > id, { interval: 5 });
  host.stdin.write(text);
}

describe('approvals --follow', () => {
  it('asks about each request in a terminal as it comes, and takes no answer typed before', async () => {
    const { host, exit } = follow([request(1)], { terminal: true });
    host.stdin.write('y\n');
    await answer(host, 1, 'n\n');
    await vi.waitUntil(() => decided(host).length === 1);
    expect(host.stdout.text).toContain('folder: /srv');
    host.server.broadcast('approvals.changed', [request(1), request(2)]);
    await answer(host, 2, 'y\n');
    await vi.waitUntil(() => host.stdout.text.includes('make 2: approved'));
    expect(decided(host)).toEqual([
      { id: 1, decision: 'not-now' },
      { id: 2, decision: 'approve' },
    ]);
    host.interrupt();
    expect(await exit).toBe(0);
  });

  it('leaves a request waiting after Enter, and ends the question about one that no longer waits', async () => {
    const { host, exit } = follow([request(1)], { terminal: true });
    await typeAnswer(host, '\n', '[y = yes');
    await vi.waitUntil(() => host.stderr.text.includes('It still waits.'));
    host.server.broadcast('approvals.changed', [request(1), request(2)]);
    await vi.waitUntil(() => host.stderr.text.split('[y = yes').length > 2);
    host.server.broadcast('approvals.changed', [request(1)]);
    await vi.waitUntil(() => host.stdout.text.includes('make 2: no longer waiting'));
    expect(decided(host)).toEqual([]);
    host.interrupt();
    expect(await exit).toBe(0);
  });

  it('asks nothing about a machine whose words are not compared', async () => {
    const { host, exit } = follow([request(1, { uncompared: true })], { terminal: true });
    await vi.waitUntil(() => host.stdout.text.includes('clawreach confirm office'));
    host.interrupt();
    expect(await exit).toBe(0);
    expect(host.stderr.text).not.toContain('[y = yes');
  });

  const asJson = (text: string): unknown[] => [(JSON.parse(text) as ApprovalView).id];
  const asCommand = (text: string): unknown[] => /^ {4}clawreach approvals approve (\d)$/.exec(text)?.slice(1) ?? [];

  it.each([
    ['a line of JSON for each', [...LINE, '--json'], asJson, [1, 2]],
    ['the commands for each in a pipe', LINE, asCommand, ['1', '2']],
  ])('prints %s', async (_what, line, read, expected) => {
    const { host, exit } = follow([request(1)], {}, line);
    await vi.waitUntil(() => host.stdout.text.includes('make 1'));
    host.server.broadcast('approvals.changed', [request(1), request(2)]);
    await vi.waitUntil(() => host.stdout.text.includes('make 2'));
    host.interrupt();
    expect(await exit).toBe(0);
    expect(host.stdout.text.trimEnd().split('\n').flatMap(read)).toEqual(expected);
  });
});
