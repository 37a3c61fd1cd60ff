import {
  type AgentStatus,
  type NetworkProxyView,
  type NetworkView,
  type PlainRelayView,
} from '#shared/app-api/index.ts';
import { commandErrorText } from '#shared/locales/index.ts';
import { viewAgent } from '../../control/index.ts';
import { formatDuration, printable, wrap } from '../../output/index.ts';
import { describeListener } from './network.ts';
import { describePause } from './pause.ts';
import { describeRelayBefore, formatRelayStatus, relayStep } from './relay-format.ts';
import { countMessages, formatMessages, type WaitingMessages } from './waiting-messages.ts';
import { findLeftRunning, formatLeftRunning, type LeftTerminal } from './left-running.ts';
import { formatProxy } from './relay-proxy.ts';
import { plainRelayState, readPlainRelays, RELAY_READS } from '../machines/plain-relay-format.ts';
import { waitingText } from '../../waiting-requests.ts';
import { addCommand, type CommonOptions, type Registration } from '../registry.ts';

/**
 * Registers `clawreach status`, which prints the state of the running agent: relay, network, machines, terminals and
 * requests.
 */
export const addStatus: Registration = (program, run) => {
  addCommand(program, 'status', 'show whether ClawReach is running, its relay and its connections', {
    examples: [
      ['clawreach status', ''],
      ['clawreach status --json', 'the same, for scripts'],
    ],
  }).action((options: CommonOptions) =>
    run(options, async (context) => {
      const client = await viewAgent(context);
      const status = await client.call('status.get', {});
      const network = await client.call('network.get', {});
      const proxy = await client.call('network.proxy.get', {});
      const relays = status.plainRelays === undefined ? [] : await readPlainRelays(client);
      const left = await findLeftRunning(client, context.host.interrupted);
      const messages = await countMessages(client);
      context.reporter.document({
        ...status,
        network: { ...network, proxy },
        messages: messages ?? null,
        leftRunning: left.map(({ word: _word, ...terminal }) => terminal),
      });
      const lines = formatStatus({ status, network, proxy, relays, left, messages }, context.host.clock.now());
      context.reporter.lines(...lines.flatMap((line) => wrapBeside(line, context.reporter.columns)));
    }),
  );
};

/** Width of the labels, and least width of what stands beside them. */
const LABEL = 11;
const LEAST_VALUE = 20;

function formatStatus(
  {
    status,
    network,
    proxy,
    relays,
    left,
    messages,
  }: Readonly<{
    status: AgentStatus;
    network: NetworkView;
    proxy: NetworkProxyView;
    relays: readonly PlainRelayView[];
    left: readonly LeftTerminal[];
    messages: WaitingMessages | undefined;
  }>,
  now: number,
): readonly string[] {
  const { device, peers, terminals } = status;
  return [
    ...formatProblems(status),
    ...(status.paused === undefined ? [] : [`Pause      ${describePause(status, now)}`]),
    `Name       ${printable(device.name)}  (${printable(device.shortId)}…)`,
    `ClawReach  version ${status.version}, pid ${status.pid}, up ${formatDuration(now - status.startedAt)}${serviceText(status)}`,
    formatRelayStatus(status.relay, now).replace(/^Relay:? /, 'Relay      '),
    ...relayStep(status.relay).map((line) => `           ${line}`),
    ...describeRelayBefore(status).map((line) => `           ${line}`),
    ...formatProxy(proxy),
    `Direct     ${describeListener(network)}`,
    `Machines   ${peers.known} paired, ${peers.online} online, ${peers.linked} connected${blockedText(peers.suspended)}`,
    ...relays.map((relay) => `Plain      ${printable(relay.host)}: ${plainRelayState(relay, now)}. ${RELAY_READS}.`),
    `Terminals  ${terminals.serving} open here, ${terminals.using} open on other machines`,
    ...formatLeftRunning(left).map((line) => `           ${line}`),
    ...formatMessages(messages),
    `Approvals  ${waitingText(status) ?? 'none waiting'}`,
    `Profile    ${status.profile}  (keys in: ${status.secretStore})`,
  ];
}

/** Wraps a line of the status; what follows stands below its value. @param columns width of the terminal; 0 for no limit */
function wrapBeside(line: string, columns: number): readonly string[] {
  const [label, value] = [line.slice(0, LABEL), line.slice(LABEL)];
  const width = columns === 0 ? 0 : Math.max(LEAST_VALUE, columns - LABEL);
  return wrap(value, width).map((part, at) => (at === 0 ? label : ' '.repeat(LABEL)) + part);
}

/** Formats the agent's problems, which `status` prints first. */
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

function blockedText(suspended = 0): string {
  return suspended === 0 ? '' : `, ${suspended} blocked (removed from the project): clawreach list`;
}

const SERVICES = { systemd: 'systemd service', launchd: 'launch agent', task: 'scheduled task' } as const;

function serviceText({ service }: AgentStatus): string {
  return service === undefined ? '' : `, ${SERVICES[service]}`;
}
