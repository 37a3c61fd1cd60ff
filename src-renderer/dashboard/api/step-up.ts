import { createContext, useContext } from 'react';
import { errorCode } from '#shared/errors.ts';

/** Thing for which password or passkey is asked, where the person hasn't just chosen it: the admission of this browser to a project. */
export type StepUpReason = 'browser';

/** Asks the person for password or passkey, and says why if a reason is given. Resolves with false if they cancel. */
export type StepUp = (reason?: StepUpReason) => Promise<boolean>;

/** Context with the question for password or passkey, which the layout sets. */
export const StepUpContext = createContext<StepUp>(() => Promise.resolve(false));

/** Returns the question for password or passkey. */
export function useStepUp(): StepUp {
  return useContext(StepUpContext);
}

/** Errors with which the relay wants password or passkey first: of the accounts API, and of a request to be added. */
const WANTS_STEP_UP: ReadonlySet<string> = new Set(['platform.step-up', 'adding.step-up']);

/** Reports whether the relay wants password or passkey first. */
export function wantsStepUp(error: unknown): boolean {
  return WANTS_STEP_UP.has(errorCode(error));
}

/** Runs a function, and once more after the person has given password or passkey, if the relay wants that. */
export async function withStepUp<Output>(
  act: () => Promise<Output>,
  stepUp: StepUp,
): Promise<Readonly<{ isDone: true; value: Output }> | Readonly<{ isDone: false }>> {
  try {
    return { isDone: true, value: await act() };
  } catch (error) {
    if (!wantsStepUp(error)) throw error;
  }
  if (!(await stepUp())) return { isDone: false };
  return { isDone: true, value: await act() };
}
