import { describe, expect, test } from 'vitest';
import {
  checkForm,
  emptyForm,
  formOfDraft,
  formOfFound,
  formOfGateway,
  uniqueGatewayName,
  secretsOf,
  settingsOf,
  splitGatewayHost,
  touchedBy,
  type GatewayForm,
} from '#renderer/features/openclaw/gateways/gateway-form.ts';
import { exampleGatewayView, FINGERPRINT } from '#renderer/features/openclaw/example-gateways.ts';

const COLONS = FINGERPRINT.toUpperCase().replaceAll(/(..)(?=.)/g, '$1:');
const right: GatewayForm = { ...emptyForm('laptop'), name: 'Cellar', host: 'cellar.example.net', secret: 'secret-1' };
const check = (changed: Partial<GatewayForm>) => checkForm({ ...right, ...changed }, ['Attic']);

describe('what is wrong in the form of a gateway', () => {
  test('is nothing, where all is there', () => {
    expect(check({})).toEqual({});
    expect(settingsOf(right)).toMatchObject({
      name: 'Cellar',
      endpoint: { host: 'cellar.example.net', port: 18_789, tls: true, path: '/' },
      fingerprint: null,
      operator: { enabled: true, access: 'full' },
      node: { enabled: false },
    });
  });

  test.each<[Partial<GatewayForm>, object]>([
    [{ name: ' ' }, { name: 'name-empty' }],
    [{ name: 'attic' }, { name: 'name-taken' }],
    [{ name: 'x'.repeat(65) }, { name: 'name-long' }],
    [{ name: 'Cel\u202elar' }, { name: 'name-hidden' }],
    [{ host: '' }, { host: 'host-missing' }],
    [{ host: 'not a host' }, { host: 'host-invalid' }],
    [{ host: '10.0.0.300' }, { host: 'host-invalid' }],
    [{ port: '0' }, { port: 'port-invalid' }],
    [{ port: '65536' }, { port: 'port-invalid' }],
    [{ port: '' }, { port: 'port-invalid' }],
    [{ path: 'x' }, { path: 'path-invalid' }],
    [{ fingerprint: 'ab:cd' }, { fingerprint: 'fingerprint-length' }],
    [{ fingerprint: `${FINGERPRINT.slice(1)}g` }, { fingerprint: 'fingerprint-characters' }],
    [{ secret: ' ' }, { secret: 'token-missing' }],
    [{ secret: 'two words' }, { secret: 'token-spaces' }],
    [{ signIn: 'password', secret: '' }, { secret: 'password-missing' }],
    [{ operator: 'off' }, { roles: 'roles-none' }],
    [{ node: true, nodeName: '' }, { nodeName: 'node-name-empty' }],
    [{ tls: false }, { tls: 'plain-refused' }],
    [{ tls: false, host: '192.168.1.2', fingerprint: FINGERPRINT }, { tls: 'fingerprint-plain' }],
  ])('%j', (changed, expected) => {
    expect(check(changed)).toEqual(expected);
  });

  test('is no colon, no case and no label before a fingerprint', () => {
    for (const fingerprint of [FINGERPRINT, COLONS, `sha256 Fingerprint=${COLONS}`, `  ${COLONS.toLowerCase()}\n`]) {
      expect(check({ fingerprint })).toEqual({});
      expect(settingsOf({ ...right, fingerprint })?.fingerprint).toBe(FINGERPRINT);
    }
  });

  test('is nothing without TLS in a private network', () => {
    expect(check({ tls: false, host: '192.168.1.2', plainHost: '192.168.1.2' })).toEqual({});
    expect(check({ tls: false, host: 'localhost' })).toEqual({});
  });

  test('is a host without TLS in a network that was not accepted, or accepted for another one', () => {
    expect(check({ tls: false, host: '192.168.1.2' })).toEqual({ tls: 'plain-unconfirmed' });
    expect(check({ tls: false, host: '192.168.1.2', plainHost: '192.168.1.3' })).toEqual({ tls: 'plain-unconfirmed' });
    expect(check({ tls: false, host: '8.8.8.8', plainHost: '8.8.8.8' })).toEqual({ tls: 'plain-refused' });
  });
});

