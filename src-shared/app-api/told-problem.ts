import type { ForwardProblem } from './schemas/forward-schema.ts';

const AWAY: ReadonlySet<string> = new Set(['forward.peer-away', 'forward.linking']);

/** The problem whose words a person is to read: a hop that is missing or says no, or choices that differ, rather than an absent peer. */
export function toldProblem<Problem extends Pick<ForwardProblem, 'code' | 'details'>>(problem: Problem): Problem {
  const { reason } = problem.details;
  if (AWAY.has(problem.code) && typeof reason === 'string' && reason.startsWith('link.peer-'))
    return { ...problem, code: reason };
  if (hopOfProblem(problem) === undefined || typeof reason !== 'string') return problem;
  return { ...problem, code: reason };
}

/** The device on the way that a rule's problem is about; undefined where it is about none. */
export function hopOfProblem({ code, details }: Pick<ForwardProblem, 'code' | 'details'>): string | undefined {
  const { hop, reason } = details;
  const isOfTheWay = AWAY.has(code) && typeof reason === 'string' && reason.startsWith('via.');
  return isOfTheWay && typeof hop === 'string' ? hop : undefined;
}
