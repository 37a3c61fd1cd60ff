import { describe, expect, test } from 'vitest';
import {
  decodeRequest,
  fromUuid,
  PLATFORM_LIMITS,
  PLATFORM_ROUTES,
  PlatformError,
  toUuid,
  type RouteName,
} from '#shared/platform/index.ts';
import { queryString, SAMPLE_REQUESTS } from '../../../support/platform-requests.ts';

function decode(
  name: RouteName,
  change: Readonly<{ params?: object; query?: URLSearchParams; body?: unknown }>,
): unknown {
  const { params, query, input } = SAMPLE_REQUESTS[name];
  return decodeRequest(name, {
    params: { ...params, ...change.params },
    query: change.query ?? queryString(query),
    body: 'body' in change ? change.body : input,
  });
}

/** Returns the code and message of the error that a change of a valid request leads to. */
function problem(name: RouteName, change: Parameters<typeof decode>[1]): string {
  try {
    decode(name, change);
    return 'none';
  } catch (error) {
    if (!(error instanceof PlatformError)) throw error;
    return `${error.code} ${error.message}`;
  }
}

const body = (name: RouteName, change: Readonly<Record<string, unknown>>): { body: unknown } => ({
  body: { ...SAMPLE_REQUESTS[name].input, ...change },
});

describe('a request', () => {
  test.each(Object.keys(PLATFORM_ROUTES) as RouteName[])('to %s is decoded as its sample', (name) => {
    expect(decode(name, {})).toEqual(SAMPLE_REQUESTS[name]);
  });

  test.each((Object.keys(PLATFORM_ROUTES) as RouteName[]).filter((name) => SAMPLE_REQUESTS[name].input !== undefined))(
    'to %s with an unknown field, or without a body, is refused',
    (name) => {
      expect(problem(name, body(name, { admin: true }))).toMatch(/^platform\.input body: Unrecognized key/);
      // A request for a ticket of an earlier page has none.
      const refused = name === 'devices.enrol' ? /^none$/ : /^platform\.input body/;
      expect(problem(name, { body: undefined })).toMatch(refused);
    },
  );

  test('without a field, or with half a token, is told so in words', () => {
    expect(problem('auth.signUp', body('auth.signUp', { name: undefined }))).toBe(
      'platform.input body.name: missing, a value of type string',
    );
    expect(problem('invitations.redeem', { body: { token: 'TOKEN' } })).toBe(
      'platform.input body.token: not a token: it has 43 characters, after the = of a link',
    );
  });

  test('with a body for a route without one is refused', () => {
    expect(problem('projects.leave', { body: {} })).toBe('platform.input body: this route has none');
  });

  test('with an unknown, repeated or malformed part of the query is refused', () => {
    expect(problem('projects.list', { query: new URLSearchParams('a=b') })).toMatch(/^platform\.input query/);
    expect(problem('history.list', { query: new URLSearchParams('limit=1&limit=2') })).toMatch(/a key is repeated/);
    for (const limit of ['0', '501', '1.5', 'x', '', '-1', 'Infinity'])
      expect(problem('history.list', { query: new URLSearchParams({ limit }) })).toMatch(
        /^platform\.input query\.limit/,
      );
    expect(problem('history.list', { query: new URLSearchParams({ before: '12-' }) })).toMatch(/query\.before/);
  });

  test('for an ID that nothing can have is as one for an unknown ID', () => {
    for (const project of ['', '1', `${'0'.repeat(8)}-0000-0000-0000-${'0'.repeat(13)}`, 'x'.repeat(5000)])
      expect(problem('projects.get', { params: { project } })).toBe('platform.not-found not found');
    const upper = '00112233-4455-6677-8899-AABBCCDDEEFF';
    expect(decode('projects.get', { params: { project: upper } })).toMatchObject({
      params: { project: upper.toLowerCase() },
    });
  });

  test('with a length that is no number is refused', () => {
    const email: unknown = JSON.parse('{"length":{"toString":1,"valueOf":1}}');
    expect(problem('auth.reset', { body: { email } })).toBe('platform.input body: invalid');
  });

  test('never has a value of the sender in its error', () => {
    const secret = 'short-pass'.repeat(100);
    expect(problem('auth.signIn', body('auth.signIn', { password: secret }))).not.toContain('short');
    expect(problem('auth.reset', body('auth.reset', { email: secret }))).not.toContain('short');
    expect(problem('auth.passkeyOptions', body('auth.passkeyOptions', { purpose: secret }))).not.toContain('short');
  });
});

