import { codeOf, isBlank, isHidden } from './characters.ts';
import { markRightToLeft } from './direction.ts';
import { isMark } from './marks.ts';
import { nearLetter } from './near-letters.ts';
import { skeleton } from './skeleton.ts';

/** A piece of a detail as it is shown. */
export type Piece =
  | Readonly<{ kind: 'plain'; text: string }>
  /** Cannot be seen: shown as its code alone. */
  | Readonly<{ kind: 'hidden'; code: string }>
  /** Looks like another character: shown with its code. */
  | Readonly<{ kind: 'confusable'; text: string; code: string; like: string }>;

/** A code of `showDetail`, a word, or any other character. */
const PART = /⟨(U\+[0-9A-F]{4,6})⟩|[\p{L}\p{N}][\p{L}\p{N}\p{M}]*|[^]/gu;
const ASCII = /^[\u0020-\u007e\n]+$/u;

/** Latin letters that words are written with, such as `ø` and `ɓ`: not the small capitals of phonetics. */
const OF_A_LANGUAGE = /(?![\u0262\u026a\u0274\u0280\u028f\u0299\u029c\u029f\u1d00-\u1d7f])\p{Script=Latin}/u;

/**
 * A detail in pieces: nothing left out, and nothing that is something else than it seems without saying so. Letters of another alphabet are
 * marked where their word has Latin letters too or could be read as Latin; a word of Russian or Greek stays as it is.
 * @param detail as `cleanDetail` has it
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

/** Number of characters that are something else than they seem. */
export function countSpecial(pieces: readonly Piece[]): number {
  return pieces.filter(({ kind }) => kind !== 'plain').length;
}

/**
 * Prepares a detail for a terminal or a notification, which may reorder text: look-alike characters are followed by
 * their code, right-to-left ones are replaced by it.
 * @param detail result of `cleanDetail`
 * @param reading `read`: prose, whose words stay words
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

/** A Latin letter is in it, or every letter looks like one. */
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
    return { kind: 'hidden', code: codeOf(character) };
  const like = likeOf(character) ?? (OF_A_LANGUAGE.test(character) ? undefined : nearLetter(character));
  return like === undefined
    ? { kind: 'plain', text: character }
    : { kind: 'confusable', text: character, code: codeOf(character), like };
}

let latin: ReadonlyMap<string, string> | undefined;

/** ASCII characters by their skeletons, each by its own where several share one. */
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

/** Characters looked at lately: a skeleton is dear. */
const likes = new Map<string, string | undefined>();
const MOST_LIKES = 4096;

/** The ASCII text that a character beyond ASCII looks like. */
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
