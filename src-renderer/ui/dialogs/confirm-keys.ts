import type { KeyboardEvent } from 'react';

/** Returns a handler for the buttons of a question: Ctrl+Enter confirms, where Enter alone presses the button that has the focus. */
export function onConfirmKeys(confirm: () => void): (event: KeyboardEvent) => void {
  return (event) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || event.repeat) return;
    event.preventDefault();
    confirm();
  };
}
