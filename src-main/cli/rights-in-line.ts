import type { Command } from 'commander';
import { isRightOption } from './right-option.ts';

/**
 * Joins the rights after an option such as `--allow` into one word, so that the name of a machine may follow them: `--allow terminal view office`
 * becomes `--allow=terminal,view office`. The first word belongs to the option in any case, and later ones if they name rights. Called by program.ts
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
    while (end < line.length && (line[end] ?? '').split(',').every((name) => known.has(name))) end += 1;
    joined.push(`${word}=${line.slice(index + 1, end).join(',')}`);
    index = end - 1;
  }
  return joined;
}
