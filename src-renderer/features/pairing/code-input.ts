import { ClawReachError } from '#shared/errors.ts';
import {
  isAddLink,
  parseAddLink,
  parseCode,
  parsePairingLink,
  PairingError,
  type PairingLink,
} from '#shared/pairing/index.ts';

/** Text of the field for a code or link, classified, as the step of the joiner and `PairingFlow` use it. */
export type TypedSecret =
  | Readonly<{ kind: 'empty' }>
  /** Beginning of a code or link, valid so far. */
  | Readonly<{ kind: 'partial' }>
  /** Complete code, in its canonical form. */
  | Readonly<{ kind: 'code'; code: string }>
  /** Complete link: parsed, and as its text. */
  | Readonly<{ kind: 'link'; link: PairingLink; text: string }>
  | Readonly<{ kind: 'invalid'; error: PairingError }>;

const CODE_LENGTH = 8;
const PLAIN_CODE_LENGTH = 10;
/** Characters that people type between the halves of a code: spaces, hyphens and dashes, because text programs turn a hyphen into a dash. */
const SEPARATORS = /[\s\u2010-\u2015\u2212-]/g;
const LOOK_ALIKES: Readonly<Record<string, string>> = { O: '0', I: '1', L: '1' };
const ALPHABET = /^[0-9A-HJKMNP-TV-Z]*$/;
const LINK_WORD = 'CLAWREACH';
const LINK = /clawreach:\/\/pair\/?\?[^\s"'<>]+/i;

/**
 * Formats the field after each key. A code gets capitals and its hyphen, and look-alike characters are corrected; a link, or the beginning of one,
 * stays as typed.
 */
export function formatTyped(text: string): string {
  if (looksLikeLink(text)) return text;
  const letters = text.replaceAll(SEPARATORS, '');
  if (!/^[0-9A-Za-z]*$/.test(letters)) return text;
  const capitals = letters.toUpperCase();
  if (capitals === LINK_WORD) return capitals.toLowerCase();
  // These letters may still become `clawreach://…`. A code is recognised as well.
  const plain = LINK_WORD.startsWith(capitals)
    ? capitals
    : [...capitals].map((letter) => LOOK_ALIKES[letter] ?? letter).join('');
  return plain.length <= 4 ? plain : `${plain.slice(0, 4)}-${plain.slice(4)}`;
}

/** Returns the cursor position in the formatted text that follows as many letters as the cursor followed before. */
export function moveCaret(before: string, caret: number, after: string): number {
  if (before === after) return caret;
  const letters = before.slice(0, caret).replaceAll(SEPARATORS, '').length;
  let position = 0;
  for (let seen = 0; position < after.length && seen < letters; position += 1) {
    if (after.charAt(position) !== '-') seen += 1;
  }
  // The cursor goes behind the dash, where the next letter is typed.
  return letters > 0 && after.charAt(position) === '-' && caret === before.length ? position + 1 : position;
}

/** Classifies the text of the field. Pure: nothing is contacted. */
export function readTyped(text: string): TypedSecret {
  const trimmed = text.trim();
  if (trimmed === '') return { kind: 'empty' };
  if (looksLikeLink(trimmed)) return readLink(trimmed);
  const letters = trimmed.replaceAll(SEPARATORS, '');
  const canonical = [...letters.toUpperCase()].map((letter) => LOOK_ALIKES[letter] ?? letter).join('');
  if (letters.length < CODE_LENGTH && ALPHABET.test(canonical)) return { kind: 'partial' };
  try {
    parseCode(trimmed);
    return { kind: 'code', code: `${canonical.slice(0, 4)}-${canonical.slice(4)}` };
  } catch (error) {
    return { kind: 'invalid', error: asPairingError(error) };
  }
}

/** Reports whether a text has more letters and digits than a code, and isn't a link. Pure. */
export function isTooLong(text: string): boolean {
  return !looksLikeLink(text) && text.replaceAll(SEPARATORS, '').length > CODE_LENGTH;
}

/** Returns the code of a plain device, which has ten characters, in capitals; undefined for any other text. Pure: nothing is contacted. */
export function readPlainCode(text: string): string | undefined {
  const code = text.replaceAll(SEPARATORS, '').toUpperCase();
  return code.length === PLAIN_CODE_LENGTH && ALPHABET.test(code) ? code : undefined;
}

/** Reports whether a text is the link of a device that waits to be added. Pure: nothing is contacted. */
export function isWholeAddLink(text: string): boolean {
  if (!isAddLink(text)) return false;
  try {
    parseAddLink(text.trim());
    return true;
  } catch {
    return false;
  }
}

function readLink(text: string): TypedSecret {
  const found = findLink(text);
  // The link is being typed by hand, as far as `clawreach:/`.
  if (found === undefined && 'clawreach://pair?'.startsWith(text.toLowerCase())) return { kind: 'partial' };
  try {
    const link = parsePairingLink(found ?? text);
    return { kind: 'link', link, text: found ?? text };
  } catch (error) {
    return { kind: 'invalid', error: asPairingError(error) };
  }
}

/** Finds a link inside a copied message or behind the address of a web page that redirects to it. */
function findLink(text: string): string | undefined {
  const direct = LINK.exec(text)?.[0];
  if (direct !== undefined) return lowerScheme(direct);
  if (!/%2f%2f/i.test(text)) return undefined;
  try {
    const decoded = LINK.exec(decodeURIComponent(text))?.[0];
    return decoded === undefined ? undefined : lowerScheme(decoded);
  } catch {
    return undefined;
  }
}

/** Lowers the scheme of a link, which some programs capitalise. The rest of a link is case-sensitive. */
function lowerScheme(link: string): string {
  const end = link.indexOf('?');
  return link.slice(0, end).toLowerCase() + link.slice(end);
}

function looksLikeLink(text: string): boolean {
  return text.includes(':') || text.trim().toLowerCase() === LINK_WORD.toLowerCase();
}

function asPairingError(error: unknown): PairingError {
  if (error instanceof PairingError) return error;
  const code = error instanceof ClawReachError ? error.code : 'pairing.code-format';
  return new PairingError(code, 'this is no pairing code or link', { cause: error });
}
