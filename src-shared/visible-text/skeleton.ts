import { CONFUSABLES } from './confusables.ts';
import { directionRuns, mixesDirections } from './direction.ts';
import { cleanName } from './name.ts';
import { plainLetters } from './near-letters.ts';

/** Look-alikes in most fonts that Unicode's table lacks, or for which the table has a target that looks different. */
const FURTHER: Readonly<Record<string, string>> = {
  ꞓ: 'e',
  ĸ: 'k',
  η: 'n',
  ᴛ: 't',
  χ: 'x',
  Ԛ: 'Q',
  ー: '-',
  '❘': 'l',
  '♯': '#',
};
/** Maximum number of rounds. A skeleton is stable after two or three. */
const MOST_ROUNDS = 8;

let table: ReadonlyMap<string, string> | undefined;

function confusables(): ReadonlyMap<string, string> {
  table ??= readTable();
  return table;
}

function readTable(): ReadonlyMap<string, string> {
  const read = new Map<string, string>();
  for (const group of CONFUSABLES.split(/\s/u)) {
    const [target = '', sources = ''] = group.split(':');
    const look = String.fromCodePoint(...target.split('+').map((code) => Number.parseInt(code, 36)));
    let code = 0;
    for (const step of sources.split(',')) {
      code += Number.parseInt(step, 36);
      read.set(String.fromCodePoint(code), look);
    }
  }
  for (const [character, look] of Object.entries(FURTHER)) read.set(character, look);
  return read;
}

/**
 * Returns the skeleton of a text (Unicode Technical Standard 39, section 4), repeated until it is stable and with compatibility forms folded. Texts
 * with the same skeleton look the same. Not for display. Names of peers, forwards, gateways and other entries are compared with the functions of this
 * file, which are pure.
 */
export function skeleton(text: string): string {
  return settle(text, look);
}

/** Names whose keys are kept, and the longest of them, characters. A name that is looked up is compared with those of all machines each time. */
const KEPT_NAMES = 512;
const LONGEST_KEPT = 128;
const keptKeys = new Map<string, readonly string[]>();

/**
 * Returns the keys of a name for a comparison: two names that people confuse share at least one key, regardless of case and of characters that
 * `cleanName` removes.
 */
export function nameKeys(name: string): readonly string[] {
  const kept = keptKeys.get(name);
  if (kept !== undefined) return kept;
  const keys = Object.freeze(keysOf(name));
  if (keptKeys.size >= KEPT_NAMES) keptKeys.clear();
  if (name.length <= LONGEST_KEPT) keptKeys.set(name, keys);
  return keys;
}

function keysOf(name: string): string[] {
  const clean = cleanName(name);
  // Superscripts look like other letters in the table of Unicode, the long s like an f in it and like an s without it.
  const forms = [clean, clean.normalize('NFKC')];
  // `maIl` is `mail` to who reads letters and `mall` to who sees them.
  const keys = forms.flatMap((form) => [settle(caseFold(form), fold), settle(look(form), fold)]);
  return [...new Set(mixesDirections(clean) ? [...keys, inAnyOrder(clean)] : keys)];
}

/** Returns the sorted words of a name that mixes directions, because a screen can show them in another order. */
function inAnyOrder(clean: string): string {
  const words = settle(caseFold(clean), fold).match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];
  return words
    .flatMap((word) => directionRuns(word).map(({ text }) => text))
    .toSorted()
    .join(' ');
}

/** Reports whether people could confuse two names. */
export function looksLike(name: string, other: string): boolean {
  const keys = nameKeys(other);
  return nameKeys(name).some((key) => keys.includes(key));
}

/** Returns a key that is equal for names that differ only in case, blanks and invisible characters, to find the entry for a typed name. */
export function plainKey(name: string): string {
  return caseFold(cleanName(name).normalize('NFKC')).normalize('NFC');
}

function look(text: string): string {
  const known = confusables();
  const seen = Array.from(text.normalize('NFD').replaceAll(/\p{Default_Ignorable_Code_Point}/gu, ''), (character) => {
    return known.get(character) ?? character;
  });
  return seen.join('').normalize('NFKC');
}

function fold(text: string): string {
  return plainLetters(caseFold(look(text)));
}

function caseFold(text: string): string {
  return text.toUpperCase().toLowerCase();
}

function settle(text: string, step: (text: string) => string): string {
  let settled = text;
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const next = step(settled);
    if (next === settled) break;
    settled = next;
  }
  return settled;
}
