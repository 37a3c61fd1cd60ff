import type { Direction, Side } from './panes/layout.ts';

/** Action of a shortcut on the page of terminals. */
export type Shortcut =
  | Readonly<{
      kind:
        | 'next'
        | 'previous'
        | 'new'
        | 'close'
        | 'search'
        | 'copy'
        | 'leave'
        | 'zoom-pane'
        | 'broadcast'
        | 'reopen'
        | 'duplicate'
        | 'clear';
    }>
  /** Position from the left; 9 is the last tab. */
  | Readonly<{ kind: 'tab'; number: number }>
  | Readonly<{ kind: 'move-tab'; by: 1 | -1 }>
  | Readonly<{ kind: 'split'; direction: Direction }>
  /** Moves the focus to the pane on that side. */
  | Readonly<{ kind: 'focus'; side: Side }>
  /** Moves the pane's edge in that direction. */
  | Readonly<{ kind: 'resize'; side: Side }>
  | Readonly<{ kind: 'text'; how: 'larger' | 'smaller' | 'normal' }>;

const SIDES: Readonly<Record<string, Side>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
};
/** Shortcuts with Ctrl+Shift, by the position of the key on the keyboard. */
const WITH_SHIFT: Readonly<Record<string, Shortcut>> = {
  KeyT: { kind: 'new' },
  KeyW: { kind: 'close' },
  KeyF: { kind: 'search' },
  KeyC: { kind: 'copy' },
  KeyI: { kind: 'broadcast' },
  KeyZ: { kind: 'reopen' },
  KeyD: { kind: 'duplicate' },
  KeyL: { kind: 'clear' },
  KeyE: { kind: 'split', direction: 'row' },
  KeyO: { kind: 'split', direction: 'column' },
  Enter: { kind: 'zoom-pane' },
  NumpadEnter: { kind: 'zoom-pane' },
  PageUp: { kind: 'move-tab', by: -1 },
  PageDown: { kind: 'move-tab', by: 1 },
  Escape: { kind: 'leave' },
};
/** Shortcuts with Ctrl, by the character of the key. */
const BY_KEY: Readonly<Record<string, Shortcut>> = {
  '+': { kind: 'text', how: 'larger' },
  '=': { kind: 'text', how: 'larger' },
  '-': { kind: 'text', how: 'smaller' },
  '0': { kind: 'text', how: 'normal' },
  PageDown: { kind: 'next' },
  PageUp: { kind: 'previous' },
};

/**
 * Returns the shortcut for a pressed key; undefined if the key is for the program. Letters stand for positions on the keyboard, so that other layouts
 * have the same shortcuts. Pure.
 */
export function shortcutOf(
  event: Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey' | 'isComposing'>,
): Shortcut | undefined {
  if (event.isComposing) return undefined;
  const side = SIDES[event.key];
  const withControl = event.ctrlKey || event.metaKey;
  if (event.altKey) {
    const number = /^Digit([1-9])$/.exec(event.code)?.[1];
    if (number !== undefined && !event.shiftKey && !withControl) return { kind: 'tab', number: Number(number) };
    return side !== undefined && event.shiftKey && !withControl ? { kind: 'resize', side } : undefined;
  }
  if (!withControl) return undefined;
  if (event.key === '+') return BY_KEY['+'];
  if (!event.shiftKey) return BY_KEY[event.key];
  return side === undefined ? WITH_SHIFT[event.code] : { kind: 'focus', side };
}
