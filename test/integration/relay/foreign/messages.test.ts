import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { nativeBackend } from '#node/crypto/index.ts';
import { fromBase64Url, toBase64Url } from '#shared/bytes/index.ts';
import { receiptBytes } from '#shared/foreign/index.ts';
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
import { TestPlatform, type Person } from '#test/support/platform/test-platform.ts';

const EXAMPLE = fileURLToPath(new URL('../../../../docs/examples/relay_instance.py', import.meta.url));
const RECEIPT_TIME = 300;

let platform: TestPlatform;
let owner: Person;
let project: string;
let clock: WallClock;
let one: TestInstance;
let two: TestInstance;
beforeAll(async () => {
  clock = new WallClock();
  clock.shift = -3_600_000;
  const foreignLimits = { receipt: RECEIPT_TIME, inFlight: 100_000, messagesInFlight: 5 };
  platform = await TestPlatform.start({ clock, accounts: { foreignLimits } });
  clock.shift = 0;
  ({ owner, project } = await newProject(platform));
});
afterAll(() => platform.stop());
beforeEach(async () => {
  one = await newInstance(owner, project);
  two = await newInstance(owner, project);
});

const viewOf = async ({ id }: TestInstance) => {
  const { instances } = await owner.client.call('instances.list', { params: { project } });
  return instances.find((each) => each.id === id);
};

