import { joinSentences, text } from '../../../locale/index.ts';
import { explainForward } from '../list/forward-status.ts';
import type { DraftProblem, ForwardField } from './draft-check.ts';
import { quoteUntrusted } from '../../../ui/index.ts';
import type { RuleFieldsProps } from './rule-fields-props.ts';

/**
 * Returns the error text to show under a field of a forward's form, in the window's language; undefined if the field has no problem or its problem
 * isn't shown yet.
 */
export function fieldError(
  { problems, shows }: Pick<RuleFieldsProps, 'problems' | 'shows'>,
  field: ForwardField,
): string | undefined {
  const problem = problems[field];
  if (problem === undefined) return undefined;
  // The program that holds a port isn't the person's doing: it is named at once.
  return shows(field) || problem.kind === 'port-unusable' ? describe(problem) : undefined;
}

function describe(problem: DraftProblem): string {
  if (problem.kind === 'port-unusable') return explainForward({ ...problem.cause, at: 0 }).what;
  if (problem.kind === 'folder-unusable') {
    const { what, next } = explainForward({ ...problem.cause, at: 0 });
    return problem.cause.code === 'folder.missing' ? what : joinSentences(what, next);
  }
  if (problem.kind === 'port-taken') return text('forwards.wrong.port-taken', { name: quoteUntrusted(problem.name) });
  if (problem.kind === 'hosts-invalid')
    return text('forwards.wrong.hosts-invalid', { name: quoteUntrusted(problem.name) });
  return text(`forwards.wrong.${problem.kind}`);
}
