import { describe, expect, it } from 'vitest';
import { parseRelayUrl } from '#shared/relay-dialer/index.ts';
import { createLinkFormMemory } from '#node/sockets/index.ts';
import { FakeClock } from '#test/support/fake-clock.ts';
import { codeOf } from '#test/support/rejections.ts';

describe('a relay URL', () => {
  it.each([
    ['wss://relay.example', 'wss://relay.example:7474', true, true],
    [' WSS://Relay.Example:443/ ', 'wss://relay.example:443', true, true],
    ['wss://192.0.2.1:7474', 'wss://192.0.2.1:7474', true, true],
    ['wss://[2001:DB8::1]', 'wss://[2001:db8::1]:7474', true, true],
    ['ws://127.0.0.1:80', 'ws://127.0.0.1:80', false, true],
    ['ws://127.9.9.9', 'ws://127.9.9.9:7474', false, true],
    ['ws://[::1]:8080', 'ws://[::1]:8080', false, true],
    ['ws://localhost', 'ws://localhost:7474', false, true],
  ])('%s is read as %s', (text, url, tls, secure) => {
    const endpoint = parseRelayUrl(text);
    expect(endpoint).toMatchObject({ url, tls, secure, authority: url.replace(/^wss?:\/\//, '') });
    expect(endpoint.host).not.toContain('[');
  });

  it.each([
    '',
    'relay.example',
    'https://relay.example',
    'wss://',
    'wss://relay.example/v1',
    'wss://relay.example?x=1',
    'wss://relay.example#x',
    'wss://user@relay.example',
    'wss://relay.example:0',
    'wss://relay.example:65536',
    'wss://relay.example:',
    'wss://relay..example',
    'wss://-relay.example',
    'wss://relay.example.',
    'wss://rélay.example',
    'wss://[2001:db8::g]',
    'wss://2001:db8::1',
    'wss://127.1',
    'wss://2130706433',
    'wss://0x7f.1',
    'wss://1.2.3.4.5',
    'wss://256.1.1.1',
    'wss://relay example',
    `wss://${'a'.repeat(64)}.example`,
  ])('refuses %j', async (text) => {
    expect(await codeOf(() => parseRelayUrl(text))).toBe('relay.url');
  });

  it.each(['ws://relay.example', 'ws://192.168.1.5', 'ws://[fe80::1]', 'ws://127.0.0.1.example', 'ws://a.localhost'])(
    'allows %s only when a person insists, and says that it is not secure',
    async (text) => {
      expect(await codeOf(() => parseRelayUrl(text))).toBe('relay.insecure-url');
      expect(parseRelayUrl(text, { insecure: true })).toMatchObject({ tls: false, secure: false });
    },
  );
});

describe('the memory of what a network lets through', () => {
  it('forgets after a day', async () => {
    const clock = new FakeClock();
    const memory = createLinkFormMemory(clock);
    memory.remember('relay.example:7474', 'websocket');
    await clock.advance(24 * 3600_000 - 1);
    expect(memory.recall('relay.example:7474')).toBe('websocket');
    await clock.advance(1);
    expect(memory.recall('relay.example:7474')).toBeUndefined();
  });

  it('holds the latest 64 relays', () => {
    const memory = createLinkFormMemory(new FakeClock());
    for (let index = 0; index < 65; index += 1) memory.remember(`relay-${index}`, 'websocket');
    expect(memory.recall('relay-0')).toBeUndefined();
    expect(memory.recall('relay-1')).toBe('websocket');
  });
});
