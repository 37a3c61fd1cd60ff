import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toUtf8 } from '#shared/bytes/index.ts';
import { errorCode } from '#shared/errors.ts';
import { ConnectAnswerReader, CONNECT_ANSWER_LIMITS } from '../../../../../src-node/sockets/proxy/connect-answer.ts';
import { connectRequest } from '../../../../../src-node/sockets/proxy/proxy-tunnel.ts';

const PROXY = { host: 'proxy.test', port: 3128, url: 'http://proxy.test:3128' };
const OPEN = 'HTTP/1.1 200 Connection established\r\nProxy-Agent: test\r\n\r\n';

/** Feeds the text in pieces; what follows the head, or the code of the refusal, or `waits`. */
function read(text: string, size = text.length): string {
  const reader = new ConnectAnswerReader();
  const bytes = Buffer.from(text, 'latin1');
  try {
    for (let at = 0; at < bytes.length; at += size) {
      const consumed = reader.push(bytes.subarray(at, at + size));
      if (consumed !== undefined) return `open: ${bytes.subarray(at + consumed).toString('latin1')}`;
    }
    return 'waits';
  } catch (error) {
    return errorCode(error);
  }
}

describe('the answer of a proxy', () => {
  it('opens the tunnel however its bytes are split, and keeps what follows', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: OPEN.length }), (size) => {
        expect(read(OPEN, size)).toBe('open: ');
      }),
    );
    expect(read(`${OPEN}\u0016\u0003bytes`)).toBe('open: \u0016\u0003bytes');
    expect(read('HTTP/1.0 200 OK\r\n\r\n')).toBe('open: ');
    expect(read('HTTP/1.1 299\r\n\r\n')).toBe('open: ');
  });

  it('counts no length of a body: what follows the head of a 200 is the tunnel', () => {
    expect(read('HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\nabcde')).toBe('open: abcde');
  });

  it('is refused when it never ends [S-NET-1]', () => {
    expect(read(`HTTP/1.1 200 OK\r\nA: ${'x'.repeat(CONNECT_ANSWER_LIMITS.bytes)}`, 1000)).toBe('relay.proxy-refused');
    expect(read(`HTTP/1.1 200 OK\r\n${'A: b\r\n'.repeat(5000)}`)).toBe('relay.proxy-refused');
    expect(read(`HTTP/1.1 200 OK\r\n${'A: b\r\n'.repeat(101)}\r\n`)).toBe('relay.proxy-refused');
  });

  it.each([
    ['a line feed alone', 'HTTP/1.1 200 OK\n\n', 'waits'],
    ['a line feed alone in between', 'HTTP/1.1 200 OK\nA: b\r\n\r\n', 'relay.proxy-refused'],
    ['101', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n', 'relay.proxy-refused'],
    ['100', 'HTTP/1.1 100 Continue\r\n\r\n', 'relay.proxy-refused'],
    ['a redirection', 'HTTP/1.1 302 Found\r\nLocation: http://evil.test\r\n\r\n', 'relay.proxy-refused'],
    ['403', 'HTTP/1.1 403 Forbidden\r\n\r\n', 'relay.proxy-forbidden'],
    ['401', 'HTTP/1.1 401 Unauthorized\r\n\r\n', 'relay.proxy-auth'],
    ['502', 'HTTP/1.1 502 Bad Gateway\r\n\r\n', 'relay.proxy-refused'],
    ['407', 'HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\n\r\n', 'relay.proxy-auth'],
    ['another version', 'HTTP/2 200 OK\r\n\r\n', 'relay.proxy-refused'],
    ['something else', 'SSH-2.0-OpenSSH_9.2\r\n', 'relay.proxy-refused'],
    ['a status that is none', 'HTTP/1.1 2x0 OK\r\n\r\n', 'relay.proxy-refused'],
    ['a malformed header', 'HTTP/1.1 200 OK\r\nno colon\r\n\r\n', 'relay.proxy-refused'],
    ['a folded header', 'HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n', 'relay.proxy-refused'],
    ['a zero byte', 'HTTP/1.1 200 OK\r\nA: \u0000\r\n\r\n', 'relay.proxy-refused'],
  ])('%s', (_what, text, outcome) => {
    expect(read(text)).toBe(outcome);
    expect(read(text, 1)).toBe(outcome);
  });

  it('any other bytes never open a tunnel, and never break the reader [S-NET-1]', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(read(Buffer.from(bytes).toString('latin1'))).toMatch(
          /^(?:waits|relay\.proxy-(?:refused|auth|forbidden))$/,
        );
      }),
    );
  });
});

describe('the request to a proxy', () => {
  it('has two lines, and a third for whoever has a name', () => {
    expect(connectRequest('relay.test:7474', PROXY)).toBe(
      'CONNECT relay.test:7474 HTTP/1.1\r\nHost: relay.test:7474\r\n\r\n',
    );
    expect(connectRequest('[::1]:7474', { ...PROXY, user: 'ada', password: 'ö:1' })).toBe(
      `CONNECT [::1]:7474 HTTP/1.1\r\nHost: [::1]:7474\r\nProxy-Authorization: Basic ${Buffer.from('ada:ö:1').toString('base64')}\r\n\r\n`,
    );
  });

  it('carries no line of somebody else, whatever host, user and password are [S-NET-1]', () => {
    for (const authority of ['relay.test:1\r\nX: y', 'a b:1', 'a\n:1', '', 'a@b:1', 'a/b:1'])
      expect(() => connectRequest(authority, PROXY)).toThrow('not an authority');
    fc.assert(
      fc.property(fc.string(), fc.string(), (user, password) => {
        const lines = connectRequest('relay.test:7474', { ...PROXY, user, password }).split(/[\r\n]+/);
        expect(lines).toHaveLength(4);
        expect(toUtf8(lines[2] ?? '').every((byte) => byte >= 0x20 && byte < 0x7f)).toBe(true);
      }),
    );
  });
});