describe('a message', () => {
  it('reaches an instance that is connected, and is answered once it has sent the receipt', async () => {
    const client = await connect(platform.origin, two);
    const sent = send(platform.origin, one, two, { id: 'm-1' });
    const message = await client.next('message');
    expect(message).toMatchObject({ id: 'm-1', from: `${one.id}/a`, to: `${two.id}/b`, message: 'hello' });
    expect(message['verified']).toBe('relay');
    client.raw(JSON.stringify(receiptOf(message)));
    expect(await sent).toMatchObject({ status: 202, body: { id: 'm-1', status: 'forwarded' } });
    expect(await viewOf(one)).toMatchObject({ sent: 1, received: 0, online: false });
    expect(await viewOf(two)).toMatchObject({ sent: 0, received: 1, online: true });
  });

  it('gets an id from the relay if it has none', async () => {
    acknowledge(await connect(platform.origin, two));
    const { body } = await send(platform.origin, one, two);
    expect(body['id']).toMatch(/^[\w-]{22}$/);
  });

  it('to an instance that is not connected, or sends no receipt in time, is offline', async () => {
    const offline = { status: 409, body: { status: 'offline', code: 'offline' } };
    expect(await send(platform.origin, one, two)).toMatchObject(offline);
    const client = await connect(platform.origin, two);
    const began = performance.now();
    expect(await send(platform.origin, one, two)).toMatchObject(offline);
    expect(performance.now() - began).toBeGreaterThan(RECEIPT_TIME * 0.9);
    const late = await client.next('message');
    client.raw(JSON.stringify(receiptOf(late)));
    expect(await client.next('error')).toMatchObject({ code: 'unknown' });
    // A recipient that leaves before its receipt.
    const sent = send(platform.origin, one, two);
    await client.next('message', client.messages.length);
    client.socket.terminate();
    expect(await sent).toMatchObject(offline);
    expect(await viewOf(one)).toMatchObject({ sent: 0, refused: 3 });
  });

  it('that is sent again while it is on its way shares its receipt; another one with its id is refused', async () => {
    const client = await connect(platform.origin, two);
    const sent = [send(platform.origin, one, two, { id: 'same' }), send(platform.origin, one, two, { id: 'same' })];
    const message = await client.next('message');
    expect(await send(platform.origin, one, two, { id: 'same', message: 'other' })).toMatchObject({ status: 400 });
    client.raw(JSON.stringify(receiptOf(message)));
    expect((await Promise.all(sent)).map(({ status }) => status)).toEqual([202, 202]);
    expect(client.of('message')).toHaveLength(1);
  });

  it('to no instance or agent of the project is unknown, and a foreign project looks the same [S-FOREIGN-5]', async () => {
    const { owner: other, project: theirs } = await newProject(platform, 'Other');
    const away = await newInstance(other, theirs);
    const seen = await connect(platform.origin, away);
    const texts = [];
    for (const id of ['nobody', away.id]) {
      const { status, body } = await send(platform.origin, one, { id });
      texts.push([status, { ...body, server_time: 0 }]);
    }
    expect(texts[0]).toEqual(texts[1]);
    expect(texts[0]?.[0]).toBe(404);
    expect(seen.of('message')).toEqual([]);
    expect(seen.of('presence')).toEqual([]);
    await connect(platform.origin, two, { agents: ['c'] });
    expect(await send(platform.origin, one, two)).toMatchObject({ status: 404, body: { code: 'unknown' } });
  });

  it('from another instance than the one that signs is refused [S-FOREIGN-1]', async () => {
    const client = await connect(platform.origin, two);
    const fields = { from: `${two.id}/a`, to: `${two.id}/b`, message: 'forged' };
    const body = sign(one, 'POST /api/v1/send', fields);
    expect(await post(platform.origin, '/api/v1/send', body)).toMatchObject({
      status: 401,
      body: { code: 'signature' },
    });
    const named = sign(one, 'POST /api/v1/send', { ...fields, instance_id: one.id });
    expect(await post(platform.origin, '/api/v1/send', named)).toMatchObject({ status: 403, body: { code: 'sender' } });
    const sender = await connect(platform.origin, one);
    sender.raw(JSON.stringify({ type: 'message', ...fields, id: 'x' }));
    expect(await sender.next('error')).toMatchObject({ code: 'sender', id: 'x' });
    expect(client.of('message')).toEqual([]);
  });

  it('of up to 64 KiB of body is taken, and none above', async () => {
    acknowledge(await connect(platform.origin, two));
    expect((await send(platform.origin, one, two, { message: 'x'.repeat(64_000) })).status).toBe(202);
    // The whole request counts, and its refusal is as any other.
    const refused = { status: 413, body: { status: 'refused', code: 'too-large', server_time: expect.any(Number) } };
    for (const length of [65_500, 66_000])
      expect(await send(platform.origin, one, two, { message: 'x'.repeat(length) })).toMatchObject(refused);
  });

  it('that is malformed is refused with the field, or without one if it has a field too many', async () => {
    const errorOf = async (more: Readonly<Record<string, unknown>>): Promise<unknown> =>
      (await send(platform.origin, one, two, more)).body['error'];
    expect(await errorOf({ to: '' })).toMatch(/^to: /);
    expect(await errorOf({ zzz: 1 })).toBe('Unrecognized key: "zzz"');
  });

  it('has a receipt with its addresses the other way round, and one that has not is told so', async () => {
    const client = await connect(platform.origin, two);
    const sent = send(platform.origin, one, two, { id: 'turned' });
    const { from, to, id } = await client.next('message');
    client.raw(JSON.stringify({ type: 'receipt', id, from, to }));
    expect(await client.next('error')).toMatchObject({ code: 'unknown', error: expect.stringContaining('"from" is') });
    client.raw(JSON.stringify({ type: 'receipt', id, from: to, to: from }));
    expect(await sent).toMatchObject({ status: 202 });
  });
});

