import { Help } from 'commander';

/** Widest help, columns. */
const WIDEST = 110;

/** Returns the width of `--help`: that of the terminal, 100 in a pipe, at most 110. */
export function helpColumns(): number {
  return Math.min(process.stdout.columns || 100, WIDEST);
}

/** Wraps what `--help` prints below the options. Indented lines, such as examples, stay as they are. Pure. */
export function wrapHelp(text: string, columns: number): string {
  const help = new Help();
  return text
    .split('\n')
    .map((line) => (line.startsWith(' ') ? line : help.boxWrap(line, columns)))
    .join('\n');
}
