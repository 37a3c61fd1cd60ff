import type { Command } from 'commander';
import type { CallInput } from '#shared/app-api/index.ts';
import { splitAddress } from '#shared/message-api/index.ts';
import { ensureAgent, isConfirmed } from '../../control/index.ts';
import { UsageError } from '../../errors.ts';
import { EXIT } from '../../exit-codes.ts';
import { printable } from '../../output/index.ts';
import { addCommand, type CommandContext, type CommonOptions, type Run } from '../registry.ts';
import { parseAgentName, parseMessageId, requireAgent } from './arguments.ts';

type DiscardOptions = CommonOptions & Readonly<{ from?: string; agent?: string; all?: boolean; yes?: boolean }>;
type Choice = Omit<CallInput<'messages.discard'>, 'countOnly'>;

/** Registers `clawreach message discard`, which frees room in the inbox: it discards messages that no one has taken. */
export function addDiscard(message: Command, below: Run): void {
  addCommand(message, 'discard', 'discard messages that no one has taken', {
    description:
      'Discard messages that wait here and that no one has taken: one, or all of a machine, of an agent there, or to an agent of this machine. ' +
      'No program gets them any more, and their senders are told that they were discarded (state expired). Asks first.',
    examples: [
      ['clawreach message discard 7f3a9c0d21e84b65a1c2d3e4f5061728', 'this one'],
      ['clawreach message discard --from office', 'all of a machine'],
      ['clawreach message discard --from office/coder --agent tester --yes', "doesn't ask, for scripts"],
    ],
  })
    .argument('[id]', 'ID of one message', parseMessageId)
    .option('--from <address>', 'all of MACHINE, or of MACHINE/AGENT; ./AGENT for one of this machine')
    .option('--agent <name>', 'all to this agent', parseAgentName)
    .option('--all', 'all that wait')
    .option('-y, --yes', "don't ask")
    .action((id: string | undefined, options: DiscardOptions) =>
      below(options, (context) => discard(context, id, options)),
    );
}

async function discard(
  context: CommandContext,
  id: string | undefined,
  { from, agent, all = false, yes }: DiscardOptions,
): Promise<number> {
  const { reporter } = context;
  const isChosen = from !== undefined || agent !== undefined;
  // Which of them counts would be a guess.
  if ([id !== undefined, isChosen, all].filter(Boolean).length !== 1)
    throw wrong('Name one message by its ID, or use --from and --agent, or --all.');
  const client = await ensureAgent(context);
  if (agent !== undefined) await requireAgent(client, agent);
  const choice: Choice = {
    ...(id === undefined ? {} : { id }),
    ...(from === undefined ? {} : senderOf(from)),
    ...(agent === undefined ? {} : { agent }),
    ...(all ? { all } : {}),
  };
  const { count } = await client.call('messages.discard', { ...choice, countOnly: true });
  if (count === 0) {
    reporter.document({ count });
    reporter.lines(
      id === undefined
        ? 'There is nothing to discard: no such messages wait.'
        : 'There is nothing to discard: someone has taken it, or it has ended.',
    );
    return EXIT.ok;
  }
  const what = `${count === 1 ? '1 message' : `${count} messages`}${from === undefined ? '' : ` of ${printable(from)}`}`;
  const question = `Discard ${what} that no one has taken? ${count === 1 ? 'Its sender is' : 'Their senders are'} told, and you can't undo it.`;
  if (!(await isConfirmed(context, { yes }, question))) return EXIT.failure;
  const discarded = await client.call('messages.discard', choice);
  reporter.document(discarded);
  reporter.lines(`Discarded ${discarded.count === 1 ? '1 message' : `${discarded.count} messages`}.`);
  return EXIT.ok;
}

/** Returns the sender that an address names: a machine or program with all its agents, or one of them. @throws {UsageError} `usage.message` */
function senderOf(from: string): Pick<Choice, 'peer' | 'other'> {
  const { machine: peer = from, agent: other } = from.includes('/') ? (splitAddress(from) ?? {}) : {};
  if (from.includes('/') && other === undefined) throw wrong('An address is MACHINE or MACHINE/AGENT.');
  return other === undefined ? { peer } : { peer, other };
}

function wrong(reason: string): UsageError {
  return new UsageError('usage.message', reason, { details: { reason } });
}
