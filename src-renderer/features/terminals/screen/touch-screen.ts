/**
 * Reports whether the person touches the screen and has no mouse, as on phones. Their keyboard is on the screen, and opens over the terminal when the
 * terminal gets the focus.
 */
export function isTouchScreen(): boolean {
  return matchMedia('(hover: none) and (pointer: coarse)').matches;
}
