import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import type { AppApiClient, GatewayNodeView, GatewayView } from '#shared/app-api/index.ts';
import { ensureAgent, isConfirmed } from '../../control/index.ts';
import { EXIT } from '../../exit-codes.ts';
import { formatBinaryBytes, formatTable, formatTime, headLine, parseDuration, printable } from '../../output/index.ts';
import { findDeviceOrNode } from './find-device-or-node.ts';
import { addGatewayOption, withGateway, printResult } from './devices.ts';
import { chooseGateway, type GatewayOption } from './find.ts';
import { answerRequest, approveRequest, requireRequest, type AnswerOptions } from '../openclaw/answer-request.ts';
import { addAnswerOptions } from '../openclaw/requests.ts';
import { lastWord } from '../machines/peer-format.ts';
import { addCommand, type CommandContext, type CommonOptions, type Registration, type Run } from '../registry.ts';

type Options = CommonOptions & GatewayOption;
type InvokeOptions = Options & Readonly<{ params?: Readonly<Record<string, unknown>>; timeout?: number }>;

const ID = 'name of the node, its ID, or the first characters of the ID';

/**
 * Registers `clawreach nodes`, whose commands list, approve, change and use the nodes of a gateway through the agent's
 * operator connection. Each one starts an agent if none is running.
 */
export const addNodes: Registration = (program, run) => {
  const nodes: Command = addGatewayOption(
    addCommand(program, 'nodes', 'manage the nodes of a gateway and their commands', {
      description:
        'Manage the nodes of an OpenClaw gateway: machines that run commands for it. A node needs two approvals: one as a device, one for its ' +
        'commands. Without a command, lists them. For this machine as a node, see `clawreach node`.',
      examples: [
        ['clawreach nodes status', 'with load, memory and disk'],
        ['clawreach nodes approve nas', 'shows its commands and asks'],
        ['clawreach nodes invoke nas system.which --params \'{"bins":["git"]}\'', ''],
      ],
    }),
  ).action((options: Options) => run(options, withGateway(options, list)));
  // Options before the command below the group count too.
  const below = (options: Options): Options => ({ ...nodes.opts<Options>(), ...options });
  const runBelow: Run = (options, work) => run({ ...nodes.opts<CommonOptions>(), ...options }, work);
  const command = (name: string, summary: string, examples: readonly (readonly [string, string])[]): Command =>
    addGatewayOption(addCommand(nodes, name, summary, { examples }));

  command('list', 'list the nodes of a gateway', [['clawreach nodes list --json', '']]).action((options: Options) =>
    runBelow(options, withGateway(below(options), list)),
  );
  command('status', 'show nodes with their commands, load, memory and disk', [['clawreach nodes status', '']])
    .argument('[id]', ID)
    .action((id: string | undefined, options: Options) =>
      runBelow(
        options,
        withGateway(below(options), async (context, client, gateway) => await status(context, client, gateway, id)),
      ),
    );
  addAnswerOptions(
    command('approve', 'show the commands that a node offers, ask, and approve them', [
      ['clawreach nodes approve nas', ''],
      ['clawreach nodes approve 2c47 --yes', 'for scripts'],
    ]).argument('<id>', 'ID of the request or the node, or its name'),
  ).action((id: string, options: Options & AnswerOptions) =>
    runBelow(options, async (context) => {
      const client = await ensureAgent(context);
      return await approveRequest(context, client, await requestOf(context, client, id, below(options)), options);
    }),
  );
  command('reject', 'reject the commands that a node offers', [['clawreach nodes reject nas', '']])
    .argument('<id>', 'ID of the request or the node, or its name')
    .option('--reason <text>', 'note that stays on this machine')
    .action((id: string, options: Options & AnswerOptions) =>
      runBelow(options, async (context) => {
        const client = await ensureAgent(context);
        const request = await requestOf(context, client, id, below(options));
        return await answerRequest(context, client, request, 'reject', options.reason);
      }),
    );
  command('rename', 'rename a node at the gateway', [['clawreach nodes rename nas attic-nas', '']])
    .argument('<id>', ID)
    .argument('<name>', 'new name, up to 64 characters')
    .action((id: string, name: string, options: Options) =>
      runBelow(
        options,
        withGateway(below(options), async (context, client, gateway) => {
          const node = await nodeOf(context, client, gateway, id);
          await client.call('nodes.rename', { gateway: gateway.id, node: node.nodeId, name });
          printResult(
            context,
            { renamed: node.nodeId, name },
            `${printable(node.name)} is now called ${printable(name)}.`,
          );
        }),
      ),
    );
  command('remove', 'remove a node from the gateway; to come back, it needs both approvals again', [
    ['clawreach nodes remove nas --yes', ''],
  ])
    .argument('<id>', ID)
    .option('-y, --yes', "don't ask, for scripts")
    .action((id: string, options: Options & AnswerOptions) =>
      runBelow(
        options,
        withGateway(below(options), async (context, client, gateway) => {
          const node = await nodeOf(context, client, gateway, id);
          if (!(await isConfirmed(context, options, `Remove ${printable(node.name)} as a node?`))) return EXIT.failure;
          await client.call('nodes.remove', { gateway: gateway.id, node: node.nodeId });
          printResult(context, { removed: node.nodeId }, `${printable(node.name)} is no longer a node.`);
          return EXIT.ok;
        }),
      ),
    );
  command('invoke', 'run a command of a node', [
    ['clawreach nodes invoke nas system.which --params \'{"bins":["git"]}\'', ''],
    [
      'clawreach nodes invoke nas system.run --params \'{"command":["uptime"]}\' --timeout 10s',
      'if the node allows it',
    ],
  ])
    .argument('<id>', ID)
    .argument('<command>', 'command that the node offers')
    .option('--params <json>', 'parameters of the command, a JSON object', parseParams)
    .option('--timeout <duration>', 'longest wait, such as 10s or 5m (default: 30s)', parseTimeout)
    .action((id: string, name: string, options: InvokeOptions) =>
      runBelow(
        options,
        withGateway(below(options), async (context, client, gateway) => {
          const node = await nodeOf(context, client, gateway, id);
          const { params = {}, timeout } = options;
          const { payload } = await client.call(
            'nodes.invoke',
            {
              gateway: gateway.id,
              node: node.nodeId,
              command: name,
              params,
              ...(timeout === undefined ? {} : { timeout }),
            },
            { signal: context.host.interrupted },
          );
          context.reporter.document({ payload });
          context.reporter.lines(...(JSON.stringify(payload, undefined, 2) ?? 'null').split('\n').map(printable));
        }),
      ),
    );
};

