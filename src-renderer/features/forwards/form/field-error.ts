import type { ForwardView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import type { Draft } from './draft.ts';
import type { ForwardField, DraftProblem, DraftProblems } from './draft-check.ts';
import { quoteUntrusted } from '../../../ui/index.ts';

export type RuleFieldsProps = Readonly<{
  draft: Draft;
  /** Edited rule. */
  before: ForwardView | undefined;
  problems: DraftProblems;
  /** Reports whether a field's problem is shown yet. */
  shows(field: ForwardField): boolean;
  onChange(fields: Partial<Draft>): void;
  /** A field was left, so its value is complete. */
  onSettle(): void;
  /** Name of the peer whose route is being edited and not in use yet; undefined without one. */
  onPendingRoute(peer: string | undefined): void;
}>;

/** Returns the error text of a field, if it is shown yet. */
export function fieldError(
  { problems, shows }: Pick<RuleFieldsProps, 'problems' | 'shows'>,
  field: ForwardField,
): string | undefined {
  const problem = problems[field];
  return problem === undefined || !shows(field) ? undefined : describe(problem);
}

function describe(problem: DraftProblem): string {
  if (problem.kind === 'port-taken') return text('forwards.wrong.port-taken', { name: quoteUntrusted(problem.name) });
  if (problem.kind === 'hosts-invalid')
    return text('forwards.wrong.hosts-invalid', { name: quoteUntrusted(problem.name) });
  return text(`forwards.wrong.${problem.kind}`);
}
