import { expect, test } from 'vitest';
import { RelaySettings, sameRelay } from '#agent/network/relay-settings.ts';
import { SettingsStore } from '#agent/core/store/index.ts';
import { fromHex } from '#shared/bytes/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { MemoryDocumentFile } from '#test/support/memory-files.ts';
import { codeOf } from '#test/support/rejections.ts';

const PIN = 'ab'.repeat(32);
const KEY = new Uint8Array(32).fill(7);

function open() {
  const file = new MemoryDocumentFile();
  const store = new SettingsStore({ file, deviceName: 'laptop', logger: silentLogger });
  return { file, store, relay: new RelaySettings(store) };
}

test('a relay is kept with its port, its pin in any spelling, and the token until it was used', () => {
  const { file, relay } = open();
  relay.configure({
    url: 'WSS://Relay.Example',
    pin: PIN.toUpperCase().replaceAll(/(..)(?=.)/g, '$1:'),
    admission: 'token',
  });
  expect(relay.url).toBe('wss://relay.example:7474');
  expect(relay.tlsPin).toEqual(fromHex(PIN));
  expect(relay.clientConfig('wss://relay.example:7474').admission?.()).toBe('token');
  relay.welcomed();
  expect(relay.clientConfig('wss://relay.example:7474').admission?.()).toBeUndefined();
  expect(file.text).not.toContain('token');
});

test('another relay loses the pins of the one before, the same one in another spelling keeps them', () => {
  const { relay } = open();
  relay.configure({ url: 'wss://one.example', pin: PIN });
  relay.pinRelayKey(KEY);
  relay.configure({ url: 'wss://ONE.example:7474' });
  expect(relay.relayKey).toEqual(KEY);
  expect(relay.tlsPin).toEqual(fromHex(PIN));
  relay.configure({ url: 'wss://two.example' });
  expect(relay.relayKey).toBeUndefined();
  expect(relay.tlsPin).toBeUndefined();
});

test('a new pin of the same relay replaces the key of a relay that was set up again; no pin, or the same, keeps it [S-RELAY-6]', () => {
  const { relay } = open();
  relay.configure({ url: 'wss://one.example', pin: PIN });
  relay.pinRelayKey(KEY);
  relay.configure({ url: 'wss://one.example' });
  relay.configure({ url: 'wss://one.example', pin: PIN });
  expect(relay.relayKey).toEqual(KEY);
  relay.configure({ url: 'wss://one.example', pin: 'cd'.repeat(32) });
  expect(relay.relayKey).toBeUndefined();
  relay.pinRelayKey(KEY);
  relay.configure({ url: 'wss://one.example', pin: 'cd'.repeat(32) }, true, true);
  expect(relay.relayKey).toBeUndefined();
  // Without TLS nothing has shown the pin.
  relay.configure({ url: 'ws://one.example', insecure: true });
  relay.pinRelayKey(KEY);
  relay.configure({ url: 'ws://one.example', insecure: true, pin: PIN });
  expect(relay.relayKey).toEqual(KEY);
});

test('a token for one relay is never shown to another [S-RELAY-1]', () => {
  const { relay } = open();
  relay.configure({ url: 'wss://one.example', admission: 'token' });
  relay.configure({ url: 'wss://two.example' });
  expect(relay.clientConfig('wss://two.example:7474').admission?.()).toBeUndefined();
});

test.each([
  [{ url: 'http://relay.example' }, 'relay.url'],
  [{ url: 'ws://relay.example' }, 'relay.insecure-url'],
  [{ url: 'wss://relay.example', pin: 'abc' }, 'relay.pin'],
  [{ url: 'wss://user@relay.example' }, 'relay.url'],
])('refuses %j and changes nothing', async (input, code) => {
  const { file, relay } = open();
  expect(await codeOf(() => relay.configure(input))).toBe(code);
  expect(file.writes).toBe(0);
});

