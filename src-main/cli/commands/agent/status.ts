import { type AgentStatus, type NetworkProxyView, type NetworkView } from '#shared/app-api/index.ts';
import { commandErrorText } from '#shared/locales/index.ts';
import { requireAgent } from '../../control/index.ts';
import { formatDuration, printable } from '../../output/index.ts';
import { describeListener } from './network.ts';
import { describePause } from './pause.ts';
import { formatRelayStatus, describeRelayBefore } from './relay-format.ts';
import { formatProxy } from './relay-proxy.ts';
import { addCommand, type CommonOptions, type Registration } from '../registry.ts';

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
      const proxy = await client.call('network.proxy.get', {});
      context.reporter.document({ ...status, network: { ...network, proxy } });
      context.reporter.lines(...formatStatus(status, network, proxy, context.host.clock.now()));
    }),
  );
};

function formatStatus(
  status: AgentStatus,
  network: NetworkView,
  proxy: NetworkProxyView,
  now: number,
): readonly string[] {
  const { device, peers, terminals } = status;
  const count = (number: number, one: string, many: string): string => `${number} ${number === 1 ? one : many}`;
  return [
    ...formatProblems(status),
    ...(status.paused === undefined ? [] : [`Pause      ${describePause(status, now)}`]),
    `Device     ${printable(device.name)}  (${printable(device.shortId)}…)`,
    `Agent      version ${status.version}, pid ${status.pid}, up ${formatDuration(now - status.startedAt)}${serviceText(status)}`,
    formatRelayStatus(status.relay, now).replace(/^Relay:? /, 'Relay      '),
    ...describeRelayBefore(status).map((line) => `           ${line}`),
    ...formatProxy(proxy),
    `Direct     ${describeListener(network)}`,
    `Peers      ${peers.known} known, ${peers.online} online, ${peers.linked} linked`,
    `Terminals  ${terminals.serving} served here, ${terminals.using} used elsewhere`,
    status.approvalsPending === 0
      ? 'Approvals  none waiting'
      : `Approvals  ${count(status.approvalsPending, 'request waits', 'requests wait')}: clawreach approvals, clawreach requests`,
    `Profile    ${status.profile}  (keys in: ${status.secretStore})`,
  ];
}

/** Formats problems of a running agent; printed first. */
function formatProblems({ problems = [] }: AgentStatus): readonly string[] {
  return problems.flatMap(({ code, details }) => {
    const { what, why, next } = commandErrorText(code, code, details);
    return [
      `Problem    ${printable(what)}  [${code}]`,
      `           ${printable(why)}`,
      `           ${printable(next)}`,
    ];
  });
}

const SERVICES = { systemd: 'service of systemd', launchd: 'launch agent', task: 'scheduled task' } as const;

function serviceText({ service }: AgentStatus): string {
  return service === undefined ? '' : `, ${SERVICES[service]}`;
}
