import { once } from 'node:events';
import * as fc from 'fast-check';
import { WebSocket } from 'ws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  EVENTS_CLOSE,
  PLATFORM_ERROR_CODES,
  PLATFORM_ROUTES,
  platformErrorBody,
  type Route,
  type RouteName,
} from '#shared/platform/index.ts';
import { heldBuffers } from '#test/support/garbage.ts';
import { casesOf } from '#test/support/fuzz.ts';
import { isPicture } from '#test/support/platform/access-calls.ts';
import { VALID_REQUESTS } from '#test/support/platform/access-requests.ts';
import { AccessWorld, newAddress } from '#test/support/platform/access-world.ts';
import { TestPlatform } from '#test/support/platform/test-platform.ts';
import { SAMPLE_REQUESTS } from '#test/support/platform-requests.ts';

/** Cases after which everything is made again, so that no limit of an account is reached. */
const PER_WORLD = 400;
/** Requests at the same time. */
const AT_ONCE = 8;
/** Memory of buffers that may be left after all of them, bytes. */
const MOST_HELD = 16 * 1024 * 1024;

let platform: TestPlatform;
beforeAll(async () => {
  platform = await TestPlatform.start({
    accounts: { plainProtocol: true },
    // The people of each world come from one address.
    rates: { requestsPerAddress: { burst: 1_000_000, perSecond: 1_000_000 } },
  });
});
afterAll(() => platform.stop());

const deep = (levels: number): unknown => JSON.parse('['.repeat(levels) + ']'.repeat(levels));
const strangeValue = fc.oneof(
  fc.jsonValue({ maxDepth: 4 }),
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.constantFrom<unknown>(
    '',
    ' ',
    '\0',
    '<b>',
    '\u202e',
    '\ud800',
    'a'.repeat(5000),
    -1,
    1e308,
    0.5,
    null,
    [],
    {},
    true,
  ),
  fc.constantFrom<unknown>(
    { __proto__: null, constructor: 1 },
    deep(40),
    deep(2000),
    '00112233-4455-6677-8899-aabbccddeeff',
  ),
);
const strangePath = fc.oneof(
  fc.string({ maxLength: 80 }).map((text) => encodeURIComponent(text)),
  fc.constantFrom(
    '',
    '%',
    '%00',
    '%ff',
    '%2e%2e%2f',
    '..',
    '*',
    ':project',
    'A'.repeat(56),
    'a'.repeat(4000),
    '%C0%AF',
  ),
  fc.stringMatching(/^[0-9A-Fa-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/),
  fc.stringMatching(/^[0-9A-HJKMNP-TV-Z]{56}$/),
);
const strangeText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.constantFrom(
    '',
    '{',
    '{"a":1}{',
    '[1',
    'null',
    '"',
    '{"name":"\\ud800"}',
    '\ufeff{}',
    `"${'x'.repeat(70_000)}"`,
    '[['.repeat(30_000),
  ),
);

/** Change of a sample's body. */
const bodyChange = fc.oneof(
  fc.record({ kind: fc.constant('field' as const), index: fc.nat(8), value: strangeValue }),
  fc.record({ kind: fc.constant('extra' as const), key: fc.string({ maxLength: 20 }), value: strangeValue }),
  fc.record({ kind: fc.constant('value' as const), value: strangeValue }),
  fc.record({ kind: fc.constant('text' as const), text: strangeText }),
  fc.record({ kind: fc.constant('valid' as const) }),
);
type BodyChange = typeof bodyChange extends fc.Arbitrary<infer Value> ? Value : never;

const header = fc.constantFrom<Readonly<Record<string, string>>>(
  {},
  {},
  {},
  { 'Content-Type': 'text/plain' },
  { 'Content-Type': 'application/json; charset=utf-16' },
  { 'Content-Encoding': 'gzip' },
  { Accept: 'text/csv;q=2, \u00ff' },
  { Authorization: 'Bearer' },
  { Authorization: `Bearer ${'x'.repeat(3000)}` },
  { Authorization: 'Basic YTpi' },
  { Cookie: `__Host-clawreach=${'%'.repeat(200)}; __Host-clawreach=b` },
  { Origin: 'null' },
  { 'Sec-Fetch-Site': 'cross-site' },
  { 'X-Forwarded-For': ',,::%eth0, 1.2.3' },
  { 'X-HTTP-Method-Override': 'DELETE' },
);
const query = fc.dictionary(
  fc.oneof(
    fc.constantFrom('device', 'status', 'who', 'kind', 'before', 'limit', 'format', '__proto__'),
    fc.string({ maxLength: 5 }),
  ),
  fc.oneof(fc.string({ maxLength: 60 }), fc.constantFrom('0', '-1', '1e9', '999999999999999-', '1-'.repeat(40))),
  { maxKeys: 3 },
);

