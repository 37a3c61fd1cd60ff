import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toUtf8 } from '#shared/bytes/index.ts';
import { heldBuffers } from '#test/support/garbage.ts';
import { strangeBytes } from '#test/support/mutations.ts';
import { PlainClient } from '#test/support/plain-client.ts';
import { startPlainRelay, type PlainRelay, type TestAccount, type TestDevice } from '#test/support/plain-relay.ts';

const MIB = 1024 * 1024;
/** Base64 of 192 KiB: a message of 256 KiB. */
const PIECE = randomBytes(192 * 1024).toString('base64');

/** Four characters of base64 for a number of three digits. */
function numbered(index: number): string {
  return Buffer.from(String(index).padStart(3, '0')).toString('base64');
}

let relay: PlainRelay;
let owner: TestAccount;
let project: string;
beforeAll(async () => {
  relay = await startPlainRelay({ rates: { messagesToConnector: { burst: 100_000, perSecond: 100_000 } } });
  owner = await relay.account('owner');
  project = await relay.project(owner);
});
afterAll(() => relay.stop());

type Live = Readonly<{ device: TestDevice; connector: PlainClient; session: string; viewer: PlainClient }>;

async function live(at = relay, account = owner, place = project): Promise<Live> {
  const device = await at.device(place, account);
  const connector = await at.connect(device, await at.pair(device));
  const session = await at.session(device, account);
  const viewer = await at.view(device, session, account.token);
  viewer.send('session_start', { session_id: session, cols: 80, rows: 24 });
  await connector.next('session_start');
  connector.send('session_started', { session_id: session });
  await viewer.next('session_started');
  return { device, connector, session, viewer };
}

