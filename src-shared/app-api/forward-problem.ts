import type { ForwardProblem } from './schemas/forward-schema.ts';

const UNREACHABLE_CODES: ReadonlySet<string> = new Set(['forward.peer-away', 'forward.linking']);

/** Returns the problem to explain to a person: a missing or unwilling hop, or conflicting allowed paths, rather than an absent peer. */
export function problemToExplain<Problem extends Pick<ForwardProblem, 'code' | 'details'>>(problem: Problem): Problem {
  const { reason } = problem.details;
  if (UNREACHABLE_CODES.has(problem.code) && typeof reason === 'string' && reason.startsWith('link.peer-'))
    return { ...problem, code: reason };
  if (hopOfProblem(problem) === undefined || typeof reason !== 'string') return problem;
  return { ...problem, code: reason };
}

/** Returns the hop that a rule's problem is about; undefined for other problems. */
export function hopOfProblem({ code, details }: Pick<ForwardProblem, 'code' | 'details'>): string | undefined {
  const { hop, reason } = details;
  const isAboutHop = UNREACHABLE_CODES.has(code) && typeof reason === 'string' && reason.startsWith('via.');
  return isAboutHop && typeof hop === 'string' ? hop : undefined;
}
