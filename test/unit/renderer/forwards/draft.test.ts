import { describe, expect, test } from 'vitest';
import {
  change,
  forwardDraft,
  uniqueForwardName,
  freePort,
  newDraft,
  splitTargetHost,
  type Draft,
} from '../../../../src-renderer/features/forwards/form/draft.ts';
import {
  checkDraft,
  passwordOf,
  parseTypedHost,
  portToCheck,
  ruleOf,
} from '../../../../src-renderer/features/forwards/form/draft-check.ts';
import { FORM_KINDS, formKindOf, ruleKindOf } from '../../../../src-renderer/features/forwards/form/kinds.ts';
import { forwardRule, type ForwardRule } from '#shared/app-api/index.ts';
import { forwardView } from './view.ts';

const PEER = '0'.repeat(56);
const draft = (kind: Draft['kind'], fields: Partial<Draft> = {}): Draft => ({
  ...newDraft(kind, PEER, 'Mine'),
  ...fields,
});
/** Everything that nobody can guess, for every kind. */
const FILLED = {
  targetHost: 'db.lan',
  targetPort: '5432',
  listenPort: '15432',
  serverHost: 'jump.example.net',
  serverUser: 'mira',
  path: '/srv/pictures',
  hosts: 'files.example.net, 10.0.0.7',
} as const;

describe('a form', () => {
  test.each(FORM_KINDS)(
    'of the kind %s becomes a rule that the contract takes, and that rule the same form',
    (kind) => {
      const filled = draft(kind, FILLED);
      expect(checkDraft(filled, [], undefined)).toEqual({});
      const rule = ruleOf(filled);
      expect(rule?.kind).toBe(ruleKindOf(kind));
      expect(forwardRule.parse(rule)).toEqual(rule);
      if (rule === undefined) throw new Error('no rule');
      expect(formKindOf(rule)).toBe(kind);
      const again = forwardDraft(forwardView({}, rule));
      expect(ruleOf(again)).toEqual(rule);
    },
  );

  test('has ports that are usual, or the next one that no other rule has', () => {
    expect(newDraft('socks5', PEER, 'a').listenPort).toBe('1080');
    expect(newDraft('http-proxy', PEER, 'a').listenPort).toBe('8080');
    expect(newDraft('wg-proxy', PEER, 'a').listenPort).toBe('51820');
    expect(newDraft('socks5', PEER, 'a', [1080, 1081]).listenPort).toBe('1082');
    expect(freePort('', [1])).toBe('');
  });

  test('has a name that is free', () => {
    expect(uniqueForwardName('SOCKS proxy', ['socks PROXY', 'SOCKS proxy 2'])).toBe('SOCKS proxy 3');
    expect(uniqueForwardName('Web app on office', ['web app on office'], (count) => `Web app ${count} on office`)).toBe(
      'Web app 2 on office',
    );
    expect([...uniqueForwardName('x'.repeat(80), ['x'.repeat(58)])].length).toBeLessThanOrEqual(64);
  });

  test('listens at the port of its target, until that is changed, and not below 1024', () => {
    const first = change(draft('port-here'), { targetPort: '5432' });
    expect(first.listenPort).toBe('5432');
    expect(change(first, { targetPort: '6379' }).listenPort).toBe('6379');
    const own = change(first, { listenPort: '9000' });
    expect(change(own, { targetPort: '6379' }).listenPort).toBe('9000');
    expect(change(draft('port-here', { listenPort: '8022' }), { targetPort: '22' }).listenPort).toBe('8022');
  });

  test.each([
    ['db.lan:5432', 'db.lan', '5432'],
    ['[fd00::5]:22', 'fd00::5', '22'],
    ['fd00::5', 'fd00::5', ''],
    ['fd00::5:22', 'fd00::5:22', ''],
    ['http://db:80', 'http://db:80', ''],
    ['db.lan', 'db.lan', ''],
  ])('takes a target in one piece: %s', (typed, host, port) => {
    const { targetHost, targetPort } = splitTargetHost(draft('port-here', { targetHost: typed }));
    expect([targetHost, targetPort]).toEqual([host, port]);
  });
});

