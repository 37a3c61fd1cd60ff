/** Removes blanks at the ends of lines, which programs write to fill the screen. A selection within one line is unchanged. */
export function plainCopy(selected: string): string {
  return selected.includes('\n') ? selected.replaceAll(/[ \t\u00a0]+(?=\r?\n|$)/g, '') : selected;
}
