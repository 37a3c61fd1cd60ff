import { UsageError } from '../errors.ts';
import type { CommandContext } from './context.ts';

/**
 * Asks a question before something that can't be taken back, unless `--yes` is given; returns true for yes. Used by every such command. Never takes what
 * a pipe contains for an answer.
 * @throws {UsageError} `usage.confirm` if there is no terminal to ask in
 */
export async function isConfirmed(
  { prompter, reporter }: CommandContext,
  { yes }: Readonly<{ yes?: boolean | undefined }>,
  question: string,
  declined = 'Nothing was changed.',
): Promise<boolean> {
  if (yes === true) return true;
  if (!prompter.available) throw new UsageError('usage.confirm', 'no one can be asked');
  const sure = await prompter.confirm(question);
  if (!sure) reporter.note(declined);
  return sure;
}
