import { createContext, useContext, type ReactNode } from 'react';

/**
 * The next step of an error as a button, where the window knows one: undefined where there is none. `isModal`: it stands in a dialog, so that a step
 * that leads to another page would lead under it.
 */
export type ErrorSteps = (code: string, isModal: boolean) => ReactNode;

/** Without it no error has a step of its own. */
export const ErrorStepsContext = createContext<ErrorSteps>(() => undefined);

/** Whether what is drawn stands in a dialog. */
export const ModalContext = createContext(false);

export function useErrorStep(code: string): ReactNode {
  const isModal = useContext(ModalContext);
  return useContext(ErrorStepsContext)(code, isModal);
}
