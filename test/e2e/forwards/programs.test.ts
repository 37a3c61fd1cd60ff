import { createHash, randomBytes } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { AppApiClient, ForwardRule, ForwardView } from '#shared/app-api/index.ts';
import { runCommand } from '#test/support/e2e/commands.ts';
import type { Device } from '#test/support/e2e/device.ts';
import type { StageRelay } from '#test/support/e2e/relay.ts';
import { Stage } from '#test/support/e2e/stage.ts';
import { until } from '#test/support/e2e/until.ts';
import { findChromium, launchChromium } from '#test/support/chromium/launch.ts';
import { findProgram, has, hasIpv6, Programs } from '#test/support/forwards/programs.ts';
import { sshConfig } from '#test/support/forwards/ssh-client.ts';
import { freePort } from '#test/support/free-port.ts';
import { TestSshd } from '#test/support/ssh/sshd.ts';

const WEB = has('curl', 'nginx', 'openssl');
const SSH = has('sshd', 'ssh');
const IPV6 = await hasIpv6();

let stage: Stage;
let relay: StageRelay;
let programs: Programs;
let laptop: Device;
let office: Device;
let api: AppApiClient;
let peer: string;
let sshd: TestSshd;

beforeAll(async () => {
  stage = new Stage();
  programs = new Programs();
  relay = await stage.startRelay();
  ({ laptop, office } = await stage.pairedDevices(relay, { allow: ['--allow', 'forward'] }));
  api = await laptop.connect();
  peer = (await api.call('peers.list', {}))[0]?.peerId ?? '';
  if (SSH) sshd = await TestSshd.start();
});
afterEach(() => stage.restore());
afterAll(async () => {
  api?.close();
  await sshd?.close();
  await programs?.close();
  await stage.close();
});

type RuleOf<Kind extends ForwardRule['kind']> = Omit<
  Extract<ForwardRule, { kind: Kind }>,
  'name' | 'enabled' | 'peer' | 'listen'
>;
/** For a program that carries some megabytes through a machine that is busy, ms. */
const LONG = 120_000;
const LISTEN = { host: '127.0.0.1', port: 0 };

async function proxy(kind: 'socks5' | 'http-proxy'): Promise<string> {
  const rule = { kind, name: `${kind} ${Math.random()}`, enabled: true, peer, listen: LISTEN, user: null };
  const { url, state } = await api.call('forwards.add', { rule });
  if (url === null) throw new Error(`the rule is ${state}`);
  return url;
}

async function bridge(port: number): Promise<number> {
  const way: RuleOf<'tcp-bridge'> = { kind: 'tcp-bridge', direction: 'local', to: { host: 'localhost', port } };
  const rule = { ...way, name: `bridge ${port}`, enabled: true, peer, listen: LISTEN };
  const { address } = await api.call('forwards.add', { rule });
  return Number(/:(\d+)$/.exec(address ?? '')?.[1]);
}

/** Runs a program to its end, which has to be a good one. */
async function run(program: string, ...words: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await runCommand(words, {
    program: findProgram(program) ?? program,
    environment: stage.environment,
    timeout: LONG,
  });
  if (code !== 0) throw new Error(`${program} ${words.join(' ')} ended with ${code}\n${stdout}${stderr}`);
  return stdout;
}

const curl = (...words: readonly string[]): Promise<string> =>
  run('curl', '--silent', '--show-error', '--max-time', String(LONG / 1000), ...words);
const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const view = async (url: string): Promise<ForwardView | undefined> =>
  (await api.call('forwards.list', {})).find((one) => one.url === url);

