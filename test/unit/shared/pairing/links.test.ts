import { describe, expect, it } from 'vitest';
import { nativeBackend } from '#node/crypto/index.ts';
import { toBase64Url, toHex, toUtf8 } from '#shared/bytes/index.ts';
import { nobleBackend } from '#shared/crypto/index.ts';
import { createPairingLink, deriveLink, parsePairingLink, type PairingLink } from '#shared/pairing/index.ts';
import { CASES_PER_BOUNDARY, fuzzDecoder } from '#test/support/fuzz.ts';
import { INVITER } from '#test/support/pairing.ts';
import { codeOf } from '#test/support/rejections.ts';

const LINK: PairingLink = {
  relayUrl: 'wss://relay.example.org:7474',
  relayKey: new Uint8Array(32).fill(7),
  tlsPin: new Uint8Array(32).fill(8),
  inviter: INVITER.peerId,
  secret: Uint8Array.from({ length: 16 }, (_, index) => index),
};
const { tlsPin: _left, ...PUBLIC_LINK } = LINK;
const TEXT = createPairingLink(LINK);

describe('a pairing link', () => {
  it.each([
    LINK,
    PUBLIC_LINK,
    { ...PUBLIC_LINK, relayUrl: 'ws://127.0.0.1:7474' },
    { ...LINK, relayUrl: 'wss://[::1]:7474/a%20b' },
  ])('comes back as it was made: $relayUrl', (link) => {
    const text = createPairingLink(link);
    expect(text.startsWith('clawreach://pair?')).toBe(true);
    expect(parsePairingLink(text)).toEqual(link);
    expect(parsePairingLink(`  ${text}\n`)).toEqual(link);
    expect(parsePairingLink(text.replace('pair?', 'pair/?'))).toEqual(link);
  });

  it('has this text', () => {
    expect(TEXT).toBe(
      `clawreach://pair?v=1&relay=wss%3A%2F%2Frelay.example.org%3A7474&key=${toBase64Url(new Uint8Array(32).fill(7))}` +
        `&tls=${toBase64Url(new Uint8Array(32).fill(8))}&peer=${INVITER.peerId}&secret=AAECAwQFBgcICQoLDA0ODw`,
    );
  });

  const first = INVITER.peerId.charAt(0) === 'A' ? 'B' : 'A';
  it.each([
    ['nothing', ''],
    ['another scheme', TEXT.replace('clawreach:', 'https:')],
    ['another host', TEXT.replace('//pair', '//open')],
    ['another version', TEXT.replace('v=1', 'v=2')],
    ['no version', TEXT.replace('v=1&', '')],
    ['no relay', TEXT.replace(/relay=[^&]*&/, '')],
    ['no key', TEXT.replace(/key=[^&]*&/, '')],
    ['no peer', TEXT.replace(/peer=[^&]*&/, '')],
    ['no secret', TEXT.replace(/&secret=.*/, '')],
    ['an empty secret', TEXT.replace(/secret=.*/, 'secret=')],
    ['a short secret', TEXT.slice(0, -2)],
    ['a long secret', `${TEXT}AA`],
    ['a secret with unused bits set', `${TEXT.slice(0, -1)}x`],
    ['a short key', TEXT.replace(/key=../, 'key=')],
    ['a short pin', TEXT.replace(/tls=../, 'tls=')],
    ['an empty pin', TEXT.replace(/tls=[^&]*/, 'tls=')],
    ['a field twice', `${TEXT}&v=1`],
    ['an unknown field', `${TEXT}&run=1`],
    ['a field without a value', `${TEXT}&x`],
    ['a field without a name', `${TEXT}&=x`],
    ['another order', TEXT.replace('v=1&', '').concat('&v=1')],
    ['a fragment', `${TEXT}#x`],
    ['a peer id with a typing error', TEXT.replace(`peer=${INVITER.peerId.charAt(0)}`, `peer=${first}`)],
    ['a peer id in lower case', TEXT.replace(INVITER.peerId, INVITER.peerId.toLowerCase())],
    ['a relay that is no WebSocket', TEXT.replace('wss%3A', 'https%3A')],
    ['a relay with a user', TEXT.replace('relay.example', 'user%40relay.example')],
    ['a relay with a query', TEXT.replace('%3A7474', '%3A7474%2F%3Fx')],
    ['a relay with a line break', TEXT.replace('relay.example', 'relay%0A.example')],
    ['a relay with a broken escape', TEXT.replace('%3A7474', '%3A747%')],
    ['a relay with a broken character', TEXT.replace('%3A7474', '%3A7474%ff')],
    ['a relay without a host', TEXT.replace('relay.example.org', '')],
    ['an escape where none is needed', TEXT.replace('relay.example', '%72elay.example')],
    ['a very long text', `${TEXT}${'A'.repeat(1024)}`],
    ['spaces inside', TEXT.replace('&key', ' &key')],
  ])('is refused with %s', async (_what, text) => {
    expect(await codeOf(() => parsePairingLink(text))).toBe('pairing.link-format');
  });

  it.each([
    ['a short secret', { secret: new Uint8Array(15) }],
    ['a long key', { relayKey: new Uint8Array(33) }],
    ['an empty pin', { tlsPin: new Uint8Array(0) }],
    ['a web address', { relayUrl: 'https://relay.example.org' }],
    ['a long address', { relayUrl: `wss://${'a'.repeat(300)}` }],
  ])('is not made with %s', async (_what, change) => {
    expect(await codeOf(() => createPairingLink({ ...LINK, ...change }))).toBe('pairing.link-format');
  });

  it('gives mailbox id and PSK by separate labels, the same with both back-ends', () => {
    const derived = deriveLink(nobleBackend, LINK.secret);
    // Computed once with another implementation of HKDF-SHA256.
    expect(derived.mailbox).toBe('d74ac9b1c20ddb9df2720168ff2166ff');
    expect(toHex(derived.psk)).toBe('b60923462f3ae15e67b6117e07f1ac4e17fcaaf8be93687ddda390101c030e2f');
    expect(deriveLink(nativeBackend, LINK.secret)).toEqual(derived);
  });

  it('is read from strange texts as a link that writes itself the same, or refused', () => {
    let begun = 0;
    const valid = [TEXT, createPairingLink(PUBLIC_LINK)].map(toUtf8);
    const count = fuzzDecoder({
      name: 'links',
      valid,
      maximum: 300,
      errors: ['PairingError'],
      firstCheck: () => true,
      decode: (bytes) => {
        // Bytes as characters: what a launcher or a clipboard may hand over.
        const text = String.fromCharCode(...bytes);
        if (text.startsWith('clawreach://pair?')) begun += 1;
        const link = parsePairingLink(text);
        expect(createPairingLink(link)).toBe(text.trim().replace('pair/?', 'pair?'));
      },
    });
    expect(count.cases).toBeGreaterThanOrEqual(CASES_PER_BOUNDARY);
    console.info(`links: ${begun} began as one`);
    expect(begun).toBeGreaterThan(count.cases / 4);
    expect(count.accepted).toBeGreaterThan(0);
  });
});
