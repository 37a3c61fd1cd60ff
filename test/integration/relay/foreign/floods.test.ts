import { connect as connectTcp } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Logger } from '#shared/logger.ts';
import {
  acknowledge,
  connect,
  newInstance,
  newProject,
  openSocket,
  post,
  receiptOf,
  send,
  sign,
  WallClock,
  type TestInstance,
} from '#test/support/foreign/foreign-world.ts';
import type { PlainClient } from '#test/support/plain-client.ts';
import { TestPlatform, type Person } from '#test/support/platform/test-platform.ts';
import { filesWith, spellings } from '#test/support/privaclaw/traces.ts';

const METRICS_TOKEN = 'token-of-the-tests';
const REGISTER = 'POST /api/v1/register';

/** Relay that has run for an hour, with an owner and two instances. */
async function start(options: Parameters<typeof TestPlatform.start>[0] = {}) {
  const clock = new WallClock();
  clock.shift = -3_600_000;
  const platform = await TestPlatform.start({ clock, ...options });
  clock.shift = 0;
  const { owner, project } = await newProject(platform);
  const instance = (): Promise<TestInstance> => newInstance(owner, project);
  return { platform, owner, project, instance, one: await instance(), two: await instance() };
}

describe('a flood', () => {
  let platform: TestPlatform;
  let owner: Person;
  let one: TestInstance;
  let two: TestInstance;
  beforeAll(async () => {
    ({ platform, owner, one, two } = await start({
      accounts: {
        foreignRates: {
          messagesPerInstance: { burst: 10, perSecond: 1 },
          faultsPerConnection: { burst: 5, perSecond: 1 },
        },
        foreignLimits: { receipt: 500, registration: 300, strangerBytes: 8000 },
      },
    }));
  });
  afterAll(() => platform.stop());

  it('of one instance is refused with the time to wait, and holds up no other [S-FOREIGN-7]', async () => {
    acknowledge(await connect(platform.origin, two));
    const answers = await Promise.all(Array.from({ length: 20 }, () => send(platform.origin, one, two)));
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThanOrEqual(9);
    expect(refused[0]?.body).toMatchObject({ code: 'rate' });
    expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await send(platform.origin, two, two)).status).toBe(202);
  });

  it('of wrong signatures uses up no rate and no nonce of the instance it names [S-FOREIGN-7]', async () => {
    const { project } = two;
    const victim = await newInstance(owner, project);
    const forged = Array.from({ length: 30 }, () =>
      post(platform.origin, '/api/v1/register', sign(one, REGISTER, { instance_id: victim.id })),
    );
    expect(new Set((await Promise.all(forged)).map(({ body }) => body['code']))).toEqual(new Set(['signature']));
    const valid = post(platform.origin, '/api/v1/register', sign(victim, REGISTER, { instance_id: victim.id }));
    expect((await valid).status).toBe(200);
  });

  it('of copies uses up no rate of the instance that they are of [S-FOREIGN-7]', async () => {
    const victim = await newInstance(owner, two.project);
    const body = sign(victim, REGISTER, { instance_id: victim.id });
    expect((await post(platform.origin, '/api/v1/register', body)).status).toBe(200);
    const copies = Array.from({ length: 30 }, () => post(platform.origin, '/api/v1/register', body));
    expect(new Set((await Promise.all(copies)).map((answer) => answer.body['code']))).toEqual(new Set(['replay']));
    const next = post(platform.origin, '/api/v1/register', sign(victim, REGISTER, { instance_id: victim.id }));
    expect((await next).status).toBe(200);
  });

  it('of malformed messages ends its connection [S-FOREIGN-7]', async () => {
    const client = await connect(platform.origin, await newInstance(owner, two.project));
    for (let count = 0; count < 10; count += 1) client.raw('{"type":"x"}');
    expect((await client.closed).code).toBe(1008);
  }, 30_000);

  it('of connections without a register ends in time; a message above 64 KiB ends its connection [S-FOREIGN-7]', async () => {
    const silent = await openSocket(platform.origin);
    expect(await silent.closed).toEqual({ code: 4001, reason: 'register first' });
    const loud = await connect(platform.origin, await newInstance(owner, two.project));
    loud.raw('x'.repeat(66_000));
    expect((await loud.closed).code).toBe(1009);
  });

  it('of nonces is refused while they can count again: none is forgotten early [S-FOREIGN-2]', async () => {
    const { platform, one, instance } = await start({ accounts: { foreignLimits: { nonces: 40 } } });
    const nonce = 'N'.repeat(22);
    const instances = await Promise.all(Array.from({ length: 5 }, instance));
    const register = (instance: TestInstance, fields = {}) =>
      post(platform.origin, '/api/v1/register', sign(instance, REGISTER, { instance_id: instance.id, ...fields }));
    expect((await register(one, { nonce })).status).toBe(200);
    const all = await Promise.all(
      instances.flatMap((instance) => Array.from({ length: 10 }, () => register(instance))),
    );
    // A project uses half as much as is left: 13 of 40.
    expect(all.filter(({ status }) => status === 200).length).toBe(12);
    expect(all.filter(({ status }) => status === 429).length).toBe(38);
    expect((await register(one, { nonce })).body['code']).toBe('replay');
    await platform.stop();
  });

  it('of the nonces of one project, or one instance, leaves room for others [S-FOREIGN-16]', async () => {
    const { platform, owner, project, one, two } = await start({ accounts: { foreignLimits: { nonces: 100 } } });
    const register = (instance: TestInstance) =>
      post(platform.origin, '/api/v1/register', sign(instance, REGISTER, { instance_id: instance.id }));
    const flood = async (instance: TestInstance): Promise<number> => {
      const answers = await Promise.all(Array.from({ length: 60 }, () => register(instance)));
      return answers.filter(({ status }) => status === 200).length;
    };
    expect(await flood(one)).toBeLessThan(20);
    expect((await register(two)).status).toBe(200);
    for (let count = 0; count < 5; count += 1) await flood(await newInstance(owner, project));
    const other = await newProject(platform, 'Other');
    const theirs = await newInstance(other.owner, other.project);
    expect(await flood(theirs)).toBeGreaterThan(5);
    await platform.stop();
  });

  it('of messages of one project that wait for receipts leaves room for others [S-FOREIGN-16]', async () => {
    const { platform, project, owner } = await start({
      accounts: { foreignLimits: { receipt: 3000, inFlight: 300_000, inFlightTotal: 1_000_000 } },
    });
    try {
      // A sender and a silent recipient for each flood, as one owner can make fifty of.
      const clients: PlainClient[] = [];
      const sent: Promise<unknown>[] = [];
      let refused = 0;
      for (let count = 0; count < 4; count += 1) {
        const [sender, recipient] = [await newInstance(owner, project), await newInstance(owner, project)];
        clients.push(await connect(platform.origin, recipient));
        for (let number = 0; number < 5; number += 1)
          sent.push(
            send(platform.origin, sender, recipient, { message: 'x'.repeat(60_000) }).then(({ status }) => {
              if (status === 429) refused += 1;
            }),
          );
      }
      const waiting = (): number => clients.reduce((sum, client) => sum + client.of('message').length, 0);
      await expect.poll(() => waiting() + refused).toBe(20);
      // A third of the whole: half as much as is left.
      expect(waiting()).toBe(5);
      const other = await newProject(platform, 'Other');
      const [theirs, reader] = [
        await newInstance(other.owner, other.project),
        await newInstance(other.owner, other.project),
      ];
      acknowledge(await connect(platform.origin, reader));
      expect((await send(platform.origin, theirs, reader, { message: 'x'.repeat(60_000) })).status).toBe(202);
      await Promise.all(sent);
    } finally {
      await platform.stop();
    }
  }, 30_000);

  it('of a body that comes byte by byte is ended by the server', async () => {
    const socket = connectTcp(platform.relay.port, '127.0.0.1');
    socket.write(
      'POST /api/v1/send HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 60000\r\n\r\n{',
    );
    const timer = setInterval(() => socket.write(' '), 1000);
    let answer = '';
    socket.on('data', (data) => void (answer += data.toString()));
    await expect.poll(() => answer, { timeout: 20_000 }).toContain('408');
    clearInterval(timer);
    socket.destroy();
  }, 30_000);
});