describe.runIf(WEB)('curl and a browser reach nginx behind a peer', () => {
  let nginx: Awaited<ReturnType<Programs['nginx']>>;

  beforeAll(async () => {
    nginx = await programs.nginx();
    writeFileSync(join(programs.folder, 'web', 'hello.txt'), 'hello from nginx');
    writeFileSync(join(programs.folder, 'web', 'big.bin'), randomBytes(24 * 1024 * 1024));
    writeFileSync(
      join(programs.folder, 'web', 'index.html'),
      '<!doctype html><title>Behind</title><p id=text>waiting<script>fetch("/hello.txt").then(async (answer) => { text.textContent = await answer.text() })</script>',
    );
  });

  it.each(['socks5', 'http-proxy'] as const)('by %s: names, addresses, TLS with HTTP/2, uploads', async (kind) => {
    const url = await proxy(kind);
    const through = (...words: readonly string[]): Promise<string> =>
      curl('--proxy', url.replace('socks5:', 'socks5h:'), ...words);
    expect(await through(`http://localhost:${nginx.plain}/hello.txt`)).toBe('hello from nginx');
    expect(
      await through(`http://127.0.0.1:${nginx.plain}/hello.txt`, `http://127.0.0.1:${nginx.plain}/hello.txt`),
    ).toBe('hello from nginxhello from nginx');
    const facts = '%{http_version} %{http_code} %{num_connects}';
    const pages = Array.from({ length: 3 }, () => `https://localhost:${nginx.tls}/hello.txt`);
    expect(await through('--cacert', nginx.certificate, '--http2', '--write-out', `${facts}\n`, ...pages)).toBe(
      'hello from nginx2 200 1\nhello from nginx2 200 0\nhello from nginx2 200 0\n',
    );
    expect(await through('--proxytunnel', `http://localhost:${nginx.plain}/hello.txt`)).toBe('hello from nginx');
    const upload = ['--data-binary', `@${join(programs.folder, 'web', 'big.bin')}`, '--header', 'Expect:'];
    // Too much for nginx, which says so before it has read all: the answer comes through.
    expect(
      await through(
        '--output',
        '/dev/null',
        '--write-out',
        '%{http_code}',
        ...upload,
        `http://localhost:${nginx.plain}/`,
      ),
    ).toBe('413');
    const file = join(programs.folder, `${kind}.bin`);
    await through('--output', file, `http://localhost:${nginx.plain}/big.bin`);
    expect(digest(readFileSync(file))).toBe(digest(readFileSync(join(programs.folder, 'web', 'big.bin'))));
  });

  it.runIf(IPV6)('by IPv6', async () => {
    const page = `http://[::1]:${nginx.plain}/hello.txt`;
    expect(await curl('--proxy', await proxy('socks5'), page)).toBe('hello from nginx');
    expect(await curl('--proxy', await proxy('http-proxy'), page)).toBe('hello from nginx');
  });

  it('curl is told in words why it gets nothing', async () => {
    const http = await proxy('http-proxy');
    const closed = await freePort();
    expect(await curl('--proxy', http, `http://localhost:${closed}/`)).toMatch(/\(forward\.refused\)$/m);
    expect(await curl('--proxy', http, 'http://169.254.169.254/latest/')).toMatch(/\(forward\.protected\)$/m);
    await office.ok('rights', 'laptop', '--deny', 'forward');
    try {
      const page = `http://localhost:${nginx.plain}/hello.txt`;
      expect(await curl('--proxy', http, page)).toMatch(/\(forward\.denied\)$/m);
      const words = ['--silent', '--show-error', '--proxy', await proxy('socks5'), page];
      const socks = await runCommand(words, { program: 'curl', environment: stage.environment });
      // "Can't complete SOCKS5 connection …. (2)": not allowed by rules.
      expect(socks).toMatchObject({ code: 97, stdout: '' });
      expect(socks.stderr).toContain('(2)');
    } finally {
      await office.ok('rights', 'laptop', '--allow', 'forward');
    }
    expect(await curl('--proxy', http, `http://localhost:${nginx.plain}/hello.txt`)).toBe('hello from nginx');
  });

  it('a relay that is killed in the middle of a download costs no byte', async () => {
    await laptop.run(['forward', 'remove', 'download']);
    const enabled = await laptop.ok('forward', 'add', '--mode', 'socks5', '--port', '0', '--name', 'download');
    const [url] = /socks5h:\/\/\S+/.exec(enabled) ?? [''];
    const file = join(programs.folder, 'killed.bin');
    const download = curl(
      '--proxy',
      url,
      '--limit-rate',
      '8M',
      '--output',
      file,
      `http://localhost:${nginx.plain}/big.bin`,
    );
    await until('bytes', async () => (((await view(url))?.bytesIn ?? 0) > 4 * 1024 * 1024 ? true : undefined));
    await relay.process.end('SIGKILL');
    await relay.restart();
    await download;
    expect(digest(readFileSync(file))).toBe(digest(readFileSync(join(programs.folder, 'web', 'big.bin'))));
    await expect.poll(() => view(url)).toMatchObject({ state: 'ready', total: 1 });
  });

  it.runIf(findChromium() !== undefined).each(['socks5', 'http-proxy'] as const)(
    'Chromium loads a page by %s',
    async (kind) => {
      const server = (await proxy(kind)).replace('socks5h:', 'socks5:');
      const browser = await launchChromium({ args: [`--proxy-server=${server}`, '--proxy-bypass-list=<-loopback>'] });
      try {
        const page = await browser.newPage();
        await page.goto(`http://localhost:${nginx.plain}/`);
        await page.locator('#text', { hasText: 'hello from nginx' }).waitFor({ timeout: 60_000 });
        const secure = await browser.newContext({ ignoreHTTPSErrors: true });
        const answer = await (await secure.newPage()).goto(`https://localhost:${nginx.tls}/hello.txt`);
        expect(await answer?.text()).toBe('hello from nginx');
      } finally {
        await browser.close();
      }
    },
  );
});

