import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { temporaryDirectory } from '#test/support/directories.ts';
import { CLAWREACH_RELAY } from '#test/support/e2e/commands.ts';

function start(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, [CLAWREACH_RELAY, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
  });
  const output = { out: '', error: '' };
  child.stdout.on('data', (chunk: Buffer) => (output.out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output.error += chunk.toString()));
  const exited = once(child, 'close').then(([code]) => code as number | null);
  onTestFinished(() => void child.kill('SIGKILL'));
  return {
    child,
    output,
    exited,
    async printed(pattern: RegExp): Promise<RegExpExecArray> {
      for (;;) {
        const match = pattern.exec(output.out);
        if (match !== null) return match;
        await once(child.stdout, 'data');
      }
    },
  };
}

test('the command says where it listens, serves, keeps its secrets out of the log, and stops when told', async () => {
  const data = temporaryDirectory();
  const relay = start(['--listen', '127.0.0.1:0', '--tls', 'off', '--log-level', 'debug'], {
    CLAWREACH_RELAY_DATA: data,
    CLAWREACH_RELAY_ADMISSION_TOKEN: 'the-word-for-this-test',
  });
  const [, port = ''] = await relay.printed(/^listening on 127\.0\.0\.1:(\d+)\n(?=[^]*admission token)/);
  expect(relay.output.out).toMatch(/^url +ws:\/\/127\.0\.0\.1:\d+$/m);
  expect(relay.output.out).toMatch(/^relay key +([0-9A-Z]{4}-){3}[0-9A-Z]{4}$/m);
  expect(relay.output.out).toMatch(/^admission token the-word-for-this-test$/m);
  expect(await (await fetch(`http://127.0.0.1:${port}/healthz`)).text()).toBe('ok\n');
  relay.child.kill('SIGTERM');
  expect(await relay.exited).toBe(0);
  expect(relay.output.error).not.toContain('the-word-for-this-test');
  for (const line of relay.output.error.trim().split('\n')) {
    expect(JSON.parse(line)).toMatchObject({ name: 'clawreach-relay', level: expect.any(String) as string });
  }
});

test('the port comes from PORT where no other is given, as hosts of applications set it', async () => {
  const words = ['--tls', 'off', '--stun', 'off', '--data', temporaryDirectory()];
  const relay = start(words, { PORT: '0' });
  await relay.printed(/^listening on :\d+\n/);
  relay.child.kill('SIGTERM');
  expect(await relay.exited).toBe(0);
  const other = start([...words, '--listen', '127.0.0.1:0'], { PORT: '1' });
  await other.printed(/^listening on 127\.0\.0\.1:\d+\n/);
  other.child.kill('SIGTERM');
  const wrong = start(words, { PORT: 'web' });
  expect(await wrong.exited).toBe(1);
  expect(wrong.output.error).toContain('the variable PORT is no port: web');
});

test('a client that is refused a thousand times leaves a few lines in the log file, and the relay’s own are there [S-RELAY-3]', async () => {
  const data = temporaryDirectory();
  const log = join(data, 'relay.log');
  const words = ['--listen', '127.0.0.1:0', '--tls', 'off', '--data', data, '--log-file', log, '--log-level', 'info'];
  const relay = start([...words, '--stun', 'off']);
  const [, port = ''] = await relay.printed(/^listening on 127\.0\.0\.1:(\d+)\n(?=[^]*admission token)/);
  for (let round = 0; round < 100; round += 1) {
    const ended = Array.from({ length: 10 }, async () => {
      const socket = new WebSocket(`ws://127.0.0.1:${port}/v1/agent`);
      socket.on('error', () => undefined);
      socket.on('open', () => socket.send('{"type":"nonsense"}'));
      await new Promise((resolve) => socket.once('close', resolve));
    });
    await Promise.all(ended);
  }
  relay.child.kill('SIGTERM');
  expect(await relay.exited).toBe(0);
  expect(relay.output.error).toBe('');
  const text = await readFile(log, 'utf8');
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { msg: string; lines?: number });
  const refused = lines.filter(({ msg }) => msg === 'hello refused').length;
  const leftOut = lines.reduce((sum, line) => sum + (line.lines ?? 0), 0);
  expect(text.length).toBeLessThan(4000);
  expect(refused).toBeGreaterThan(0);
  expect(refused).toBeLessThanOrEqual(15);
  expect(leftOut).toBeGreaterThan(100);
  expect(text).toMatch(/\d+ further lines from 127\.0\.0\.1 were left out/);
  expect(lines.map(({ msg }) => msg)).toEqual(expect.arrayContaining(['relay started', 'relay stopped']));
});

