import { expect, test } from 'vitest';
import {
  CLIPBOARD_LIMIT,
  parseClipboardRequest,
} from '../../../../src-renderer/features/terminals/clipboard/clipboard-request.ts';

const coded = (text: string): string => Buffer.from(text).toString('base64');

test('text that a program wants on the clipboard is read, without what would be keys in another terminal [S-APP-3]', () => {
  expect(parseClipboardRequest(`c;${coded('größer → 日本\n\tx')}`)).toEqual({
    kind: 'text',
    text: 'größer → 日本\n\tx',
  });
  expect(parseClipboardRequest(`;${coded('a')}`)).toEqual({ kind: 'text', text: 'a' });
  expect(parseClipboardRequest(`pc0;${coded('rm\u001b[201~\u0007 -rf\u0085\u0000')}`)).toEqual({
    kind: 'text',
    text: 'rm[201~ -rf',
  });
});

test('a question for what is on the clipboard is one, to whatever it is put', () => {
  expect(['c;?', ';?', 'p;?', 's;?'].map((data) => parseClipboardRequest(data).kind)).toEqual(Array(4).fill('read'));
});

test('what is too large, no text, or nothing is refused [S-APP-3]', () => {
  expect(parseClipboardRequest(`c;${coded('x'.repeat(CLIPBOARD_LIMIT))}`).kind).toBe('text');
  expect(parseClipboardRequest(`c;${coded('x'.repeat(CLIPBOARD_LIMIT + 3))}`)).toEqual({
    kind: 'refused',
    reason: 'large',
  });
  const invalid = [
    '',
    'c',
    'c;',
    'c;%%%',
    `c;${Buffer.from([0xff, 0xfe]).toString('base64')}`,
    'zz;YQ==',
    `c;${coded('\u001b')}`,
  ];
  expect(invalid.map((data) => parseClipboardRequest(data))).toEqual(
    invalid.map(() => ({ kind: 'refused', reason: 'invalid' })),
  );
});
