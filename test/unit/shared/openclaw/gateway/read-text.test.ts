import { describe, expect, test } from 'vitest';
import { toBase64Url, toUtf8 } from '#shared/bytes/index.ts';
import { gatewayEndpoint } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { MAX_SETUP_CODE, readGatewayText } from '#shared/openclaw/gateway/index.ts';
import { fuzzDecoder } from '#test/support/fuzz.ts';

const DIGITS = '0123456789abcdef'.repeat(4);
const SETUP = {
  url: 'wss://gateway.example:18789',
  bootstrapToken: 'boot-secret',
  expiresAtMs: 1_795_229_454_838,
  urls: ['wss://gateway.example:18789', 'wss://192.168.1.10:18789'],
  tlsFingerprint: DIGITS.toUpperCase(),
};
const CODE = toBase64Url(toUtf8(JSON.stringify(SETUP)));
const READ = {
  kind: 'setup',
  setup: {
    endpoints: [
      { host: 'gateway.example', port: 18_789, tls: true, path: '/' },
      { host: '192.168.1.10', port: 18_789, tls: true, path: '/' },
    ],
    bootstrapToken: 'boot-secret',
    expiresAt: 1_795_229_454_838,
    fingerprint: DIGITS,
  },
};

/** The form that the documents of former versions show. */
const NODE_JSON = `{
  "version": 1,
  "displayName": "My Node",
  "gateway": {
    "host": "gateway.example",
    "port": 18789,
    "tls": true,
    "tlsFingerprint": "${DIGITS}"
  }
}
`;

function failure(text: string): Readonly<{ code: string; said: string }> {
  try {
    readGatewayText(text);
  } catch (error) {
    if (error instanceof ClawReachError && error.name === 'GatewayError') {
      return { code: error.code, said: `${error.message} ${JSON.stringify(error.details)}` };
    }
    throw error;
  }
  throw new Error('nothing was thrown');
}

function outcome(text: string): string {
  try {
    return readGatewayText(text).kind;
  } catch {
    return failure(text).code;
  }
}

describe('a setup code', () => {
  test.each([
    ['as a link', `oc-pair://${CODE}`],
    ['as a link that a launcher wrote anew', `OC-PAIR://${CODE}/`],
    ['bare', CODE],
    ['broken into lines by a mail', `\n  ${CODE.slice(0, 40)}\r\n  ${CODE.slice(40)}\n`],
    ['with padding', `${CODE}=`],
    ['as JSON', JSON.stringify(SETUP, undefined, 2)],
    ['with fields of a later version', JSON.stringify({ ...SETUP, later: { a: 1 } })],
  ])('is read %s', (_form, text) => {
    expect(readGatewayText(text)).toEqual(READ);
  });

  test('may say no more than where and with what', () => {
    const code = toBase64Url(toUtf8(JSON.stringify({ url: 'ws://127.0.0.1:28789', bootstrapToken: 'b', urls: null })));
    expect(readGatewayText(`oc-pair://${code}`)).toEqual({
      kind: 'setup',
      setup: {
        endpoints: [{ host: '127.0.0.1', port: 28_789, tls: false, path: '/' }],
        bootstrapToken: 'b',
        expiresAt: null,
        fingerprint: null,
      },
    });
  });

  test.each([
    ['cut short', `oc-pair://${CODE.slice(0, -5)}`, 'gateway.text-invalid'],
    ['of something else', `oc-pair://${toBase64Url(toUtf8('{"a":1}'))}`, 'gateway.text-invalid'],
    ['that is no object', `oc-pair://${toBase64Url(toUtf8('[1]'))}`, 'gateway.text-invalid'],
    ['that is empty', 'oc-pair://', 'gateway.text-invalid'],
    ['without a token', JSON.stringify({ ...SETUP, bootstrapToken: '' }), 'gateway.text-invalid'],
    ['with too many addresses', JSON.stringify({ ...SETUP, urls: Array(9).fill('wss://a') }), 'gateway.text-invalid'],
    ['with a broken address', JSON.stringify({ ...SETUP, url: 'file:///etc' }), 'gateway.endpoint-invalid'],
    ['with a broken fingerprint', JSON.stringify({ ...SETUP, tlsFingerprint: '12' }), 'gateway.fingerprint-invalid'],
    ['that is too long', JSON.stringify({ ...SETUP, more: 'a'.repeat(MAX_SETUP_CODE) }), 'gateway.text-invalid'],
  ])('%s is refused, without a word of its secret [S-GW-4]', (_name, text, code) => {
    const { code: seen, said } = failure(text);
    expect(seen).toBe(code);
    expect(said).not.toContain('boot-secret');
  });
});

