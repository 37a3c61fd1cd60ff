import type { AgentStatus, NetworkView } from '#shared/app-api/index.ts';
import { requireAgent } from '../control/index.ts';
import { formatDuration, printable } from '../output/index.ts';
import { describeListener } from './network.ts';
import { describeRelay } from './relay-text.ts';
import { addCommand, type CommonOptions, type Registration } from './registry.ts';

export const addStatus: Registration = (program, run) => {
  addCommand(program, 'status', 'show the agent of this device, its relay and what is going on', {
    examples: [
      ['clawreach status', ''],
      ['clawreach status --json', 'the same for programs'],
    ],
  }).action((options: CommonOptions) =>
    run(options, async (context) => {
      const client = await requireAgent(context);
      const status = await client.call('status.get', {});
      const network = await client.call('network.get', {});
      context.reporter.document({ ...status, network });
      context.reporter.lines(...formatStatus(status, network, context.host.clock.now()));
    }),
  );
};

/** The lines of `status`. */
export function formatStatus(status: AgentStatus, network: NetworkView, now: number): readonly string[] {
  const { device, peers, terminals } = status;
  const count = (number: number, one: string, many: string): string => `${number} ${number === 1 ? one : many}`;
  return [
    `Device     ${printable(device.name)}  (${printable(device.shortId)}…)`,
    `Agent      version ${status.version}, pid ${status.pid}, up ${formatDuration(now - status.startedAt)}`,
    describeRelay(status.relay, now).replace(/^Relay:? /, 'Relay      '),
    `Direct     ${describeListener(network)}`,
    `Peers      ${peers.known} known, ${peers.online} online, ${peers.linked} linked`,
    `Terminals  ${terminals.serving} served here, ${terminals.using} used elsewhere`,
    status.approvalsPending === 0
      ? 'Approvals  none waiting'
      : `Approvals  ${count(status.approvalsPending, 'request waits', 'requests wait')}: clawreach approvals, clawreach requests`,
    `Profile    ${status.profile}  (keys in: ${status.secretStore})`,
  ];
}