describe('a connection', () => {
  it('sends messages without further signatures, and gets their receipts', async () => {
    acknowledge(await connect(platform.origin, two));
    const client = await connect(platform.origin, one);
    client.raw(JSON.stringify({ type: 'message', from: `${one.id}/a`, to: `${two.id}/b`, message: 'hi', id: '1' }));
    expect(await client.next('receipt')).toEqual({ type: 'receipt', id: '1', status: 'forwarded' });
    client.raw(JSON.stringify({ type: 'message', from: `${one.id}/a`, to: 'nobody/b', message: 'hi', id: '2' }));
    expect(await client.next('error')).toMatchObject({ code: 'unknown', id: '2' });
  });

  it('is told who of its project is there, and who comes and goes', async () => {
    const first = await connect(platform.origin, one);
    const second = await connect(platform.origin, two, { name: 'Bot <2>', agents: ['b'] });
    expect((await second.next('registered'))['online']).toContain(one.id);
    expect(await first.next('presence')).toEqual({ type: 'presence', instance: two.id, online: true });
    expect(await viewOf(two)).toMatchObject({ online: true, agents: ['b'], reportedName: 'Bot <2>' });
    await second.close();
    expect(await first.find(({ online }) => online === false)).toMatchObject({ instance: two.id });
    expect(await viewOf(two)).toMatchObject({ online: false, agents: [], reportedName: null });
    expect((await viewOf(two))?.lastHeard).toBeGreaterThan(Date.now() - 60_000);
  });

  it('that begins without a register, or sends before its answer, ends [S-FOREIGN-1]', async () => {
    for (const text of [
      JSON.stringify({ type: 'message', from: `${one.id}/a`, to: `${two.id}/b`, message: 'hi' }),
      'x',
      '[]',
      JSON.stringify(sign(one, 'POST /api/v1/register', { type: 'register', instance_id: one.id })),
      JSON.stringify(sign(one, 'GET /api/v1/ws', { instance_id: one.id })),
    ]) {
      const client = await openSocket(platform.origin);
      client.raw(text);
      expect((await client.closed).code).toBe(4001);
      expect(client.of('registered')).toEqual([]);
    }
    const recipient = await connect(platform.origin, two);
    const hasty = await openSocket(platform.origin);
    hasty.raw(JSON.stringify(sign(one, 'GET /api/v1/ws', { type: 'register', instance_id: one.id })));
    hasty.raw(JSON.stringify({ type: 'message', from: `${one.id}/a`, to: `${two.id}/b`, message: 'hi' }));
    expect((await hasty.closed).code).toBe(4001);
    expect(recipient.of('message')).toEqual([]);
  });

  it('is replaced by a newer one, and ends with its key [S-FOREIGN-4]', async () => {
    const first = await connect(platform.origin, one);
    const second = await connect(platform.origin, one);
    expect(await first.closed).toEqual({ code: 4002, reason: 'replaced' });
    expect(await viewOf(one)).toMatchObject({ online: true });
    await owner.client.call('instances.createKey', { params: { project, instance: one.id } });
    expect((await second.closed).code).toBe(4001);
    const removed = await connect(platform.origin, two);
    await owner.client.call('instances.delete', { params: { project, instance: two.id } });
    expect((await removed.closed).code).toBe(4001);
  });

  it('takes no receipt for a message of another recipient [S-FOREIGN-5]', async () => {
    const three = await newInstance(owner, project);
    const recipient = await connect(platform.origin, two);
    const forger = await connect(platform.origin, three);
    const sent = send(platform.origin, one, two, { id: 'm' });
    const message = await recipient.next('message');
    forger.raw(JSON.stringify(receiptOf(message)));
    expect(await forger.next('error')).toMatchObject({ code: 'unknown' });
    expect((await sent).status).toBe(409);
  });
});

describe('a receipt', () => {
  it('of an instance with a public key needs its signature and the hash, and reaches the sender [S-FOREIGN-6]', async () => {
    const seed = nativeBackend.randomBytes(32);
    const public_key = toBase64Url(nativeBackend.ed25519PublicKey(seed));
    const client = await connect(platform.origin, two, { public_key });
    const sent = send(platform.origin, one, two, { id: 'm' });
    const message = await client.next('message');
    const hash = createHash('sha256').update('hello').digest('hex');
    const signed = (receipt: Record<string, unknown>) => ({
      ...receipt,
      signature: toBase64Url(nativeBackend.ed25519Sign(seed, receiptBytes(receipt))),
    });
    const bare = receiptOf(message);
    for (const wrong of [
      bare,
      signed(bare),
      { ...signed({ ...bare, hash }), hash: '0'.repeat(64) },
      signed({ ...bare, hash: '0'.repeat(64) }),
      { ...bare, hash, signature: 'A'.repeat(86) },
    ]) {
      const count = client.messages.length;
      client.raw(JSON.stringify(wrong));
      expect(await client.next('error', count)).toMatchObject({ code: 'signature' });
    }
    client.raw(JSON.stringify(signed({ ...bare, hash })));
    const { status, body } = await sent;
    expect([status, body['public_key']]).toEqual([202, public_key]);
    const { signature, ...receipt } = body['receipt'] as Record<string, string>;
    expect(
      nativeBackend.ed25519Verify(fromBase64Url(public_key), receiptBytes(receipt), fromBase64Url(signature ?? '')),
    ).toBe(true);
    expect(await viewOf(two)).toMatchObject({ signsReceipts: true });
  });
});