let postgres: Promise<number> | undefined;

it.runIf(has('initdb', 'postgres', 'psql'))('psql speaks to PostgreSQL behind a peer', async () => {
  postgres ??= programs.postgres();
  const port = await bridge(await postgres);
  const psql = (...words: readonly string[]): Promise<string> =>
    run(
      'psql',
      '--no-psqlrc',
      '-AtX',
      '-h',
      '127.0.0.1',
      '-p',
      String(port),
      '-U',
      'tester',
      '-d',
      'postgres',
      ...words,
    );
  expect(await psql('-c', 'select 6 * 7')).toBe('42\n');
  await psql('-c', 'drop table if exists lines');
  await psql('-c', 'create table lines as select n, md5(n::text) as line from generate_series(1, 100000) n');
  const copied = await psql('-c', 'copy (select line from lines order by n) to stdout');
  const lines = copied.trim().split('\n');
  expect(lines).toHaveLength(100_000);
  expect(lines[41]).toBe(createHash('md5').update('42').digest('hex'));
});

it.runIf(has('redis-server', 'redis-cli'))('redis-cli speaks to redis behind a peer', async () => {
  const port = String(await bridge(await programs.redis()));
  expect(await run('redis-cli', '-p', port, 'set', 'name', 'value')).toBe('OK\n');
  expect(await run('redis-cli', '-p', port, 'get', 'name')).toBe('value\n');
  expect(await run('redis-cli', '-p', port, '--no-raw', 'eval', "return redis.call('dbsize')", '0')).toBe(
    '(integer) 1\n',
  );
  const { stdout } = await runCommand(['-p', port, '--pipe'], {
    program: 'redis-cli',
    environment: stage.environment,
    input: Array.from({ length: 20_000 }, (_, n) => `SET key${n} ${n}\r\n`).join(''),
  });
  expect(stdout).toContain('errors: 0, replies: 20000');
});

