import { Agent, request as httpRequest } from 'node:http';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isPlatformErrorCode, PLATFORM_ROUTES, type RouteName } from '#shared/platform/index.ts';
import { startAccountsRelay, type AccountsRelay } from '#test/support/accounts/accounts-relay.ts';
import { SoftwarePasskey } from '#test/support/accounts/software-passkey.ts';
import { casesOf } from '#test/support/fuzz.ts';
import { heldBuffers } from '#test/support/garbage.ts';
import { strangeBytes } from '#test/support/mutations.ts';

const MIB = 1024 * 1024;
const PASSWORD = 'correct horse battery';
const passkey = new SoftwarePasskey('a passkey');
const TOKEN = 'A'.repeat(43);

/** Valid bodies, which the cases change. */
const BODIES: Partial<Record<RouteName, unknown>> = {
  'auth.signUp': { email: 'x@example.org', password: PASSWORD, name: 'X', token: TOKEN },
  'auth.lookUpSignUp': { token: TOKEN },
  'auth.verify': { token: TOKEN, password: PASSWORD },
  'auth.signIn': { email: 'x@example.org', password: PASSWORD },
  'auth.stepUp': { password: PASSWORD },
  'auth.reset': { email: 'x@example.org' },
  'auth.confirmReset': { token: TOKEN, password: PASSWORD },
  'auth.passkeyOptions': { purpose: 'second-factor', ticket: TOKEN },
  'auth.verifyPasskey': { response: passkey.answer('A'.repeat(76), 'http://localhost:1') },
  'account.change': { name: 'Anna' },
  'account.changeEmail': { email: 'y@example.org' },
  'account.setPassword': { password: PASSWORD },
  'account.setSecondFactor': { required: false },
  'passkeys.create': { name: 'Key', response: passkey.attest('A'.repeat(76), 'http://localhost:1') },
  'passkeys.rename': { name: 'Key' },
  'tokens.create': { name: 'Script', days: 1 },
};

let relay: AccountsRelay;
let session: string;
beforeAll(async () => {
  relay = await startAccountsRelay({ signUp: 'open' });
  const link = await relay.accounts.firstAccount.prepare();
  const browser = relay.browser();
  const token = link?.link?.split('=')[1] ?? '';
  await browser.call('auth.signUp', { email: 'anna@example.org', password: PASSWORD, name: 'Anna', token });
  session = browser.session ?? '';
});
afterAll(() => relay.stop());

const agent = new Agent({ keepAlive: true, maxSockets: 4 });
afterAll(() => agent.destroy());

/** Sends bytes as the JSON body of a route. Returns the new session, if there is one. */
function send(name: RouteName, body: Uint8Array): Promise<Readonly<{ status: number; text: string; cookie?: string }>> {
  const route = PLATFORM_ROUTES[name];
  const { promise, resolve, reject } =
    Promise.withResolvers<Readonly<{ status: number; text: string; cookie?: string }>>();
  const request = httpRequest(
    `${relay.url}${route.path.replaceAll(/:[a-z]+/g, '00000000-0000-0000-0000-000000000000')}`,
    {
      method: route.method,
      agent,
      headers: {
        'Content-Type': 'application/json',
        'Content-Length': body.length,
        Cookie: `__Host-clawreach=${session}`,
        Origin: relay.url,
      },
    },
    (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const cookie = /^__Host-clawreach=([\w-]+);/.exec(response.headers['set-cookie']?.[0] ?? '')?.[1];
        const text = Buffer.concat(chunks).toString('utf8');
        resolve({ status: response.statusCode ?? 0, text, ...(cookie === undefined ? {} : { cookie }) });
      });
    },
  );
  request.on('error', reject);
  request.end(body);
  return promise;
}

/** JSON values in the place of one of a body: of another type, too long, too deep, or with names that objects have by themselves. */
const WRONG_VALUES: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1e308,
  '',
  'x'.repeat(5000),
  '\u0000',
  '\u202e<b>',
  "' or 1=1 --",
  '\u{1f600}'.repeat(100),
  [],
  [[[[[[]]]]]],
  {},
  { __proto__: null, constructor: { prototype: {} }, toString: 1 },
  Array.from({ length: 1000 }, () => 0),
];

/** Returns a copy of a body in which one value is another one, is missing, or has a neighbour. */
function changed(body: unknown, place: number, kind: number): unknown {
  const value = WRONG_VALUES[kind % WRONG_VALUES.length];
  if (typeof body !== 'object' || body === null) return value;
  const entries = Object.entries(body);
  const which = place % (entries.length + 1);
  const [name, inner] = entries[which] ?? [undefined, undefined];
  if (name === undefined) return { ...body, [['__proto__', 'isAdmin', 'account'][kind % 3] ?? 'x']: value };
  const deeper = typeof inner === 'object' && inner !== null && kind % 3 > 0;
  if (kind % 7 === 0) return Object.fromEntries(entries.filter(([other]) => other !== name));
  return { ...body, [name]: deeper ? changed(inner, Math.floor(place / (entries.length + 1)), kind) : value };
}

it(
  'at every route of accounts ends in a named error, in little memory [S-ACCOUNT-12]',
  { timeout: 600_000 },
  async () => {
    const names = Object.keys(BODIES) as RouteName[];
    const texts = names.map((name) => Buffer.from(JSON.stringify(BODIES[name])));
    const bytes = strangeBytes(texts, 256).map(({ bytes: strange }) => strange);
    const values = fc
      .tuple(fc.nat(names.length - 1), fc.nat(10_000), fc.nat(10_000))
      .map(([which, place, kind]) =>
        Buffer.from(JSON.stringify(changed(BODIES[names[which] ?? 'auth.reset'], place, kind))),
      );
    const before = heldBuffers();
    const statuses = new Map<number, number>();
    await fc.assert(
      fc.asyncProperty(fc.nat(names.length - 1), fc.oneof(bytes, values), async (which, body) => {
        const name = names[which] ?? 'auth.reset';
        const { status, text, cookie } = await send(name, body);
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        // A changed password or step-up gave this session a new token.
        if (cookie !== undefined) session = cookie;
        const answer = JSON.parse(text) as { code?: string };
        expect(status < 400 || isPlatformErrorCode(answer.code ?? '')).toBe(true);
        // 500 is named as well, and always a mistake.
        expect(status).toBeLessThan(500);
      }),
      { numRuns: casesOf(100_000, 100) },
    );
    expect(relay.failures).toEqual([]);
    await relay.accounts.parts.background.settle();
    expect(relay.log.filter(({ level }) => level === 'error')).toEqual([]);
    expect(heldBuffers() - before).toBeLessThan(32 * MIB);
    expect([...statuses.keys()]).toEqual(expect.arrayContaining([400]));
  },
);
