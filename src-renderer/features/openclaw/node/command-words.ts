/**
 * Words of a command line as people type them: between quotes a space is no end, a backslash takes the next character as it is (outside single
 * quotes). Nothing else is special: there is no shell.
 * @returns undefined where a quote is left open
 */
export function splitWords(line: string): readonly string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  let quote: '"' | "'" | undefined;
  for (let position = 0; position < line.length; position += 1) {
    const character = line.charAt(position);
    if (quote !== undefined && character === quote) quote = undefined;
    else if (character === '\\' && quote !== "'") {
      position += 1;
      word = `${word ?? ''}${line.charAt(position)}`;
    } else if (quote !== undefined) word = `${word ?? ''}${character}`;
    else if (character === '"' || character === "'") {
      quote = character;
      word ??= '';
    } else if (/\s/u.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = `${word ?? ''}${character}`;
  }
  if (quote !== undefined) return undefined;
  if (word !== undefined) words.push(word);
  return words;
}

/** The same backwards, so that where one word ends and the next begins can be seen. */
export function joinWords(words: readonly string[]): string {
  return words
    .map((word) => (/^[\w@%+=:,./-]+$/u.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`))
    .join(' ');
}
