import { cut } from './characters.ts';

/**
 * Cuts a text that is fit to be shown and says by how much, in the form of `cleanDetail`, so that a part is never taken for the whole.
 * @param limit UTF-16 units
 */
export function cutText(text: string, limit: number): string {
  const shown = cut(text, limit);
  const rest = text.length - shown.length;
  return rest === 0 ? text : `${shown} … ⟨and ${rest} more characters⟩`;
}