describe('what is wrong with a form', () => {
  const others = [forwardView({ id: 'other' })];

  test.each<readonly [string, Partial<Draft>, Readonly<Record<string, string>>]>([
    ['no name', { name: ' … ' }, { name: 'name-empty' }],
    ['a long name', { name: 'x'.repeat(65) }, { name: 'name-long' }],
    ['a name that hides something', { name: 'a\u202eb' }, { name: 'name-hidden' }],
    ['a name that is taken', { name: 'BROWSE' }, { name: 'name-taken' }],
    ['no peer', { peer: '' }, { peer: 'peer-missing' }],
    ['no host', { targetHost: '' }, { targetHost: 'host-missing' }],
    ['a URL', { targetHost: 'http://db/' }, { targetHost: 'host-invalid' }],
    ['a host with a user', { targetHost: 'me@db' }, { targetHost: 'host-invalid' }],
    ['port 0 as a target', { targetPort: '0' }, { targetPort: 'port-invalid' }],
    ['a port that is too large', { targetPort: '65536' }, { targetPort: 'port-invalid' }],
    ['a port in words', { targetPort: 'http' }, { targetPort: 'port-invalid' }],
    ['no port there, which stands for a free one', { kind: 'port-there', listenPort: '' }, {}],
    ['a port here of another rule', { listenPort: '1080' }, { listenPort: 'port-taken' }],
    ['an address that is none', { listenScope: 'address', listenHost: 'a b' }, { listenHost: 'host-invalid' }],
  ])('%s', (_what, fields, expected) => {
    const found = checkDraft(draft('port-here', { ...FILLED, ...fields }), others, undefined);
    expect(Object.fromEntries(Object.entries(found).map(([field, problem]) => [field, problem.kind]))).toEqual(
      expected,
    );
  });

  test('is nothing where port 0 takes any free one, or the port is one of the peer', () => {
    expect(checkDraft(draft('port-here', { ...FILLED, listenPort: '0' }), others, undefined)).toEqual({});
    expect(checkDraft(draft('port-there', { ...FILLED, listenPort: '1080' }), others, undefined)).toEqual({});
    expect(checkDraft(draft('udp', { ...FILLED, listenPort: '1080' }), others, undefined)).toEqual({});
  });

  test('is a relative key file, and a login without its password', () => {
    const ssh = draft('ssh-tunnel', { ...FILLED, peer: '', login: 'key', keyFile: 'id_ed25519' });
    expect(checkDraft(ssh, [], undefined)).toEqual({ keyFile: { kind: 'file-invalid' } });
    for (const keyFile of ['~/.ssh/id_ed25519', '/k', 'C:\\k', '\\\\server\\k'])
      expect(checkDraft({ ...ssh, keyFile }, [], undefined)).toEqual({});
    expect(checkDraft({ ...ssh, login: 'password' }, [], undefined)).toEqual({
      password: { kind: 'password-missing' },
    });
  });
});

describe('the names under which browsers may ask for a folder', () => {
  const folder = (hosts: string): Draft => draft('folder', { ...FILLED, hosts });

  test('stand with commas, blanks or lines between them, and none is none', () => {
    const rule = ruleOf(folder(' files.example.net,lab;\n[fd00::5] '));
    expect(rule).toMatchObject({ kind: 'folder', hosts: ['files.example.net', 'lab', 'fd00::5'] });
    expect(ruleOf(folder(' , '))).not.toHaveProperty('hosts');
  });

  test('are hosts, and at most sixteen', () => {
    expect(checkDraft(folder('lab, http://files'), [], undefined)).toEqual({
      hosts: { kind: 'hosts-invalid', name: 'http://files' },
    });
    const many = Array.from({ length: 17 }, (_, index) => `host-${index}`).join(' ');
    expect(checkDraft(folder(many), [], undefined)).toEqual({ hosts: { kind: 'hosts-many' } });
    expect(checkDraft(draft('socks5', { hosts: 'http://files' }), [], undefined)).toEqual({});
  });
});

