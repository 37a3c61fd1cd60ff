import type { Grant, RightDecision } from '#shared/app-api/index.ts';
import { formatLocalMinute, type RightEnd } from './right-ends.ts';

export const DECISIONS: readonly RightDecision[] = ['allow', 'ask', 'deny'];

/** Decision for one right before it is applied. */
export type RightChoice = Readonly<{
  decision: RightDecision;
  end: RightEnd;
  /** Text of the date field. */
  date: string;
}>;

/** Converts the current grant into a choice. */
export function choiceOf(grant: Grant): RightChoice {
  if (grant.expiresAt === null) return { decision: grant.decision, end: 'never', date: '' };
  return { decision: grant.decision, end: 'date', date: formatLocalMinute(grant.expiresAt) };
}

/** Reports whether a decision can expire. `ask` can't: it is also what follows an expiry. */
export function hasEnd(decision: RightDecision): boolean {
  return decision !== 'ask';
}

/** Reports whether the choice ends what runs under the right: a changed decision other than `allow` does. */
export function takesBack(grant: Grant, choice: RightChoice): boolean {
  return choice.decision !== 'allow' && choice.decision !== grant.decision;
}

/** Reports whether two choices are equal. */
export function sameChoice(left: RightChoice, right: RightChoice): boolean {
  if (left.decision !== right.decision) return false;
  if (!hasEnd(left.decision)) return true;
  return left.end === right.end && (left.end !== 'date' || left.date === right.date);
}
