/** Media query for touch screens without a mouse, as on phones. */
export const TOUCH_SCREEN = '(hover: none) and (pointer: coarse)';

/**
 * Reports whether the person touches the screen and has no mouse, as on phones. Their keyboard is on the screen, and opens over the terminal when the
 * terminal gets the focus.
 */
export function isTouchScreen(): boolean {
  return matchMedia(TOUCH_SCREEN).matches;
}
