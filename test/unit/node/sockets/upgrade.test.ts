import { describe, expect, it } from 'vitest';
import { toUtf8 } from '#shared/bytes/index.ts';
import { FormatError } from '#shared/errors.ts';
import { codeOf } from '#test/support/rejections.ts';
import { fuzzDecoder } from '#test/support/fuzz.ts';
import { UpgradeResponseReader, upgradeRequest } from '../../../../src-node/sockets/upgrade.ts';

const GOOD = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: clawreach-link\r\nConnection: Upgrade\r\n\r\n';
const VALID = [
  GOOD,
  'HTTP/1.1 101 \r\nConnection: keep-alive, Upgrade\r\nDate: Sat, 21 Nov 2026 06:00:00 GMT\r\nUPGRADE:\tClawReach-Link \r\nX-Empty:\r\n\r\n',
  'HTTP/1.1 101\r\nupgrade:clawreach-link\r\nconnection:upgrade\r\n\r\n',
].map((text) => toUtf8(text));

/** @returns bytes of the head, undefined while it is incomplete */
function read(...chunks: readonly Uint8Array[]): number | undefined {
  const reader = new UpgradeResponseReader();
  let before = 0;
  for (const chunk of chunks) {
    const consumed = reader.push(chunk);
    if (consumed !== undefined) return before + consumed;
    before += chunk.length;
  }
  return undefined;
}

describe('the request for a data connection', () => {
  it('names what was dialed and nothing else', () => {
    expect(new TextDecoder().decode(upgradeRequest('relay.example:7474'))).toBe(
      'GET /v1/link HTTP/1.1\r\nHost: relay.example:7474\r\nConnection: Upgrade\r\nUpgrade: clawreach-link\r\n\r\n',
    );
  });
});

describe('the answer to it', () => {
  it('is read the same however it is split, and leaves what follows alone', () => {
    let splits = 0;
    for (const head of VALID) {
      const whole = Uint8Array.from([...head, 0x01, 0x0d, 0x0a]);
      for (let at = 0; at <= whole.length; at += 1) {
        expect(read(whole.subarray(0, at), whole.subarray(at))).toBe(head.length);
        splits += 1;
      }
      const single = Array.from(whole, (_, index) => whole.subarray(index, index + 1));
      expect(read(...single)).toBe(head.length);
      for (let at = 0; at < head.length; at += 1) expect(read(head.subarray(0, at))).toBeUndefined();
    }
    expect(splits).toBeGreaterThan(250);
  });

  it.each([
    ['another status', GOOD.replace('101', '200')],
    ['a page of a proxy', 'HTTP/1.1 403 Forbidden\r\nContent-Type: text/html\r\n\r\n'],
    ['another protocol', GOOD.replace('clawreach-link', 'websocket')],
    ['two protocols', GOOD.replace('Connection', 'Upgrade: websocket\r\nConnection')],
    ['a list of protocols', GOOD.replace('clawreach-link', 'clawreach-link, websocket')],
    ['no protocol', GOOD.replace('Upgrade: clawreach-link\r\n', '')],
    ['a connection that stays as it is', GOOD.replace('Connection: Upgrade', 'Connection: keep-alive')],
    ['a body', GOOD.replace('Connection', 'Content-Length: 5\r\nConnection')],
    ['a chunked body', GOOD.replace('Connection', 'Transfer-Encoding: chunked\r\nConnection')],
    ['another version of HTTP', GOOD.replace('HTTP/1.1', 'HTTP/1.0')],
    ['no HTTP', `SSH-2.0-x\r\n\r\n`],
    ['a folded header', GOOD.replace('Connection', ' folded\r\nConnection')],
    ['a space before the colon', GOOD.replace('Upgrade:', 'Upgrade :')],
    ['a bare line feed', GOOD.replace('Connection', 'X: 1\nConnection')],
    ['a NUL', GOOD.replace('Switching', 'Switch\u0000ing')],
    ['too many headers', GOOD.replace('Connection', `${'X: 1\r\n'.repeat(63)}Connection`)],
    ['no end', `HTTP/1.1 101 Switching Protocols\r\nX: ${'a'.repeat(9000)}`],
  ])('is refused: %s', async (_name, text) => {
    expect(await codeOf(() => read(toUtf8(text)))).toBe('relay.upgrade');
  });

  it('tells the status it got instead', () => {
    expect(() => read(toUtf8('HTTP/1.1 502 Bad Gateway\r\n\r\n'))).toThrow(
      expect.objectContaining({ details: expect.objectContaining({ status: 502 }) }),
    );
  });

  it('survives a hundred thousand strange ones', () => {
    const count = fuzzDecoder({
      name: 'upgrade response',
      valid: VALID,
      maximum: 300,
      cases: 100_000,
      errors: ['DialError', 'FormatError'],
      firstCheck: (code) => code === 'format.short',
      decode: (bytes) => {
        const reader = new UpgradeResponseReader();
        const half = bytes.length >> 1;
        const consumed = reader.push(bytes.subarray(0, half)) ?? reader.push(bytes.subarray(half));
        if (consumed === undefined) throw new FormatError('format.short', 'no end of the head');
      },
    });
    expect(count.cases).toBe(100_000);
    expect(count.mutated).toBeGreaterThan(45_000);
    expect(count.accepted).toBeGreaterThan(1000);
  });
});