test('the documented protocol is announced as what the relay can read, and only if it is on', async () => {
  const words = ['--listen', '127.0.0.1:0', '--tls', 'off', '--stun', 'off', '--accounts', 'on'];
  const [on, off] = [{ CLAWREACH_RELAY_PLAIN_PROTOCOL: 'on' }, {}].map((environment) =>
    start([...words, '--data', temporaryDirectory()], environment),
  );
  await on?.printed(/^plain protocol {2}on: this relay can read terminals and prompts[^]*^data /m);
  await off?.printed(/^data /m);
  expect(off?.output.out).not.toContain('plain');
});

test('TLS prints the pin of the certificate', async () => {
  const relay = start(['--listen', '127.0.0.1:0', '--data', temporaryDirectory(), '--admission', 'open']);
  await relay.printed(/^tls pin +(?:[0-9a-f]{4}-){15}[0-9a-f]{4}$/m);
  await relay.printed(/^admission +open/m);
  relay.child.kill('SIGINT');
  expect(await relay.exited).toBe(0);
});

test('what keeps it from starting is said with the next step', async () => {
  const blocker = createServer().listen(0, '127.0.0.1');
  await once(blocker, 'listening');
  const address = blocker.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const data = temporaryDirectory();
  const file = join(data, 'file');
  await writeFile(file, 'not a certificate');
  const cases: [string[], RegExp, number][] = [
    [['--listen', `127.0.0.1:${port}`, '--data', data], /it is in use \(EADDRINUSE\)[^]*--listen/, 1],
    [['--listen', '127.0.0.1:0', '--data', join(file, 'below')], /data directory[^]*--data DIR/, 1],
    [
      ['--listen', '127.0.0.1:0', '--data', data, '--tls', 'files', '--cert', file, '--key', file],
      /not usable[^]*--cert/,
      1,
    ],
    [['--listen', '127.0.0.1:0', '--data', data, '--public-url', 'ftp://x'], /not a public URL[^]*wss:/, 1],
    [['--listen', 'nonsense'], /HOST:PORT/, 2],
    [['--log-file', join(file, 'below')], /Can't write to it/, 2],
    [['--tls', 'files'], /--cert FILE and --key FILE/, 2],
    [['--plain-protocol', 'on'], /--plain-protocol on needs --accounts on/, 2],
    [['--unknown'], /unknown option/, 2],
  ];
  await Promise.all(
    cases.map(async ([args, text, code]) => {
      const relay = start(args);
      expect({ args, code: await relay.exited }).toEqual({ args, code });
      expect(relay.output.error).toMatch(text);
      expect(relay.output.out).toBe('');
    }),
  );
  blocker.close();
});

test('the command serves the page with accounts and where it is asked to, and says which one', async () => {
  const words = ['--listen', '127.0.0.1:0', '--tls', 'off', '--stun', 'off'];
  const cases: readonly (readonly [args: readonly string[], environment: Record<string, string>, served: boolean])[] = [
    [[], { CLAWREACH_RELAY_PAGE: '' }, false],
    [['--page', 'on'], {}, true],
    [[], { CLAWREACH_RELAY_PAGE: 'on' }, true],
    [['--accounts', 'on'], { CLAWREACH_RELAY_PAGE: '' }, true],
    [['--accounts', 'on', '--page', 'off'], {}, false],
  ];
  for (const [args, environment, served] of cases) {
    const relay = start([...words, '--data', temporaryDirectory(), ...args], environment);
    const [, port = ''] = await relay.printed(/^listening on 127\.0\.0\.1:(\d+)\n(?=[^]*\ndata )/);
    const { status, headers } = await fetch(`http://127.0.0.1:${port}/`);
    expect([args, status, headers.get('content-type')]).toEqual([
      args,
      served ? 200 : 404,
      served ? 'text/html; charset=utf-8' : 'text/plain; charset=utf-8',
    ]);
    const line = /^page {12}version \d+\.\d+\.\d+, [0-9a-f]{16}, not signed: a build of developers$/m;
    expect([args, line.test(relay.output.out)]).toEqual([args, served]);
    relay.child.kill('SIGTERM');
    expect(await relay.exited).toBe(0);
  }
  const wrong = start([...words, '--page', 'maybe']);
  expect(await wrong.exited).toBe(2);
  expect(wrong.output.error).toContain('Expected on or off.');
});
