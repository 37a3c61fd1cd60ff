import type { ForwardView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import type { Draft } from './draft.ts';
import type { ForwardField, DraftProblem, DraftProblems } from './draft-check.ts';
import { quoteUntrusted } from '../../../ui/index.ts';

export type RuleFieldsProps = Readonly<{
  draft: Draft;
  /** The rule that is edited. */
  before: ForwardView | undefined;
  problems: DraftProblems;
  /** Whether what is wrong with a field is said yet. */
  shows(field: ForwardField): boolean;
  onChange(fields: Partial<Draft>): void;
  /** A field was left: what it holds is whole. */
  onSettle(): void;
  /** A way to the peer of that name is put together and not in use yet; undefined when there is none. */
  onPendingRoute(peer: string | undefined): void;
}>;

/** What a field says is wrong, once it is time to say so. */
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