describe('a public key that an instance registers later', () => {
  it('binds the connection that is open: its receipts need the signature from then on [S-FOREIGN-6]', async () => {
    const public_key = toBase64Url(nativeBackend.ed25519PublicKey(nativeBackend.randomBytes(32)));
    const client = await connect(platform.origin, two);
    const sent = send(platform.origin, one, two, { id: 'm' });
    const message = await client.next('message');
    const register = sign(two, 'POST /api/v1/register', { instance_id: two.id, public_key });
    expect((await post(platform.origin, '/api/v1/register', register)).status).toBe(200);
    client.raw(JSON.stringify(receiptOf(message)));
    expect(await client.next('error')).toMatchObject({ code: 'signature' });
    expect((await sent).status).toBe(409);
  });
});

describe('an instance that was removed and made again', () => {
  it('begins with counts and times of its own, also while the old one was connected', async () => {
    const again = async (): Promise<TestInstance> => {
      await owner.client.call('instances.delete', { params: { project, instance: one.id } });
      return newInstance(owner, project, one.id);
    };
    acknowledge(await connect(platform.origin, two));
    expect((await send(platform.origin, one, two)).status).toBe(202);
    expect(await viewOf(one)).toMatchObject({ sent: 1 });
    one = await again();
    expect(await viewOf(one)).toMatchObject({ sent: 0, received: 0, refused: 0, lastHeard: null });
    const client = await connect(platform.origin, one);
    await again();
    await client.closed;
    // The end of the old connection is noted after that.
    await expect.poll(async () => (await viewOf(one))?.online).toBe(false);
    await connect(platform.origin, two);
    expect(await viewOf(one)).toMatchObject({ sent: 0, received: 0, refused: 0, lastHeard: null });
  });
});

describe('what waits for receipts', () => {
  it('is bounded for each instance, in number and bytes, and frees itself [S-FOREIGN-7]', async () => {
    const three = await newInstance(owner, project);
    const client = await connect(platform.origin, two);
    const other = await connect(platform.origin, three);
    const big = { message: 'x'.repeat(60_000) };
    const sent = send(platform.origin, one, two, big);
    await client.next('message');
    // As a sender and as a recipient.
    for (const refused of [send(platform.origin, one, three, big), send(platform.origin, three, two, big)])
      expect(await refused).toMatchObject({ status: 429, body: { code: 'rate' } });
    expect(other.of('message')).toEqual([]);
    expect((await sent).status).toBe(409);
    const small = Array.from({ length: 8 }, () => send(platform.origin, one, two));
    const statuses = (await Promise.all(small)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 429)).toHaveLength(3);
    acknowledge(client);
    expect((await send(platform.origin, one, two, big)).status).toBe(202);
  });
});

