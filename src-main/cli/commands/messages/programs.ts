import type { Command } from 'commander';
import type { ForeignInstanceView } from '#shared/app-api/index.ts';
import { ensureAgent } from '../../control/index.ts';
import { UsageError } from '../../errors.ts';
import { formatTable, headLine, printable } from '../../output/index.ts';
import { addCommand, type CommandContext, type CommonOptions, type Run } from '../registry.ts';

type ProgramsOptions = CommonOptions & Readonly<{ allow?: boolean; ask?: boolean; deny?: boolean; forget?: boolean }>;

const RIGHTS: Readonly<Record<ForeignInstanceView['message'], string>> = {
  allow: 'comes in',
  ask: 'you are asked',
  deny: 'refused',
};

/** Registers `clawreach message programs`, which lists the programs at the relay that aren't paired machines, and decides what they may do. */
export function addPrograms(message: Command, below: Run): void {
  addCommand(message, 'programs', 'list the programs at the relay, or decide if one may write', {
    description:
      'List the programs that exchange messages by the relay without being paired machines, or decide if one of them may write to agents here. ' +
      'The relay alone says who they are: it can read these messages and could write in their name. Their messages wait in the inbox and never go to an ' +
      'agent that acts. What you decide ends when the program gets another key.',
    examples: [
      ['clawreach message programs', ''],
      ['clawreach message programs office-bot --allow', 'its messages come in without a question'],
      ['clawreach message programs office-bot --forget', 'removes it with its messages'],
    ],
  })
    .argument('[program]', 'name or ID of a program, as the list shows it')
    .option('--allow', 'let its messages in')
    .option('--ask', 'ask about each message (default)')
    .option('--deny', 'refuse its messages')
    .option('--forget', 'forget it, with what was decided and its messages')
    .action((name: string | undefined, options: ProgramsOptions) =>
      below(options, async (context) => {
        const wanted = (['allow', 'ask', 'deny', 'forget'] as const).filter((action) => options[action] === true);
        const [action] = wanted;
        if (wanted.length > 1 || (name === undefined && action !== undefined) || (name !== undefined && !action))
          throw wrong('Name a program and one of --allow, --ask, --deny and --forget.');
        const client = await ensureAgent(context);
        if (name === undefined || action === undefined) {
          show(context, await client.call('instances.list', {}));
        } else if (action === 'forget') {
          await client.call('instances.forget', { instance: name });
          context.reporter.document({});
          context.reporter.lines(`Forgot the program ${printable(name)} and its messages.`);
        } else {
          const changed = await client.call('instances.setRight', { instance: name, message: action });
          context.reporter.document(changed);
          context.reporter.lines(`Messages of ${printable(changed.address)}: ${RIGHTS[changed.message]}.`);
        }
      }),
    );
}

function show({ reporter }: CommandContext, programs: readonly ForeignInstanceView[]): void {
  reporter.document(programs);
  if (programs.length === 0) {
    reporter.lines('The relay names no programs.');
    return;
  }
  const [head = '', ...rows] = formatTable(
    [
      { title: 'PROGRAM', least: 8 },
      { title: 'ONLINE', least: 6 },
      { title: 'ITS MESSAGES', least: 12 },
      { title: 'AGENTS', least: 8 },
      { title: 'RELAY', least: 8 },
    ],
    programs.map(({ address, isOnline, message, agents, relay }) => [
      address,
      isOnline ? 'yes' : 'no',
      RIGHTS[message],
      agents === null || agents.length === 0 ? '' : agents.join(', '),
      printable(relay),
    ]),
    reporter.columns,
  );
  reporter.lines(...headLine(reporter.style, head), ...rows);
  reporter.lines(reporter.style.dim('The relay can read messages from and to them, and could write in their name.'));
}

function wrong(reason: string): UsageError {
  return new UsageError('usage.message', reason, { details: { reason } });
}
