import { expect, it } from 'vitest';
import { formatPin } from '#shared/relay-dialer/index.ts';
import { startupBanner } from '../../../src-relay/command/index.ts';

const RELAY = {
  port: 7474,
  stunPort: 7474,
  authorities: [],
  urls: [],
  url: 'ws://127.0.0.1:7474',
  relayKey: new Uint8Array(32),
  keyId: '0000-0000-0000-0000',
  admissionToken: undefined,
  tlsPin: undefined,
  reloadCertificate: () => Promise.resolve(),
  close: () => Promise.resolve(),
};

it('names a command for the first device that has no token: that is asked for', () => {
  const said = startupBanner(
    { ...RELAY, admissionToken: 'YHY72-ERSE9', tlsPin: new Uint8Array(32) },
    { dataDirectory: '/data' },
  );
  expect(said).toContain('admission token YHY72-ERSE9');
  const command = said.find((line) => line.startsWith('first device'));
  const pin = formatPin('00'.repeat(32));
  expect(said).toContain(`tls pin         ${pin}`);
  expect(command).toBe(`first device    clawreach config relay ws://127.0.0.1:7474 --pin ${pin}`);
  expect(said[said.indexOf(command ?? '') + 1]).toMatch(/^ +then, .*: clawreach pair$/);
});

it('breaks no pin in a terminal that is too narrow for the command', () => {
  const relay = {
    ...RELAY,
    admissionToken: 'YHY72-ERSE9',
    tlsPin: new Uint8Array(32),
    url: 'wss://192.168.178.23:7474',
  };
  const said = startupBanner(relay, { dataDirectory: '/data' }, true, 100);
  const at = said.indexOf('first device');
  expect(said.slice(at, at + 4)).toEqual([
    'first device',
    '    clawreach config relay wss://192.168.178.23:7474 \\',
    `      --pin ${formatPin('00'.repeat(32))}`,
    expect.stringContaining('then, to pair it'),
  ]);
  const narrow = startupBanner(relay, { dataDirectory: '/home/somebody/.local/share/clawreach-relay' }, true, 80);
  expect(narrow).toContain(`      --pin ${'00'.repeat(32)}`);
  const half = Array(8).fill('0000').join('-');
  expect(narrow.join('\n')).toContain(`tls pin         ${half}\n${' '.repeat(16)}${half}\nrelay key`);
  expect(Math.max(...narrow.map((line) => line.length))).toBeLessThanOrEqual(80);
});

it('of a relay that admits by accounts names no token, and the command that brings a machine in', () => {
  const said = startupBanner(RELAY, { dataDirectory: '/data', accounts: {}, admission: 'accounts' });
  expect(said.filter((line) => /^admission|token/.test(line))).toEqual([
    'admission       accounts: devices of its accounts, and those that they pair with',
  ]);
  const command = said.findIndex((line) => line.startsWith('first device'));
  expect(said[command + 1]).toMatch(/^ +then, .*: clawreach account link CODE$/);
});

it.each([
  [undefined, ':7474'],
  ['0.0.0.0', ':7474'],
  ['::', ':7474'],
  ['127.0.0.1', '127.0.0.1:7474'],
  ['::1', '[::1]:7474'],
])('a relay that is bound to %s says so: %s', (host, said) => {
  const listen = { port: 7474, ...(host === undefined ? {} : { host }) };
  expect(startupBanner(RELAY, { dataDirectory: '/data', listen })[0]).toBe(`listening on ${said}`);
});
