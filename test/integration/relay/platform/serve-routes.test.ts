import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '#node/clock/index.ts';
import { RELAY_PROCESS_LIMITS } from '#relay/limits/index.ts';
import { replyWithHeaders, serveRoutes, type RouteCall } from '#relay/platform/index.ts';
import { openStore, type Store } from '#relay/store/index.ts';
import { PlatformError } from '#shared/platform/index.ts';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startFeatureRelay, type FeatureRelay } from '#test/support/feature-relay.ts';
import { testCallers } from '#test/support/platform/test-callers.ts';

const ACCOUNT = 'a'.repeat(32);
const MEMBER = 'b'.repeat(32);
const STRANGER = 'c'.repeat(32);
const PROJECT = '1'.repeat(32);
const UUID = '11111111-1111-1111-1111-111111111111';
const FOREIGN = '22222222-2222-2222-2222-222222222222';

/** Answer of `relay.get`. */
const RELAY_FACTS = {
  version: '1',
  keyId: 'K',
  signUp: 'invited',
  mail: false,
  plainProtocol: false,
  installs: false,
  needsToken: true,
  accountsOnly: false,
  pin: null,
} as const;

const callers = testCallers();
const calls: RouteCall<'projects.change'>[] = [];
let directory: string;
let store: Store;
let relay: FeatureRelay;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'clawreach-test-'));
  store = await openStore(directory, RELAY_PROCESS_LIMITS);
  await store.transact(async (transaction) => {
    for (const id of [ACCOUNT, MEMBER, STRANGER]) {
      const account = { id, email: `${id}@example.org`, name: id, email_verified_at: 1, password: null };
      await transaction
        .insertInto('accounts')
        .values({ ...account, created_at: 1, disabled_at: null })
        .execute();
    }
    const project = { id: PROJECT, name: 'Home', owner_account: ACCOUNT, owner_device: null };
    await transaction
      .insertInto('projects')
      .values({ ...project, claim: null, claim_serial: null, created_at: 1, updated_at: 1 })
      .execute();
    for (const [account, role] of [
      [ACCOUNT, 'owner'],
      [MEMBER, 'member'],
    ] as const) {
      await transaction
        .insertInto('project_people')
        .values({ project: PROJECT, account, role, invited_by: null, added_at: 1 })
        .execute();
    }
  });
  callers.sessions.set('owner', { account: ACCOUNT, strongAt: systemClock.now() });
  callers.sessions.set('stale', { account: ACCOUNT, strongAt: systemClock.now() - 10 * 60_000 });
  callers.sessions.set('api', { account: ACCOUNT, kind: 'api' });
  callers.sessions.set('member', { account: MEMBER });
  callers.sessions.set('stranger', { account: STRANGER });
  const requests = serveRoutes(
    {
      'relay.get': async () => {
        // A row of the database, with a column that no answer has.
        return { ...RELAY_FACTS, password: 'secret' };
      },
      'projects.list': async ({ caller, addressGroup }) => {
        if (caller.account === STRANGER) throw new PlatformError('platform.rate', 'later', { retryAfter: 1500 });
        return replyWithHeaders({ projects: [] }, { 'Set-Cookie': `group=${addressGroup}` });
      },
      'projects.change': async (call) => {
        calls.push(call);
        throw new PlatformError('project.plain-off', 'off');
      },
      'projects.delete': async () => ({}),
    },
    { clock: systemClock, store, callers },
  );
  relay = await startFeatureRelay([{ name: 'platform', prefix: '/api/v1', requests }]);
});
afterAll(async () => {
  await relay.stop();
  await store.close();
  await rm(directory, { recursive: true });
});

