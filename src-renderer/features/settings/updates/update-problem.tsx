import type { ReactElement, ReactNode } from 'react';
import type { UpdatesView } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { ErrorNotice } from '../../../ui/index.ts';

type Failed = Extract<UpdatesView['state'], { name: 'failed' }>;

/** Explains a failed update. @param props.children the next step as a button */
export function UpdateProblem({ state, children }: Readonly<{ state: Failed; children: ReactNode }>): ReactElement {
  const { problem, details } = state;
  return <ErrorNotice error={new ClawReachError(problem, problem, { details })} action={children} />;
}
