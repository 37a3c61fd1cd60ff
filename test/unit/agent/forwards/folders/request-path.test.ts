import { array, assert, constantFrom, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readRequestPath } from '#agent/forwards/folders/index.ts';

describe('the path of a request', () => {
  it.each([
    ['/', [], true],
    ['/a/b', ['a', 'b'], false],
    ['/a/b/', ['a', 'b'], true],
    ['/with%20blank/%C3%A4.txt?x=/../#y', ['with blank', 'ä.txt'], false],
    ['http://example.com/a', ['a'], false],
    ['http://example.com', [], true],
    // Decoded once: a name that looks encoded is a name.
    ['/%252e%252e/a', ['%2e%2e', 'a'], false],
    ['/..a/a..', undefined, false],
    ['/a..b', ['a..b'], false],
  ])('%s', (target, names, asFolder) => {
    expect(readRequestPath(target, 'linux')).toEqual(names === undefined ? undefined : { names, asFolder });
  });

  it.each([
    '/..',
    '/../etc/passwd',
    '/a/../../etc/passwd',
    '/%2e%2e/etc/passwd',
    '/.%2e/etc/passwd',
    '/%2E./etc/passwd',
    '/..%2fetc%2fpasswd',
    '/%2e%2e%2fetc%2fpasswd',
    '/..%5cetc',
    '/..\\etc',
    '/a%00.txt',
    '/%00',
    '/a%0d%0aX: y',
    '/./a',
    '//etc/passwd',
    '/a//b',
    '/.ssh/id_ed25519',
    '/a/.git/config',
    '/%c0%ae%c0%ae/etc/passwd',
    '/%ff',
    '/%',
    '/%2',
    '*',
    'etc/passwd',
    '',
    `/${'a'.repeat(256)}`,
    `/${'ä'.repeat(128)}`,
    `/${'a/'.repeat(65)}`,
  ])('%s names nothing [S-FOLDER-1]', (target) => {
    // The empty target is that of `http://example.com`.
    expect(readRequestPath(target, 'linux')).toEqual(target === '' ? { names: [], asFolder: true } : undefined);
  });

  it.each([
    '/a.txt::$DATA',
    '/a.txt:stream',
    '/C:',
    '/con',
    '/NUL.txt',
    '/com1',
    '/lpt9.log',
    '/a.txt.',
    '/a.txt%20',
    '/*',
  ])('%s names nothing on Windows [S-FOLDER-1]', (target) => expect(readRequestPath(target, 'win32')).toBeUndefined());

  it('never leads up, whatever is asked for [S-FOLDER-1]', () => {
    const piece = constantFrom('..', '.', '%2e', '%2E', '/', '%2f', '\\', '%5c', 'a', '%00', '%25', '%', '?', ':');
    assert(
      property(array(piece, { maxLength: 12 }), (pieces) => {
        for (const name of readRequestPath(`/${pieces.join('')}`)?.names ?? []) expect(name).not.toMatch(/^\.|[/\\\0]/);
      }),
      { numRuns: 5000 },
    );
  });
});