/** Waits until the other side takes nothing more of what a client sends: for half a second. */
async function stalled({ socket }: PlainClient): Promise<void> {
  for (let [before, times] = [-1, 0]; times < 10; times += 1) {
    if (socket.bufferedAmount !== before) times = 0;
    before = socket.bufferedAmount;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe('a viewer far behind', () => {
  it('is closed, and holds up no one [S-PLAIN-10]', async () => {
    const { device, connector, session, viewer } = await live();
    const slow = await relay.view(device, session, owner.token);
    slow.socket.pause();
    const count = 128;
    for (let index = 0; index < count; index += 1) {
      connector.send('stdout', { session_id: session, data_b64: PIECE });
      await viewer.find(() => viewer.of('stdout').length > index);
    }
    slow.socket.resume();
    // 1006 on a machine that takes more than two seconds for what had been sent.
    expect([1013, 1006]).toContain((await slow.closed).code);
    expect(slow.of('stdout').length).toBeLessThan(count);
    viewer.send('stdin', { session_id: session, data_b64: 'eA==' });
    await connector.next('stdin');
  });
});

describe('a connector far behind', () => {
  it('has those who type wait, keeps little in memory, and gets everything in order [S-PLAIN-10]', async () => {
    const { connector, session, viewer } = await live();
    const other = await live();
    connector.socket.pause();
    const before = heldBuffers();
    const count = 192;
    for (let index = 0; index < count; index += 1) {
      viewer.send('stdin', { session_id: session, data_b64: numbered(index) + PIECE });
    }
    await stalled(viewer);
    expect(viewer.socket.bufferedAmount).toBeGreaterThan(16 * MIB);
    // What this test itself hasn't sent yet is in the same process.
    await expect.poll(() => heldBuffers() - before - viewer.socket.bufferedAmount).toBeLessThan(24 * MIB);
    other.viewer.send('stdin', { session_id: other.session, data_b64: 'eA==' });
    await other.connector.next('stdin');
    connector.socket.resume();
    await connector.find(() => connector.of('stdin').length === count);
    const starts = connector.of('stdin').map(({ data }) => String(data?.['data_b64']).slice(0, 4));
    expect(starts).toEqual(Array.from({ length: count }, (_, index) => numbered(index)));
  });

  it('gets no more messages a second than it takes [S-PLAIN-10]', async () => {
    const strict = await startPlainRelay({
      rates: { messagesToConnector: { burst: 50, perSecond: 400 } },
      limits: { connectorPause: 20 },
    });
    try {
      const account = await strict.account('owner');
      const { connector, session, viewer } = await live(strict, account, await strict.project(account));
      for (let index = 0; index < 600; index += 1) {
        // Large enough that a pause is felt before the end.
        viewer.send('stdin', { session_id: session, data_b64: PIECE.slice(0, 64_000) });
      }
      await connector.find(() => connector.of('stdin').length > 0);
      expect(connector.of('stdin').length).toBeLessThan(600);
      await connector.find(() => connector.of('stdin').length === 600);
    } finally {
      await strict.stop();
    }
  });
});

describe('a stranger', () => {
  it.each(['/connect', '/session'])('sends little to %s, and has little time [S-PLAIN-10]', async (path) => {
    const strict = await startPlainRelay({ limits: { authentication: 300 } });
    try {
      const large = await PlainClient.open(`${strict.socketUrl}${path}`);
      // An unfinished message counts, too.
      large.socket.send('x'.repeat(40_000), { fin: false });
      large.socket.send('x'.repeat(40_000), { fin: false });
      expect((await large.closed).code).toBe(1006);
      const silent = await PlainClient.open(`${strict.socketUrl}${path}`);
      expect(await silent.closed).toEqual({ code: 4001, reason: 'Auth failed' });
      const chatty = await PlainClient.open(`${strict.socketUrl}${path}`);
      for (let index = 0; index < 10; index += 1) chatty.send('stdin');
      expect((await chatty.closed).code).toBe(4001);
    } finally {
      await strict.stop();
    }
  });
});

describe('limits', () => {
  it('of messages, viewers and sessions hold [S-PLAIN-10]', async () => {
    const strict = await startPlainRelay({ limits: { viewersPerSession: 2, sessionsPerAccount: 3 } });
    try {
      const account = await strict.account('owner');
      const { device, session, viewer } = await live(strict, account, await strict.project(account));
      await strict.view(device, session, account.token);
      const third = await strict.view(device, session, account.token);
      expect(await third.closed).toEqual({ code: 1013, reason: 'Too many viewers' });
      await strict.session(device, account);
      await strict.session(device, account);
      const fourth = await strict.call('start-session', { device_id: device.id }, account.token);
      expect([fourth.status, await fourth.json()]).toEqual([
        409,
        { error: 'Too many active sessions', code: 'platform.limit' },
      ]);
      viewer.raw('x'.repeat(MIB + 1));
      expect((await viewer.closed).code).toBe(1009);
    } finally {
      await strict.stop();
    }
  });
});

describe('random messages', () => {
  it('of a viewer or a connector end in an error or nothing, and the session goes on [S-PLAIN-10]', async () => {
    const { connector, session, viewer, device } = await live();
    const about = { session_id: session };
    const valid = [
      { type: 'hello', data: { device_id: device.id, token: 'x', meta: { name: 'connector' } } },
      { type: 'auth', data: { token: 'x', session_id: session, device_id: device.id } },
      { type: 'stdout', data: { ...about, data_b64: 'eA==' } },
      { type: 'stdin', data: { ...about, data_b64: 'eA==' } },
      { type: 'resize', data: { ...about, cols: 80, rows: 24, probe: true } },
      { type: 'session_started', data: about },
      { type: 'meta_update', data: { shell_probe_ok: true } },
      { type: 'response', data: { type: 'token', request_id: session, content: 'x' } },
      { type: 'ping' },
    ].map((message) => toUtf8(JSON.stringify(message)));
    const messages = fc
      .sample(strangeBytes(valid, 300), { numRuns: 10_000, seed: 17 })
      .map(({ bytes }) => bytes)
      // Three edits may make `session_end` of nothing here, but a mutated type could.
      .filter((bytes) => !Buffer.from(bytes).includes('session_end'));
    const before = heldBuffers();
    for (const client of [viewer, connector]) {
      for (const [index, bytes] of messages.entries()) {
        client.raw(index % 2 === 0 ? bytes : Buffer.from(bytes).toString());
        if (client.socket.bufferedAmount > MIB) await once(client.socket, 'drain').catch(() => undefined);
        if (index % 500 === 0) await client.settled();
      }
      await client.settled();
      expect(client.socket.readyState).toBe(client.socket.OPEN);
      const texts = new Set(client.of('error').map(({ data }) => data?.['message']));
      for (const text of texts) {
        expect([
          'Invalid JSON',
          'Invalid message',
          'Missing token, session_id, or device_id',
          'Session not found or unauthorized',
          undefined,
        ]).toContain(text);
      }
    }
    expect(heldBuffers() - before).toBeLessThan(16 * MIB);
    const from = viewer.messages.length;
    connector.send('stdout', { ...about, data_b64: 'c3RpbGwgaGVyZQ==' });
    await viewer.find(({ data }) => data?.['data_b64'] === 'c3RpbGwgaGVyZQ==', from);
    expect(relay.failures).toEqual([]);
  });
});
