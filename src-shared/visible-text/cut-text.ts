import { cut } from './characters.ts';

/**
 * Shortens a text that is already safe to show, and appends the number of characters left out, in the same form as `cleanDetail`, so that no one
 * takes a part for the whole. Pure.
 * @param limit UTF-16 units
 */
export function cutText(text: string, limit: number): string {
  const shown = cut(text, limit);
  const rest = text.length - shown.length;
  return rest === 0 ? text : `${shown} … ⟨and ${rest} more characters⟩`;
}