/** Routes whose success takes away what other requests need. */
const ENDING: ReadonlySet<RouteName> = new Set([
  'account.delete',
  'auth.signOut',
  'projects.delete',
  'projects.leave',
  'sessions.endOthers',
]);

/** Routes that hash a password, each some 50 ms of work. */
const HASHING: readonly RouteName[] = [
  'auth.signUp',
  'auth.verify',
  'auth.signIn',
  'auth.stepUp',
  'auth.confirmReset',
  'account.setPassword',
];
const names = Object.keys(PLATFORM_ROUTES) as RouteName[];
const route = fc.oneof(
  { weight: 60, arbitrary: fc.constantFrom(...names.filter((name) => !HASHING.includes(name))) },
  { weight: 1, arbitrary: fc.constantFrom(...HASHING) },
);

const request = fc.record({
  name: route,
  who: fc.constantFrom('owner', 'owner', 'member', 'stranger', 'signed out', "owner's token", 'connector'),
  params: fc.dictionary(
    fc.constantFrom('project', 'device', 'session', 'person', 'invitation', 'passkey'),
    strangePath,
    { maxKeys: 1 },
  ),
  query: fc.option(query, { nil: {}, freq: 3 }),
  body: bodyChange,
  header,
});
type Case = typeof request extends fc.Arbitrary<infer Value> ? Value : never;

/** Returns the body that is sent; undefined for none. */
function bodyOf(change: BodyChange, sample: unknown): string | Uint8Array<ArrayBuffer> | undefined {
  if (change.kind === 'valid' && isPicture(sample)) return sample.bytes;
  switch (change.kind) {
    case 'text':
      return change.text;
    case 'value':
      return JSON.stringify(change.value);
    case 'valid':
      return sample === undefined ? undefined : JSON.stringify(sample);
    case 'extra':
      return JSON.stringify({ ...(sample as object | undefined), [change.key]: change.value });
    case 'field': {
      const fields = Object.keys((sample as object | undefined) ?? {});
      const field = fields[change.index % Math.max(1, fields.length)];
      return field === undefined ? undefined : JSON.stringify({ ...(sample as object), [field]: change.value });
    }
  }
}

/** Sends a case. Returns the status and code; throws for an answer that isn't one of the API. */
async function run(
  world: AccessWorld,
  { name, who, params, query: asked, body, header: added }: Case,
): Promise<string> {
  const { method, path, answer }: Route = PLATFORM_ROUTES[name];
  const valid = await VALID_REQUESTS[name]?.(
    world,
    world.people[who === 'member' || who === 'stranger' ? who : 'owner'],
  );
  const known: Readonly<Record<string, string>> = { ...SAMPLE_REQUESTS[name].params, ...valid?.params };
  const filled = path.replaceAll(/:([a-z]+)/g, (_, parameter: string) => params[parameter] ?? known[parameter] ?? '');
  const search = new URLSearchParams(Object.entries(asked)).toString();
  const input = valid !== undefined && 'input' in valid ? valid.input : SAMPLE_REQUESTS[name].input;
  const text = method === 'GET' ? undefined : bodyOf(body, input);
  const response = await fetch(`${platform.origin}${filled}${search === '' ? '' : `?${search}`}`, {
    method,
    headers: {
      ...(text === undefined ? {} : { 'Content-Type': isPicture(input) ? input.type : 'application/json' }),
      ...world.headersOf(who),
      ...added,
      ...('X-Forwarded-For' in added
        ? { 'X-Forwarded-For': `${newAddress()}, ${added['X-Forwarded-For'] ?? ''}` }
        : {}),
    },
    ...(text === undefined ? {} : { body: text }),
  });
  const type = response.headers.get('content-type') ?? '';
  if (['text/event-stream', 'text/csv', 'image/'].some((kind) => type.startsWith(kind))) {
    await response.body?.cancel();
    if (!response.ok) throw new Error(`${name}: ${response.status} as a stream`);
    return String(response.status);
  }
  const answered: unknown = JSON.parse(await response.text());
  if (response.ok && answer !== 'websocket') return String(response.status);
  const { code } = platformErrorBody.parse(answered);
  return `${response.status} ${code}`;
}