async function requestOf(context: CommandContext, client: AppApiClient, id: string, { gateway }: GatewayOption) {
  const only = gateway === undefined ? {} : { gateway: (await chooseGateway(context, client, gateway)).id };
  return await requireRequest(context, client, { kind: 'node', ...only }, id);
}

async function nodeOf(
  { host }: CommandContext,
  client: AppApiClient,
  gateway: GatewayView,
  reference: string,
): Promise<GatewayNodeView> {
  const all = await client.call('nodes.list', { gateway: gateway.id }, { signal: host.interrupted });
  return findDeviceOrNode(all, reference, 'node', ({ nodeId, name }) => ({ id: nodeId, names: [name] }));
}

async function list(context: CommandContext, client: AppApiClient, gateway: GatewayView): Promise<void> {
  const { reporter, host } = context;
  const all = await client.call('nodes.list', { gateway: gateway.id }, { signal: host.interrupted });
  reporter.document(all);
  if (all.length === 0) {
    reporter.lines('The gateway has no nodes. To make a machine its node: `clawreach gateway handover --setup-code`');
    return;
  }
  const now = host.clock.now();
  const [head = '', ...rows] = formatTable(
    [
      { title: 'ID', least: 8 },
      { title: 'NAME', least: 8 },
      { title: 'STATE', least: 8 },
      { title: 'COMMANDS', least: 12 },
      { title: 'WAITING' },
    ],
    all.map((node) => [
      node.nodeId.slice(0, 8),
      `${printable(node.name)}${node.self ? ' (this machine)' : ''}`,
      stateOf(node, now),
      node.commands.map(printable).join(', ') || '-',
      node.waitingCommands.map(printable).join(', ') || '-',
    ]),
    reporter.columns,
  );
  reporter.lines(...headLine(reporter.style, head), ...rows);
}

async function status(
  context: CommandContext,
  client: AppApiClient,
  gateway: GatewayView,
  id: string | undefined,
): Promise<void> {
  const { reporter, host } = context;
  const all =
    id === undefined
      ? await client.call('nodes.list', { gateway: gateway.id }, { signal: host.interrupted })
      : [await nodeOf(context, client, gateway, id)];
  reporter.document(all);
  if (all.length === 0) reporter.lines('The gateway has no nodes.');
  const now = host.clock.now();
  for (const node of all) {
    reporter.lines(
      reporter.style.bold(`${printable(node.name)}${node.self ? ' (this machine)' : ''}`),
      `  State     ${stateOf(node, now)}, ${APPROVALS[node.approval]}`,
      `  ID        ${node.nodeId}`,
      ...(node.platform === null ? [] : [`  System    ${printable(`${node.platform} ${node.version ?? ''}`.trim())}`]),
      `  Commands  ${node.commands.map(printable).join(', ') || 'none'}`,
      ...(node.waitingCommands.length === 0
        ? []
        : [
            `  Waiting   ${node.waitingCommands.map(printable).join(', ')}`,
            `            clawreach nodes approve ${lastWord(node.nodeId.slice(0, 8))}`,
          ]),
      ...hostLines(node.host),
    );
  }
}

const APPROVALS: Readonly<Record<GatewayNodeView['approval'], string>> = {
  unapproved: 'offers no commands',
  'pending-approval': 'commands waiting for approval',
  'pending-reapproval': 'more commands waiting for approval',
  approved: 'approved',
};

function stateOf({ connected, lastSeenAt }: GatewayNodeView, now: number): string {
  if (connected) return 'connected';
  return lastSeenAt === null ? 'never seen' : `seen ${formatTime(lastSeenAt, now)}`;
}

function hostLines(stats: GatewayNodeView['host']): string[] {
  if (stats === null) return [];
  const { cpuCount, load, memoryFree, memoryTotal, diskFree, diskTotal } = stats;
  const parts = [
    ...(load === null
      ? []
      : [`load ${Math.round(load * 100)} %${cpuCount === null ? '' : ` of ${cpuCount} processors`}`]),
    ...(memoryFree === null || memoryTotal === null
      ? []
      : [`${formatBinaryBytes(memoryFree)} of ${formatBinaryBytes(memoryTotal)} memory free`]),
    ...(diskFree === null || diskTotal === null
      ? []
      : [`${formatBinaryBytes(diskFree)} of ${formatBinaryBytes(diskTotal)} disk free`]),
  ];
  return parts.length === 0 ? [] : [`  Machine   ${parts.join(', ')}`];
}

function parseParams(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  } catch {
    // The lines below report it.
  }
  throw new InvalidArgumentError('Expected a JSON object.');
}

function parseTimeout(text: string): number {
  const value = parseDuration(text);
  if (value < 100 || value > 600_000) throw new InvalidArgumentError('Expected at most 10m.');
  return value;
}
