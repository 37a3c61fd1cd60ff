import { expect, test } from 'vitest';
import { parseRelayUrl } from '#shared/relay-dialer/index.ts';
import { relayFieldProblems, setUpRelay } from '#renderer/features/pairing/relay/relay-setup.ts';
import { readRelayUrl } from '#renderer/features/pairing/relay/relay-url.ts';
import { ClawReachError } from '#shared/errors.ts';
import { FakePairingApi } from './fake-pairing-api.ts';

const GOOD = [
  'wss://relay.example',
  'wss://relay.example:7474',
  'WSS://Relay.Example/',
  'wss://192.168.1.20:7474',
  'wss://[fd00::1]:7474',
  'ws://127.0.0.1:7474',
  'ws://localhost:7474',
  'ws://[::1]',
  'wss://my_host',
];
const BAD = [
  'http://relay.example',
  'wss://',
  'wss://relay.example/path',
  'wss://relay.example:0',
  'wss://relay.example:70000',
  'wss://user@relay.example',
  'wss://relay..example',
  'wss://-relay.example',
  'wss://1.2.3',
  'wss://256.1.1.1',
  'wss://[::g]',
  'wss://relay.0x1f',
  'wss://rela y',
];

test.each(GOOD)('%s is taken here and by the agent', (text) => {
  const read = readRelayUrl(text);
  expect(read).toMatchObject({ kind: 'relay', insecure: false });
  expect(() => parseRelayUrl(read.kind === 'relay' ? read.url : '')).not.toThrow();
});

test.each(BAD)('%s is refused here and by the agent', (text) => {
  expect(readRelayUrl(text).kind).toBe('invalid');
  expect(() => parseRelayUrl(text)).toThrow(ClawReachError);
});

test.each(['ws://192.168.1.20:7474', 'ws://relay.example', 'ws://[fd00::1]'])(
  '%s needs a conscious choice, here and at the agent',
  (text) => {
    expect(readRelayUrl(text)).toMatchObject({ kind: 'relay', insecure: true });
    expect(() => parseRelayUrl(text)).toThrow(expect.objectContaining({ code: 'relay.insecure-url' }));
  },
);

test.each([
  ['relay.example', 'wss://relay.example:7474'],
  ['relay.example:7475', 'wss://relay.example:7475'],
  ['https://relay.example', 'wss://relay.example:7474'],
])('%s means %s', (text, url) => {
  expect(readRelayUrl(text)).toMatchObject({ kind: 'relay', url });
});

test('each field shows its own error', () => {
  const fields = { url: '', admission: '', pin: '12', insecure: false };
  expect(relayFieldProblems(fields)).toEqual([
    { field: 'url', problem: 'empty' },
    { field: 'pin', problem: 'pin' },
  ]);
  expect(relayFieldProblems({ ...fields, url: 'ws://relay.example', pin: '' })).toEqual([
    { field: 'insecure', problem: 'insecure' },
  ]);
  expect(relayFieldProblems({ ...fields, url: 'ws://relay.example', pin: '', insecure: true })).toEqual([]);
});

test('the agent gets only what was typed', async () => {
  const api = new FakePairingApi();
  api.answer('relay.configure', {});
  api.answer('relay.ready', {});
  const { signal } = new AbortController();
  await setUpRelay(api, { url: ' relay.example ', admission: ' ', pin: '', insecure: true }, false, signal);
  expect(api.calls[0]).toEqual({
    method: 'relay.configure',
    input: { url: 'wss://relay.example:7474', onlyIfAdmitted: true },
  });
});

test('a relay that works is given up for one that admits this device, or that the other machine brings it to', async () => {
  const asked: unknown[] = [];
  for (const isJoining of [false, true]) {
    const api = new FakePairingApi();
    api.answer('relay.configure', {});
    api.answer('relay.ready', {});
    const fields = { url: 'relay.example', admission: '', pin: '', insecure: false };
    await setUpRelay(api, fields, isJoining, new AbortController().signal);
    asked.push(api.calls[0]?.input);
  }
  expect(asked).toEqual([
    { url: 'wss://relay.example:7474', onlyIfAdmitted: true },
    { url: 'wss://relay.example:7474' },
  ]);
});

test.each(['relay.admission-needed', 'relay.removed', 'relay.enrolment'])(
  'a relay that does not know this device, %s, will do for who joins, and for nobody else',
  async (code) => {
    const api = new FakePairingApi();
    const fields = { url: 'relay.example', admission: '', pin: '', insecure: false };
    api.answer('relay.configure', {});
    api.refuse('relay.ready', code);
    const { signal } = new AbortController();
    await expect(setUpRelay(api, fields, true, signal)).resolves.toBeUndefined();
    await expect(setUpRelay(api, fields, false, signal)).rejects.toMatchObject({ code });
  },
);
