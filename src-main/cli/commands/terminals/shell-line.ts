import type { PeerSystem } from '#shared/app-api/index.ts';

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

/** Returns the program that has a shell of the peer's system read a line. Pure. */
export function shellCommand(line: string, system: PeerSystem | undefined): readonly string[] {
  return system === 'windows' ? ['cmd.exe', '/d', '/s', '/c', line] : ['/bin/sh', '-c', line];
}

/** Returns the line that a shell there has to read; undefined for a program with its arguments. */
function shellLine(words: readonly string[]): string | undefined {
  const [program = '', next] = words;
  if (words.length === 1) return /\s/.test(program.trim()) ? program : undefined;
  // `rsync -e` starts this command with the words that a server on the other side gets.
  return next === '--server' && /(?:^|[\s/])rsync$/.test(program) ? words.join(' ') : undefined;
}
