import { cut } from './characters.ts';

/**
 * Cuts a text to `limit` UTF-16 units and appends the number of those left out, such as ` … ⟨and 12 more characters⟩`. The agent uses it for what it
 * stores, such as its audit log and histories; the desktop application and the window for long values. Unlike `cleanDetail`, keeps invisible
 * characters as they are. Pure.
 */
export function cutText(text: string, limit: number): string {
  const shown = cut(text, limit);
  const rest = text.length - shown.length;
  return rest === 0 ? text : `${shown} … ⟨and ${rest} more characters⟩`;
}
