import { createContext, useContext, type ReactNode } from 'react';

/** Function that returns what is shown above a dialog, such as a request that doesn't wait for it; `close` closes the dialog as Escape does. */
export type ModalNoticeFunction = (close: () => void) => ReactNode;

/**
 * Context with the function that the visible `Modal` calls for its notice: all else in the window can't be pressed while a dialog is open. The
 * window's layout sets the context, because this folder knows neither pages nor the agent. Without it there is none.
 */
export const ModalNoticeContext = createContext<ModalNoticeFunction>(() => undefined);

/** Returns what is shown above a dialog. @param close closes the dialog */
export function useModalNotice(close: () => void): ReactNode {
  return useContext(ModalNoticeContext)(close);
}
