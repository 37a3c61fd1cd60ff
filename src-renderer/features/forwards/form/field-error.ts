import type { ForwardView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import type { Draft } from './draft.ts';
import type { ForwardField, DraftProblem, DraftProblems } from './draft-check.ts';
import { quoteUntrusted } from '../../../ui/index.ts';

/** Properties shared by the parts of a forward's form. */
export type RuleFieldsProps = Readonly<{
  /** Contents of the form. */
  draft: Draft;
  /** Edited forward as saved; undefined for a new one. */
  before: ForwardView | undefined;
  /** Problems of the form, shown or not. */
  problems: DraftProblems;
  /** Reports whether a field's problem is shown: only after the person has edited the field or tried to save. */
  shows(field: ForwardField): boolean;
  /** Receives the edited fields. */
  onChange(fields: Partial<Draft>): void;
  /** Called when the person leaves the field of the host, so that its value is complete. */
  onSettle(): void;
  /** Receives the name of a peer whose allowed paths are edited but not saved yet, which blocks saving; undefined when none is left. */
  onPendingPathMode(peer: string | undefined): void;
}>;

/** Returns the text under a field that has a problem; undefined without one, or before the problem is shown. */
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
