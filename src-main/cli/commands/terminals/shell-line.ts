import type { PeerSystem } from '#shared/app-api/index.ts';
import { shellCommand } from '#shared/machine-command/index.ts';

/**
 * Returns the program and arguments for a peer. As with ssh, one word with blanks is a line for the shell there, as git and people write it; and so are the
 * words of rsync, which quotes its arguments for a shell. Other words are taken as they are. Pure.
 * @param words command as it was given here; empty for the login shell
 * @param system operating system of the peer, if it is known
 */
export function remoteCommand(words: readonly string[], system: PeerSystem | undefined): readonly string[] {
  const line = shellLine(words);
  return line === undefined ? words : shellCommand(line, system);
}

/** Returns the line that a shell there has to read; undefined for a program with its arguments. */
function shellLine(words: readonly string[]): string | undefined {
  const [program = '', next] = words;
  if (words.length === 1) return /\s/.test(program.trim()) ? program : undefined;
  // `rsync -e` starts this command with the words that a server on the other side gets.
  return next === '--server' && /(?:^|[\s/])rsync$/.test(program) ? words.join(' ') : undefined;
}
