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

/** Interval between two looks at the gateway's state, ms. */
const EVERY = 500;

type NodeRunOptions = CommonOptions &
  GatewayOption &
  Readonly<{
    name?: string;
    capability?: readonly (typeof NODE_CAPABILITIES)[number][];
    wait?: boolean;
  }>;

export const addNode: Registration = (program, run) => {
  const node: Command = addCommand(program, 'node', 'let gateways of OpenClaw use this machine as a node', {
    description: [
      'Let gateways of OpenClaw use this machine as a node: run programs, find them, notify you, list folders. Without a command, as `node status`.',
      '',
      'What a gateway wants to run asks you here first, whatever was approved there; `node policy` and `node allow` change that.',
    ].join('\n'),
    examples: [
      ['clawreach node run --gateway home', 'this machine becomes its node'],
      ['clawreach node status', 'how it is, and what to approve where'],
      ['clawreach node runs --follow', 'what runs here for gateways'],
      ['clawreach node allow uptime', 'without a question, with no arguments'],
    ],
  }).action((options: CommonOptions) => run(options, showStatus));
  const runBelow: Run = (options, work) => run({ ...node.opts<CommonOptions>(), ...options }, work);
  addCommand(node, 'status', 'how this machine is as a node, and what to do', {
    examples: [['clawreach node status --json', '']],
  }).action((options: CommonOptions) => runBelow(options, showStatus));
  addRun(node, runBelow);
  addStop(node, runBelow);
  addNodePolicy(node, runBelow);
  addNodeRuns(node, runBelow);
};

function addRun(node: Command, run: Run): void {
  addCommand(node, 'run', 'make this machine a node of a gateway that is known here', {
    description:
      'Make this machine a node of a gateway that is known here, and tell what has to be approved there until it may be used. The agent goes on ' +
      'with it after this command has ended.',
    examples: [
      ['clawreach node run', 'of the only gateway that is known here; says what is pending'],
      ['clawreach node run --wait', 'ends once it is approved, as scripts need it'],
      ['clawreach node run --gateway home --capability system.which fs.listDir', 'only that'],
    ],
  })
    .option('--gateway <name>', 'name or ID of the gateway; optional if there is only one')
    .addOption(new Option('--name <name>', 'what the gateway calls this machine').argParser(parseName))
    .addOption(new Option('--capability <name...>', 'only these').choices(NODE_CAPABILITIES))
    .option('--wait', 'wait until both approvals are given; else say what is pending, and end')
    // Accepted for scripts written for earlier versions, where it had an effect.
    .addOption(new Option('--no-wait', 'do not wait for approvals').hideHelp())
    .action((options: NodeRunOptions) => run(options, (context) => becomeNode(context, options)));
}

function addStop(node: Command, run: Run): void {
  addCommand(node, 'stop', 'this machine is no node of a gateway any more', {
    description:
      'This machine is no node of a gateway any more: its connection ends, and what runs here for the gateway. Its key and the approvals there stay, for another ' +
      '`node run`.',
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
        context.reporter.lines(`This machine is no node of ${gatewayName(view)} any more.`);
      }),
    );
}

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
  let told = '';
  let shown: readonly string[] = [];
  for (;;) {
    const lines = describeNode(view, host.clock.now());
    const { state } = view.node;
    const isDone = state === 'connected' && view.surface.state !== 'pending';
    const { surface, node: role } = view;
    const now = JSON.stringify([state, surface.state, surface.requestId, role.requestId, role.problem?.code]);
    if (now !== told && (state !== 'connecting' || !isWaiting)) {
      reporter.document(view);
      // A gateway reports its state in parts, so lines that were already printed are left out.
      const news = lines.filter((line) => !shown.includes(line));
      reporter.lines(...news.flatMap((line) => wrap(printable(line), reporter.columns)));
      shown = lines;
    }
    told = now;
    if (state === 'stopped') {
      const { code, details } = view.node.problem ?? { code: 'gateway.closed', details: {} };
      throw new ClawReachError(code, 'the node has stopped', { details });
    }
    if (!isDone && !isWaiting && view.node.problem !== null) {
      reporter.note('This machine is its node as soon as the gateway answers: it is tried again by itself.');
      return exitCodeOf(view.node.problem.code);
    }
    if (isDone || state === 'off' || !isWaiting) return EXIT.ok;
    await interruptibleDelay(context, EVERY);
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
    reporter.lines('No gateways are known here. `clawreach gateway add` adds one.');
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
              `Another node of OpenClaw is set up on this machine: ${printable(view.otherNode)}. The gateway shows two.`,
            ];
      return [
        `${reporter.style.bold(printable(view.settings.name))}: ${first}`,
        ...[...rest, ...other].map((line) => `  ${line}`),
      ];
    }),
  );
}
