import type { Command } from 'commander';
import type { GatewayRequestView } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { ensureAgent } from '../../control/index.ts';
import { formatCountdown, formatTable, headLine, printable } from '../../output/index.ts';
import { chooseGateway, type GatewayOption } from '../gateway/find.ts';
import { answerRequest, approveRequest, requireRequest, type AnswerOptions } from './answer-request.ts';
import { formatRequest, kindWord, outcomeWord, shortId, requestSummary } from './request-format.ts';
import { addCommand, type CommandContext, type CommonOptions, type Registration, type Run } from '../registry.ts';

type ListOptions = CommonOptions & GatewayOption & Readonly<{ all?: boolean }>;

/**
 * Registers `clawreach requests`, whose commands list, answer and watch the requests at gateways through the agent.
 * Each one starts an agent if none is running.
 */
export const addRequests: Registration = (program, run) => {
  const requests: Command = addCommand(program, 'requests', 'show and answer the requests at your gateways', {
    description: [
      'Show and answer the requests at your OpenClaw gateways: new devices, commands of nodes, commands that agents want to run, and programs ' +
        'that a gateway wants to run on this machine. For the requests of your other machines, see `clawreach approvals`.',
      '',
      'You approve exactly what you were shown: if a request changes before you answer, it is not approved.',
    ].join('\n'),
    examples: [
      ['clawreach requests list', 'the requests that are waiting'],
      ['clawreach requests approve 3fa9', 'shows the whole request and asks'],
      ['clawreach requests reject 3fa9 --reason "not today"', ''],
      ['clawreach requests watch', 'shows new requests as they arrive'],
    ],
  }).action((options: CommonOptions) => run(options, (context) => list(context, options)));
  const runBelow: Run = (options, work) => run({ ...requests.opts<CommonOptions>(), ...options }, work);

  addCommand(requests, 'list', 'list the requests of all gateways', {
    examples: [['clawreach requests list --all', 'also show answered requests']],
  })
    .option('--all', 'also show answered requests')
    .option('--gateway <name>', 'only requests of this gateway')
    .action((options: ListOptions) => runBelow(options, (context) => list(context, options)));

  const approve = addCommand(requests, 'approve', 'show a request in full, ask, and approve it', {
    examples: [
      ['clawreach requests approve 3fa9', ''],
      ['clawreach requests approve 3fa9 --always --yes', 'always allows it, without asking'],
    ],
  }).option('--always', 'always allow it, now and whenever the same request comes');
  addAnswerOptions(approve.argument('<id>', 'ID from the list; the first characters are enough')).action(
    (id: string, options: CommonOptions & GatewayOption & AnswerOptions) =>
      runBelow(options, async (context) => {
        const client = await ensureAgent(context);
        const request = await requireRequest(context, client, {}, id);
        return await approveRequest(context, client, request, options);
      }),
  );

  addCommand(requests, 'reject', 'reject a request', { examples: [['clawreach requests reject 3fa9', '']] })
    .argument('<id>', 'ID from the list; the first characters are enough')
    .option('--reason <text>', 'note that stays on this machine')
    .action((id: string, options: CommonOptions & AnswerOptions) =>
      runBelow(options, async (context) => {
        const client = await ensureAgent(context);
        const request = await requireRequest(context, client, {}, id);
        return await answerRequest(context, client, request, 'reject', options.reason);
      }),
    );

  addCommand(requests, 'watch', 'show new and answered requests until Ctrl-C', {
    examples: [['clawreach requests watch --json', 'one JSON object per line']],
  }).action((options: CommonOptions) => runBelow(options, watch));
};

/** Adds `--yes` and `--reason` to a command that answers a request. */
export function addAnswerOptions(command: Command): Command {
  return command
    .option('-y, --yes', "don't ask, for scripts")
    .option('--reason <text>', 'note that stays on this machine');
}

async function list(context: CommandContext, options: ListOptions): Promise<void> {
  const { reporter, host } = context;
  const client = await ensureAgent(context);
  const only = options.gateway === undefined ? undefined : (await chooseGateway(context, client, options.gateway)).id;
  const isShown = (request: GatewayRequestView): boolean => only === undefined || request.gateway === only;
  const all = await client.call('requests.list', { all: options.all === true }, { signal: host.interrupted });
  const waiting = all.waiting.filter(isShown);
  const decided = all.decided.filter(isShown);
  reporter.document(options.all === true ? [...waiting, ...decided] : waiting);
  if (waiting.length + decided.length === 0) {
    reporter.lines('No requests are waiting at your gateways.');
    return;
  }
  const now = host.clock.now();
  const [head = '', ...rows] = formatTable(
    [
      { title: 'ID', least: 8 },
      { title: 'KIND', least: 6 },
      { title: 'GATEWAY', least: 8 },
      { title: 'WHO', least: 8 },
      { title: 'WANTS TO', least: 12 },
      { title: 'STATE' },
    ],
    [
      ...waiting.map((request) => [...cells(request), stateOf(request, now)]),
      ...decided.map((request) => [...cells(request), outcomeWord(request, now)]),
    ],
    reporter.columns,
  );
  reporter.lines(...headLine(reporter.style, head), ...rows);
}

function cells(request: GatewayRequestView): string[] {
  return [
    shortId(request),
    kindWord(request),
    printable(request.gatewayName),
    printable(request.who),
    requestSummary(request),
  ];
}

function stateOf({ expiresAt, missingScopes }: GatewayRequestView, now: number): string {
  const lack = missingScopes.length === 0 ? '' : ', you lack scopes to approve it';
  return `waiting${expiresAt === null ? '' : `, ${formatCountdown(expiresAt - now)} left`}${lack}`;
}

async function watch(context: CommandContext): Promise<void> {
  const { reporter, host } = context;
  const client = await ensureAgent(context);
  const { interrupted } = host;
  let known = new Map<string, GatewayRequestView>();
  const printChanges = (waiting: readonly GatewayRequestView[]): void => {
    const now = new Map(waiting.map((request) => [request.key, request]));
    for (const [key, request] of known) {
      if (now.has(key)) continue;
      reporter.document({ event: 'over', request });
      reporter.lines(
        reporter.style.dim(
          `${shortId(request)}  no longer waiting: ${printable(request.who)}, ${requestSummary(request)}`,
        ),
      );
    }
    for (const [key, request] of now) {
      if (known.has(key)) continue;
      reporter.document({ event: 'waiting', request });
      const [first = '', ...rest] = formatRequest(request, host.clock.now(), reporter.style);
      reporter.lines(`${shortId(request)}  ${first}`, ...rest);
    }
    known = now;
  };
  const off = client.on('requests.changed', printChanges);
  printChanges((await client.call('requests.list', {}, { signal: interrupted })).waiting);
  reporter.note(reporter.noteStyle.dim('Press Ctrl-C to stop. To answer: `clawreach requests approve ID`'));
  const { promise: over, resolve: end } = Promise.withResolvers<'interrupted'>();
  interrupted.addEventListener('abort', () => end('interrupted'), { once: true });
  const why = await Promise.race([client.closed.then(() => 'lost' as const), over]);
  off();
  if (why === 'lost' && !interrupted.aborted) throw new ClawReachError('control.lost', 'the agent has ended');
}