test('a relay that was adopted comes with its key, pin and the newest eight enrolments', () => {
  const { store, relay } = open();
  const joined = {
    url: 'wss://relay.example:7474',
    relayKey: KEY,
    tlsPin: fromHex(PIN),
    claimMailbox: () => Promise.reject(new Error('unused')),
    close: () => undefined,
  };
  for (let round = 0; round < 10; round += 1) relay.adopt(joined, Uint8Array.of(round));
  expect(store.value.enrolments).toHaveLength(8);
  const config = relay.clientConfig(relay.url ?? '');
  expect(config.enrolments?.()[0]).toEqual(Uint8Array.of(9));
  expect(config.relayKeyPin).toEqual(KEY);
  expect(config.tlsPin).toEqual(fromHex(PIN));
});

test('a token for one relay is not shown to another that a link leads to', () => {
  const { relay } = open();
  const joined = {
    url: 'wss://one.example:7474',
    relayKey: KEY,
    tlsPin: undefined,
    claimMailbox: () => Promise.reject(new Error('unused')),
    close: () => undefined,
  };
  relay.configure({ url: 'wss://one.example', admission: 'token' });
  relay.adopt(joined, undefined);
  expect(relay.clientConfig(joined.url).admission?.()).toBe('token');
  relay.adopt({ ...joined, url: 'wss://two.example:7474' }, undefined);
  expect(relay.clientConfig('wss://two.example:7474').admission?.()).toBeUndefined();
});

test('two spellings of a relay are the same relay, two ports are not', () => {
  expect(sameRelay('wss://relay.example', 'WSS://RELAY.example:7474/')).toBe(true);
  expect(sameRelay('wss://relay.example:7474', 'wss://relay.example:7475')).toBe(false);
  expect(sameRelay('nonsense', 'nonsense')).toBe(false);
});

test('serials are the time in seconds and always grow, also over a clock that is set back', () => {
  const { relay } = open();
  expect(relay.nextSerial(5_000_999)).toBe(5000);
  expect(relay.nextSerial(5_000_999)).toBe(5001);
  expect(relay.nextSerial(1000)).toBe(5002);
  expect(relay.nextSerial(9_000_000)).toBe(9000);
  // Of a clock that was ahead by more than relays allow, nothing stays.
  expect(relay.nextSerial(9_000_000_000)).toBe(9_000_000);
  expect(relay.nextSerial(9_001_000)).toBe(9001);
});

test('what invitation links call the relay stays with this relay, also when its own address changes, and with no other', async () => {
  const { relay } = open();
  relay.configure({ url: 'wss://192.168.4.17:7474', pin: PIN });
  relay.advertise('wss://Home.example.net');
  expect(relay.advertised).toBe('wss://home.example.net:7474');
  relay.configure({ url: 'wss://10.0.7.9:7474', pin: PIN });
  expect(relay.advertised).toBe('wss://home.example.net:7474');
  relay.configure({ url: 'wss://10.0.7.9:7474' });
  expect(relay.advertised).toBe('wss://home.example.net:7474');
  relay.configure({ url: 'wss://two.example' });
  expect(relay.advertised).toBeUndefined();
  relay.advertise('wss://home.example.net');
  relay.advertise(null);
  expect(relay.advertised).toBeUndefined();
  expect(await codeOf(() => relay.advertise('ws://home.example.net'))).toBe('relay.insecure-url');
  expect(await codeOf(() => relay.advertise('nonsense'))).toBe('relay.url');
});

test('the relay is left with its pin, key and token, also after a restart', () => {
  const { file, store, relay } = open();
  relay.configure({ url: 'wss://relay.example', pin: PIN, admission: 'token' });
  relay.pinRelayKey(KEY);
  relay.leave();
  expect(store.value.relay).toEqual({ url: null, enabled: true, insecure: false, tlsPin: null, relayKey: null });
  expect(relay.url).toBeUndefined();
  const again = new SettingsStore({ file, deviceName: 'laptop', logger: silentLogger });
  expect(new RelaySettings(again).url).toBeUndefined();
});