describe('a name', () => {
  const parsed = (name: string): unknown => decode('projects.create', { body: { name } });

  test.each([
    ['Home lab', 'Home lab'],
    ['  Home   lab ', 'Home lab'],
    ['Re\u0301seau', 'R\u00e9seau'],
    ['a\u00adb', 'a b'],
    ['x'.repeat(100), 'x'.repeat(100)],
  ])('%j is kept as %j', (typed, kept) => {
    expect(parsed(typed)).toMatchObject({ input: { name: kept } });
  });

  test.each(['', '   ', '<b>', 'a>b', 'a\nb', 'a\u0000b', 'a\u009fb', 'a\u202eb', 'x'.repeat(101), '\ud800'])(
    '%j is refused',
    (typed) => {
      expect(problem('projects.create', { body: { name: typed } })).toMatch(/^platform\.input body\.name/);
    },
  );
});

describe('a password', () => {
  const set = (password: string): string => problem('account.setPassword', { body: { password } });

  test('has 10 to 256 bytes of UTF-8', () => {
    expect(set('x'.repeat(9))).toMatch(/too short/);
    expect(set('x'.repeat(10))).toBe('none');
    expect(set('\u5bc6'.repeat(4))).toBe('none');
    expect(set('\u5bc6'.repeat(85))).toBe('none');
    expect(set('\u5bc6'.repeat(86))).toMatch(/too long/);
    expect(set('x'.repeat(257))).toMatch(/^platform\.input body\.password/);
    expect(set(`\ud800${'x'.repeat(20)}`)).toMatch(/not well-formed/);
  });

  test('is the same however its letters are composed, and keeps its blanks', () => {
    expect(decode('auth.stepUp', { body: { password: ' pa\u0308ss ' } })).toMatchObject({
      input: { password: ' p\u00e4ss ' },
    });
  });
});

describe('a code', () => {
  test.each(['ABCDE-FGH1K', 'abcde fgh1k', 'AbCdEfGhIk', 'abcde\u2013fghlk', ' ABCDEFGH1K '])('%j is read', (typed) => {
    expect(decode('claims.lookUp', { body: { code: typed } })).toEqual(
      expect.objectContaining({ input: { code: 'ABCDEFGH1K' } }),
    );
  });

  test.each(['', 'ABCD-1234', 'ABCDEFGHJKM', 'ABCDEFGHJU', '\u2168BCDEFGHJK', '-'.repeat(65)])(
    '%j is refused',
    (typed) => {
      expect(problem('claims.lookUp', { body: { code: typed } })).toMatch(/^platform\.input body\.code/);
    },
  );
});

describe('JSON of unknown shape', () => {
  const config = (change: unknown): string =>
    problem('skillConfigs.create', {
      body: {
        ...SAMPLE_REQUESTS['skillConfigs.create'].input,
        config: { ...SAMPLE_REQUESTS['skillConfigs.create'].input.config, extra: change },
      },
    });
  const nested = (depth: number): unknown => JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`);

  test('is bounded in depth and size, and well-formed', () => {
    expect(config(nested(PLATFORM_LIMITS.jsonDepth))).toBe('none');
    expect(config(nested(PLATFORM_LIMITS.jsonDepth + 1))).toMatch(/too large or too deeply nested/);
    expect(config(nested(30_000))).toMatch(/too large or too deeply nested/);
    expect(config('x'.repeat(PLATFORM_LIMITS.skillConfig))).toMatch(/too large or too deeply nested/);
    expect(config('\ud800')).toMatch(/too large or too deeply nested/);
  });

  test('never changes a prototype', () => {
    const body: unknown = JSON.parse(
      '{"type":"workflow","workflow":"w","params":{"__proto__":{"admin":true},"constructor":1}}',
    );
    const { input } = decode('nodes.request', { body }) as { input: { params: Record<string, unknown> } };
    expect(input.params['admin']).toBeUndefined();
    expect(Object.getPrototypeOf(input.params)).toBe(Object.prototype);
  });
});

describe('an ID', () => {
  test('is the same row in both forms', () => {
    expect(toUuid('00112233445566778899aabbccddeeff')).toBe('00112233-4455-6677-8899-aabbccddeeff');
    expect(fromUuid('00112233-4455-6677-8899-AABBCCDDEEFF')).toBe('00112233445566778899aabbccddeeff');
    for (const wrong of ['', '0'.repeat(32), 'g'.repeat(32), '00112233-4455-6677-8899-aabbccddeef'])
      expect(() => fromUuid(wrong)).toThrow(expect.objectContaining({ code: 'format.id' }));
    expect(() => toUuid('0'.repeat(31))).toThrow(expect.objectContaining({ code: 'format.id' }));
  });
});
