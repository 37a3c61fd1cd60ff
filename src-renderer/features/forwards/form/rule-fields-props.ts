import type { ForwardView } from '#shared/app-api/index.ts';
import type { Draft } from './draft.ts';
import type { Goal } from './goals.ts';
import type { DraftProblems, ForwardField, PortCause } from './draft-check.ts';

/** Properties of `RuleFields`, the fields in the form of a forward. The components for parts of the form take the same. */
export type RuleFieldsProps = Readonly<{
  /** Goal of a new forward; undefined for one that is set up by hand, or edited. */
  goal?: Goal | undefined;
  /** Contents of the form. */
  draft: Draft;
  /** Edited forward as saved; undefined for a new one. */
  before: ForwardView | undefined;
  /** Problems of all fields, including those that aren't shown yet. */
  problems: DraftProblems;
  /** Reason why the local port isn't the proposed one but the next free one; undefined without such a change. */
  moved?: PortCause | undefined;
  /** Reports whether to show a field's problem: only after the person has edited the field or tried to save. */
  shows(field: ForwardField): boolean;
  /** Receives the edited fields. */
  onChange(fields: Partial<Draft>): void;
  /** Called when the focus leaves the target's host, because a port typed there, as in `db.lan:5432`, belongs in the field of the port. */
  onTargetHostBlur(): void;
  /**
   * Receives the name of the peer while its allowed paths are edited but not saved, because the forward can't be saved meanwhile; undefined after.
   */
  onPendingPathMode(peer: string | undefined): void;
}>;