describe('the password of a form', () => {
  const rule: ForwardRule = {
    kind: 'socks5',
    name: 'Mine',
    enabled: true,
    peer: PEER,
    listen: { host: '127.0.0.1', port: 1080 },
    user: 'team',
  };
  const saved = forwardView({ hasPassword: true }, rule);

  test('is kept where nothing was typed, and is never filled in', () => {
    const form = forwardDraft(saved);
    expect(form.password).toBe('');
    expect(checkDraft(form, [], saved)).toEqual({});
    expect(passwordOf(form, saved)).toEqual({});
    expect(passwordOf({ ...form, password: 'new' }, saved)).toEqual({ password: 'new' });
  });

  test('is deleted with its user, and asked for with a new one', () => {
    expect(passwordOf({ ...forwardDraft(saved), hasUser: false, password: 'left' }, saved)).toEqual({ password: null });
    const plain = forwardView({}, { ...rule, user: null });
    const form = { ...forwardDraft(plain), hasUser: true, user: 'team' };
    expect(checkDraft(form, [], plain)).toEqual({ password: { kind: 'password-missing' } });
  });

  test('of an SSH login counts for that kind of login only', () => {
    const server = { host: 'jump', port: 22, user: 'mira', login: { method: 'password' } } as const;
    const { name, enabled, listen } = rule;
    const before = forwardView(
      { hasPassword: true },
      { kind: 'ssh-tunnel', name, enabled, listen, peer: null, server, direction: 'dynamic', to: null },
    );
    const form = forwardDraft(before);
    expect(passwordOf(form, before)).toEqual({});
    expect(passwordOf({ ...form, login: 'key', keyFile: '/k' }, before)).toEqual({ password: null });
    expect(passwordOf({ ...form, login: 'agent' }, before)).toEqual({ password: null });
  });

  test('is that of the proxy when programs log in to an automatic one', () => {
    const server = { host: 'jump', port: 22, user: 'mira', login: { method: 'password' } } as const;
    const { name, enabled, listen } = rule;
    const before = forwardView(
      { hasPassword: true },
      { kind: 'auto', name, enabled, listen, peer: PEER, server, user: null },
    );
    const form = change(forwardDraft(before), { hasUser: true, user: 'team' });
    expect(form.login).toBe('agent');
    expect(checkDraft(form, [], before)).toEqual({ password: { kind: 'password-missing' } });
    expect(passwordOf({ ...form, password: 'new' }, before)).toEqual({ password: 'new' });
    expect(ruleOf(form)).toMatchObject({ user: 'team', server: { login: { method: 'agent' } } });
  });
});

describe('a host', () => {
  test.each([
    ['db.lan', 'db.lan'],
    [' 10.0.0.7 ', '10.0.0.7'],
    ['[::1]', '::1'],
    ['fe80::1%eth0', 'fe80::1%eth0'],
    ['bücher.example', 'xn--bcher-kva.example'],
    ['a b', undefined],
    ['a/b', undefined],
    ['db.lan:5432', undefined],
    ['', undefined],
  ])('%j is %j for the agent', (typed, host) => {
    expect(parseTypedHost(typed)).toBe(host);
  });
});

describe('the port to check', () => {
  const rule = ruleOf(draft('socks5')) as ForwardRule;

  test('is the one that is opened here', () => {
    expect(portToCheck(draft('socks5'), [], undefined)).toEqual({ host: '127.0.0.1', port: 1080, protocol: 'tcp' });
    expect(portToCheck(draft('wg-proxy', { listenScope: 'any' }), [], undefined)).toEqual({
      host: '0.0.0.0',
      port: 51_820,
      protocol: 'udp',
    });
  });

  test.each([
    ['of a forward that stays off', draft('socks5', { enabled: false })],
    ['that any free port stands for', draft('socks5', { listenPort: '0' })],
    ['that is wrong', draft('socks5', { listenPort: 'x' })],
    ['at another machine', draft('port-there', FILLED)],
  ])('is none %s', (_, given) => {
    expect(portToCheck(given, [], undefined)).toBeUndefined();
  });

  test('is none that this forward holds already, or another one', () => {
    const saved = forwardView({}, rule);
    expect(portToCheck(draft('socks5', { listenScope: 'any' }), [], saved)).toBeUndefined();
    expect(portToCheck(draft('socks5', { listenPort: '1081' }), [], saved)?.port).toBe(1081);
    expect(portToCheck(draft('socks5'), [saved], undefined)).toBeUndefined();
    expect(portToCheck(draft('socks5'), [], { ...saved, rule: { ...rule, enabled: false } })?.port).toBe(1080);
  });
});
