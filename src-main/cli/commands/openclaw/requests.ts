import type { Command } from 'commander';
import type { GatewayRequestView } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { ensureAgent } from '../../control/index.ts';
import { formatCountdown, formatTable, printable } from '../../output/index.ts';
import { chooseGateway, type GatewayOption } from '../gateway/find.ts';
import { answerRequest, approveRequest, requireRequest, type AnswerOptions } from './answer-request.ts';
import { formatRequest, kindWord, outcomeWord, shortId, requestSummary } from './request-format.ts';
import { addCommand, type CommandContext, type CommonOptions, type Registration, type Run } from '../registry.ts';

type ListOptions = CommonOptions & GatewayOption & Readonly<{ all?: boolean }>;

export const addRequests: Registration = (program, run) => {
  const requests: Command = addCommand(program, 'requests', 'see and answer what waits for you at gateways', {
    description: [
      'See and answer what waits at gateways of OpenClaw: devices, commands of nodes, what their agents want to run, and what a gateway wants to run ' +
        'on this machine. Requests of peers are elsewhere: `clawreach approvals`.',
      '',
      'An answer holds for what was shown: if a request changes meanwhile, nothing is answered.',
    ].join('\n'),
    examples: [
      ['clawreach requests list', 'what waits'],
      ['clawreach requests approve 3fa9', 'shows it in full and asks'],
      ['clawreach requests reject 3fa9 --reason "not today"', ''],
      ['clawreach requests watch', 'tells what comes and goes'],
    ],
  }).action((options: CommonOptions) => run(options, (context) => list(context, options)));
  const runBelow: Run = (options, work) => run({ ...requests.opts<CommonOptions>(), ...options }, work);

  addCommand(requests, 'list', 'what waits, of all gateways', {
    examples: [['clawreach requests list --all', 'also what was decided']],
  })
    .option('--all', 'also what was decided')
    .option('--gateway <name>', 'of this gateway only')
    .action((options: ListOptions) => runBelow(options, (context) => list(context, options)));

  const approve = addCommand(requests, 'approve', 'show a request in full, ask, and approve it', {
    examples: [
      ['clawreach requests approve 3fa9', ''],
      ['clawreach requests approve 3fa9 --always --yes', 'for good, without a question'],
    ],
  }).option('--always', 'now and whenever the same is asked');
  addAnswerOptions(approve.argument('<id>', 'as the list shows it; its beginning is enough')).action(
    (id: string, options: CommonOptions & GatewayOption & AnswerOptions) =>
      runBelow(options, async (context) => {
        const client = await ensureAgent(context);
        const request = await requireRequest(context, client, {}, id);
        return await approveRequest(context, client, request, options);
      }),
  );

  addCommand(requests, 'reject', 'refuse a request', { examples: [['clawreach requests reject 3fa9', '']] })
    .argument('<id>', 'as the list shows it; its beginning is enough')
    .option('--reason <text>', 'why, kept on this device')
    .action((id: string, options: CommonOptions & AnswerOptions) =>
      runBelow(options, async (context) => {
        const client = await ensureAgent(context);
        const request = await requireRequest(context, client, {}, id);
        return await answerRequest(context, client, request, 'reject', options.reason);
      }),
    );

  addCommand(requests, 'watch', 'tell what comes and goes until you interrupt', {
    examples: [['clawreach requests watch --json', 'one document per line']],
  }).action((options: CommonOptions) => runBelow(options, watch));
};

export function addAnswerOptions(command: Command): Command {
  return command.option('-y, --yes', 'do not ask; for scripts').option('--reason <text>', 'why, kept on this device');
}

async function list(context: CommandContext, options: ListOptions): Promise<void> {
  const { reporter, host } = context;
  const client = await ensureAgent(context);
  const only = options.gateway === undefined ? undefined : (await chooseGateway(context, client, options.gateway)).id;
  const isShown = (request: GatewayRequestView): boolean => only === undefined || request.gateway === only;
  const all = await client.call('requests.list', { all: options.all === true }, { signal: host.interrupted });
  const waiting = all.waiting.filter(isShown);
  const decided = all.decided.filter(isShown);
  reporter.document(options.all === true ? { waiting, decided } : waiting);
  if (waiting.length + decided.length === 0) {
    reporter.lines('Nothing waits for you at gateways.');
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
  reporter.lines(reporter.style.dim(head), ...rows);
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
  const lack = missingScopes.length === 0 ? '' : ', not yours to approve';
  return `waits${expiresAt === null ? '' : `, ${formatCountdown(expiresAt - now)} left`}${lack}`;
}

async function watch(context: CommandContext): Promise<void> {
  const { reporter, host } = context;
  const client = await ensureAgent(context);
  const { interrupted } = host;
  let known = new Map<string, GatewayRequestView>();
  const tell = (waiting: readonly GatewayRequestView[]): void => {
    const now = new Map(waiting.map((request) => [request.key, request]));
    for (const [key, request] of known) {
      if (now.has(key)) continue;
      reporter.document({ event: 'over', request });
      reporter.lines(
        reporter.style.dim(`${shortId(request)}  waits no more: ${printable(request.who)}, ${requestSummary(request)}`),
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
  const off = client.on('requests.changed', tell);
  tell((await client.call('requests.list', {}, { signal: interrupted })).waiting);
  reporter.note(reporter.noteStyle.dim('Ctrl-C ends this; answers are given with `clawreach requests approve ID`.'));
  const { promise: over, resolve: end } = Promise.withResolvers<'interrupted'>();
  interrupted.addEventListener('abort', () => end('interrupted'), { once: true });
  const why = await Promise.race([client.closed.then(() => 'lost' as const), over]);
  off();
  if (why === 'lost' && !interrupted.aborted) throw new ClawReachError('control.lost', 'the agent is gone');
}
