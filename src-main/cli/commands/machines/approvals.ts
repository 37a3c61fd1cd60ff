import type { ApprovalView, CallInput } from '#shared/app-api/index.ts';
import { ensureAgent } from '../../control/index.ts';
import { formatDuration, formatTable, printable } from '../../output/index.ts';
import { askerText, confirmCommand, factLines, nameText, SHORT_ID, wantedText } from './approval-format.ts';
import { addCommand, parseWhole, type CommandContext, type CommonOptions, type Registration } from '../registry.ts';

type Decision = CallInput<'approvals.decide'>['decision'];

const MAX_ID = 999_999_999;

export const addApprovals: Registration = (program, run) => {
  const approvals = addCommand(program, 'approvals', 'see and answer requests of peers that wait for you', {
    description: [
      "See and answer the requests of peers. A request that you don't answer is declined after two minutes. Nothing is approved automatically.",
      'A request of a peer whose words nobody has confirmed can be refused only: `clawreach confirm` comes first.',
    ].join('\n'),
    examples: [
      ['clawreach approvals', 'what waits'],
      ['clawreach approvals approve 7', 'this once'],
      ['clawreach approvals approve 7 --remember', 'and the right as a whole from now on; of a target, this one'],
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
      .argument('<id>', 'number of the request', parseWhole(0, MAX_ID))
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
          context.reporter.lines(
            `${describe(approval)}: ${approval.state}`,
            ...factLines(approval.facts).map((line) => `  ${line}`),
            ...(options.remember === true && approval.state === 'approved' ? [grantedText(approval)] : []),
          );
        }),
      );
  };
  decide('approve', 'let it happen', 'approve', 'approve 7').option(
    '--remember',
    'and do not ask again: for a target, about this one; for a terminal, a prompt and the like, about any',
  );
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
  // Not cut to the terminal's width, since a person would approve what they can't see.
  const [head = '', ...rows] = formatTable(
    [{ title: 'ID', align: 'right' }, { title: 'PEER' }, { title: 'PEER ID' }, { title: 'STATE' }, { title: 'WANTS' }],
    approvals.map((approval) => [
      String(approval.id),
      approval.uncompared === true
        ? `${nameText(approval.peerName)} (words not compared)`
        : nameText(approval.peerName),
      approval.peerId.slice(0, SHORT_ID),
      approval.state === 'pending' ? `waits, ${formatDuration(approval.expiresAt - now)} left` : approval.state,
      wantedText(approval),
    ]),
    0,
  );
  const indent = ' '.repeat(Math.max(0, head.indexOf('WANTS')));
  reporter.lines(
    reporter.style.dim(head),
    ...rows.flatMap((row, index) => [row, ...factLines(approvals[index]?.facts).map((line) => indent + line)]),
    ...compareFirst(approvals),
  );
}

/** Lists the commands to compare words with peers that must be confirmed first. */
function compareFirst(approvals: readonly ApprovalView[]): readonly string[] {
  const uncompared = approvals.filter((approval) => approval.uncompared === true);
  if (uncompared.length === 0) return [];
  const commands = new Set(uncompared.map(confirmCommand));
  return [
    '',
    'Compare the words first; until then these requests can only be refused:',
    ...[...commands].map((command) => `    ${command}`),
  ];
}

function describe(approval: ApprovalView): string {
  return `${askerText(approval)}, ${wantedText(approval)}`;
}

/** Describes how far a remembered approval reaches, which may be further than the request. */
function grantedText({ right, peerName }: ApprovalView): string {
  const name = printable(peerName);
  switch (right) {
    case 'terminal':
      return `${name} may open any terminal and run any command here from now on, in any folder.`;
    case 'view':
      return `${name} may look on at every terminal that is shared with it from now on.`;
    case 'relay':
      return `${name} may pass through this device to any other one from now on.`;
    case 'prompt':
      return `${name} may use the gateways of this device for anything from now on.`;
    case 'forward':
      return `${name} may use this target from now on, and no other one; clawreach targets shows it.`;
  }
}
