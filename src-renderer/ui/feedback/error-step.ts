import { createContext, useContext, type ReactNode } from 'react';

/**
 * Function that returns the button for an error's next step; undefined when the window has none. `isModal`: the error is shown in a dialog, which
 * would cover a page that the button opens.
 */
export type ErrorRemedyFunction = (code: string, isModal: boolean) => ReactNode;

/** Provides the function for next steps to every `ErrorNotice` inside. The window's layout sets it; without it there are no buttons. */
export const ErrorRemedyContext = createContext<ErrorRemedyFunction>(() => undefined);

/** True for content of a dialog; `Modal` sets it. */
export const ModalContext = createContext(false);

/** Returns the button for the next step of an error with this code, as `ErrorStepsContext` provides it. */
export function useErrorRemedy(code: string): ReactNode {
  const isModal = useContext(ModalContext);
  return useContext(ErrorRemedyContext)(code, isModal);
}
