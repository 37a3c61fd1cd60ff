import type { Command } from 'commander';

/**
 * Puts `--` before the command for the other machine in a line of `clawreach connect`, unless the line has one. As with ssh, all words from the command
 * on belong to it, options too; options between the name and the command are those of `connect`. Called by program.ts before the line is parsed. Pure.
 * @param at index of the word `connect`
 * @param commands commands whose options may come before: `connect` and the program
 */
export function markRemoteCommand(
  line: readonly string[],
  at: number,
  commands: readonly Pick<Command, 'options'>[],
): readonly string[] {
  const known = commands.flatMap(({ options }) => options);
  let hasName = false;
  for (let index = at + 1; index < line.length; index += 1) {
    const word = line[index] ?? '';
    if (word === '--') return line;
    if (word.startsWith('-') && word !== '-') {
      // The value of an option is no command. `--option=value` is one word.
      const option = known.find(({ long, short }) => long === word || short === word);
      if (option?.required === true) index += 1;
    } else if (hasName) return [...line.slice(0, index), '--', ...line.slice(index)];
    else hasName = true;
  }
  return line;
}
