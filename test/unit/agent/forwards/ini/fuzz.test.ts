import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { exportRules, importRules, type IniParts } from '#agent/forwards/rules/index.ts';
import { forwardRule, FORWARD_KINDS, givenName, type ForwardRule, type ForwardView } from '#shared/app-api/index.ts';
import { ERROR_TEXTS } from '#shared/locales/index.ts';
import { plainKey } from '#shared/visible-text/index.ts';
import { CASES_PER_BOUNDARY } from '#test/support/fuzz.ts';

const OFFICE = 'F'.repeat(56);

function partsOf(rules: readonly ForwardRule[], added: ForwardRule[] = []): IniParts {
  const office = { name: 'office', peerId: OFFICE };
  return {
    forwards: {
      list: () => rules.map((rule, index) => ({ id: String(index), rule, hasPassword: false }) as ForwardView),
      view: () => {
        throw new Error('not asked for');
      },
      check: () => undefined,
      hasName: () => false,
      putAll: async () => [],
      addAll: async (given) => {
        added.push(...given.map(({ rule }) => rule));
        return [];
      },
    },
    peers: { list: () => [office], get: () => office, find: () => office } as unknown as IniParts['peers'],
  };
}

const KEYS = [
  'type',
  'gateway_host',
  'gateway_port',
  'local_proxy_port',
  'protocol',
  'enabled',
  'peer',
  'direction',
  'listen_host',
  'listen_port',
  'user',
  'password',
  'ssh_user',
  'ssh_login',
  'ssh_key_file',
  'target_host',
  'target_port',
  'folder',
  'host_names',
  'unknown',
];
const VALUES = [
  ...FORWARD_KINDS,
  'ssh',
  '0',
  '1080',
  '65536',
  '127.0.0.1',
  '::1',
  'relay',
  'yes',
  'remote',
  'key',
  '"a"',
  '"',
  '',
];
const anyText = fc.string({ unit: 'binary', maxLength: 40 });
const line = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.tuple(fc.constantFrom(...KEYS), fc.constantFrom(...VALUES)).map((pair) => pair.join('=')),
  },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom(...KEYS), anyText).map((pair) => pair.join(' = ')) },
  { weight: 2, arbitrary: fc.constantFrom('[a]', '[b]', '[a', '', '# c') },
  { weight: 1, arbitrary: anyText },
);

it('whatever a file says: its rules are valid, or each error has a line, a cause and a text, and nothing is added [S-FWD-6]', async () => {
  let accepted = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.option(fc.constantFrom(...FORWARD_KINDS), { nil: undefined }),
      fc.array(line, { maxLength: 12 }),
      fc.constantFrom('\n', '\r\n', '\r'),
      async (kind, lines, end) => {
        const text = [...(kind === undefined ? [] : ['[x]', `type = ${kind}`]), ...lines].join(end);
        const added: ForwardRule[] = [];
        const { errors } = await importRules(partsOf([], added), { text });
        if (errors.length === 0) accepted += 1;
        expect(errors.length === 0 || added.length === 0).toBe(true);
        for (const rule of added) expect(forwardRule.parse(rule)).toEqual(rule);
        const count = text.split(/\r\n|\n|\r/).length;
        for (const error of errors) {
          expect(error.line).toBeGreaterThanOrEqual(1);
          expect(error.line).toBeLessThanOrEqual(count);
          expect(Object.hasOwn(ERROR_TEXTS, error.code)).toBe(true);
          expect(error.message).not.toBe('');
        }
      },
    ),
    { numRuns: CASES_PER_BOUNDARY },
  );
  console.info(`INI: ${CASES_PER_BOUNDARY} cases, ${accepted} accepted`);
  expect(accepted).toBeGreaterThan(CASES_PER_BOUNDARY / 1000);
});

const host = fc.constantFrom('localhost', '10.0.0.1', '::1', 'fe80::1%eth0', 'a.example', '0.0.0.0');
const target = fc.record({ host, port: fc.integer({ min: 1, max: 65_535 }) });
const listen = fc.record({ host, port: fc.integer({ min: 0, max: 65_535 }) });
const name = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 30 })
  .filter((text) => text.length <= 64 && /^[^\p{Cc}\u200b-\u200f\u2028-\u202e\u2066-\u2069]+$/u.test(text))
  // As they are kept: whoever gives a name gets it as it is shown.
  .map((text) => givenName.parse(text));
const path = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }).filter((text) => text.length <= 4096);
const common = { name, enabled: fc.boolean() };
const peer = fc.constant(OFFICE);
const server = fc.record({
  host,
  port: fc.integer({ min: 1, max: 65_535 }),
  user: name,
  login: fc.oneof(
    fc.record({ method: fc.constantFrom('agent' as const, 'password' as const) }),
    fc.record({ method: fc.constant('key' as const), file: path }),
  ),
});
const rule = fc.oneof(
  fc.record({ kind: fc.constantFrom('socks5', 'http-proxy'), ...common, peer, listen, user: fc.constant(null) }),
  fc.record({
    kind: fc.constant('tcp-bridge'),
    ...common,
    peer,
    direction: fc.constantFrom('local', 'remote'),
    listen,
    to: target,
  }),
  fc.record({ kind: fc.constantFrom('udp', 'wg-proxy'), ...common, peer, listen, to: target }),
  fc.record({
    kind: fc.constant('ssh-tunnel'),
    ...common,
    peer: fc.constantFrom(OFFICE, null),
    server,
    direction: fc.constantFrom('local', 'remote'),
    listen,
    to: target,
  }),
  fc.record({
    kind: fc.constant('ssh-tunnel'),
    ...common,
    peer: fc.constant(null),
    server,
    direction: fc.constant('dynamic'),
    listen,
    to: fc.constant(null),
  }),
  fc.record({ kind: fc.constant('auto'), ...common, peer, listen, user: fc.constant(null), server: fc.option(server) }),
  fc.record({ kind: fc.constant('folder'), ...common, listen, path }),
) as fc.Arbitrary<ForwardRule>;

it('whatever rules there are: written and read again they are the same', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(rule, { maxLength: 6, selector: (given) => plainKey(given.name) }),
      async (rules) => {
        fc.pre(rules.length > 0);
        const added: ForwardRule[] = [];
        const { text } = exportRules(partsOf(rules), {});
        expect((await importRules(partsOf([], added), { text })).errors).toEqual([]);
        expect(added).toEqual(rules);
      },
    ),
    { numRuns: CASES_PER_BOUNDARY },
  );
});
