import type { ApprovalView, CallInput } from '#shared/app-api/index.ts';
import { ensureAgent } from '../control/index.ts';
import { formatDuration, formatTable, printable } from '../output/index.ts';
import { addCommand, parseWhole, type CommandContext, type CommonOptions, type Registration } from './registry.ts';

type Decision = CallInput<'approvals.decide'>['decision'];

const MOST_ID = 999_999_999;

export const addApprovals: Registration = (program, run) => {
  const approvals = addCommand(program, 'approvals', 'see and answer requests of peers that wait for you', {
    description: [
      'See and answer the requests of peers. A request that nobody answers lapses as refused after two minutes; time never says yes.',
    ].join('\n'),
    examples: [
      ['clawreach approvals', 'what waits'],
      ['clawreach approvals approve 7', 'this once'],
      ['clawreach approvals approve 7 --remember', 'and from now on'],
      ['clawreach approvals refuse 7', 'not now'],
      ['clawreach approvals ignore 7', 'not now and never again'],
    ],
  })
    .option('--all', 'also what was decided')
    .action((options: CommonOptions & { all?: boolean }) =>
      run(options, (context) => list(context, options.all === true)),
    );
  const decide = (
    name: string,
    summary: string,
    decision: Decision,
    example: string,
  ): ReturnType<typeof addCommand> => {
    const command = addCommand(approvals, name, summary, { examples: [[`clawreach approvals ${example}`, '']] });
    return command
      .argument('<id>', 'number of the request', parseWhole(0, MOST_ID))
      .option('--reason <text>', 'why, kept on this device')
      .action((id: number, options: CommonOptions & { remember?: boolean; reason?: string }) =>
        run({ ...approvals.opts<CommonOptions>(), ...options }, async (context) => {
          const client = await ensureAgent(context);
          const approval = await client.call('approvals.decide', {
            id,
            decision,
            ...(options.remember === true ? { remember: true } : {}),
            ...(options.reason === undefined ? {} : { reason: options.reason.slice(0, 512) }),
          });
          context.reporter.document(approval);
          context.reporter.lines(`${describe(approval)}: ${approval.state}`);
        }),
      );
  };
  decide('approve', 'let it happen', 'approve', 'approve 7').option('--remember', 'and allow it from now on');
  decide('refuse', 'refuse this request', 'not-now', 'refuse 7');
  decide('ignore', 'refuse this and all later requests of this peer for this right', 'ignore', 'ignore 7');
};

async function list(context: CommandContext, all: boolean): Promise<void> {
  const client = await ensureAgent(context);
  const approvals = await client.call('approvals.list', { all });
  const { reporter } = context;
  reporter.document(approvals);
  if (approvals.length === 0) {
    reporter.lines('Nothing waits for you.');
    return;
  }
  const now = context.host.clock.now();
  const [head = '', ...rows] = formatTable(
    [{ title: 'ID', align: 'right' }, { title: 'PEER', least: 8 }, { title: 'WANTS', least: 8 }, { title: 'STATE' }],
    approvals.map((approval) => [
      String(approval.id),
      printable(approval.peerName),
      wants(approval),
      approval.state === 'pending' ? `waits, ${formatDuration(approval.expiresAt - now)} left` : approval.state,
    ]),
    reporter.columns,
  );
  reporter.lines(reporter.style.dim(head), ...rows);
}

function wants({ right, detail }: ApprovalView): string {
  return detail === '' ? right : `${right}: ${printable(detail)}`;
}

function describe(approval: ApprovalView): string {
  return `${printable(approval.peerName)}, ${wants(approval)}`;
}
