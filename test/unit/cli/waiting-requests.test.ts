import { expect, it } from 'vitest';
import { runCommandLine } from '#cli/program.ts';
import { waitingText } from '#cli/waiting-requests.ts';
import type { AppHandlers } from '#shared/app-api/index.ts';
import { createFakeHost, createPeer, createStatus } from '#test/support/cli-host.ts';

const agentWith = (approvalsPending: number): Partial<AppHandlers> => ({
  'status.get': async () => createStatus({ approvalsPending }),
  'peers.list': async () => [createPeer()],
  'peers.get': async () => createPeer(),
  'peers.rename': async () => createPeer(),
  'approvals.list': async () => [],
});

async function run(line: string, pending: number, terminal = true) {
  const host = createFakeHost(agentWith(pending), { terminal });
  await runCommandLine(line.split(' '), host);
  return host;
}

it.each(['list', 'rename office work'])('%s says in a terminal that requests wait', async (line) => {
  const { stderr, stdout } = await run(line, 2);
  expect(stderr.text).toMatch(/2 requests waiting: clawreach approvals/);
  expect(stdout.text).not.toContain('waiting');
});

it.each([
  ['where none wait', 'list', 0, true],
  ['in a pipe', 'list', 2, false],
  ['in JSON', 'list --json', 2, true],
  ['after the list of requests', 'approvals', 2, true],
] as const)('nothing is said %s', async (_where, line, pending, terminal) => {
  expect((await run(line, pending, terminal)).stderr.text).not.toContain('waiting');
});

it.each([
  [{ approvalsPending: 0 }, undefined],
  [{ approvalsPending: 1 }, '1 request waiting: clawreach approvals'],
  [{ approvalsPending: 1, gatewayRequestsPending: 1 }, '1 request from OpenClaw waiting: clawreach requests'],
  [
    { approvalsPending: 3, gatewayRequestsPending: 2 },
    '1 request waiting: clawreach approvals; 2 requests from OpenClaw waiting: clawreach requests',
  ],
])('names the command for each kind of request: %j', (status, said) => {
  expect(waitingText(status)).toBe(said);
});