async function call(who: string | undefined, method: string, path: string, body?: unknown) {
  const response = await fetch(`${relay.url}/api/v1${path}`, {
    method,
    headers: {
      ...(who === undefined ? {} : { Authorization: `Bearer ${who}` }),
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const answer: unknown = await response.json();
  return { status: response.status, answer, headers: response.headers };
}

/** Status and code of an answer. */
async function outcome(...request: Parameters<typeof call>): Promise<string> {
  const { status, answer } = await call(...request);
  const code = typeof answer === 'object' && answer !== null && 'code' in answer ? String(answer.code) : 'ok';
  return `${status} ${code}`;
}

describe('a route of the contract', () => {
  it('answers what its output has and nothing else of a row', async () => {
    const { answer } = await call(undefined, 'GET', '/relay');
    expect(answer).toEqual(RELAY_FACTS);
  });

  it('answers with the headers of its handler', async () => {
    const { headers } = await call('owner', 'GET', '/projects');
    expect(headers.getSetCookie()).toEqual(['group=127.0.0.1']);
  });

  it('gives its handler the role, and the parsed parameters and body', async () => {
    expect(await outcome('owner', 'PATCH', `/projects/${UUID}`, { name: '  Home  office ' })).toBe(
      '409 project.plain-off',
    );
    expect(calls.at(-1)).toMatchObject({
      caller: { account: ACCOUNT },
      project: { id: PROJECT, role: 'owner' },
      params: { project: UUID },
      input: { name: 'Home office' },
    });
  });

  it('tells a program with an API token what to do instead', async () => {
    const error = (text: string) => expect.objectContaining({ answer: expect.objectContaining({ error: text }) });
    expect(await call('api', 'DELETE', `/projects/${UUID}`)).toEqual(
      error('an API token can not do this: sign in with the password, and send the cookie'),
    );
    expect(await call('stale', 'DELETE', `/projects/${UUID}`)).toEqual(
      error('give the password again (auth/step-up, which renews the cookie), or a passkey'),
    );
    expect(await call('mistyped', 'GET', '/projects')).toEqual(
      error('this API token does not count: it was mistyped, ended or has expired'),
    );
    expect(await call(undefined, 'GET', '/projects')).toEqual(error('sign in first'));
  });

  it.each([
    ['no session', undefined, 'PATCH', `/projects/${UUID}`, 'not json', '401 platform.signed-out'],
    ['a malformed ID', 'owner', 'PATCH', '/projects/x', 'not json', '404 platform.not-found'],
    ['an unknown project', 'owner', 'PATCH', `/projects/${FOREIGN}`, 'not json', '404 platform.not-found'],
    ["another account's project", 'stranger', 'PATCH', `/projects/${UUID}`, 'not json', '404 platform.not-found'],
    ['a role that may not', 'member', 'PATCH', `/projects/${UUID}`, 'not json', '403 platform.forbidden'],
    ['a body that is not JSON', 'owner', 'PATCH', `/projects/${UUID}`, 'not json', '400 platform.input'],
    ['a body of another shape', 'owner', 'PATCH', `/projects/${UUID}`, { colour: 1 }, '400 platform.input'],
    ['a body where there is none', 'owner', 'DELETE', `/projects/${UUID}`, {}, '400 platform.input'],
    ['an unknown query', 'owner', 'GET', '/projects?all=1', undefined, '400 platform.input'],
    ['a stale step-up', 'stale', 'DELETE', `/projects/${UUID}`, undefined, '403 platform.step-up'],
    ['a stale step-up of a stranger', 'stranger', 'DELETE', `/projects/${UUID}`, undefined, '404 platform.not-found'],
    ['a fresh step-up', 'owner', 'DELETE', `/projects/${UUID}`, undefined, '200 ok'],
    ['an unknown path', 'owner', 'GET', '/nothing', undefined, '404 platform.not-found'],
    ['another method', 'owner', 'PUT', '/projects', undefined, '405 platform.method'],
  ] as const)('answers %s', async (_, who, method, path, body, expected) => {
    expect(await outcome(who, method, path, body)).toBe(expected);
  });

  it('counts the time to wait in ms, in the header in whole seconds', async () => {
    const { status, answer, headers } = await call('stranger', 'GET', '/projects');
    expect([status, answer, headers.get('retry-after')]).toEqual([
      429,
      { error: 'later', code: 'platform.rate', retryAfter: 1500 },
      '2',
    ]);
  });
});
