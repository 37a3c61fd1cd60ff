import type { Grant, RightDecision } from '#shared/app-api/index.ts';
import { formatLocalMinute, type RightEnd } from './right-ends.ts';

export const DECISIONS: readonly RightDecision[] = ['allow', 'ask', 'deny'];

/** What a person has chosen for one right, before it is applied. */
export type RightChoice = Readonly<{
  decision: RightDecision;
  end: RightEnd;
  /** Text of the date field. */
  date: string;
}>;

/** What holds now, as a choice: nothing changes until the person does. */
export function choiceOf(grant: Grant): RightChoice {
  if (grant.expiresAt === null) return { decision: grant.decision, end: 'never', date: '' };
  return { decision: grant.decision, end: 'date', date: formatLocalMinute(grant.expiresAt) };
}

/** To be asked is also what comes after an end, so it has none. */
export function hasEnd(decision: RightDecision): boolean {
  return decision !== 'ask';
}

/** Whether what runs under the right ends with this choice: any other decision than `allow` ends them, when it is another than now. */
export function takesBack(grant: Grant, choice: RightChoice): boolean {
  return choice.decision !== 'allow' && choice.decision !== grant.decision;
}

/** Whether applying would change nothing. */
export function sameChoice(left: RightChoice, right: RightChoice): boolean {
  if (left.decision !== right.decision) return false;
  if (!hasEnd(left.decision)) return true;
  return left.end === right.end && (left.end !== 'date' || left.date === right.date);
}
