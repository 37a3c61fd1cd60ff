import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import {
  isSameOrigin,
  isSameOriginSocket,
  parsePublicUrl,
  readSessionCookie,
  servedOrigin,
  setSessionCookie,
} from '#relay/http/index.ts';

type Headers = Readonly<Record<string, readonly string[]>>;

function request(headers: Headers): Pick<IncomingMessage, 'headersDistinct'> {
  return {
    headersDistinct: Object.fromEntries(Object.entries(headers).map(([name, values]) => [name, [...values]])),
  };
}

describe('the session cookie', () => {
  it.each([
    ['__Host-clawreach=abc', 'abc'],
    ['a=b; __Host-clawreach=abc-_9; c=d', 'abc-_9'],
    ['  __Host-clawreach=abc  ', 'abc'],
    ['__host-clawreach=abc', undefined],
    ['__Host-clawreach2=abc', undefined],
    ['x__Host-clawreach=abc', undefined],
    ['clawreach=abc', undefined],
    ['__Host-clawreach =abc', undefined],
    ['__Host-clawreach="abc"', undefined],
    ['__Host-clawreach=', undefined],
    ['__Host-clawreach', undefined],
    ['__Host-clawreach=a=b', undefined],
    ['__Host-clawreach=a,b', undefined],
    ['__Host-clawreach=%61', undefined],
    [`__Host-clawreach=${'a'.repeat(129)}`, undefined],
    ['__Host-clawreach=abc; __Host-clawreach=abc', undefined],
    ['__Host-clawreach=abc; __Host-clawreach=', undefined],
    ['__Host-clawreach; __Host-clawreach=abc', undefined],
    ['', undefined],
  ])('of %j is %s', (cookie, value) => {
    expect(readSessionCookie({ headers: { cookie } })).toBe(value);
  });

  it('is not there without the header', () => {
    expect(readSessionCookie({ headers: {} })).toBeUndefined();
  });

  it.each(['a;b', 'a b', 'a\r\nSet-Cookie: x=y', '', 'ä', 'a=b'])('never has the value %j', (value) => {
    expect(() => setSessionCookie(value, 1)).toThrow('not a value');
  });
});

describe('a page of the relay', () => {
  const plain = servedOrigin([], false);
  const tls = servedOrigin([], true);
  const named = servedOrigin(
    [parsePublicUrl('https://relay.example'), parsePublicUrl('wss://other.example:8443')],
    false,
  );

  it.each<[string, Headers, boolean]>([
    ['by Sec-Fetch-Site', { 'sec-fetch-site': ['same-origin'] }, true],
    ['from a subdomain', { 'sec-fetch-site': ['same-site'] }, false],
    ['from elsewhere', { 'sec-fetch-site': ['cross-site'] }, false],
    ['typed', { 'sec-fetch-site': ['none'] }, false],
    ['with two answers', { 'sec-fetch-site': ['same-origin', 'cross-site'] }, false],
    ['by an old browser', { origin: ['http://localhost:7474'], host: ['localhost:7474'] }, true],
    ['by capital letters', { origin: ['http://localhost:7474'], host: ['LocalHost:7474'] }, true],
    ['from another port', { origin: ['http://localhost:3000'], host: ['localhost:7474'] }, false],
    ['from another scheme', { origin: ['https://localhost:7474'], host: ['localhost:7474'] }, false],
    ['from another host', { origin: ['http://evil.example'], host: ['localhost:7474'] }, false],
    [
      'from a host that begins alike',
      { origin: ['http://localhost:7474.evil.example'], host: ['localhost:7474'] },
      false,
    ],
    ['from a sandbox', { origin: ['null'], host: ['localhost:7474'] }, false],
    ['with two origins', { origin: ['http://localhost:7474', 'http://a'], host: ['localhost:7474'] }, false],
    ['with two hosts', { origin: ['http://localhost'], host: ['localhost', 'localhost'] }, false],
    ['without a host', { origin: ['http://localhost'] }, false],
    ['that a program sends', { host: ['localhost:7474'] }, false],
    [
      'from elsewhere, which has the origin of an old browser',
      { origin: ['http://localhost:7474'], host: ['localhost:7474'], 'sec-fetch-site': ['cross-site'] },
      false,
    ],
  ])('sends a request %s: %j is %s', (_case, headers, expected) => {
    expect(isSameOrigin(request(headers), plain)).toBe(expected);
  });

  it('has https where TLS ends here', () => {
    expect(isSameOrigin(request({ origin: ['https://a:7474'], host: ['a:7474'] }), tls)).toBe(true);
    expect(isSameOrigin(request({ origin: ['http://a:7474'], host: ['a:7474'] }), tls)).toBe(false);
  });

  it('has the public URL if there is one, whatever Host says', () => {
    expect(named.public).toEqual(['https://relay.example', 'https://other.example:8443']);
    for (const origin of named.public) {
      expect(isSameOrigin(request({ origin: [origin], host: ['10.0.0.1'] }), named)).toBe(true);
    }
    for (const origin of ['http://relay.example', 'https://other.example', 'https://evil.example']) {
      const host = new URL(origin).host;
      expect(isSameOrigin(request({ origin: [origin], host: [host] }), named)).toBe(false);
    }
  });

  it('opens a WebSocket with its origin; nothing else counts', () => {
    const own = { origin: ['http://a:1'], host: ['a:1'] };
    expect(isSameOriginSocket(request(own), plain)).toBe(true);
    expect(isSameOriginSocket(request({ ...own, origin: ['http://a:2'] }), plain)).toBe(false);
    expect(isSameOriginSocket(request({ host: ['a:1'], 'sec-fetch-site': ['same-origin'] }), plain)).toBe(false);
  });
});
