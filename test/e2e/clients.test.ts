import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createRawServer, type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ApiMessage } from '#shared/message-api/index.ts';
import { ClientProgram, type ClientKind } from '#test/support/clients/client-program.ts';
import { temporaryDirectory } from '#test/support/directories.ts';
import type { Device } from '#test/support/e2e/device.ts';
import { HAS_PROCESS_TABLE } from '#test/support/e2e/process-table.ts';
import { Stage } from '#test/support/e2e/stage.ts';
import { until } from '#test/support/e2e/until.ts';
import { AgentProgram } from '#test/support/messages/api-machine.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const PYTHON_CLIENT = join(ROOT, 'clients', 'python');
const DRIVERS = join(ROOT, 'test', 'support', 'clients');
const ISOLATED = ['-I', '-S'];

/** Returns the first program that has the version; undefined if there is none. */
function found(programs: readonly string[], version: RegExp): string | undefined {
  return programs.find((one) => {
    try {
      return version.test(execFileSync(one, ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
    } catch {
      return false;
    }
  });
}

const python = found(['/usr/bin/python3', 'python3'], /^Python 3\.(?:9|[1-9]\d)\./);
const node20 = found(['/usr/bin/node', 'node20'], /^v20\./);
const TYPESCRIPT_CLIENT = join(ROOT, 'clients', 'typescript');

/** Programs of each kind that ask one question and end, with the directory of the client and the token file as arguments. */
const ASK_ONCE = {
  python: `import sys; sys.path.insert(0, sys.argv[1]); from clawreach import AgentLink
print(AgentLink(config_path=sys.argv[2]).send("laptop/tester", "Once", wait="reply").reply.body)`,
  node: `const [directory, configPath] = process.argv.slice(-2);
const { AgentLink } = await import(directory + '/dist/index.js');
const { reply } = await new AgentLink({ configPath }).send('laptop/tester', 'Once', { wait: 'reply' });
console.log(reply.body);`,
} as const;

const ALL_KINDS = [
  { name: 'Python', program: python, driver: [...ISOLATED, join(DRIVERS, 'driver.py'), PYTHON_CLIENT] },
  { name: 'Node', program: process.execPath, driver: [join(DRIVERS, 'driver.mjs'), TYPESCRIPT_CLIENT] },
  { name: 'Node 20', program: node20, driver: [join(DRIVERS, 'driver.mjs'), TYPESCRIPT_CLIENT] },
] as const;
const KINDS = ALL_KINDS.flatMap(({ name, program, driver }): readonly ClientKind[] =>
  program === undefined ? [] : [{ name, words: [program, ...driver] }],
);
const MISSING = ALL_KINDS.filter(({ program }) => program === undefined).map(({ name }) => name);

/** A kind that this machine lacks is listed as skipped, and fails where releases are tested. */
describe.each(MISSING)('%s', (name) => {
  it('is on this machine, and the client is tested with it', ({ skip }) => {
    if (process.env['CI'] === undefined) skip(`this machine has no ${name}`);
    expect.fail(`this machine has no ${name}`);
  });
});

const programs: ClientProgram[] = [];

const FILE = { transfer: '2'.repeat(32), name: 'a', size: 1, state: 'done', code: null, path: '/in/a' };

function message(state: string): object {
  const own = { from: 'office/coder', to: 'laptop/me', from_id: 'A/coder', to_id: 'B/me' };
  const none = { reply_to: null, code: null, waits_for: null };
  const rest = { media: 'text/plain', body: 'Hello', time: 1, expires: 2, auto: false, verified: 'device', since: 1 };
  return { id: '1'.repeat(32), direction: 'out', ...own, thread: 't', ...none, ...rest, state, redelivered: false };
}

function begin(kind: ClientKind, tokenFile: string): ClientProgram {
  const program = new ClientProgram(kind, tokenFile);
  programs.push(program);
  return program;
}

beforeAll(() => {
  execFileSync(process.execPath, [join(ROOT, 'scripts', 'clients.ts')]);
});
afterEach(() => {
  for (const program of programs.splice(0)) program.end();
});

describe.runIf(HAS_PROCESS_TABLE)('clients of the local API at laptop and office', () => {
  let stage: Stage;
  let office: Device;
  let laptop: Device;
  let tester: AgentProgram;
  let helper: AgentProgram;
  let tokenPath: string;
  let token: () => string;

  const tokenFileOf = async (device: Device, name: string): Promise<string> =>
    (await device.ok('agent', 'token', name)).trim();
  const stateOf = async (program: AgentProgram, id: string): Promise<unknown> =>
    ((await program.call('GET', `/v1/messages/${id}`)).json as { state?: unknown }).state;

  beforeAll(async () => {
    stage = new Stage();
    const relay = await stage.startRelay();
    ({ office, laptop } = await stage.pairedDevices(relay));
    await office.ok('agent', 'add', 'coder', '--http');
    for (const name of ['tester', 'helper']) await laptop.ok('agent', 'add', name);
    await office.ok('rights', 'laptop', '--allow', 'message');
    await laptop.ok('rights', 'office', '--allow', 'message', '--allow', 'send');
    tester = new AgentProgram(await tokenFileOf(laptop, 'tester'));
    helper = new AgentProgram(await tokenFileOf(laptop, 'helper'));
    tokenPath = await tokenFileOf(office, 'coder');
    const coder = new AgentProgram(tokenPath);
    token = () => coder.file.token;
  });
  afterEach(() => stage.restore());
  afterAll(() => stage.close());

  describe.each(KINDS)('$name', (kind) => {
    it('sends files from the folder of its agent, and learns where those are that come', async () => {
      const folder = temporaryDirectory();
      const name = `report ${kind.name}.txt`;
      writeFileSync(join(folder, name), 'third quarter');
      await office.ok('agent', 'add', 'coder', '--files', folder);
      const program = begin(kind, tokenPath);
      await program.tell({ do: 'listen for files' });
      const send = { do: 'send', to: 'laptop/tester', body: 'See this', wait: 'stored', timeout: 60 };
      const { value } = (await program.tell({ ...send, files: [name] })) as unknown as { value: { id: string } };
      expect(await program.tell({ do: 'status', id: value.id, wait: 60 })).toMatchObject({
        value: { files: [{ name, size: 13, state: 'done', path: join(realpathSync(folder), name) }] },
      });
      await until('the message', async () => (await tester.inbox('?wait=30')).find(({ id }) => id === value.id));
      await tester.ack(value.id);
      const { json } = await tester.call('GET', `/v1/messages/${value.id}?wait=60`);
      const path = (json as ApiMessage).files[0]?.path ?? '';
      expect(readFileSync(path, 'utf8')).toBe('third quarter');
      expect(await program.event('files')).toMatchObject({ id: value.id, files: [{ name, state: 'done' }] });
      expect(await program.tell({ ...send, files: ['../x'] })).toMatchObject({ code: 'file.outside' });
    });

    it('hears once of files that came to their end while it did not listen, also after a crash of ClawReach', async () => {
      const folder = temporaryDirectory();
      writeFileSync(join(folder, 'late.txt'), 'late');
      await office.ok('agent', 'add', 'coder', '--files', folder);
      const program = begin(kind, tokenPath);
      await program.tell({ do: 'listen for files' });
      program.halt();
      await office.agent?.end('SIGKILL');
      await office.restore();
      const other = begin(kind, tokenPath);
      const send = { do: 'send', to: 'laptop/tester', body: 'See this', wait: 'stored', timeout: 60 };
      const { value } = (await other.tell({ ...send, files: ['late.txt'] })) as unknown as { value: { id: string } };
      expect(await other.tell({ do: 'status', id: value.id, wait: 60 })).toMatchObject({
        value: { files: [{ state: 'done' }] },
      });
      program.goOn();
      expect(await program.event('files')).toMatchObject({ id: value.id, files: [{ name: 'late.txt' }] });
      await until('the message', async () => (await tester.inbox('?wait=30')).find(({ id }) => id === value.id));
      await tester.ack(value.id);
      expect(program.lines.filter(({ event }) => event === 'files')).toHaveLength(1);
    });

    it('sends, waits, answers, lists and takes back', async () => {
      const program = begin(kind, tokenPath);
      const sent = program.send('laptop/tester', 'Which test failed?', 'reply');
      const question = await until('the question', async () => (await tester.inbox('?wait=30')).at(0));
      await tester.ack(question.id);
      const answer = await tester.send('office/coder', 'None.', { reply_to: question.id });
      expect(await sent).toMatchObject({ value: { isDone: true, reply: { body: 'None.' } } });
      // The client has acknowledged what it returned.
      await expect.poll(() => stateOf(tester, answer), { timeout: 20_000 }).toBe('read');
      expect(await program.tell({ do: 'status', id: question.id })).toMatchObject({ value: { state: 'read' } });
      expect(await program.send('laptop/tester', 'Soon', 'stored')).toMatchObject({ value: { isDone: true } });
      const [soon] = await tester.inbox('?wait=10');
      expect(await program.tell({ do: 'cancel', id: soon?.id })).toMatchObject({ code: 'message.delivered' });
      await tester.ack(soon?.id ?? '');
      expect(await program.send('laptop/nobody', 'Hello', 'stored')).toMatchObject({ code: expect.any(String) });
      expect(await program.send('nowhere/nobody', 'Hello')).toMatchObject({ code: expect.any(String) });
      // Unless it is told otherwise, a client waits until the message is there, and hears that it can't be.
      expect(await program.sendAsUsual('laptop/nobody', 'Hello')).toMatchObject({ code: 'message.unknown-agent' });
      expect(await program.tell({ do: 'peers' })).toMatchObject({
        value: expect.arrayContaining([
          { address: 'laptop', agents: expect.arrayContaining(['tester', 'helper']), verified: 'device' },
        ]),
      });
      await tester.send('office/coder', 'For the inbox');
      expect(await program.tell({ do: 'inbox', wait: 20 })).toMatchObject({ value: [{ body: 'For the inbox' }] });
      const byPort = join(temporaryDirectory(), 'coder.token');
      const file = JSON.parse(readFileSync(tokenPath, 'utf8')) as object;
      writeFileSync(byPort, JSON.stringify({ ...file, socket: '/nonexistent/socket' }), { mode: 0o600 });
      expect(await begin(kind, byPort).sendAsUsual('laptop/tester', 'By the port')).toMatchObject({
        value: { isDone: true, state: expect.stringMatching(/^(stored|taken)$/) },
      });
      await until('the message', async () => {
        const [message] = await tester.inbox('?wait=10');
        if (message !== undefined) await tester.ack(message.id);
        return message;
      });
      expect(program.output + JSON.stringify(await program.tell({ do: 'show' }))).not.toContain(token());
    });

    it('gets an answer again that it was killed with, and not one that it has ended with', async () => {
      const answered = async (body: string): Promise<string> => {
        const question = await until('the question', async () => (await tester.inbox('?wait=30')).at(0));
        await tester.ack(question.id);
        return await tester.send('office/coder', body, { reply_to: question.id });
      };
      const dying = begin(kind, tokenPath);
      await dying.event('ready');
      void dying.tell({ do: 'ask and die', to: 'laptop/tester', body: 'Once' }).catch(() => undefined);
      const lost = await answered('killed with');
      await dying.ended;
      await expect.poll(() => stateOf(tester, lost), { timeout: 20_000 }).toBe('taken');
      // What was handed out comes again after 60 s, or once ClawReach was restarted.
      await office.agent?.end('SIGKILL');
      await office.restore();
      const next = begin(kind, tokenPath);
      expect(await next.tell({ do: 'inbox', wait: 20 })).toMatchObject({ value: [{ body: 'killed with' }] });
      const [program = '', ...driver] = kind.words;
      const words = driver.includes(PYTHON_CLIENT)
        ? [...ISOLATED, '-c', ASK_ONCE.python, PYTHON_CLIENT]
        : ['--input-type=module', '--eval', ASK_ONCE.node, TYPESCRIPT_CLIENT];
      const child = spawn(program, [...words, tokenPath], { env: { HOME: '/nonexistent' } });
      const ended = once(child, 'close');
      const kept = await answered('ended with');
      expect(await ended).toEqual([0, null]);
      await expect.poll(() => stateOf(tester, kept), { timeout: 20_000 }).toBe('read');
      expect(await tester.inbox('?wait=1')).toEqual([]);
    });

    it('handles one message of each sender at a time, and leaves what fails unread', async () => {
      const program = begin(kind, tokenPath);
      await program.tell({ do: 'listen' });
      const first = await tester.send('office/coder', 'slow 1.5');
      await expect.poll(() => program.bodies('begin'), { timeout: 20_000 }).toEqual(['slow 1.5']);
      await tester.send('office/coder', 'second');
      await helper.send('office/coder', 'aside');
      await expect.poll(() => program.bodies('end'), { timeout: 20_000 }).toEqual(['aside', 'slow 1.5', 'second']);
      await expect.poll(() => stateOf(tester, first), { timeout: 20_000 }).toBe('read');
      const failing = await tester.send('office/coder', 'fail');
      await expect.poll(() => program.output, { timeout: 20_000 }).toContain('left unread after 3 tries');
      expect(program.bodies('begin').filter((body) => body === 'fail')).toHaveLength(3);
      expect(await stateOf(tester, failing)).toBe('taken');
      const asked = await tester.send('office/coder', 'answer me');
      const answer = await until('the answer', async () => (await tester.inbox('?wait=30')).at(0));
      expect(answer).toMatchObject({ body: 'ANSWER ME', reply_to: asked });
      await tester.ack(answer.id);
      // What it returns is sent as well, but never in answer to an answer: two programs would never end.
      const question = await tester.send('office/coder', 'return this');
      const returned = await until('the answer', async () => (await tester.inbox('?wait=30')).at(0));
      expect(returned).toMatchObject({ body: 'RETURN THIS', reply_to: question });
      await tester.ack(returned.id);
      const after = await tester.send('office/coder', 'return no answer', { reply_to: returned.id });
      await expect.poll(() => stateOf(tester, after), { timeout: 20_000 }).toBe('read');
      const next = await tester.send('office/coder', 'return another');
      const another = await until('the answer', async () => (await tester.inbox('?wait=30')).at(0));
      expect(another).toMatchObject({ body: 'RETURN ANOTHER', reply_to: next });
      await tester.ack(another.id);
      // A handler that closes the link has handled its message.
      const last = await tester.send('office/coder', 'close');
      await expect.poll(() => stateOf(tester, last), { timeout: 20_000 }).toBe('read');
      expect(await program.send('laptop/tester', 'After the end')).toMatchObject({ code: 'client.closed' });
    });

    it('sends once and gets the answer, though ClawReach was killed during the call', async () => {
      const before = token();
      const program = begin(kind, tokenPath);
      await program.tell({ do: 'listen' });
      const sent = program.send('laptop/tester', 'Once only', 'reply');
      const question = await until('the question', async () => (await tester.inbox('?wait=30')).at(0));
      await tester.ack(question.id);
      await office.agent?.end('SIGKILL');
      // The answer is there before the call can be repeated.
      await tester.send('office/coder', 'Got it', { reply_to: question.id });
      await office.restore();
      expect(await sent).toMatchObject({ value: { id: question.id, reply: { body: 'Got it' } } });
      expect(token()).not.toBe(before);
      expect(await tester.inbox('?wait=1')).toEqual([]);
      expect(program.bodies('begin')).toEqual([]);
      expect(program.output).not.toContain(token());
      expect(program.output).not.toContain(before);
    });

    it('handles once and acknowledges, though ClawReach was killed during the handler', async () => {
      const program = begin(kind, tokenPath);
      await program.tell({ do: 'listen' });
      const id = await tester.send('office/coder', 'slow 1');
      await expect.poll(() => program.bodies('begin'), { timeout: 20_000 }).toEqual(['slow 1']);
      await office.agent?.end('SIGKILL');
      await office.restore();
      await expect.poll(() => stateOf(tester, id), { timeout: 30_000 }).toBe('read');
      const next = await tester.send('office/coder', 'next');
      await expect.poll(() => stateOf(tester, next), { timeout: 30_000 }).toBe('read');
      expect(program.bodies('begin')).toEqual(['slow 1', 'next']);
    });
  });

  it.runIf(python !== undefined)('runs the example for Python', async () => {
    const run = `import sys, runpy; sys.path.insert(0, ${JSON.stringify(PYTHON_CLIENT)}); sys.argv = ['', sys.argv[1]]; runpy.run_path(${JSON.stringify(join(PYTHON_CLIENT, 'example.py'))})`;
    const child = spawn(python ?? '', [...ISOLATED, '-c', run, tokenPath]);
    try {
      await tester.send('office/coder', 'Hello');
      const answer = await until('the answer', async () => (await tester.inbox('?wait=30')).at(0));
      expect(answer.body).toBe('laptop/tester wrote 5 characters');
      await tester.ack(answer.id);
    } finally {
      child.kill('SIGKILL');
    }
  });

  it('runs the example for Node, installed as a package', async () => {
    const directory = temporaryDirectory();
    mkdirSync(join(directory, 'node_modules'));
    symlinkSync(TYPESCRIPT_CLIENT, join(directory, 'node_modules', 'clawreach-messages'));
    copyFileSync(join(TYPESCRIPT_CLIENT, 'example.mjs'), join(directory, 'example.mjs'));
    const child = spawn(node20 ?? process.execPath, [join(directory, 'example.mjs'), tokenPath]);
    try {
      await tester.send('office/coder', 'Hello');
      const answer = await until('the answer', async () => (await tester.inbox('?wait=30')).at(0));
      expect(answer.body).toBe('laptop/tester wrote 5 characters');
      await tester.ack(answer.id);
    } finally {
      child.kill('SIGKILL');
    }
  });
});

describe.runIf(process.platform !== 'win32').each(KINDS)('attacks on a client: $name', (kind) => {
  const TOKEN = 'T'.repeat(43);
  const servers: { close(): unknown }[] = [];

  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });

  function writeTokenFile(change: Readonly<Record<string, unknown>> = {}, mode = 0o600): string {
    const directory = temporaryDirectory();
    const path = join(directory, 'coder.token');
    const file = { version: 1, agent: 'coder', socket: join(directory, 's'), http: null, token: TOKEN, ...change };
    writeFileSync(path, JSON.stringify(file), { mode });
    chmodSync(path, mode);
    return path;
  }

  async function refusal(path: string): Promise<Readonly<Record<string, unknown>>> {
    const program = begin(kind, path);
    const line = await program.event('unusable');
    expect(program.output).not.toContain(TOKEN);
    return line;
  }

  async function serve(server: Server, path: string): Promise<ClientProgram> {
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(join(path, '..', 's'), () => resolve()));
    return begin(kind, path);
  }

  it.each([0o644, 0o640, 0o604, 0o666])('uses no token file with the mode %o', async (mode) => {
    expect(await refusal(writeTokenFile({}, mode))).toMatchObject({
      code: 'client.token-file',
      text: expect.stringContaining('can be read by others'),
    });
  });

  it('says in which profile it has looked for a token file that is not there', async () => {
    const { code, text } = await refusal('');
    expect(code).toBe('client.token-file');
    expect(text).toMatch(
      /^(\S+)\/agents\/coder\.token doesn't exist; .*The profile is \1; CLAWREACH_PROFILE names another/,
    );
  });

  it('waits for no pipe in the place of a token file', async () => {
    const path = join(temporaryDirectory(), 'coder.token');
    execFileSync('mkfifo', ['-m', '600', path]);
    expect(await refusal(path)).toMatchObject({ code: 'client.token-file' });
  });

  it('gives its token to no port while there is a socket file: someone else may have it after a crash', async () => {
    let count = 0;
    const server = createServer((_request, response) => {
      count += 1;
      response.end('{"peers": []}');
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
    const http = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const path = writeTokenFile({ http });
    const program = begin(kind, path);
    expect(await program.tell({ do: 'peers' })).toMatchObject({ value: [] });
    expect(count).toBe(1);
    writeFileSync(join(path, '..', 's'), '');
    expect(await program.send('laptop/me', 'Hello', 'queued', 1)).toMatchObject({ code: 'client.unreachable' });
    expect(count).toBe(1);
  });

  it('follows no link to a token file', async () => {
    const path = writeTokenFile();
    symlinkSync(path, `${path}.link`);
    expect(await refusal(`${path}.link`)).toMatchObject({ code: 'client.token-file' });
  });

  it.each([
    'http://10.0.0.1:80',
    'http://127.0.0.1.example:80',
    'http://127.0.0.1@example:80',
    'http://localhost.example:80',
    'https://127.0.0.1:80',
    'http://0.0.0.0:80',
    'http://127.0.0.1:99999',
    'http://127.0.0.1:80/\nHost: example',
    'http://127.0.0.1:80\n',
    17,
  ])('goes to no address outside of the machine: %j', async (http) => {
    expect(await refusal(writeTokenFile({ http }))).toMatchObject({ code: 'client.address' });
  });

  it.each([
    ['token', 'short\r\nX: y'],
    ['agent', '../coder'],
    ['version', 2],
    ['socket', null],
  ])('uses no token file with a broken %s', async (name, value) => {
    expect(await refusal(writeTokenFile({ [name]: value }))).toMatchObject({ code: 'client.token-file' });
  });

  it.each([
    ['no JSON', '{"peers": ['],
    ['deep JSON', '['.repeat(200_000)],
    ['another shape', '{"peers": {}}'],
    ['peers of another shape', '{"peers": [{"address": 7}]}'],
    ['null', 'null'],
  ])('takes an answer that is %s for an error', async (_, text) => {
    const server = createServer((_request, response) => response.end(text));
    const program = await serve(server, writeTokenFile());
    expect(await program.tell({ do: 'peers' })).toMatchObject({ code: 'client.answer' });
  });

  it('follows no redirect', async () => {
    const hits: string[] = [];
    const server = createServer((request, response) => {
      hits.push(request.url ?? '');
      response.writeHead(307, { Location: 'http://127.0.0.1:1/' }).end();
    });
    const program = await serve(server, writeTokenFile());
    expect(await program.tell({ do: 'peers' })).toMatchObject({ code: 'client.answer' });
    expect(hits).toEqual(['/v1/peers']);
  });

  it('gives an answer without end up', async () => {
    const server = createServer((_request, response) => {
      const more = (): void => {
        while (!response.destroyed && response.write('x'.repeat(1024 * 1024)));
      };
      response.on('drain', more);
      more();
    });
    const program = await serve(server, writeTokenFile());
    expect(await program.tell({ do: 'peers' })).toMatchObject({ code: 'client.answer' });
  });

  it('repeats a call whose answer was cut off, with the same key', async () => {
    const keys: (string | undefined)[] = [];
    const server = createRawServer((connection) => {
      connection.on('error', () => undefined);
      connection.once('data', (data) => {
        keys.push(/idempotency-key: (\S+)/i.exec(data.toString())?.[1]);
        const answer = JSON.stringify({ id: '0'.repeat(32), state: 'queued', code: null });
        const text = `HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nContent-Length: ${answer.length}\r\n\r\n${answer}`;
        connection.end(keys.length < 3 ? text.slice(0, -10 * keys.length) : text);
      });
    });
    const program = await serve(server, writeTokenFile());
    // What is only queued isn't done.
    expect(await program.send('laptop/me', 'Hello')).toMatchObject({ value: { isDone: false, state: 'queued' } });
    expect(keys).toHaveLength(3);
    expect(keys[0]).toMatch(/^[\x21-\x7e]{16,128}$/);
    expect(new Set(keys).size).toBe(1);
  });

  it.each([
    [200, 'cancelled', false],
    [202, 'sent', true],
  ])('tells by the status %i whether a message may be on its way', async (status, state, mayBeOnItsWay) => {
    const server = createServer((_request, response) => response.writeHead(status).end(JSON.stringify(message(state))));
    const program = await serve(server, writeTokenFile());
    const outcome = await program.tell({ do: 'cancel', id: '1'.repeat(32) });
    expect(outcome).toMatchObject({ value: { state, mayBeOnItsWay } });
  });

  it('says yes to a relay that can read only when it is told to, and else what to do', async () => {
    const bodies: string[] = [];
    const details = { name: 'program:office-bot', relay: 'relay.example' };
    const server = createServer((request, response) => {
      let text = '';
      request.on('data', (part: Buffer) => (text += part.toString()));
      request.on('end', () => {
        bodies.push(text);
        if (text.includes('"relay_can_read"')) response.end(JSON.stringify({ id: '1'.repeat(32), state: 'queued' }));
        else
          response
            .writeHead(409)
            .end(JSON.stringify({ error: { code: 'message.relay-reads', message: 'x', details } }));
      });
    });
    const program = await serve(server, writeTokenFile());
    const refused = await program.send('program:office-bot/reader', 'Hello');
    expect(refused).toMatchObject({ code: 'message.relay-reads' });
    expect(refused['text']).toMatch(/program:office-bot; if your user agrees, send with relay_?can_?read.*true/i);
    const yes = { do: 'send', to: 'program:office-bot/reader', body: 'Hello', wait: 'queued', timeout: 60, yes: true };
    expect(await program.tell(yes)).toMatchObject({ value: { state: 'queued' } });
    expect(bodies.map((body) => (JSON.parse(body) as { relay_can_read?: unknown }).relay_can_read)).toEqual([
      undefined,
      true,
    ]);
  });

  it('lists programs at the relay as such', async () => {
    const agents = [{ name: 'reader', description: '' }];
    const peer = { address: 'program:office-bot', peer_id: 'Z', online: true, may_write: 'allow', agents };
    let verified = 'relay';
    const server = createServer((_request, response) =>
      response.end(JSON.stringify({ peers: [{ ...peer, verified }] })),
    );
    const program = await serve(server, writeTokenFile());
    expect(await program.tell({ do: 'peers' })).toMatchObject({
      value: [{ address: 'program:office-bot', agents: ['reader'], verified: 'relay' }],
    });
    verified = 'yes';
    expect(await program.tell({ do: 'peers' })).toMatchObject({ code: 'client.answer' });
  });

  /**
   * Serves lists of messages whose files have ended, one after the other, and streams of events. The last ones are repeated; a stream without its own end
   * stays open.
   * @param lists undefined: no list, as of an earlier version
   * @returns program that listens, and the cursor with which it has opened each stream
   */
  async function followed(
    lists: readonly (Readonly<{ messages: readonly object[]; cursor: string }> | undefined)[],
    streams: readonly (readonly [text: string, ends?: 'ends'])[],
  ): Promise<Readonly<{ program: ClientProgram; after: readonly unknown[] }>> {
    const after: unknown[] = [];
    let listed = 0;
    const server = createServer((request, response) => {
      if (request.url === '/v1/messages?files=ended') {
        const list = lists[Math.min(listed, lists.length - 1)];
        listed += 1;
        const none = { error: { code: 'api.route', message: 'no such route', details: {} } };
        response.writeHead(list === undefined ? 404 : 200).end(JSON.stringify(list ?? none));
      } else if (request.url === '/v1/events?messages=none') {
        const [text = '', ends] = streams[Math.min(after.length, streams.length - 1)] ?? [];
        after.push(request.headers['last-event-id']);
        response.write(`: ping\n\n${text.slice(0, -30)}`);
        setTimeout(() => {
          response.write(text.slice(-30));
          if (ends !== undefined) response.end();
        }, 50);
      } else if (request.url === '/v1/peers') response.end('{"peers": []}');
      else response.end(JSON.stringify({ ...message('read'), id: request.url?.slice(-32), files: [FILE] }));
    });
    const program = await serve(server, writeTokenFile());
    await program.tell({ do: 'listen for files' });
    return { program, after };
  }

  const idOf = (digit: string): string => digit.repeat(32);
  const filesEvent = (digit: string, cursor: string): string =>
    `event: files\nid: ${cursor}\ndata: ${JSON.stringify({ id: idOf(digit), direction: 'in', files: [FILE] })}\n\n`;
  const toldOf = (program: ClientProgram): readonly unknown[] =>
    program.lines.filter(({ event }) => event === 'files').map(({ id }) => id);

  it('hears of files by a stream that breaks off, and goes on after the last event', async () => {
    const state = 'event: state\nid: 0a0b0c0d.6\ndata: {"id": 7}\n\n';
    const { program, after } = await followed(
      [{ messages: [], cursor: '0a0b0c0d.5' }],
      [[state + filesEvent('1', '0a0b0c0d.7'), 'ends'], ['']],
    );
    expect(await program.event('files')).toMatchObject({ id: idOf('1'), files: [{ name: 'a', state: 'done' }] });
    await until('the next stream', async () => (after.length > 1 ? true : undefined));
    expect(after).toEqual(['0a0b0c0d.5', '0a0b0c0d.7']);
    expect(toldOf(program)).toEqual([idOf('1')]);
  });

  it('goes on after the beginning of a stream that breaks off before the first event', async () => {
    const { program, after } = await followed(
      [undefined],
      [['id: 0a0b0c0d.3\n\n', 'ends'], [filesEvent('1', '0a0b0c0d.4'), 'ends'], ['']],
    );
    await program.event('files');
    await until('the third stream', async () => (after.length > 2 ? true : undefined));
    expect(after).toEqual([undefined, '0a0b0c0d.3', '0a0b0c0d.4']);
  });

  it('hears once of files that ended while the stream could not go on', async () => {
    const before = [{ id: idOf('0'), state: 'done' }];
    const again = [
      ...before,
      { id: idOf('1'), state: 'done' },
      // Of these it was told that they have failed. They were sent again.
      { id: idOf('2'), state: 'done' },
      { id: idOf('3'), state: 'failed' },
    ];
    const failed = (digit: string, cursor: string): string =>
      filesEvent(digit, cursor).replace('"state":"done"', '"state":"failed"');
    const { program, after } = await followed(
      [
        { messages: before, cursor: '0a0b0c0d.5' },
        { messages: again, cursor: 'ffffffff.9' },
      ],
      [
        [failed('2', '0a0b0c0d.6') + failed('3', '0a0b0c0d.7'), 'ends'],
        ['event: reset\ndata: {}\n\n'],
        // Files that were refused may be refused again.
        [failed('3', 'ffffffff.10') + filesEvent('4', 'ffffffff.11')],
      ],
    );
    await until('the last event', async () => (toldOf(program).includes(idOf('4')) ? true : undefined));
    expect(toldOf(program)).toEqual(['2', '3', '1', '2', '4'].map(idOf));
    expect(after).toEqual(['0a0b0c0d.5', '0a0b0c0d.7', 'ffffffff.9']);
  });

  it.each([
    ['of another shape', 'event: files\nid: 0a0b0c0d.6\ndata: {"id": 7}\n\n'],
    ['that is no JSON', 'event: files\nid: 0a0b0c0d.6\ndata: {\n\n'],
    ['without end', `data: ${'x'.repeat(5 * 1024 * 1024)}`],
  ])('goes on after an event %s, and misses nothing', async (_, text) => {
    const { program, after } = await followed(
      [
        { messages: [], cursor: '0a0b0c0d.5' },
        { messages: [{ id: idOf('1'), state: 'done' }], cursor: '0a0b0c0d.6' },
      ],
      [[text], [filesEvent('2', '0a0b0c0d.7')]],
    );
    await until('the last event', async () => (toldOf(program).includes(idOf('2')) ? true : undefined));
    expect(toldOf(program)).toEqual([idOf('1'), idOf('2')]);
    expect(after).toEqual(['0a0b0c0d.5', '0a0b0c0d.6']);
    expect(program.output).toContain("can't be heard now");
    expect(await program.tell({ do: 'peers' })).toMatchObject({ value: [] });
  });

  it('calls each handler, though another one fails', async () => {
    const acknowledged: unknown[] = [];
    const { promise: listens, resolve: begins } = Promise.withResolvers<void>();
    let polls = 0;
    const server = createServer((request, response) => {
      if (request.url?.startsWith('/v1/inbox?') === true) {
        polls += 1;
        const incoming = JSON.stringify({ messages: [{ ...message('taken'), direction: 'in' }] });
        if (polls === 1) void listens.then(() => response.end(incoming));
      } else if (request.url === '/v1/inbox/ack')
        request.on('data', (data: Buffer) => {
          acknowledged.push(JSON.parse(data.toString()));
          response.end('{"acknowledged": []}');
        });
      else if (request.url === '/v1/messages?files=ended') response.end('{"messages": [], "cursor": "0a0b0c0d.1"}');
      else if (request.url === '/v1/events?messages=none') {
        response.flushHeaders();
        void listens.then(() => response.write(filesEvent('1', '0a0b0c0d.2')));
      } else response.end(JSON.stringify({ ...message('read'), files: [FILE] }));
    });
    const program = await serve(server, writeTokenFile());
    for (const what of ['listen badly', 'listen', 'listen for files']) await program.tell({ do: what });
    begins();
    await until('the acknowledgement', async () => (acknowledged.length > 0 ? true : undefined));
    expect(acknowledged).toEqual([{ ids: [idOf('1')], read: false }]);
    expect(program.bodies('begin')).toEqual(['Hello']);
    expect(await program.event('files')).toMatchObject({ id: idOf('1') });
    // Three tries of the message, and one of its files.
    expect(program.lines.filter(({ event }) => event === 'failing')).toHaveLength(4);
  });

  it.each(['refused', 'expired', 'cancelled', 'lost'])('takes a message that is %s for an error', async (state) => {
    const server = createServer((_request, response) =>
      response.end(JSON.stringify({ id: '1'.repeat(32), state, code: state === 'refused' ? 'message.full' : null })),
    );
    const program = await serve(server, writeTokenFile());
    const code = state === 'refused' ? 'message.full' : `message.${state}`;
    expect(await program.send('laptop/me', 'Hello', 'stored')).toMatchObject({ code });
  });

  it('says that nobody answers, without the token', async () => {
    const program = begin(kind, writeTokenFile());
    const outcome = await program.send('laptop/me', 'Hello', 'stored', 1);
    expect(outcome).toMatchObject({ code: 'client.unreachable' });
    expect(program.output).not.toContain(TOKEN);
  });
});