test('from the relay of this machine it goes back to the one before, as that was set, at whatever address its own was meanwhile', () => {
  const { file, store, relay } = open();
  expect(relay.goBack()).toBe(false);
  relay.configure({ url: 'ws://relay.example', insecure: true });
  relay.pinRelayKey(KEY);
  relay.advertise('ws://outside.example');
  const before = store.value.relay;
  relay.configure({ url: 'wss://192.168.4.17:7474', pin: PIN, admission: 'token', own: true });
  relay.configure({ url: 'wss://10.0.7.9:7474', pin: PIN, admission: 'token', own: true });
  relay.welcomed();
  // Also after a restart.
  const again = new RelaySettings(new SettingsStore({ file, deviceName: 'laptop', logger: silentLogger }));
  expect(again.before).toBe('ws://relay.example:7474');
  expect(again.goBack()).toBe(true);
  expect(again.url).toBe('ws://relay.example:7474');
  expect(again.before).toBeUndefined();
  expect(again.goBack()).toBe(false);
  expect(JSON.parse(file.text ?? '')).toMatchObject({ data: { relay: before } });
  expect(file.text).not.toContain('relayBefore');
});

test('what others call the relay of this machine is known again whenever that is used again, however it was left', () => {
  const { file, store, relay } = open();
  const own = { url: 'wss://192.168.4.17:7474', pin: PIN, own: true };
  const again = (): string | undefined => {
    relay.configure({ ...own, url: 'wss://10.0.7.9:7474' });
    return relay.advertised;
  };
  relay.configure({ url: 'wss://one.example' });
  relay.advertise('wss://outside.one.example');
  relay.configure(own);
  expect(relay.own).toBe(true);
  // That of another relay is none of its own.
  expect(relay.advertised).toBeUndefined();
  relay.advertise('wss://home.example.net:17474');
  relay.goBack();
  expect(relay.own).toBe(false);
  expect(relay.advertised).toBe('wss://outside.one.example:7474');
  expect(again()).toBe('wss://home.example.net:17474');
  relay.configure({ url: 'wss://two.example' });
  expect(relay.advertised).toBeUndefined();
  relay.configure({ url: 'wss://three.example' });
  expect(again()).toBe('wss://home.example.net:17474');
  relay.adopt(
    {
      url: 'wss://four.example:7474',
      relayKey: KEY,
      tlsPin: undefined,
    },
    undefined,
  );
  expect([relay.own, relay.advertised]).toEqual([false, undefined]);
  // Also with another key: what a router forwards does not change with it.
  relay.configure({ ...own, pin: 'cd'.repeat(32) });
  expect(relay.advertised).toBe('wss://home.example.net:17474');
  relay.advertise(null);
  relay.goBack();
  relay.configure({ url: 'wss://five.example' });
  expect(again()).toBeUndefined();
  expect(file.text).not.toContain('home.example.net');
  expect(store.value.ownAdvertised).toBeUndefined();
});

test('the relay of this machine that was set up anew leads back to the one before all of them', () => {
  const { relay } = open();
  relay.configure({ url: 'wss://one.example' });
  relay.configure({ url: 'wss://192.168.4.17:7474', pin: PIN, own: true });
  relay.configure({ url: 'wss://10.0.7.9:7474', pin: 'cd'.repeat(32), own: true });
  expect(relay.before).toBe('wss://one.example:7474');
});

test('a link that leads to the relay of this machine leaves it that', () => {
  const { relay } = open();
  relay.configure({ url: 'wss://192.168.4.17:7474', pin: PIN, own: true });
  relay.adopt(
    {
      url: 'wss://192.168.4.17:7474',
      relayKey: KEY,
      tlsPin: fromHex(PIN),
    },
    undefined,
  );
  expect(relay.own).toBe(true);
  relay.configure({ url: 'wss://192.168.4.17:7474', admission: 'again' });
  expect(relay.own).toBe(true);
  relay.configure({ url: 'wss://one.example' });
  expect(relay.own).toBe(false);
});

test('who has chosen another relay since, or had none before, stays where they are', () => {
  const { relay } = open();
  const own = { url: 'wss://192.168.4.17:7474', pin: PIN, own: true };
  relay.configure(own);
  expect(relay.before).toBeUndefined();
  expect(relay.goBack()).toBe(false);
  relay.configure({ url: 'wss://one.example' });
  relay.configure(own);
  relay.configure({ url: 'wss://two.example' });
  expect(relay.goBack()).toBe(false);
  expect(relay.url).toBe('wss://two.example:7474');
  relay.configure(own);
  relay.adopt(
    {
      url: 'wss://three.example:7474',
      relayKey: KEY,
      tlsPin: undefined,
    },
    undefined,
  );
  expect(relay.goBack()).toBe(false);
  expect(relay.url).toBe('wss://three.example:7474');
});
