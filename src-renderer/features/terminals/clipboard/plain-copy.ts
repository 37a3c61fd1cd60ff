/**
 * What was selected, as people want it elsewhere: a program fills its lines up with blanks to the edge of the screen, and those at the ends of lines are
 * not copied. A part of one line stays what it is.
 */
export function plainCopy(selected: string): string {
  return selected.includes('\n') ? selected.replaceAll(/[ \t\u00a0]+(?=\r?\n|$)/g, '') : selected;
}