/** Metrics of a relay with `METRICS_TOKEN`. */
async function metricsOf({ origin }: TestPlatform): Promise<string> {
  return (await fetch(`${origin}/metrics`, { headers: { Authorization: `Bearer ${METRICS_TOKEN}` } })).text();
}

describe('a recipient that does not read', () => {
  it('is closed once too much waits for it, and its senders are told that it is offline [S-FOREIGN-7]', async () => {
    const { platform, instance, two } = await start({
      metricsToken: METRICS_TOKEN,
      accounts: {
        foreignLimits: { receipt: 200, unsent: 100_000 },
        foreignRates: { messagesPerInstance: { burst: 100_000, perSecond: 1000 } },
      },
    });
    try {
      const sender = await instance();
      const client = await connect(platform.origin, two);
      client.socket.pause();
      const codes = new Set<unknown>();
      const sendMany = async (): Promise<boolean> => {
        const message = 'x'.repeat(60_000);
        const sent = Array.from({ length: 20 }, () => send(platform.origin, sender, two, { message }));
        for (const { body } of await Promise.all(sent)) codes.add(body['code']);
        return (await metricsOf(platform)).includes('foreign_instances_online 0');
      };
      // The relay drops a client that doesn't answer its close message after 2 s.
      await expect.poll(sendMany, { timeout: 40_000, interval: 50 }).toBe(true);
      expect(codes).toEqual(new Set(['offline', 'rate']));
      expect(await metricsOf(platform)).toContain('foreign_waiting_bytes 0');
    } finally {
      await platform.stop();
    }
  }, 60_000);
});

