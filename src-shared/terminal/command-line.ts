/**
 * Writes the words of a command on one line, as a shell would need them: it is seen where each ends, and what is not the command's does not
 * look as if it followed.
 */
export function commandLine(words: readonly string[]): string {
  return words.map(quoted).join(' ');
}

function quoted(word: string): string {
  return /^[A-Za-z0-9_./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