describe('bad input', () => {
  it('to any route ends in a named error, and costs bounded memory [S-ACCESS-7]', { timeout: 900_000 }, async () => {
    const before = heldBuffers();
    const outcomes = new Map<string, number>();
    const unexpected: string[] = [];
    const reached = new Set<RouteName>();
    let cases: Case[] = [];
    const flush = async (): Promise<void> => {
      const waiting = cases;
      cases = [];
      const work = async (): Promise<void> => {
        let world = new AccessWorld(platform);
        for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
          const outcome = await run(world, one).catch((error: unknown) => `error ${String(error)}`);
          outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
          reached.add(one.name);
          if (ENDING.has(one.name) && outcome.startsWith('2')) world = new AccessWorld(platform);
          const [status = '', code = ''] = outcome.split(' ');
          // Only a full queue of passwords is busy.
          const isNamed = /^[2-4]\d\d$/.test(status) || code === 'platform.busy';
          if (!isNamed) unexpected.push(`${outcome}: ${JSON.stringify(one)}`);
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, () => work()));
      await new AccessWorld(platform).close();
    };
    const all = casesOf(100_000, 100);
    for (const one of fc.sample(request, all)) {
      cases.push(one);
      if (cases.length === PER_WORLD) await flush();
    }
    await flush();
    expect(unexpected.slice(0, 5)).toEqual([]);
    const codes = new Set([...outcomes.keys()].flatMap((outcome) => outcome.split(' ')[1] ?? []));
    expect([...codes].filter((code) => !PLATFORM_ERROR_CODES.some((known) => known === code))).toEqual([]);
    // Cases got past the first check, and ended in more than one way.
    expect(outcomes.get('200') ?? 0).toBeGreaterThan(all / 100);
    expect(outcomes.get('400 platform.input') ?? 0).toBeGreaterThan(all / 20);
    expect(reached.size).toBeGreaterThan(names.length - HASHING.length - 3);
    expect(heldBuffers() - before).toBeLessThan(MOST_HELD);
    console.info(`routes: ${all} cases, ${JSON.stringify(Object.fromEntries(outcomes))}`);
  });

  it(
    'on the events socket is answered by a pong or closes it, and nothing else [S-ACCESS-7]',
    { timeout: 120_000 },
    async () => {
      const world = new AccessWorld(platform);
      const message = fc.oneof(
        { weight: 1, arbitrary: fc.constantFrom('{"type":"ping"}', ' {"type" : "ping"} ') },
        {
          weight: 3,
          arbitrary: fc.oneof(
            strangeText,
            strangeValue.map((value) => JSON.stringify(value)),
          ),
        },
        { weight: 1, arbitrary: fc.uint8Array({ maxLength: 20_000 }) },
      );
      const codes = new Map<number, number>();
      const run = async (messages: readonly (string | Uint8Array)[]): Promise<void> => {
        const headers = { ...world.headersOf('member') };
        const socket = new WebSocket(`${platform.origin.replace('http', 'ws')}/api/v1/events`, { headers });
        const closed = once(socket, 'close').then(([code]) => Number(code));
        const received: string[] = [];
        socket.on('message', (data: Buffer) => void received.push(data.toString()));
        await once(socket, 'open');
        for (const one of messages) socket.send(one);
        // The last message of each closes it, if none did before.
        socket.send('end');
        const code = await closed;
        codes.set(code, (codes.get(code) ?? 0) + 1);
        expect(received.filter((text) => !/^\{"type":"(?:ready|pong)"\}$/.test(text))).toEqual([]);
      };
      const all = casesOf(3000);
      for (const messages of fc.sample(fc.array(message, { maxLength: 4 }), all)) await run(messages);
      console.info(`events: ${all} sockets, ${JSON.stringify([...codes])}`);
      // 1009: too large.
      expect([...codes.keys()].filter((code) => code !== EVENTS_CLOSE.policy && code !== 1009)).toEqual([]);
      await world.close();
    },
  );
});