describe('the Python example', () => {
  let folder: string;
  const children: ChildProcess[] = [];
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'clawreach-foreign-'));
  });
  afterAll(async () => {
    for (const child of children) child.kill();
    await rm(folder, { recursive: true });
  });
  const environment = async ({ id, key }: TestInstance): Promise<NodeJS.ProcessEnv> => {
    const file = join(folder, id);
    await writeFile(file, `${key}\n`, { mode: 0o600 });
    return { RELAY_URL: platform.origin, INSTANCE_ID: id, INSTANCE_KEY_FILE: file };
  };

  it('sends and listens with the standard library alone', async () => {
    const listener = spawn('python3', ['-I', '-S', EXAMPLE, 'listen', 'reader'], { env: await environment(two) });
    children.push(listener);
    let printed = '';
    listener.stdout.on('data', (data: Buffer) => void (printed += data.toString()));
    await expect.poll(async () => (await viewOf(two))?.online, { timeout: 20_000 }).toBe(true);
    const args = ['-I', '-S', EXAMPLE, 'send', 'planner', `${two.id}/reader`, '你好,小包子! \u{1F99E}'];
    const { stdout } = await promisify(execFile)('python3', args, { env: await environment(one) });
    expect(JSON.parse(stdout)).toMatchObject({ status: 'forwarded' });
    await expect.poll(() => printed).toBe(`${one.id}/planner -> ${two.id}/reader: 你好,小包子! \u{1F99E}\n`);
    const wrong = ['-I', '-S', EXAMPLE, 'send', 'planner', `${two.id}/nobody`, 'x'];
    const refused = promisify(execFile)('python3', wrong, { env: await environment(one) });
    await expect(refused).rejects.toThrow('unknown: The recipient has no such agent.');
    listener.kill();
    await once(listener, 'close');
  });

  it('goes on after a message that takes long, a lost connection and a wrong clock, and handles each message once', async () => {
    // The clock of the relay is ten minutes ahead, so that it refuses the program's time.
    clock.shift = 600_000;
    try {
      const program = `
import importlib.util, os, sys, time
spec = importlib.util.spec_from_file_location("example", sys.argv[1])
example = importlib.util.module_from_spec(spec)
spec.loader.exec_module(example)
instance = example.RelayInstance(os.environ["RELAY_URL"], os.environ["INSTANCE_ID"], open(os.environ["INSTANCE_KEY_FILE"]).read().strip())
def handle(sender, to, message):
    print(message, flush=True)
    if message == "slow":
        time.sleep(${(RECEIPT_TIME * 3) / 1000})
    if message == "drop":
        instance._connection._socket.shutdown(2)
    if message == "fail" and not failed:
        failed.append(True)
        raise ValueError("fails once")
failed = []
instance.listen(["reader"], handle)`;
      const listener = spawn('python3', ['-I', '-S', '-c', program, EXAMPLE], { env: await environment(two) });
      children.push(listener);
      let [printed, errors] = ['', ''];
      listener.stdout.on('data', (data: Buffer) => void (printed += data.toString()));
      listener.stderr.on('data', (data: Buffer) => void (errors += data.toString()));
      const online = () => expect.poll(async () => (await viewOf(two))?.online, { timeout: 20_000 }).toBe(true);
      const write = (message: string) =>
        send(platform.origin, one, two, {
          to: `${two.id}/reader`,
          id: message,
          message,
          timestamp: Math.floor(clock.now() / 1000),
        });
      const taken = (message: string) =>
        expect.poll(async () => (await write(message)).status, { timeout: 20_000 }).toBe(202);
      await online();
      expect(errors).toContain('the clocks differ');
      expect((await write('slow')).status).toBe(409);
      // Sent again, it is handled once.
      await taken('slow');
      await taken('quick');
      await write('drop');
      await expect.poll(() => errors, { timeout: 20_000 }).toMatch(/not connected: .*\n.*not connected/s);
      await online();
      await taken('after');
      await taken('fail');
      expect(printed.trim().split('\n')).toEqual(['slow', 'quick', 'drop', 'after', 'fail', 'fail']);
      // A newer connection ends it.
      const ended = once(listener, 'close');
      const timestamp = Math.floor(clock.now() / 1000);
      await connect(platform.origin, two, { timestamp });
      expect(await ended).not.toEqual([0, null]);
      expect(errors).toContain('replaced');
    } finally {
      clock.shift = 0;
    }
  });
});
