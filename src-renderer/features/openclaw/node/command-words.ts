/**
 * Splits the typed arguments of a program that gateways may run into words. Quotes keep blanks in a word; outside single quotes a backslash keeps the
 * next character. Nothing else is special, because no shell runs the command. Pure.
 * @returns undefined if a quote isn't closed
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
