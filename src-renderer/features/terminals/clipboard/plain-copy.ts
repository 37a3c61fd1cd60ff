/**
 * Removes blanks at the ends of lines from selected text before it is copied, because programs write them to fill the screen. Text within one line
 * stays as it is. Pure.
 */
export function plainCopy(selected: string): string {
  return selected.includes('\n') ? selected.replaceAll(/[ \t\u00a0]+(?=\r?\n|$)/g, '') : selected;
}
