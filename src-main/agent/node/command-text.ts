import { escapeHidden } from '#shared/visible-text/index.ts';

/** Nothing that a shell, or an eye, takes for something else. */
const PLAIN = /^[\w@%+=:,./-]+$/;

/**
 * The words of a command as one line, as a shell would take them: two commands that differ never look the same, and nothing in it is
 * invisible.
 */
export function commandText(words: readonly string[]): string {
  return words.map(quote).join(' ');
}

function quote(word: string): string {
  if (PLAIN.test(word)) return word;
  if (escapeHidden(word, () => '', 'judge') === word) return `'${word.replaceAll("'", String.raw`'\''`)}'`;
  const escaped = escapeHidden(word.replaceAll(/[\\']/g, String.raw`\$&`), escapeSign, 'judge');
  return `$'${escaped}'`;
}

function escapeSign(sign: string): string {
  const code = sign.codePointAt(0) ?? 0;
  if (sign === '\n') return String.raw`\n`;
  if (sign === '\t') return String.raw`\t`;
  return code > 0xffff
    ? String.raw`\U${code.toString(16).padStart(8, '0')}`
    : String.raw`\u${code.toString(16).padStart(4, '0')}`;
}
