import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { readDefaultRelay } from '#shared/app-api/index.ts';

const RELAY = {
  name: 'Example Co-op',
  url: 'wss://relay.example.org',
  pin: null,
  terms: 'https://example.org/terms',
  admission: 'open',
};

it('is none in this repository, so that no build of ours suggests a relay', () => {
  const text = readFileSync(new URL('../../../build/default-relay.json', import.meta.url), 'utf8');
  expect(readDefaultRelay(text)).toBeNull();
});

it('is read with a pin, a port and a name in any script', () => {
  const relay = { ...RELAY, name: '示例合作社', url: 'wss://relay.example.org:7474', pin: 'ab'.repeat(32) };
  expect(readDefaultRelay(JSON.stringify({ relay }))).toEqual(relay);
});

it.each([
  ['without TLS', { url: 'ws://relay.example.org' }],
  ['with a path', { url: 'wss://relay.example.org/v1' }],
  ['with a login', { url: 'wss://me@relay.example.org' }],
  ['on this machine', { url: 'wss://localhost' }],
  ['with a pin of another length', { pin: 'abcd' }],
  ['whose terms come without TLS', { terms: 'http://example.org/terms' }],
  ['whose terms run a script', { terms: 'javascript:alert(1)' }],
  ['whose name changes the direction of text', { name: 'Example\u202e' }],
  ['whose name is empty', { name: '' }],
  ['with a word that no version knows', { trusted: true }],
  ['with a token in it', { admission: 'YHY72-ERSE9-8B9AM-BR9AK' }],
])('fails the build %s', (_what, change) => {
  expect(() => readDefaultRelay(JSON.stringify({ relay: { ...RELAY, ...change } }))).toThrow('default-relay.json');
});

it('fails the build without the key that says that there is none', () => {
  expect(() => readDefaultRelay('{}')).toThrow('default-relay.json');
});