it('content is in no file, log or metric of the relay [S-FOREIGN-8]', async () => {
  const MARKER = 'correct horse battery staple';
  let log = '';
  const write = (message: string, fields?: unknown): void => void (log += `${message} ${JSON.stringify(fields)}\n`);
  const logger: Logger = { debug: write, info: write, warn: write, error: write, child: () => logger };
  const { platform, one, two } = await start({
    logger,
    metricsToken: METRICS_TOKEN,
    accounts: { foreignLimits: { receipt: 200 } },
  });
  try {
    const client = await connect(platform.origin, two, { name: 'Bot' });
    const sent = send(platform.origin, one, two, { message: MARKER, id: 'm' });
    client.raw(JSON.stringify(receiptOf(await client.next('message'))));
    expect((await sent).status).toBe(202);
    // One that is on its way when its receipt is late, one for no one, and malformed ones.
    expect((await send(platform.origin, one, two, { message: MARKER })).status).toBe(409);
    expect((await send(platform.origin, one, { id: 'nobody' }, { message: MARKER })).status).toBe(404);
    client.raw(JSON.stringify({ type: 'message', from: `${two.id}/b`, to: `${one.id}/a`, message: MARKER }));
    client.raw(JSON.stringify({ type: MARKER }));
    client.raw(MARKER);
    const malformed = { ...sign(one, 'POST /api/v1/send', { from: MARKER, to: MARKER, message: MARKER }), [MARKER]: 1 };
    expect((await post(platform.origin, '/api/v1/send', malformed)).status).toBe(400);
    await client.find((message) => message['code'] === 'input');
    const metrics = await metricsOf(platform);
    expect(metrics).toContain('clawreach_relay_foreign_messages_total{outcome="forwarded"} 1');
    expect(metrics).toContain('clawreach_relay_foreign_messages_total{outcome="offline"} 2');
    expect(metrics).toContain('clawreach_relay_foreign_refusals_total{code="unknown"} 1');
    expect(metrics).toContain('clawreach_relay_foreign_instances_online 1');
    expect(metrics).toContain('clawreach_relay_foreign_waiting_bytes 0');
    expect(metrics).not.toContain(one.id);
    await platform.relay.close({ drain: 0 });
    // The write-ahead log is there until the store closes; the name of an instance proves that the search finds texts.
    expect(await filesWith(platform.directory, [one.id])).not.toEqual([]);
    expect(await filesWith(platform.directory, [MARKER, one.key, two.key])).toEqual([]);
    expect(spellings(MARKER).filter((spelling) => log.includes(spelling.toString()))).toEqual([]);
    expect(log).not.toContain(one.key);
    expect(log).not.toContain('not opened');
  } finally {
    await platform.stop();
  }
});
