import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parsePlainMessage } from '#agent/plain-relay/index.ts';
import { systemClock } from '#node/clock/index.ts';
import { createConnectorFiles } from '#node/files/index.ts';
import { createPlainRelayDialer, createRelayDialer } from '#node/sockets/index.ts';
import type { AgentOptions } from '#agent/index.ts';
import type { RightDecision } from '#shared/app-api/index.ts';
import { temporaryDirectory } from '#test/support/directories.ts';
import { until } from '#test/support/e2e/until.ts';
import { TestDevice } from '#test/support/hostile/device.ts';
import { PlainRelayDouble, type PlainSocket } from '#test/support/plain-relay/double.ts';
import { base64, newSession } from '#test/support/plain-relay/session-ids.ts';

const CODE = 'ABCDEFGHJK';
const TYPES = [
  'session_start',
  'stdin',
  'resize',
  'session_end',
  'hello_ok',
  'error',
  'prompt',
  'status',
  'restart',
  'workflow',
  'http_request',
  'ws_open',
  '__proto__',
];

let relay: PlainRelayDouble;
let device: TestDevice;

beforeEach(async () => {
  relay = await PlainRelayDouble.start();
});
afterEach(async () => {
  await device.close();
  await relay.stop();
});

/** Connects a device, whose terminals the relay may open as decided. */
async function connect(
  decision: RightDecision,
  limits: NonNullable<AgentOptions['plainRelays']>['limits'] = {},
): Promise<PlainSocket> {
  relay.codes.add(CODE);
  device = await TestDevice.create({
    name: 'server',
    dialer: createRelayDialer({ clock: systemClock }),
    plainRelays: { files: createConnectorFiles(), dialer: createPlainRelayDialer({ clock: systemClock }), limits },
  });
  device.agent.start();
  const config = join(temporaryDirectory(), 'c.json');
  const { id } = await device.api.call('plainRelays.pair', { code: CODE, api: relay.api, name: 'server', config });
  for (const right of ['terminal', 'prompt'] as const)
    await device.api.call('plainRelays.setRight', { relay: id, right, decision, expiresAt: null });
  return await relay.connected();
}

const problem = async (): Promise<string | null> => (await device.api.call('plainRelays.list', {}))[0]?.problem ?? null;
const start = (connection: PlainSocket, id = newSession()): string => {
  connection.send('session_start', { session_id: id, cols: 80, rows: 24 });
  return id;
};

/** Any JSON, also in the places where the protocol expects something. */
const anyMessage = fc.oneof(
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 200 }) },
  { weight: 2, arbitrary: fc.json({ maxDepth: 4 }) },
  {
    weight: 6,
    arbitrary: fc
      .record({
        type: fc.oneof(fc.constantFrom(...TYPES), fc.jsonValue()),
        request_id: fc.oneof(fc.string(), fc.jsonValue()),
        data: fc.oneof(
          fc.jsonValue({ maxDepth: 3 }),
          fc.record(
            {
              session_id: fc.oneof(fc.constantFrom('a', 'b', 'c'), fc.jsonValue()),
              request_id: fc.oneof(fc.constantFrom('r'), fc.jsonValue()),
              cols: fc.oneof(fc.integer(), fc.double(), fc.jsonValue()),
              rows: fc.oneof(fc.integer(), fc.jsonValue()),
              data_b64: fc.oneof(fc.base64String(), fc.string(), fc.jsonValue()),
              reason: fc.oneof(fc.string(), fc.jsonValue()),
              probe: fc.oneof(fc.boolean(), fc.jsonValue()),
              data: fc.jsonValue({ maxDepth: 3 }),
              workdir: fc.oneof(fc.string(), fc.jsonValue()),
            },
            { requiredKeys: [] },
          ),
        ),
      })
      .map((message) => JSON.stringify(message)),
  },
);

