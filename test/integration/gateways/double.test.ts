import { get } from 'node:https';
import { afterEach, describe, expect, it } from 'vitest';
import { FakeClock } from '#test/support/fake-clock.ts';
import { GatewayDouble, RawClient, RawDevice, type RawConnect } from '#test/support/gateway/index.ts';
import { CONVERSATIONS, placeOf } from '#test/gateway/conversations/index.ts';

const MINUTE = 60_000;
const started: GatewayDouble[] = [];

afterEach(async () => {
  await Promise.all(started.splice(0).map((double) => double.stop()));
});

async function start(...options: Parameters<typeof GatewayDouble.start>): Promise<GatewayDouble> {
  const double = await GatewayDouble.start(...options);
  started.push(double);
  return double;
}

function nodeOf(double: GatewayDouble, more: Partial<RawConnect> = {}): RawConnect & { device: RawDevice } {
  const auth = { token: double.secret.value };
  return {
    role: 'node',
    auth,
    caps: ['system'],
    commands: ['system.which'],
    ...more,
    device: more.device ?? new RawDevice(),
  };
}

describe('the double of a gateway', () => {
  it.each(Object.entries(CONVERSATIONS))(
    'holds the conversation "%s" that the real one is asked to hold',
    async (_name, hold) => {
      const double = await start();
      const steps: string[] = [];
      await hold(placeOf(double), (step) => steps.push(step));
      expect(steps.length).toBeGreaterThan(3);
    },
  );

  it('keeps a request for five minutes after the last try, with one id, and makes another one afterwards', async () => {
    const clock = new FakeClock();
    const double = await start({ clock });
    const options = nodeOf(double);
    const ids: (string | undefined)[] = [];
    for (const pause of [4, 4, 4, 6]) {
      await RawClient.connect(double.url, options);
      ids.push(double.operator.pendingDevices[0]?.requestId);
      await clock.advance(pause * MINUTE);
    }
    expect(new Set(ids).size).toBe(1);
    expect(double.operator.pendingDevices).toEqual([]);
    await RawClient.connect(double.url, options);
    expect(double.operator.pendingDevices[0]?.requestId).not.toBe(ids[0]);
  });

  it('takes roles and scopes of an earlier request over into the next one', async () => {
    const double = await start();
    const device = new RawDevice();
    const operator = { role: 'operator', scopes: ['operator.admin'] } as const;
    await RawClient.connect(double.url, nodeOf(double, { ...operator, device }));
    await RawClient.connect(double.url, nodeOf(double, { device }));
    expect(double.operator.pendingDevices).toMatchObject([
      { role: 'node', roles: ['operator', 'node'], scopes: ['operator.admin'] },
    ]);
  });

  it('locks an address out after ten failures and says for how long', async () => {
    const clock = new FakeClock();
    const double = await start({ clock });
    double.credentials.limited = true;
    const wrong = nodeOf(double, { auth: { token: 'wrong' } });
    for (let tries = 0; tries < 10; tries += 1) await RawClient.connect(double.url, wrong);
    const { answer } = await RawClient.connect(double.url, nodeOf(double));
    expect(answer).toMatchObject({
      error: { retryable: true, retryAfterMs: 300_000, details: { code: 'AUTH_RATE_LIMITED' } },
    });
    await clock.advance(300_000);
    const later = await RawClient.connect(double.url, nodeOf(double));
    expect(later.answer).toMatchObject({ error: { code: 'NOT_PAIRED' } });
  });

  it('approves both stages of whoever brings a setup code, once', async () => {
    const double = await start();
    const { join } = double.operator.setupCode();
    const [first, second] = [await getJson(join), await getJson(join)];
    expect(second).toEqual({ error: 'not_found' });
    expect(first).toMatchObject({ url: double.url, tlsFingerprint: double.fingerprint });
    const auth = { bootstrapToken: String(first['bootstrapToken']) };
    const { answer } = await RawClient.connect(double.url, nodeOf(double, { auth }));
    expect(answer).toMatchObject({ ok: true, payload: { auth: { method: 'bootstrap-token' } } });
    expect(double.operator.nodes).toMatchObject([{ approvalState: 'approved', commands: ['system.which'] }]);
    const again = await RawClient.connect(double.url, nodeOf(double, { auth }));
    expect(again.answer).toMatchObject({ error: { details: { code: 'AUTH_BOOTSTRAP_TOKEN_INVALID' } } });
  });

  it('tells a node that a caller gave its command up', async () => {
    const double = await start({ autoApproveLocal: true });
    const options = nodeOf(double);
    const { client } = await RawClient.connect(double.url, options);
    double.operator.approveNode(options.device.id);
    const caller = new AbortController();
    const result = double.operator.invokeUntil(options.device.id, 'system.which', { bins: [] }, caller.signal);
    const request = await client.event('node.invoke.request');
    caller.abort();
    await expect(result).rejects.toMatchObject({ shape: { details: { nodeError: { code: 'ABORTED' } } } });
    await expect(client.event('node.invoke.cancel')).resolves.toMatchObject({ invokeId: request['id'] });
  });

  it('ends a terminal that nobody took up again for 300 seconds', async () => {
    const clock = new FakeClock();
    const double = await start({ clock });
    const backend: RawConnect = {
      role: 'operator',
      client: { mode: 'backend' },
      auth: { token: double.secret.value },
      scopes: ['operator.admin'],
    };
    const { client } = await RawClient.connect(double.url, backend);
    await client.request('terminal.open', { cols: 80, rows: 24 });
    await client.close();
    await double.until('the operator to be gone', () => double.connections.size === 0);
    expect(double.terminals.list()).toMatchObject([{ attached: false }]);
    await clock.advance(299_000);
    expect(double.terminals.list()).toHaveLength(1);
    await clock.advance(1_000);
    expect(double.terminals.list()).toEqual([]);
  });

  it('goes wrong when it is told to: starting, silence, cut, a gap in the numbers', async () => {
    const double = await start({ autoApproveLocal: true });
    double.starting = true;
    const early = await RawClient.connect(double.url, nodeOf(double));
    expect(early.answer).toMatchObject({ error: { code: 'UNAVAILABLE', retryAfterMs: 500 } });
    await expect(early.client.closed).resolves.toMatchObject({ code: 1013 });
    double.starting = false;
    const { client } = await RawClient.connect(double.url, nodeOf(double));
    double.faults.stall();
    double.broadcast('tick', { ts: 1 });
    double.faults.resume();
    await client.event('tick');
    double.faults.gap(3);
    double.broadcast('tick', { ts: 2 });
    await client.event('tick', (payload) => payload['ts'] === 2);
    const numbers = client.events.filter((one) => one.event === 'tick').map((one) => one.seq ?? 0);
    expect((numbers[1] ?? 0) - (numbers[0] ?? 0)).toBe(4);
    double.faults.cut();
    await expect(client.closed).resolves.toMatchObject({ code: 1006 });
  });

  it('streams what its script says to operators, and stops when it is told to', async () => {
    const double = await start();
    const backend: RawConnect = {
      role: 'operator',
      client: { mode: 'backend' },
      auth: { token: double.secret.value },
      scopes: ['operator.write'],
    };
    const { client } = await RawClient.connect(double.url, backend);
    double.chats.script = () => ['one ', 'two'];
    await client.request('chat.send', { sessionKey: 'main', message: 'Count', idempotencyKey: 'first' });
    const final = await client.event('chat', (payload) => payload['state'] === 'final');
    expect(final).toMatchObject({ runId: 'first', message: { content: [{ type: 'text', text: 'one two' }] } });
    const deltas = client.events.filter((one) => one.payload['state'] === 'delta');
    expect(deltas.map((one) => one.payload['deltaText'])).toEqual(['one ', 'two']);

    double.chats.script = async function* endless() {
      yield 'word ';
      await new Promise(() => undefined);
    };
    await client.request('chat.send', { sessionKey: 'main', message: 'More', idempotencyKey: 'second' });
    await client.event('chat', (payload) => payload['runId'] === 'second' && payload['state'] === 'delta');
    expect(await client.request('gateway.restart.preflight')).toMatchObject({ payload: { safe: false } });
    const aborted = await client.request('chat.abort', { sessionKey: 'main', runId: 'second' });
    expect(aborted).toMatchObject({ payload: { aborted: true, runIds: ['second'] } });
    await client.event('chat', (payload) => payload['state'] === 'aborted');
    expect(double.record.violations).toEqual([]);
  });
});

/** Trusts any certificate: what is tested is what lies there. */
function getJson(address: string): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    get(address, { rejectUnauthorized: false, agent: false }, (response) => {
      let text = '';
      response.on('data', (part: Buffer) => {
        text += part.toString();
      });
      response.on('end', () => resolve(JSON.parse(text) as Record<string, unknown>));
    }).on('error', reject);
  });
}