describe('a join link', () => {
  const id = 'abcdefghijklmnopqrst_-';

  test.each([
    [`https://gateway.example:18789/j/${id}`, `https://gateway.example:18789/j/${id}`],
    [` HTTPS://Gateway.Example/openclaw/j/${id} `, `https://gateway.example/openclaw/j/${id}`],
  ])('%s is to be fetched', (text, url) => {
    expect(readGatewayText(text)).toEqual({ kind: 'join', url });
  });

  test('is one of https, of 22 characters, without a login', () => {
    expect(readGatewayText(`https://gateway.example/j/${id}x`)).toMatchObject({ kind: 'address' });
    expect(readGatewayText(`http://127.0.0.1/j/${id}`)).toMatchObject({ kind: 'address' });
    expect(failure(`https://user@gateway.example/j/${id}`).code).toBe('gateway.endpoint-invalid');
  });
});

describe('a link of the application', () => {
  test.each([
    [
      'openclaw://gateway/add?url=wss%3A%2F%2Fgateway.example%3A18789&name=Office',
      'gateway.example',
      18_789,
      true,
      'Office',
    ],
    ['OpenClaw://gateway/add/?url=wss://gateway.example', 'gateway.example', 443, true, null],
    ['openclaw://gateway?host=10.0.0.5&port=1234&tls=0', '10.0.0.5', 1234, false, null],
    ['openclaw://gateway?host=[fd00::5]', 'fd00::5', 18_789, true, null],
    ['openclaw://gateway/add?url=wss://a.example&name=%E2%80%AEx%0Ay', 'a.example', 443, true, 'x y'],
  ])('%s is read', (text, host, port, tls, name) => {
    expect(readGatewayText(text)).toEqual({ kind: 'address', endpoint: { host, port, tls, path: '/' }, name });
  });

  test('brings no token: whoever made the link would choose the account [S-GW-4]', () => {
    const read = readGatewayText('openclaw://gateway/add?url=wss://a.example&token=secret&fingerprint=x');
    expect(JSON.stringify(read)).not.toContain('secret');
  });

  test.each(['openclaw://', 'openclaw://settings', 'openclaw://gateway/add', 'openclaw:gateway?host=a'])(
    '%s is refused',
    (text) => {
      expect(failure(text).code).toBe('gateway.text-invalid');
    },
  );
});

