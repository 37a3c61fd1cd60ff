import { readFileSync } from 'node:fs';

const ROOT = new URL('../../', import.meta.url);
const NUMBER = String.raw`[\d_.]+`;

/**
 * Reads a numeric constant that its module keeps to itself: a sum of products of numbers and such constants, or `NAME.key` of an object.
 * @param file path from the root of the project
 * @throws {Error} if the file has no such constant
 */
export function sourceConstant(file: string, name: string): number {
  return constantOf(readFileSync(new URL(file, ROOT), 'utf8'), file, name);
}

function constantOf(source: string, file: string, name: string): number {
  const [constant = '', key] = name.split('.');
  const declared = `^(?:export )?const ${constant}(?:: \\w+)? = `;
  const found =
    key === undefined
      ? new RegExp(`${declared}([^;]+);$`, 'm').exec(source)?.[1]
      : new RegExp(`${declared}\\{[^}]*?\\b${key}: (${NUMBER})`, 'm').exec(source)?.[1];
  if (found === undefined) throw new Error(`${file} has no constant ${name}`);
  return found
    .split(' + ')
    .map((term) => term.split(' * ').reduce((product, factor) => product * factorOf(factor), 1))
    .reduce((sum, term) => sum + term);

  function factorOf(factor: string): number {
    if (/^[A-Z][A-Z0-9_]*$/.test(factor)) return constantOf(source, file, factor);
    if (new RegExp(`^${NUMBER}$`).test(factor)) return Number(factor.replaceAll('_', ''));
    throw new Error(`${file}: ${name} isn't a sum of products of numbers`);
  }
}
