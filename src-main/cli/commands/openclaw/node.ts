import { Option, type Command } from 'commander';
import { NODE_CAPABILITIES } from '#shared/app-api/index.ts';
import { cleanName } from '#shared/visible-text/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { EXIT, exitCodeOf } from '../../exit-codes.ts';
import { ensureAgent, interruptibleDelay } from '../../control/index.ts';
import { printable, wrap } from '../../output/index.ts';
import { chooseGateway, type GatewayOption } from '../gateway/find.ts';
import { addNodePolicy, POLICY_WORDS } from './node-policy.ts';
import { addNodeRuns } from './node-runs.ts';
import { waitForGateway } from '../gateway/wait.ts';
import { gatewayName } from '../gateway/format.ts';
import { describeNode } from './node-format.ts';
import {
  addCommand,
  parseName,
  type CommandContext,
  type CommonOptions,
  type Registration,
  type Run,
} from '../registry.ts';

/** Interval between two calls that read the gateway's state, ms. */
const POLL_INTERVAL = 500;

type NodeRunOptions = CommonOptions &
  GatewayOption &
  Readonly<{
    name?: string;
    capability?: readonly (typeof NODE_CAPABILITIES)[number][];
    wait?: boolean;
  }>;

/**
 * Registers `clawreach node`, whose commands make this machine a node of a gateway and show its state. The agent keeps
 * the connection; each command starts an agent if none is running.
 */
export const addNode: Registration = (program, run) => {
  const node: Command = addCommand(program, 'node', 'offer this machine to OpenClaw gateways as a node', {
    description: [
      'Offer this machine to OpenClaw gateways as a node: a machine on which their agents run programs, find programs, show notifications and list ' +
        'folders. Without a command, shows the state.',
      '',
      "You're asked on this machine before a gateway runs a program, whatever was approved at the gateway. To change that: `node policy`, " +
        '`node allow`.',
    ].join('\n'),
    examples: [
      ['clawreach node run --gateway home', 'makes this machine its node'],
      ['clawreach node status', 'its state, and what still needs approval'],
      ['clawreach node runs --follow', 'programs that gateways run here'],
      ['clawreach node allow uptime', 'lets gateways run it without asking'],
    ],
  }).action((options: CommonOptions) => run(options, showStatus));
  const runBelow: Run = (options, work) => run({ ...node.opts<CommonOptions>(), ...options }, work);
  addCommand(node, 'status', 'show the state of this machine as a node, and what to do', {
    examples: [['clawreach node status --json', '']],
  }).action((options: CommonOptions) => runBelow(options, showStatus));
  addRun(node, runBelow);
  addStop(node, runBelow);
  addNodePolicy(node, runBelow);
  addNodeRuns(node, runBelow);
};

function addRun(node: Command, run: Run): void {
  addCommand(node, 'run', 'make this machine a node of one of your gateways', {
    description:
      'Make this machine a node of one of your gateways, and show what still needs approval there. This machine stays a node after the command ' +
      'has ended, until `clawreach node stop`.',
    examples: [
      ['clawreach node run', 'for your only gateway; shows what needs approval'],
      ['clawreach node run --wait', 'waits until everything is approved, for scripts'],
      ['clawreach node run --gateway home --capability system.which fs.listDir', 'offers only these'],
    ],
  })
    .option('--gateway <name>', 'name or ID of the gateway; optional if there is only one')
    .addOption(new Option('--name <name>', 'name of this machine at the gateway').argParser(parseName))
    .addOption(new Option('--capability <name...>', 'offer only these').choices(NODE_CAPABILITIES))
    .option('--wait', 'wait until both approvals are given, instead of only showing what is pending')
    // Accepted for scripts written for earlier versions, where it had an effect.
    .addOption(new Option('--no-wait', "don't wait for approvals").hideHelp())
    .action((options: NodeRunOptions) => run(options, (context) => becomeNode(context, options)));
}

