import type { Command } from 'commander';
import { isRightOption } from './right-option.ts';

/**
 * Joins the rights after an option such as `--allow` into one word, so that the name of a machine may follow them: `--allow terminal view office`
 * becomes `--allow=terminal,view office`. A word may end with agents: `message=coder,tests`. The first word belongs to the option in any case, and later ones if they name rights. Called by program.ts
 * before the line is parsed. Pure.
 * @param at index of the command's name
 */
export function joinRights(line: readonly string[], at: number, command: Pick<Command, 'options'>): readonly string[] {
  const options = command.options.filter(isRightOption);
  const joined: string[] = [];
  for (let index = 0; index < line.length; index += 1) {
    const word = line[index] ?? '';
    if (word === '--') return [...joined, ...line.slice(index)];
    const option = index > at ? options.find(({ long }) => long === word) : undefined;
    const first = line[index + 1];
    if (option === undefined || first === undefined || first.startsWith('-')) {
      joined.push(word);
      continue;
    }
    const known = new Set(option.argChoices);
    let end = index + 2;
    while (end < line.length && rightsOf(line[end] ?? '').every((name) => known.has(name))) end += 1;
    const words = line.slice(index + 1, end);
    // The agents of `message=coder,tests` end with the word.
    joined.push(`${word}=${words.join(words.some((each) => each.includes('=')) ? ' ' : ',')}`);
    index = end - 1;
  }
  return joined;
}

/** Returns the names of the rights in a word, without those of agents. */
function rightsOf(word: string): readonly string[] {
  return word.replace(/=.*$/, '').split(',');
}
