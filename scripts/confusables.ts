/**
 * Writes `src-shared/visible-text/confusables.ts`, the table of characters that look the same, from `confusables.txt` of Unicode Technical
 * Standard 39. Run it when a new version of Unicode is out; the result is committed.
 *
 *   node scripts/confusables.ts FILE
 *
 * FILE is `security/VERSION/confusables.txt` of unicode.org, or `icu/source/data/unidata/confusables.txt` of ICU's sources
 * (Debian: `apt-get source icu`).
 */
import { readFileSync, writeFileSync } from 'node:fs';

const TARGET = new URL('../src-shared/visible-text/confusables.ts', import.meta.url);
const LINE = 120;

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error('usage: node scripts/confusables.ts FILE');
const text = readFileSync(file, 'utf8');
const version = /^# Version: (\d+\.\d+\.\d+)$/mu.exec(text)?.[1];
const copyright = /^# (© .*)$/mu.exec(text)?.[1];
if (version === undefined || copyright === undefined) throw new Error(`${file} is no confusables.txt of Unicode`);

/** The table as it is, by character. */
const table = new Map<string, string>();
for (const line of text.split('\n')) {
  const entry = /^([0-9A-F]+) ;\t([0-9A-F ]+) ;\tMA\t/u.exec(line);
  if (entry !== null) table.set(characters(entry[1] ?? ''), characters(entry[2] ?? ''));
}

/** Characters by what they look like. */
const groups = new Map<string, number[]>();
for (const [source, target] of table) {
  // A skeleton decomposes and drops what is never seen before it looks here; compatibility forms follow without the table.
  if (source.normalize('NFD') !== source || /\p{Default_Ignorable_Code_Point}/u.test(source)) continue;
  const compatible = source.normalize('NFKD');
  if (compatible !== source && look(compatible) === look(target)) continue;
  const key = Array.from(target, (character) => codeOf(character).toString(36)).join('+');
  groups.set(key, [...(groups.get(key) ?? []), codeOf(source)]);
}

const written = [...groups]
  .toSorted(([a], [b]) => Number(a > b) - Number(a < b))
  .map(([target, sources]) => {
    const codes = sources.toSorted((a, b) => a - b);
    return `${target}:${codes.map((code, index) => (code - (codes[index - 1] ?? 0)).toString(36)).join(',')}`;
  });

const lines: string[] = [];
for (const group of written) {
  const last = lines.at(-1);
  if (last !== undefined && last.length + group.length < LINE) lines[lines.length - 1] = `${last} ${group}`;
  else lines.push(group);
}

writeFileSync(
  TARGET,
  `/**
 * Characters that look the same, from \`confusables.txt\` of Unicode Technical Standard 39, version ${version}. Written by
 * \`scripts/confusables.ts\`; not to be changed by hand.
 *
 * ${copyright} Unicode data files, used under the Unicode License V3 (SPDX: Unicode-3.0), https://www.unicode.org/license.txt
 */

/** Version of Unicode whose data this is. */
export const CONFUSABLES_VERSION = '${version}';

/**
 * Groups of a target and its sources, as \`target:source,source\`. Code points are in base 36; a target of several has \`+\` between them, and
 * each source but the first of a group counts from the one before it.
 */
export const CONFUSABLES =
  // prettier-ignore
  \`${lines.join('\n')}\`;
`,
);
process.stdout.write(`Unicode ${version}: ${[...groups.values()].flat().length} characters in ${groups.size} groups\n`);

function characters(hexadecimal: string): string {
  return String.fromCodePoint(...hexadecimal.split(' ').map((code) => Number.parseInt(code, 16)));
}

function codeOf(character: string): number {
  return character.codePointAt(0) ?? 0;
}

function look(all: string): string {
  return Array.from(all.normalize('NFKD'), (character) => table.get(character) ?? character).join('');
}