describe('the form', () => {
  test.each([
    ['wss://cellar.example.net:4443/claw', { host: 'cellar.example.net', port: '4443', tls: true, path: '/claw' }],
    ['ws://192.168.1.2', { host: '192.168.1.2', port: '80', tls: false, path: '/' }],
    ['cellar:999', { host: 'cellar', port: '999', tls: true }],
    ['[fd00::1]:4000', { host: 'fd00::1', port: '4000' }],
    ['cellar', { host: 'cellar', port: '18789' }],
  ])('takes the address %s apart', (host, expected) => {
    expect(splitGatewayHost({ ...right, host })).toMatchObject(expected);
  });

  test('of a setup code makes a node, signed in by the code', () => {
    const form = formOfDraft(
      {
        draft: 'd',
        endpoint: { host: 'cellar.example.net', port: 18_789, tls: true, path: '/' },
        places: [{ host: 'cellar.example.net', tls: true }],
        fingerprint: FINGERPRINT,
        name: null,
        nodeName: null,
        hasToken: true,
        setupExpiresAt: 5,
        role: 'node',
      },
      'laptop',
      ['cellar.example.net'],
    );
    expect(form).toMatchObject({ signIn: 'existing', operator: 'off', node: true, name: 'cellar.example.net 2' });
    expect(checkForm(form, [])).toEqual({});
    expect(secretsOf(form)).toEqual({});
  });

  test('of a node.json makes a node, and no operator', () => {
    const draft = {
      draft: 'd',
      endpoint: { host: 'cellar.example.net', port: 18_789, tls: true, path: '/' },
      places: [{ host: 'cellar.example.net', tls: true }],
      fingerprint: null,
      name: null,
      nodeName: 'Workbench',
      hasToken: false,
      setupExpiresAt: null,
      role: 'node' as const,
    };
    expect(formOfDraft(draft, 'laptop', [])).toMatchObject({ operator: 'off', node: true, nodeName: 'Workbench' });
    expect(formOfDraft({ ...draft, role: 'operator', nodeName: null }, 'laptop', [])).toMatchObject({
      operator: 'full',
      node: false,
    });
  });

  test('that came with a secret says at once where the secret does not go', () => {
    const draft = {
      draft: 'd',
      endpoint: { host: '192.168.1.2', port: 18_789, tls: true, path: '/' },
      places: [
        { host: '192.168.1.2', tls: true },
        { host: 'cellar.local', tls: false },
      ],
      fingerprint: FINGERPRINT,
      name: null,
      nodeName: null,
      hasToken: true,
      setupExpiresAt: null,
      role: 'operator' as const,
    };
    const form = formOfDraft(draft, 'laptop', []);
    const check = (changed: Partial<GatewayForm>) => checkForm({ ...form, ...changed }, [], draft);
    expect(check({})).toEqual({});
    expect(check({ host: 'elsewhere.example' })).toEqual({});
    expect(check({ host: 'elsewhere.example', fingerprint: '' })).toEqual({ host: 'draft-elsewhere' });
    expect(check({ host: '192.168.1.9', plainHost: '192.168.1.9', fingerprint: '', tls: false })).toEqual({
      host: 'draft-elsewhere',
    });
    expect(check({ fingerprint: '', tls: false })).toEqual({ tls: 'draft-plain' });
    const plain = { host: 'cellar.local', plainHost: 'cellar.local', fingerprint: '', tls: false };
    expect(check(plain)).toEqual({});
    expect(check({ host: 'elsewhere.example', fingerprint: '', signIn: 'token', secret: 'my-own' })).toEqual({});
  });

  test('of what announces itself takes nothing on trust', () => {
    const found = { name: 'Cel\u202elar', host: '192.168.1.2', port: 1, tls: true, fingerprint: FINGERPRINT };
    expect(formOfFound(found, 'laptop', [])).toMatchObject({ name: 'Cellar', fingerprint: '', secret: '' });
  });

  test('of a gateway that is there keeps its sign-in unless another is typed', () => {
    const form = formOfGateway(exampleGatewayView());
    expect(checkForm(form, [])).toEqual({});
    expect(settingsOf(form)).toEqual(exampleGatewayView().settings);
    expect(secretsOf(form)).toEqual({});
    expect(secretsOf({ ...form, signIn: 'token', secret: ' t ' })).toEqual({ token: 't', password: null });
    expect(secretsOf({ ...form, signIn: 'password', secret: ' p ' })).toEqual({ token: null, password: ' p ' });
    expect(secretsOf({ ...form, signIn: 'none' })).toEqual({ token: null, password: null });
  });

  test('finds a name that is free, and says what a change is about', () => {
    expect(uniqueGatewayName('Cellar', ['Cellar', 'Cellar 2'])).toBe('Cellar 3');
    expect(touchedBy({ operator: 'off', host: 'x', capabilities: [] })).toEqual(['roles', 'host']);
  });
});
