import type { Grant, RightDecision } from '#shared/app-api/index.ts';
import { formatLocalMinute, type RightEnd } from './right-ends.ts';

/** Decisions for a right, in the order in which the permissions dialog offers them. */
export const DECISIONS: readonly RightDecision[] = ['allow', 'ask', 'deny'];

/** Decision for one right as the permissions dialog shows it, before it is applied. */
export type RightChoice = Readonly<{
  decision: RightDecision;
  end: RightEnd;
  /** Text of the date field, local `YYYY-MM-DDTHH:MM`; empty unless `end` is `date`. */
  date: string;
}>;

/** Converts the current grant of a right into a choice. */
export function choiceOf(grant: Grant): RightChoice {
  if (grant.expiresAt === null) return { decision: grant.decision, end: 'never', date: '' };
  return { decision: grant.decision, end: 'date', date: formatLocalMinute(grant.expiresAt) };
}

/** Reports whether a decision can have an end. `ask` can't: after any end, the machine asks. */
export function hasEnd(decision: RightDecision): boolean {
  return decision !== 'ask';
}

/** Reports whether applying the choice ends terminals or connections that the right allows now. A change to `ask` or `deny` does. */
export function revokes(grant: Grant, choice: RightChoice): boolean {
  return choice.decision !== 'allow' && choice.decision !== grant.decision;
}

/** Reports whether two choices have the same effect. */
export function sameChoice(left: RightChoice, right: RightChoice): boolean {
  if (left.decision !== right.decision) return false;
  if (!hasEnd(left.decision)) return true;
  return left.end === right.end && (left.end !== 'date' || left.date === right.date);
}
