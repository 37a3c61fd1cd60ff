import { describe, expect, it } from 'vitest';
import { endToEnd, readAbsolute, parseConnectTarget, readBasic } from '#agent/forwards/proxies/http-head.ts';

describe('the target of a request', () => {
  it('is read from CONNECT', () => {
    expect(parseConnectTarget('a.test:443')).toEqual({ host: 'a.test', port: 443 });
    expect(parseConnectTarget('[2001:db8::1]:443')).toEqual({ host: '2001:db8::1', port: 443 });
    for (const text of [
      'a.test',
      'a.test:',
      'a.test:0',
      'a.test:65536',
      '2001:db8::1:443',
      '[a.test]:443',
      'a b:1',
      'u@a.test:1',
      ':80',
      '',
    ])
      expect(parseConnectTarget(text)).toBeUndefined();
  });

  it('is read from the absolute form, and the path is passed on as it was sent', () => {
    expect(readAbsolute('http://a.test/b/../c%2F?d=e')).toEqual({
      target: { host: 'a.test', port: 80 },
      authority: 'a.test',
      path: '/b/../c%2F?d=e',
    });
    expect(readAbsolute('HTTP://[::1]:81?x')).toEqual({
      target: { host: '::1', port: 81 },
      authority: '[::1]:81',
      path: '/?x',
    });
    expect(readAbsolute('http://[::1]/')).toMatchObject({ target: { host: '::1', port: 80 } });
    expect(readAbsolute('http://me:secret@a.test/')).toMatchObject({ authority: 'a.test', target: { host: 'a.test' } });
    expect(readAbsolute('ws://a.test/chat')).toMatchObject({ path: '/chat' });
    for (const text of [
      '/',
      '*',
      'https://a.test/',
      'ftp://a.test/',
      'http://',
      'http:///x',
      'http://a.test:0/',
      'a.test:80',
    ])
      expect(readAbsolute(text)).toBeUndefined();
  });
});

describe('headers', () => {
  it('that are between two neighbours stay there, also by the word of Connection', () => {
    const headers = [
      'Host',
      'a',
      'connection',
      'Close, X-Mine',
      'X-MINE',
      '1',
      'Keep-Alive',
      'x',
      'TE',
      'trailers',
      'Upgrade',
      'y',
      'B',
      '2',
      'b',
      '3',
    ];
    expect(endToEnd(headers, ['host'])).toEqual(['B', '2', 'b', '3']);
  });

  it('of Basic are read as bytes', () => {
    const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;
    expect(readBasic(basic('me:a:b'))).toEqual({ user: Buffer.from('me'), password: Buffer.from('a:b') });
    expect(readBasic(basic('nobody'))).toBeUndefined();
    for (const text of [undefined, '', 'Bearer x', 'Basic', 'Basic ???']) expect(readBasic(text)).toBeUndefined();
  });
});
