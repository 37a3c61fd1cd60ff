/** Characters of which a word can consist without quotes. Some shells expand a leading `=` or `~`. */
const PLAIN = /^[\w@%+:,./-][\w@%+=:,./-]*$/;

/** Quotes a text for a POSIX shell, in every case: for scripts that the program runs, and commands in error texts. Pure. */
export function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** Quotes a word of a command for a POSIX shell, unless it needs no quotes. Used for commands that people read and paste. Pure. */
export function quoteShellWord(word: string): string {
  return PLAIN.test(word) ? word : shellQuoted(word);
}

/**
 * Joins the words of a command with a shell's quotes, so that the end of each is visible and other text can't pass for a part of the command. Used to
 * show and log the commands of requests and rules. Pure.
 */
export function commandLine(words: readonly string[]): string {
  return words.map(quoteShellWord).join(' ');
}