function addStop(node: Command, run: Run): void {
  addCommand(node, 'stop', 'stop being a node of a gateway', {
    description:
      'Stop being a node of a gateway: the connection is closed, and programs that the gateway runs here are ended. The key and the approvals ' +
      'at the gateway are kept for the next `node run`.',
    examples: [['clawreach node stop --gateway home', '']],
  })
    .option('--gateway <name>', 'name or ID of the gateway; optional if there is only one')
    .action((options: CommonOptions & GatewayOption) =>
      run(options, async (context) => {
        const client = await ensureAgent(context);
        const { id, settings } = await chooseGateway(context, client, options.gateway);
        const next = { ...settings, node: { ...settings.node, enabled: false } };
        const view = await client.call('gateways.update', { gateway: id, settings: next });
        context.reporter.document(view);
        context.reporter.lines(`This machine is no longer a node of ${gatewayName(view)}.`);
      }),
    );
}

/**
 * Enables the node in the agent and prints each change until its connection needs a person, or with `--wait` until
 * everything is approved. Returns the exit code.
 */
async function becomeNode(context: CommandContext, options: NodeRunOptions): Promise<number> {
  const { reporter, host } = context;
  const client = await ensureAgent(context);
  const { id, settings } = await chooseGateway(context, client, options.gateway);
  const { name, capability: wanted } = options;
  const capabilities =
    wanted ?? (settings.node.capabilities.length === 0 ? NODE_CAPABILITIES : settings.node.capabilities);
  const next = {
    enabled: true,
    name: cleanName(name ?? '') || settings.node.name,
    capabilities: NODE_CAPABILITIES.filter((one) => capabilities.includes(one)),
  };
  await client.call('gateways.update', { gateway: id, settings: { ...settings, node: next } });
  const isWaiting = options.wait === true;
  let view = await waitForGateway(context, client, id);
  let printed = '';
  let shown: readonly string[] = [];
  for (;;) {
    const lines = describeNode(view, host.clock.now());
    const { state } = view.node;
    const isDone = state === 'connected' && view.surface.state !== 'pending';
    const { surface, node: role } = view;
    const now = JSON.stringify([state, surface.state, surface.requestId, role.requestId, role.problem?.code]);
    if (now !== printed && (state !== 'connecting' || !isWaiting)) {
      reporter.document(view);
      // A gateway reports its state in parts, so lines that were already printed are left out.
      const news = lines.filter((line) => !shown.includes(line));
      reporter.lines(...news.flatMap((line) => wrap(printable(line), reporter.columns)));
      shown = lines;
    }
    printed = now;
    if (state === 'stopped') {
      const { code, details } = view.node.problem ?? { code: 'gateway.closed', details: {} };
      throw new ClawReachError(code, 'the node has stopped', { details });
    }
    if (!isDone && !isWaiting && view.node.problem !== null) {
      reporter.note('This machine becomes its node as soon as the gateway answers. Retrying automatically.');
      return exitCodeOf(view.node.problem.code);
    }
    if (isDone || state === 'off' || !isWaiting) return EXIT.ok;
    await interruptibleDelay(context, POLL_INTERVAL);
    // The agent continues after Ctrl-C.
    if (host.interrupted.aborted) return EXIT.ok;
    view = await chooseGateway(context, client, id);
  }
}

async function showStatus(context: CommandContext): Promise<void> {
  const { reporter, host } = context;
  const client = await ensureAgent(context);
  const views = await client.call('gateways.list', {});
  const { default: policy } = await client.call('node.policy.get', {});
  reporter.document({
    policy,
    gateways: views.map(({ id, settings, node, surface, otherNode }) => ({
      id,
      gateway: settings.name,
      ...settings.node,
      node,
      surface,
      otherNode,
    })),
  });
  if (views.length === 0) {
    reporter.lines('No gateways yet. Add one with `clawreach gateway add ADDRESS`.');
    return;
  }
  const now = host.clock.now();
  reporter.lines(
    POLICY_WORDS[policy],
    ...views.flatMap((view) => {
      const [first = '', ...rest] = describeNode(view, now);
      const other =
        view.otherNode === null || view.node.state === 'off'
          ? []
          : [
              `Another OpenClaw node is set up on this machine (${printable(view.otherNode)}). With both, the gateway sees this machine twice.`,
            ];
      return [
        `${reporter.style.bold(printable(view.settings.name))}: ${first}`,
        ...[...rest, ...other].map((line) => `  ${line}`),
      ];
    }),
  );
}