describe('a file of OpenClaw', () => {
  const endpoint = { host: 'gateway.example', port: 18_789, tls: true, path: '/' };

  test('node.json, as it is documented, is read', () => {
    expect(readGatewayText(`\uFEFF${NODE_JSON}`)).toEqual({
      kind: 'file',
      endpoint,
      fingerprint: DIGITS,
      nodeName: 'My Node',
      role: 'node',
      token: null,
    });
  });

  test('node.json may lack what has a usual value', () => {
    expect(readGatewayText('{"gateway":{"host":"10.0.0.5","tlsFingerprint":""}}')).toEqual({
      kind: 'file',
      endpoint: { host: '10.0.0.5', port: 18_789, tls: false, path: '/' },
      fingerprint: null,
      nodeName: null,
      role: 'node',
      token: null,
    });
    const pinned = { gateway: { host: 'a.example', port: '443', tlsFingerprint: DIGITS }, nodeId: 'x', version: 7 };
    expect(readGatewayText(JSON.stringify(pinned))).toMatchObject({ endpoint: { port: 443, tls: true } });
  });

  test('settings in remote mode are read; in local mode the remote token counts for nothing, and that is said', () => {
    const remote = { url: 'wss://gateway.example:18789', token: 'shared-secret', tlsFingerprint: DIGITS };
    expect(readGatewayText(JSON.stringify({ gateway: { mode: 'remote', remote } }))).toEqual({
      kind: 'file',
      endpoint,
      fingerprint: DIGITS,
      nodeName: null,
      role: 'operator',
      token: 'shared-secret',
    });
    const local = failure(JSON.stringify({ gateway: { mode: 'local', remote } }));
    expect(local.code).toBe('gateway.local-token-ignored');
    expect(local.said).not.toContain('shared-secret');
  });

  test('openclaw.json is read as OpenClaw reads it: with comments, bare keys, single quotes, commas at the end', () => {
    const written = `\uFEFF// of the laptop
/* the gateway
   { is elsewhere } */
{
  // JSON5
  $schema: 'https://openclaw.example/schema.json',
  gateway: {
    mode: 'remote',
    "remote": {
      url: "wss://gateway.example:18789", // TLS
      token: 'it\\'s /* no comment */ // here',
      tlsFingerprint: '${DIGITS.slice(0, 32)}\\
${DIGITS.slice(32)}',
    },
  },
  agents: { list: [{ id: 'main', temperature: +.5, limit: Infinity, budget: 0xFF, },], },
}
// the end`;
    expect(readGatewayText(written)).toEqual({
      kind: 'file',
      endpoint,
      fingerprint: DIGITS,
      nodeName: null,
      role: 'operator',
      token: "it's /* no comment */ // here",
    });
    expect(readGatewayText(written.replaceAll('\n', '\r\n'))).toMatchObject({ endpoint, fingerprint: DIGITS });
  });

  test('a node.json that somebody has put comments into is read as well', () => {
    expect(readGatewayText(NODE_JSON.replace('{', '{ // mine\n'))).toMatchObject({
      fingerprint: DIGITS,
      nodeName: 'My Node',
      role: 'node',
    });
  });

  test.each([
    ['a variable', '"${OPENCLAW_GATEWAY_TOKEN}"', null],
    ['part of one', '"a-${TOKEN_2}-b"', null],
    ['a store of secrets', '{ source: "env", provider: "default", id: "TOKEN" }', null],
    ['the text itself, where it only looks so', '"$${TOKEN}"', '${TOKEN}'],
    ['the text itself, as no variable is called', '"${token}"', '${token}'],
  ])('the token of settings comes from %s', (_from, token, read) => {
    const settings = (mode: string): string =>
      `{ gateway: { mode: '${mode}', remote: { url: 'wss://gateway.example', token: ${token} } } }`;
    expect(readGatewayText(settings('remote'))).toMatchObject({ kind: 'file', token: read });
    expect(failure(settings('local')).code).toBe('gateway.local-token-ignored');
  });

  test.each([
    [
      'of the gateway’s own machine',
      "{ gateway: { mode: 'local', port: 18789, auth: { token: 't' } } }",
      'gateway.text-local',
    ],
    ['that say nothing of a mode', '{ gateway: { port: 18789, remote: { url: "" } } }', 'gateway.text-invalid'],
    ['that forgot the address', "{ gateway: { mode: 'remote', remote: {} } }", 'gateway.text-invalid'],
  ])('settings %s name no other machine', (_which, text, code) => {
    expect(failure(text).code).toBe(code);
  });

  test('a key that would be a prototype is none', () => {
    const remote = '{ url: "wss://evil.example", token: "t" }';
    for (const text of [
      `{ __proto__: { gateway: { mode: 'remote', remote: ${remote} } } }`,
      `{ "__proto__": { "gateway": { "mode": "remote", "remote": { "url": "wss://evil.example" } } } }`,
      `{ gateway: { __proto__: { mode: 'remote', remote: ${remote} } } }`,
      `{ gateway: { mode: 'remote', remote: { __proto__: ${remote} } } }`,
      `{ constructor: { prototype: { gateway: { remote: ${remote} } } } }`,
    ])
      expect(failure(text).code).toBe('gateway.text-invalid');
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(({} as Record<string, unknown>)['gateway']).toBeUndefined();
    const beside = `{ __proto__: { polluted: 1 }, gateway: { mode: 'remote', remote: { url: 'wss://gateway.example:18789' } } }`;
    expect(readGatewayText(beside)).toMatchObject({ endpoint });
  });

  test('settings of more than 64 KiB are refused, however little of them counts', () => {
    const settings = `{ gateway: { mode: 'remote', remote: { url: 'wss://gateway.example:18789' } } }`;
    expect(readGatewayText(settings + ' '.repeat(MAX_SETUP_CODE - settings.length))).toMatchObject({ endpoint });
    expect(failure(`${settings}// ${'x'.repeat(MAX_SETUP_CODE)}`).code).toBe('gateway.text-invalid');
  });

  test.each([
    '{}',
    '// {}',
    '/* {',
    '{ gateway: }',
    '{"gateway":{}}',
    '{"gateway":null}',
    '{',
    '{"gateway":{"mode":"remote","remote":{}}}',
  ])('%s is refused', (text) => {
    expect(failure(text).code).toBe('gateway.text-invalid');
  });
});

