/** Beginnings and ends of the parts of a shell line in which a quoted value is no word of its own, besides single quotes. */
const ARITHMETIC = /^\$?\(\(/;

/**
 * Reports for each place of a line whether a quoted value is one word for the shell there. It isn't within quotes or backticks, in arithmetic, where the
 * shell looks for commands in quoted text, too, within `${…}`, and after a backslash. Within `$(…)` in double quotes it would be, and counts as quoted. Pure.
 * @param isWindows true for `cmd.exe`, false for a POSIX shell
 * @returns function of a place in the line
 */
export function wordPlaces(line: string, isWindows: boolean): (place: number) => boolean {
  return isWindows ? windowsPlaces(line) : shellPlaces(line);
}

function windowsPlaces(line: string): (place: number) => boolean {
  return (place) => (line.slice(0, place).split('"').length - 1) % 2 === 0 && line[place - 1] !== '^';
}

/** Quoting in which the shell reads a character (POSIX 2.2, 2.6). */
type Quoting = "'" | '"' | '`' | '((' | '${';

function shellPlaces(line: string): (place: number) => boolean {
  const free = new Set<number>();
  const quotings: Quoting[] = [];
  const depths: number[] = [];
  for (let at = 0; at < line.length; at += 1) {
    const quoting = quotings.at(-1);
    if (quoting === undefined) free.add(at);
    const char = line[at] ?? '';
    const rest = line.slice(at, at + 3);
    if (quoting === "'") {
      if (char === "'") quotings.pop();
    } else if (char === '\\') {
      // The next character is quoted.
      at += 1;
    } else if (quoting === '((') {
      const depth = (depths.pop() ?? 0) + (char === '(' ? 1 : char === ')' ? -1 : 0);
      if (depth === 0) quotings.pop();
      else depths.push(depth);
    } else if (quoting === char || (quoting === '${' && char === '}')) {
      quotings.pop();
    } else if (ARITHMETIC.test(rest)) {
      quotings.push('((');
      depths.push(2);
      at += rest.startsWith('$') ? 2 : 1;
    } else if (rest.startsWith('${') && line[at + 2] !== '{') {
      quotings.push('${');
      at += 1;
    } else if (char === '"' || char === '`' || (char === "'" && quoting === undefined)) {
      quotings.push(char);
    }
  }
  return (place) => free.has(place);
}
