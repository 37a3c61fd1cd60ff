import { codePointText, isBlank, isHidden } from './characters.ts';
import { markRightToLeft } from './direction.ts';
import { isMark } from './marks.ts';
import { nearLetter } from './near-letters.ts';
import { skeleton } from './skeleton.ts';

/** Part of a detail as it is displayed. */
export type Piece =
  | Readonly<{ kind: 'plain'; text: string }>
  /** Invisible character: only its code is shown. */
  | Readonly<{ kind: 'hidden'; code: string }>
  /** Character that looks like the ASCII text `like`: shown with its code. */
  | Readonly<{ kind: 'confusable'; text: string; code: string; like: string }>;

/** Matches a code such as `⟨U+034F⟩` in a result of `cleanDetail`, a word, or any other character. */
const PART = /⟨(U\+[0-9A-F]{4,6})⟩|[\p{L}\p{N}][\p{L}\p{N}\p{M}]*|[^]/gu;
const ASCII = /^[\u0020-\u007e\n]+$/u;

/** Latin letters of written languages, such as `ø` and `ɓ`, but not the small capitals of phonetics. */
const OF_A_LANGUAGE = /(?![\u0262\u026a\u0274\u0280\u028f\u0299\u029c\u029f\u1d00-\u1d7f])\p{Script=Latin}/u;

/**
 * Splits a detail, which is untrusted text such as a command, into pieces, so that a window can mark every character that isn't what it seems.
 * Letters of another alphabet are marked if their word also has Latin letters or could be read as a Latin word; a Russian or Greek word stays plain.
 * Caches look-alikes; otherwise pure.
 * @param detail result of `cleanDetail`
 */
export function piecesOf(detail: string): readonly Piece[] {
  const pieces: Piece[] = [];
  const add = (piece: Piece): void => {
    const last = pieces.at(-1);
    if (piece.kind === 'plain' && last?.kind === 'plain')
      pieces[pieces.length - 1] = { kind: 'plain', text: last.text + piece.text };
    else pieces.push(piece);
  };
  for (const [part, code] of detail.matchAll(PART)) {
    if (code !== undefined) add({ kind: 'hidden', code });
    else if (ASCII.test(part)) add({ kind: 'plain', text: part });
    else {
      const isSuspect = !/^[\p{L}\p{N}]/u.test(part) || couldBeLatin(part);
      for (const character of part) add(isSuspect ? pieceOf(character) : { kind: 'plain', text: character });
    }
  }
  return pieces;
}

/** Returns the number of characters that are invisible or look like another. */
export function countSpecial(pieces: readonly Piece[]): number {
  return pieces.filter(({ kind }) => kind !== 'plain').length;
}

/**
 * Prepares a detail for a terminal or a notification, which can't style characters and may reorder text: appends its code to each look-alike, and
 * replaces each right-to-left character by its code.
 * @param detail result of `cleanDetail`
 * @param reading `read` is for prose and keeps right-to-left words
 */
export function markLookalikes(detail: string, reading: 'read' | 'judge' = 'judge'): string {
  return piecesOf(detail)
    .map((piece) => {
      if (piece.kind === 'hidden') return `⟨${piece.code}⟩`;
      const shown = reading === 'read' ? piece.text : markRightToLeft(piece.text);
      return piece.kind === 'plain' || shown !== piece.text ? shown : `${shown}⟨${piece.code}⟩`;
    })
    .join('');
}

/** Reports whether a word contains a letter A to Z, or consists only of characters that are ASCII or look like it. */
function couldBeLatin(word: string): boolean {
  const characters = Array.from(word);
  return (
    characters.some((character) => /[A-Za-z]/u.test(character)) ||
    characters.every((character) => ASCII.test(character) || likeOf(character) !== undefined)
  );
}

function pieceOf(character: string): Piece {
  if (ASCII.test(character)) return { kind: 'plain', text: character };
  if (isHidden(character) || /\p{Me}/u.test(character) || (isBlank(character) && !/\p{Zs}/u.test(character)))
    return { kind: 'hidden', code: codePointText(character) };
  const like = likeOf(character) ?? (OF_A_LANGUAGE.test(character) ? undefined : nearLetter(character));
  return like === undefined
    ? { kind: 'plain', text: character }
    : { kind: 'confusable', text: character, code: codePointText(character), like };
}

let latin: ReadonlyMap<string, string> | undefined;

/** Returns the ASCII characters by their skeletons. If several share a skeleton, it maps to the character that is its own skeleton. */
function latinLooks(): ReadonlyMap<string, string> {
  if (latin !== undefined) return latin;
  const looks = new Map<string, string>();
  for (let code = 0x21; code < 0x7f; code += 1) {
    const character = String.fromCharCode(code);
    const look = skeleton(character);
    if (look === character || !looks.has(look)) looks.set(look, character);
  }
  latin = looks;
  return looks;
}

/** Cache of recent results, because a skeleton is expensive to compute. */
const likes = new Map<string, string | undefined>();
const MOST_LIKES = 4096;

/** Returns the ASCII text that a non-ASCII character looks like; undefined if none. */
function likeOf(character: string): string | undefined {
  if (likes.has(character)) return likes.get(character);
  if (likes.size >= MOST_LIKES) likes.clear();
  const like = findLike(character);
  likes.set(character, like);
  return like;
}

function findLike(character: string): string | undefined {
  if (/\p{Zs}/u.test(character)) return ' ';
  if (isMark(character)) return undefined;
  const compatible = character.normalize('NFKC');
  if (compatible !== character && ASCII.test(compatible)) return compatible;
  const look = skeleton(character);
  return latinLooks().get(look) ?? (ASCII.test(look) ? look : undefined);
}
