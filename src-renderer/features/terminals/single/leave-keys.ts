import type { KeyboardEvent } from 'react';
import { pressedAction, shortcutOf } from '../../../keys/index.ts';
import { focusVisibly } from '../../../ui/index.ts';

/** Names the keys that leave a terminal which stands alone in its page. */
export function singleLeaveKeys(): string {
  // On Windows, Ctrl+Shift+Esc opens the task manager.
  return navigator.platform.startsWith('Win') ? 'Ctrl+F6' : (shortcutOf('terminal.leave') ?? '');
}

/** Moves the focus to the first control in the page's element `data-beside-terminal`, if the keys leave a terminal: it takes the Tab key. */
export function leaveByKeys(event: KeyboardEvent): void {
  const press = event.nativeEvent;
  const isLeaving =
    pressedAction(press, 'terminal')?.action === 'terminal.leave' ||
    pressedAction(press, 'window')?.action === 'window.next-region';
  if (!isLeaving) return;
  event.preventDefault();
  event.stopPropagation();
  focusVisibly(document.querySelector('[data-beside-terminal] :is(a, button)'));
}