test('an address alone is read, and what is none of all this is refused', () => {
  expect(readGatewayText(' gateway.example:18789\n')).toMatchObject({ kind: 'address', name: null });
  expect(readGatewayText('a-host-whose-name-is-base64url')).toMatchObject({ kind: 'address' });
  expect(['', ' ', 'two words', 'a'.repeat(70_000)].map((text) => failure(text).code)).toEqual(
    Array(4).fill('gateway.text-invalid'),
  );
});

test('whatever is pasted becomes a valid address, or an error of a gateway [S-GW-4]', () => {
  const valid = [
    `oc-pair://${CODE}`,
    CODE,
    JSON.stringify(SETUP),
    NODE_JSON,
    "// mine\n{ gateway: { mode: 'remote', remote: { url: 'wss://gateway.example', token: '${T}', }, }, }",
    'openclaw://gateway/add?url=wss%3A%2F%2Fgateway.example%3A18789&name=Office',
    'https://gateway.example:18789/j/abcdefghijklmnopqrst_-',
    'wss://gateway.example:18789/path',
  ].map(toUtf8);
  const { accepted, cases } = fuzzDecoder({
    name: 'text of a gateway',
    valid,
    maximum: 600,
    errors: ['GatewayError'],
    firstCheck: (code) => code === 'gateway.text-invalid',
    decode(bytes) {
      const read = readGatewayText(new TextDecoder().decode(bytes));
      const endpoints = read.kind === 'setup' ? read.setup.endpoints : read.kind === 'join' ? [] : [read.endpoint];
      for (const endpoint of endpoints) gatewayEndpoint.parse(endpoint);
    },
    cases: 10_000,
  });
  expect(accepted).toBeGreaterThan(cases / 100);
});

test('long texts that repeat what a pattern looks for are read in one go', () => {
  const pieces = [
    '/j/',
    '=',
    'a=',
    '%',
    ':',
    '[',
    '.a',
    '\n',
    '{"a":',
    '{a:',
    '[[',
    '&name=',
    '/*',
    '/**/',
    '//\n',
    "'",
  ];
  const texts = pieces.flatMap((piece) =>
    ['https://a', 'oc-pair://', 'openclaw://gateway/add?url=', 'ey', '', '{a:'].map((start) =>
      (start + piece.repeat(30_000)).slice(0, MAX_SETUP_CODE),
    ),
  );
  const before = process.cpuUsage();
  const read = texts.map((text) => outcome(text));
  const { user } = process.cpuUsage(before);
  expect(read.filter((result) => result.startsWith('gateway.')).length).toBeGreaterThan(texts.length / 2);
  // A pattern that tries again from every place would need minutes.
  expect(user / 1e6 / texts.length).toBeLessThan(1);
});
