import type { ForwardProblem } from './schemas/forward-schema.ts';

const UNREACHABLE_CODES: ReadonlySet<string> = new Set(['forward.peer-away', 'forward.linking']);

/**
 * Returns the problem of a forward to explain to a person, in the window or the command line. If a rule waits because its peer is unreachable and the
 * details name a cause, such as a missing hop, returns that cause instead. Pure.
 */
export function problemToExplain<Problem extends Pick<ForwardProblem, 'code' | 'details'>>(problem: Problem): Problem {
  const { reason } = problem.details;
  if (UNREACHABLE_CODES.has(problem.code) && typeof reason === 'string' && reason.startsWith('link.peer-'))
    return { ...problem, code: reason };
  if (hopOfProblem(problem) === undefined || typeof reason !== 'string') return problem;
  return { ...problem, code: reason };
}

/** Returns the name of the hop that a forward's problem is about; undefined if the problem isn't about a hop. Pure. */
export function hopOfProblem({ code, details }: Pick<ForwardProblem, 'code' | 'details'>): string | undefined {
  const { hop, reason } = details;
  const isAboutHop = UNREACHABLE_CODES.has(code) && typeof reason === 'string' && reason.startsWith('via.');
  return isAboutHop && typeof hop === 'string' ? hop : undefined;
}
