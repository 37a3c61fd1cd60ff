import { createContext, useContext, type ReactNode } from 'react';

/**
 * Function that returns the button that helps with an error; undefined without one. `isModal`: the error is shown in a dialog, which would cover a
 * page that the button opens.
 */
export type ErrorRemedyFunction = (code: string, isModal: boolean) => ReactNode;

/**
 * Context with the function that every `ErrorNotice` inside calls for its button. The window's layout sets the context, because this folder knows
 * neither pages nor the agent. Without it there are no buttons.
 */
export const ErrorRemedyContext = createContext<ErrorRemedyFunction>(() => undefined);

/** Context that is true for the content of a dialog; `Modal` sets it. */
export const ModalContext = createContext(false);

/** Returns the button for an error with this code, which `ErrorRemedyContext` provides, for `ErrorNotice`. */
export function useErrorRemedy(code: string): ReactNode {
  const isModal = useContext(ModalContext);
  return useContext(ErrorRemedyContext)(code, isModal);
}
