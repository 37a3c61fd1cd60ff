/** A piece of a command as it is shown. */
export type Piece =
  | Readonly<{ kind: 'plain'; text: string }>
  /** Cannot be seen: shown as its number alone. */
  | Readonly<{ kind: 'hidden'; code: string }>
  /** Looks like another character, or like nothing: shown with its number. */
  | Readonly<{ kind: 'confusable'; text: string; code: string; like: string }>;

/** Control (but the line feed), format, private, surrogate, unassigned; line and paragraph separators; what combines with what is before. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Cn}\p{Zl}\p{Zp}\p{Mn}\p{Me}\u115f\u1160\u3164\uffa0\u2800]/u;

/** Letters of other alphabets that most fonts draw like Latin ones, and marks like those a shell reads. */
const LIKE: ReadonlyMap<string, string> = new Map(
  Object.entries({
    a: 'аɑα',
    b: 'ЬƄ',
    c: 'сϲⅽ',
    d: 'ԁⅾ',
    e: 'еҽє',
    g: 'ɡց',
    h: 'һհ',
    i: 'іıιɩӏ',
    j: 'јϳ',
    k: 'κк',
    l: 'ⅼӏǀ',
    m: 'ⅿ',
    n: 'ոռη',
    o: 'оοօσᴏ',
    p: 'рρ',
    q: 'ԛզ',
    r: 'гᴦ',
    s: 'ѕꜱ',
    t: 'тτ',
    u: 'υսᴜ',
    v: 'νѵⅴ',
    w: 'ԝшѡ',
    x: 'хχⅹ',
    y: 'уγү',
    z: 'ᴢ',
    A: 'АΑᎪ',
    B: 'ВΒᏴ',
    C: 'СϹᏟ',
    D: 'Ꭰ',
    E: 'ЕΕᎬ',
    F: 'Ϝ',
    G: 'ԌᏀ',
    H: 'НΗᎻ',
    I: 'ІΙӀ',
    J: 'ЈᎫ',
    K: 'КΚᏦ',
    L: 'ᏞՏ',
    M: 'МΜᎷ',
    N: 'Ν',
    O: 'ОΟՕ',
    P: 'РΡᏢ',
    Q: 'Ԛ',
    R: 'Ꭱ',
    S: 'ЅᏚ',
    T: 'ТΤᎢ',
    U: 'Ս',
    V: 'ᏙѴ',
    W: 'ԜᎳ',
    X: 'ХΧ',
    Y: 'ҮΥ',
    Z: 'ΖᏃ',
    '-': '\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u02d7\u2043',
    '/': '\u2044\u2215\u29f8\u2571',
    '\\': '\u2216\u29f5\u29f9',
    '.': '\u2024\u0660\u06f0',
    ':': '\u02d0\u2236\ua789\u0589',
    ';': '\u037e',
    "'": '\u2018\u2019\u201b\u02b9\u02bc\u2032',
    '"': '\u201c\u201d\u201f\u2033\u02ba',
    '`': '\u02cb\u1fef',
    '|': '\u2223\u01c0\u2758',
    '<': '\u2039\u02c2',
    '>': '\u203a\u02c3',
    '~': '\u02dc\u223c',
    '*': '\u2217\u204e',
    '=': '\u2e40',
    '!': '\u01c3',
    '#': '\u266f',
  }).flatMap(([like, characters]) => Array.from(characters, (character) => [character, like] as const)),
);

/** A whole command in pieces: nothing left out, nothing that is something else than it seems without saying so. */
export function piecesOf(command: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let plain = '';
  for (const character of command) {
    const special = specialOf(character);
    if (special === undefined) {
      plain += character;
      continue;
    }
    if (plain !== '') pieces.push({ kind: 'plain', text: plain });
    plain = '';
    pieces.push(special);
  }
  if (plain !== '') pieces.push({ kind: 'plain', text: plain });
  return pieces;
}

/** How many characters of it are something else than they seem. */
export function countSpecial(pieces: readonly Piece[]): number {
  return pieces.filter(({ kind }) => kind !== 'plain').length;
}

function specialOf(character: string): Piece | undefined {
  if (character === '\n' || (character >= ' ' && character <= '~')) return undefined;
  const code = `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
  if (HIDDEN.test(character)) return { kind: 'hidden', code };
  const like = /\p{Zs}/u.test(character) ? ' ' : (LIKE.get(character) ?? asciiForm(character));
  return like === undefined ? undefined : { kind: 'confusable', text: character, code, like };
}

/** What a compatibility form (full width, mathematical, ligature) stands for, where that is all ASCII. */
function asciiForm(character: string): string | undefined {
  const plain = character.normalize('NFKC');
  return plain !== character && /^[\u0020-\u007e]+$/u.test(plain) ? plain : undefined;
}