describe('a hostile plain relay', () => {
  it('can send 10 000 random messages: nothing runs without the right, and the connection still works', async () => {
    const connection = await connect('deny', { messages: { burst: 20_000, perSecond: 20_000 } });
    let sent = 0;
    fc.assert(
      fc.property(anyMessage, (text) => {
        connection.socket.send(text);
        sent += 1;
      }),
      { numRuns: 10_000 },
    );
    const id = start(connection);
    await connection.output(id, 'rights.denied');
    expect(sent).toBe(10_000);
    expect(device.shell.run).toEqual([]);
    expect(await device.api.call('approvals.list', {})).toEqual([]);
    expect(device.log.filter(({ level }) => level === 'error')).toEqual([]);
    await until('all sessions to be over', async () =>
      (await device.api.call('plainRelays.list', {}))[0]?.terminals === 0 ? true : undefined,
    );
  });

  it('can send 10 000 random messages with the right, and holds no more terminals than its limit', async () => {
    const connection = await connect('allow', { messages: { burst: 20_000, perSecond: 20_000 }, sessions: 8 });
    fc.assert(
      fc.property(anyMessage, (text) => connection.socket.send(text)),
      { numRuns: 10_000 },
    );
    const last = newSession();
    connection.send('stdin', { session_id: last, data_b64: base64('x') });
    await connection.nextOf('error', last);
    // The program of a session that has ended takes a moment to end as well.
    await until('at most eight terminals', () => (device.shell.running <= 8 ? true : undefined));
    expect(device.log.filter(({ level }) => level === 'error')).toEqual([]);
    await device.api.call('plainRelays.end', {});
    expect(device.shell.running).toBe(0);
  });

  it('gets no answer to what is malformed, whatever it is', () => {
    fc.assert(
      fc.property(anyMessage, (text) => {
        const message = parsePlainMessage(text);
        if (message === undefined || !('cols' in message)) return;
        expect(message.cols).toBeGreaterThanOrEqual(1);
        expect(message.cols).toBeLessThanOrEqual(1000);
        expect(Number.isInteger(message.rows)).toBe(true);
      }),
      { numRuns: 10_000 },
    );
  });

  it('is told that it names sessions that do not exist', async () => {
    const connection = await connect('allow');
    const id = newSession();
    for (const [type, data] of [
      ['stdin', { data_b64: base64('rm') }],
      ['resize', { cols: 80, rows: 24, probe: true }],
    ] as const) {
      connection.send(type, { session_id: id, ...data });
      expect((await connection.nextOf('error', id)).data).toEqual({ session_id: id, message: 'session_not_found' });
    }
    expect(device.shell.run).toEqual([]);
  });

  it('opens no more sessions than its limit', async () => {
    const connection = await connect('allow', { sessions: 3 });
    const ids = Array.from({ length: 5 }, () => start(connection));
    expect((await connection.nextOf('session_end', ids[4])).data).toMatchObject({ reason: 'pty_error' });
    await until('three terminals', () => (device.shell.running === 3 ? true : undefined));
    expect(device.shell.run).toHaveLength(3);
  });

  it('asks the person a bounded number of questions', async () => {
    const connection = await connect('ask');
    for (let count = 0; count < 100; count += 1) start(connection);
    await until('a question', async () =>
      (await device.api.call('approvals.list', {})).length > 0 ? true : undefined,
    );
    // Equal requests are one question.
    expect((await device.api.call('approvals.list', {})).length).toBeLessThanOrEqual(8);
    expect(device.shell.run).toEqual([]);
  });

  it('loses its connection for a message beyond the limit, and for a flood of small ones', async () => {
    const connection = await connect('allow', { messages: { burst: 100, perSecond: 10 } });
    connection.socket.send(JSON.stringify({ type: 'stdin', data: { data_b64: 'A'.repeat(1024 * 1024) } }));
    expect(await connection.closed).toBe(1009);
    const again = await relay.connected();
    for (let count = 0; count < 1000; count += 1) again.socket.send('{}');
    await again.closed;
    await until('the problem', async () => ((await problem()) === 'plain.flood' ? true : undefined));
    await relay.connected();
  });

  it('fills no memory with input that its program does not take', async () => {
    const connection = await connect('allow', { input: 64 * 1024 });
    const id = start(connection);
    await connection.nextOf('session_started', id);
    // The program takes nothing: what it has been given stays unacknowledged.
    device.shell.last.write = () => undefined;
    const piece = randomBytes(32 * 1024).toString('base64');
    for (let count = 0; count < 64; count += 1) connection.send('stdin', { session_id: id, data_b64: piece });
    expect((await connection.nextOf('error', id)).data).toMatchObject({ message: 'input_overflow' });
    // Others are not held up.
    const other = start(connection);
    await connection.nextOf('session_started', other);
  });

  it('that says nothing more is left for another connection', async () => {
    const connection = await connect('allow', { ping: 50, silence: 200 });
    // A socket that is not read answers no ping.
    connection.socket.pause();
    await until('the problem', async () => ((await problem()) === 'plain.silent' ? true : undefined));
    const again = await relay.connected();
    expect(again).not.toBe(connection);
  });
});