describe.runIf(SSH)('programs of SSH reach a server behind a peer', () => {
  let bridged: string;

  beforeAll(async () => {
    bridged = sshConfig(programs.folder, 'bridged', sshd, [`Port ${await bridge(sshd.port)}`]);
  });

  it('ssh by a bridge, with its exit code and both ends', async () => {
    expect(await run('ssh', '-F', bridged, 'office', 'echo here')).toBe('here\n');
    const { code, stdout } = await runCommand(['-F', bridged, 'office', 'wc -c; exit 7'], {
      program: 'ssh',
      environment: stage.environment,
      input: 'x'.repeat(1_000_000),
    });
    expect({ code, stdout: stdout.trim() }).toEqual({ code: 7, stdout: '1000000' });
  });

  it.runIf(has('nc'))('ssh -o ProxyCommand by SOCKS 5 and by CONNECT', async () => {
    for (const [kind, version] of [
      ['socks5', '5'],
      ['http-proxy', 'connect'],
    ] as const) {
      const at = new URL(await proxy(kind)).host;
      const config = sshConfig(programs.folder, `by-${kind}`, sshd, [`Port ${sshd.port}`]);
      const command = `ProxyCommand=nc -X ${version} -x ${at} %h %p`;
      expect(await run('ssh', '-F', config, '-o', command, 'office', 'echo there')).toBe('there\n');
    }
  });

  it.runIf(has('git'))('git pushes and clones', async () => {
    const place = mkdtempSync(join(programs.folder, 'git-'));
    const git = (folder: string, ...words: readonly string[]): Promise<string> =>
      run(
        'git',
        '-C',
        folder,
        '-c',
        'user.name=T',
        '-c',
        'user.email=t@example.com',
        '-c',
        `core.sshCommand=ssh -F ${bridged}`,
        ...words,
      );
    execFileSync('git', ['init', '--quiet', '--bare', '--initial-branch=main', join(place, 'bare.git')]);
    execFileSync('git', ['init', '--quiet', '--initial-branch=main', join(place, 'work')]);
    writeFileSync(join(place, 'work', 'data'), randomBytes(2_000_000));
    await git(join(place, 'work'), 'add', '.');
    await git(join(place, 'work'), 'commit', '--quiet', '-m', 'First');
    await git(join(place, 'work'), 'push', '--quiet', `ssh://office${join(place, 'bare.git')}`, 'main');
    await git(place, 'clone', '--quiet', `ssh://office${join(place, 'bare.git')}`, 'copy');
    const revision = (folder: string): Promise<string> => git(join(place, folder), 'rev-parse', 'HEAD');
    expect(await revision('copy')).toBe(await revision('work'));
  });

  it.runIf(has('rsync', 'nc'))('rsync over ssh by SOCKS 5, also of what has changed', async () => {
    const place = mkdtempSync(join(programs.folder, 'rsync-'));
    const [from, to] = [join(place, 'from'), join(place, 'to')];
    mkdirSync(from);
    for (let n = 0; n < 50; n += 1) writeFileSync(join(from, `file${n}`), randomBytes(n * 2000));
    const config = sshConfig(programs.folder, 'rsync', sshd, [
      `Port ${sshd.port}`,
      `ProxyCommand nc -X 5 -x ${new URL(await proxy('socks5')).host} %h %p`,
    ]);
    const sync = (): Promise<string> =>
      run('rsync', '--archive', '--checksum', '--stats', '-e', `ssh -F ${config}`, `office:${from}/`, `${to}/`);
    await sync();
    expect(readdirSync(to)).toHaveLength(50);
    writeFileSync(join(from, 'file49'), 'changed');
    expect(await sync()).toMatch(/^Number of regular files transferred: 1$/m);
    for (let n = 0; n < 50; n += 1)
      expect(readFileSync(join(to, `file${n}`)).equals(readFileSync(join(from, `file${n}`)))).toBe(true);
  });
});

it('nothing is open any more, and the peer has noted who reached what', async () => {
  await until('the connections to end', async () => {
    const open = await api.call('forwards.connections', {});
    return open.length === 0 ? true : undefined;
  });
  const audit = await office.ok('audit', '--json');
  expect(audit).toContain('forward.opened');
  expect(audit).toContain('forward.refused');
});
