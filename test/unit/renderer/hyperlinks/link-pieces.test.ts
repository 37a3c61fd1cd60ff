import { expect, it } from 'vitest';
import { linkPieces, MOST_LINKS } from '../../../../src-renderer/features/hyperlinks/link-pieces.ts';

const linksOf = (text: string, isCut = false): readonly string[] =>
  linkPieces(text, isCut).flatMap((piece) => (piece.kind === 'link' ? [piece.text] : []));

it.each([
  ['See https://example.org/a?b=c#d for more.', ['https://example.org/a?b=c#d']],
  ['http://10.0.0.7:8080/x and HTTPS://Example.ORG', ['http://10.0.0.7:8080/x', 'HTTPS://Example.ORG']],
  [
    '(https://example.org/a_(b)). Then [https://example.org/c], too',
    ['https://example.org/a_(b)', 'https://example.org/c'],
  ],
  ['"https://example.org/q" <https://example.org/r>', ['https://example.org/q', 'https://example.org/r']],
  ['https://example.org/⟨U+202E⟩gro.live', ['https://example.org/']],
  ['javascript:alert(1) file:///etc/passwd ftp://x data:text/html,x clawreach://pair/1', []],
  ['https:// https://[ http://', []],
])('finds the web addresses in %s', (text, links) => {
  expect(linksOf(text)).toEqual(links);
});

it('loses nothing of a text', () => {
  const text = 'a https://one.example, b\n(https://two.example/) c https://three.example';
  expect(
    linkPieces(text, false)
      .map((piece) => piece.text)
      .join(''),
  ).toBe(text);
});

it('makes no link of an address that may go on beyond the end [S-WRITE-4]', () => {
  expect(linksOf('see https://bank.example', true)).toEqual([]);
  expect(linksOf('see https://bank.example and', true)).toEqual(['https://bank.example']);
});

it('makes a limited number of links, in a limited time', () => {
  expect(linksOf('https://a.example/ '.repeat(20_000))).toHaveLength(MOST_LINKS);
  const began = performance.now();
  linkPieces(`https://a.example/${'('.repeat(130_000)}${')'.repeat(130_000)}`, false);
  linkPieces(`https://a.example/${')'.repeat(20_000)}`, false);
  linkPieces(`https://a.example/${').'.repeat(20_000)}`, false);
  expect(performance.now() - began).toBeLessThan(5000);
});
