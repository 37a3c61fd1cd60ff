import { describe, expect, test } from 'vitest';
import { countSpecial, piecesOf } from '#shared/visible-text/index.ts';

describe('a command that is to be judged', () => {
  test('is shown as it is where every character is what it seems', () => {
    expect(piecesOf('ls -la\n"grün" # 日本語 ß é')).toEqual([{ kind: 'plain', text: 'ls -la\n"grün" # 日本語 ß é' }]);
  });

  test('shows what cannot be seen by its number [S-GW-8]', () => {
    expect(piecesOf('rm\u202e x\u200b')).toEqual([
      { kind: 'plain', text: 'rm' },
      { kind: 'hidden', code: 'U+202E' },
      { kind: 'plain', text: ' x' },
      { kind: 'hidden', code: 'U+200B' },
    ]);
  });

  test.each([
    ['a letter of another alphabet', 'p\u0430ypal', 'a', 'U+0430'],
    ['a Greek capital', '\u0391dmin', 'A', 'U+0391'],
    ['a dash that is no hyphen', 'ls \u2013a', '-', 'U+2013'],
    ['a space that is another', 'rm\u00a0x', ' ', 'U+00A0'],
    ['a wide space', 'rm\u3000x', ' ', 'U+3000'],
    ['a slash that is none', 'usr\u2215bin', '/', 'U+2215'],
    ['a small letter in the form of a capital', '\u043cac', 'm', 'U+043C'],
    ['a small capital', 'r\u1d0d', 'm', 'U+1D0D'],
    ['a full-width letter', '\uff4cs', 'l', 'U+FF4C'],
    ['a mathematical letter', '\u{1d5ba}', 'a', 'U+1D5BA'],
    ['a ligature', '\ufb01nd', 'fi', 'U+FB01'],
    ['a quotation mark of print', 'echo \u201cx', '"', 'U+201C'],
  ])('marks %s', (_name, command, like, code) => {
    const special = piecesOf(command).filter(({ kind }) => kind !== 'plain');
    expect(special).toMatchObject([{ kind: 'confusable', like, code }]);
  });

  test.each(['\u00ad', '\u0008', '\u001b', '\ue000', '\u2028', '\u{e0041}', '\ud800', '\ufeff', '\u034f', '\u3164'])(
    'hides nothing: %j',
    (character) => {
      expect(countSpecial(piecesOf(`a${character}b`))).toBe(1);
    },
  );

  test('loses nothing [S-GW-8]', () => {
    const command = 'curl https://ex\u0430mple.net \u2013o\u00a0x\u202e';
    const back = piecesOf(command)
      .map((piece) =>
        piece.kind === 'hidden' ? String.fromCodePoint(Number.parseInt(piece.code.slice(2), 16)) : piece.text,
      )
      .join('');
    expect(back).toBe(command);
  });
});
