import { createContext, useContext, type ReactNode } from 'react';

/**
 * Returns an error's next step as a button; undefined when the window has none. `isModal`: the error is in a dialog, which would cover a page that
 * the step opens.
 */
export type ErrorSteps = (code: string, isModal: boolean) => ReactNode;

/** Provides the next steps of errors; without it there are none. */
export const ErrorStepsContext = createContext<ErrorSteps>(() => undefined);

/** Reports to the content whether it is in a dialog. */
export const ModalContext = createContext(false);

export function useErrorStep(code: string): ReactNode {
  const isModal = useContext(ModalContext);
  return useContext(ErrorStepsContext)(code, isModal);
}
