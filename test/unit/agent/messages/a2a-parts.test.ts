import { expect, it } from 'vitest';
import { fileFacts, readParts, showParts } from '#agent/messages/a2a/a2a-parts.ts';
import { A2aError } from '#shared/a2a/index.ts';
import type { MessageFileView } from '#shared/app-api/index.ts';
import { toUtf8 } from '#shared/bytes/index.ts';
import { BODY_BYTES, MESSAGE_FILES } from '#shared/messages/index.ts';

const bytes = (text: string) => Buffer.from(text).toString('base64');

function reasonOf(parts: readonly object[]): string {
  try {
    readParts(parts);
    return 'none';
  } catch (error) {
    return error instanceof A2aError ? error.reason : (error as { code: string }).code;
  }
}

it('reads text and data as the body, and bytes as files in their order', () => {
  expect(
    readParts([
      { raw: bytes('one'), filename: 'a.txt' },
      { text: 'See' },
      { raw: bytes('two'), mediaType: 'image/png' },
      { text: 'these' },
      { raw: '', mediaType: 'text/plain; charset=utf-8' },
      { raw: Buffer.from([251, 255]).toString('base64url'), mediaType: 'application/vnd.ms-excel' },
    ]),
  ).toEqual({
    media: 'text/plain',
    body: 'See\nthese',
    files: [
      { name: 'a.txt', contents: Buffer.from('one') },
      { name: 'file-3.png', contents: Buffer.from('two') },
      { name: 'file-5.txt', contents: Buffer.from('') },
      { name: 'file-6', contents: Buffer.from([251, 255]) },
    ],
  });
  expect(readParts([{ data: { green: true } }, { url: 'file:///srv/out/a%20b.pdf' }])).toEqual({
    media: 'application/json',
    body: '{"green":true}',
    files: ['/srv/out/a b.pdf'],
  });
  expect(readParts([{ raw: bytes('x') }])).toMatchObject({ media: 'text/plain', body: '' });
});

it.each([
  ['nothing', {}, 'INVALID_PARAMS'],
  ['both text and bytes', { text: 'x', raw: 'AAAA' }, 'INVALID_PARAMS'],
  ['bytes that are not base64', { raw: 'A*==' }, 'INVALID_PARAMS'],
  ['bytes that end in the middle', { raw: 'AAAAA' }, 'INVALID_PARAMS'],
  ['bytes in two alphabets', { raw: '+_+_' }, 'INVALID_PARAMS'],
  // Without an answer in time if each of its ends were looked for.
  ['bytes that seem to end a million times', { raw: `${'='.repeat(1_000_000)}A` }, 'INVALID_PARAMS'],
  ['a name with a path', { raw: 'AAAA', filename: '../x' }, 'INVALID_PARAMS'],
  ['a name with a separator of Windows', { raw: 'AAAA', filename: String.raw`a\b` }, 'INVALID_PARAMS'],
  ['a hidden name', { raw: 'AAAA', filename: '.env' }, 'INVALID_PARAMS'],
  ['a name that hides its beginning', { raw: 'AAAA', filename: '\u200B.env' }, 'INVALID_PARAMS'],
  ['a name that reorders text', { raw: 'AAAA', filename: 'a\u202Efdp.exe' }, 'INVALID_PARAMS'],
  ['a name of two lines', { raw: 'AAAA', filename: 'a\nb' }, 'INVALID_PARAMS'],
  ['a name that is too long', { raw: 'AAAA', filename: 'x'.repeat(300) }, 'INVALID_PARAMS'],
  ['a web address', { url: 'https://a.test/x' }, 'CONTENT_TYPE_NOT_SUPPORTED'],
  ['an address of a service here', { url: 'http://127.0.0.1:80/' }, 'CONTENT_TYPE_NOT_SUPPORTED'],
  ['no address', { url: 'x' }, 'CONTENT_TYPE_NOT_SUPPORTED'],
  ['a path with an encoded separator', { url: 'file:///a%2Fb' }, 'INVALID_PARAMS'],
])('refuses a part with %s', (_, part, reason) => {
  expect(reasonOf([{ text: 'x' }, part])).toBe(reason);
});

it('refuses too many files, an empty body without them, and one that is too large with them', () => {
  const files = Array.from({ length: MESSAGE_FILES }, () => ({ raw: 'AAAA' }));
  expect(reasonOf(files)).toBe('none');
  expect(reasonOf([...files, { raw: 'AAAA' }])).toBe('INVALID_PARAMS');
  expect(reasonOf([{ text: '' }])).toBe('api.input');
  expect(reasonOf([{ text: 'x'.repeat(BODY_BYTES + 1) }, ...files.slice(1)])).toBe('api.input');
  expect(toUtf8(readParts([{ text: 'x'.repeat(BODY_BYTES) }, ...files]).body).length).toBe(BODY_BYTES);
});

it('shows the files that are here as parts, and says of all what became of them', () => {
  const file = { transfer: 't', size: 13, code: null } as const;
  const files: MessageFileView[] = [
    { ...file, name: 'a b.txt', state: 'done', path: '/in/a b.txt' },
    { ...file, name: 'later', size: null, state: 'running', path: null },
    { ...file, name: 'lost', state: 'refused', code: 'rights.denied', path: null },
  ];
  const arrived = { url: 'file:///in/a%20b.txt', filename: 'a b.txt', metadata: { size: 13 } };
  expect(showParts('text/plain', 'See', files)).toEqual([{ text: 'See', mediaType: 'text/plain' }, arrived]);
  expect(showParts('text/plain', '', files)).toEqual([arrived]);
  expect(showParts('text/plain', '', files.slice(1))).toEqual([{ text: '', mediaType: 'text/plain' }]);
  expect(fileFacts(files)).toEqual({
    files: [
      { filename: 'a b.txt', size: 13, state: 'done', code: null },
      { filename: 'later', size: null, state: 'running', code: null },
      { filename: 'lost', size: 13, state: 'refused', code: 'rights.denied' },
    ],
  });
  expect(fileFacts([])).toEqual({});
});
