/**
 * Reports for each place of a line whether a quoted value is one word for the shell there. It isn't within quotes, `$(…)`, `${…}`, backticks or a
 * comment, and after a backslash. What is harder to read, such as arithmetic or quotes within `$(…)`, counts as going on to the end of the line. Pure.
 * @param isWindows true for `cmd.exe`, false for a POSIX shell, also bash
 * @returns function of a place in the line
 */
export function wordPlaces(line: string, isWindows: boolean): (place: number) => boolean {
  return isWindows ? windowsPlaces(line) : shellPlaces(line);
}

function windowsPlaces(line: string): (place: number) => boolean {
  return (place) => (line.slice(0, place).split('"').length - 1) % 2 === 0 && line[place - 1] !== '^';
}

/** Commands and variables without quotes, comments or other ones within them. */
const SUBSTITUTED = /\$(?:\w+|[@*#?!$-]|\{\w+\}|\([^()'"`\\#$]*\))|`[^`'"\\#$]*`/.source;
/** Parts that are read as a whole, in which a value is no word of its own. */
const PART = new RegExp(`'[^']*'|"(?:[^"\\\\\`$]|\\\\.|${SUBSTITUTED})*"|\\\\.|${SUBSTITUTED}`, 'y');
/** Beginnings of what is harder to read: quotes and substitutions that the above don't match, arithmetic, here-documents, conditions of bash. */
const HARD = /['"`\\]|\$(?=[({['"])|\(\(|<<|\[\[/y;
const COMMENT = /(?<=^|[\s;&|()])#/y;

function shellPlaces(line: string): (place: number) => boolean {
  const free = new Set<number>();
  const matchEnd = (pattern: RegExp, at: number): number | undefined => {
    pattern.lastIndex = at;
    return pattern.test(line) ? pattern.lastIndex : undefined;
  };
  for (let at = 0; at < line.length;) {
    const end = matchEnd(PART, at);
    if (end === undefined && (matchEnd(HARD, at) ?? matchEnd(COMMENT, at)) !== undefined) break;
    if (end === undefined) free.add(at);
    at = end ?? at + 1;
  }
  return (place) => free.has(place);
}
