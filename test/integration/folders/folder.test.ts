import { execFile, execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createServer as createUnixServer, connect, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FolderRule } from '#agent/forwards/folders/index.ts';
import { systemClock } from '#node/clock/index.ts';
import type { ForwardRule, ForwardView } from '#shared/app-api/index.ts';
import { portOf, RuleSide } from '#test/support/forwards/rule-side.ts';

const run = promisify(execFile);

let outside: string;
let folder: string;
let side: RuleSide;
let view: ForwardView;
const clients: Socket[] = [];
const unix: Server[] = [];

beforeEach(async () => {
  outside = mkdtempSync(join(tmpdir(), 'clawreach-folder-'));
  folder = join(outside, 'shared');
  for (const name of ['shared', 'shared/sub', 'shared/.hidden', 'shared/profile', 'elsewhere'])
    mkdirSync(join(outside, name));
  for (const [name, text] of Object.entries({
    'secret.txt': 'SECRET',
    'elsewhere/secret.txt': 'SECRET',
    'shared/.secret': 'SECRET',
    'shared/.hidden/secret.txt': 'SECRET',
    'shared/profile/secret.txt': 'SECRET',
    'shared/a.txt': 'hello',
    'shared/sub/<b> & "c".txt': 'there',
    'shared/10.txt': '',
    'shared/9.txt': '',
    'shared/page.html': '<script>1</script>',
  }))
    writeFileSync(join(outside, name), text);
  const past = new Date(Date.now() - 60_000);
  utimesSync(join(folder, 'a.txt'), past, past);
  side = new RuleSide({
    clock: systemClock,
    session: () => Promise.reject(new Error('a folder needs no link')),
    runners: {
      folder: (context) => new FolderRule(context, { home: outside, privateFolders: [join(folder, 'profile')] }),
    },
  });
  void side.manager.start();
  view = await add();
});

afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  await side.manager.close();
  for (const server of unix.splice(0)) server.close();
  rmSync(outside, { recursive: true, force: true });
});

function add(changes: Partial<Extract<ForwardRule, { kind: 'folder' }>> = {}): Promise<ForwardView> {
  const listen = { host: '127.0.0.1', port: 0 };
  return side.manager.add({
    rule: { kind: 'folder', name: `rule ${Math.random()}`, enabled: true, listen, path: folder, ...changes },
  });
}

async function curl(...args: readonly string[]): Promise<string> {
  const { stdout } = await run('curl', ['--silent', '--show-error', '--max-time', '20', ...args]);
  return stdout;
}

/** What comes back for these very bytes, to the end of the connection. */
function raw(text: string, port = portOf(view)): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    clients.push(socket);
    let answer = '';
    socket.on('data', (bytes: Buffer) => {
      answer += bytes.toString('latin1');
    });
    socket.on('end', () => resolve(answer));
    socket.on('error', reject);
    socket.end(text);
  });
}

const get = (target: string, more = ''): Promise<string> =>
  raw(`GET ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${more}\r\n`);
const openFiles = (): number =>
  readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).startsWith(folder);
    } catch {
      // Closed meanwhile, such as the one that read the directory.
      return false;
    }
  }).length;

describe('a shared folder', () => {
  it('is served to curl, as a page, as JSON and file by file', async () => {
    expect(view).toMatchObject({ state: 'ready', open: false, url: `http://127.0.0.1:${portOf(view)}` });
    const url = view.url ?? '';
    expect(await curl(`${url}/a.txt`)).toBe('hello');
    expect(await curl('--location', `${url}/sub/%3Cb%3E%20%26%20%22c%22.txt`)).toBe('there');
    const listing = JSON.parse(await curl('--header', 'Accept: application/json', `${url}/`)) as {
      entries: { name: string; size: number | null }[];
    };
    expect(listing).toMatchObject({ path: '/', complete: true });
    expect(listing.entries.map(({ name }) => name)).toEqual(['sub', '9.txt', '10.txt', 'a.txt', 'page.html']);
    expect(listing.entries[3]).toMatchObject({ kind: 'file', size: 5 });
    const page = await curl('--include', '--location', `${url}/sub`);
    expect(page).toContain('301 Moved Permanently');
    expect(page).toContain(`<a href="./%3Cb%3E%20%26%20%22c%22.txt"><bdi>&#60;b&#62; &#38; &#34;c&#34;.txt</bdi></a>`);
    expect(page).toContain("Content-Security-Policy: default-src 'none'; style-src 'sha256-");
    expect(page).not.toContain('<script');
    expect(await curl('--header', 'Accept-Language: de', `${url}/`)).toContain('Geändert');
  });

  it('answers conditions and ranges, so that a download goes on', async () => {
    const bytes = randomBytes(3_000_000);
    writeFileSync(join(folder, 'big.bin'), bytes);
    const past = new Date(Date.now() - 60_000);
    utimesSync(join(folder, 'big.bin'), past, past);
    const head = await curl('--head', `${view.url}/big.bin`);
    expect(head).toContain('Content-Length: 3000000');
    const etag = /^ETag: (\S+)/m.exec(head)?.[1] ?? '';
    expect(await curl('--include', '--header', `If-None-Match: ${etag}`, `${view.url}/big.bin`)).toContain(
      '304 Not Modified',
    );
    const file = join(outside, 'download');
    writeFileSync(file, bytes.subarray(0, 1_234_567));
    await curl('--continue-at', '-', '--header', `If-Range: ${etag}`, '--output', file, `${view.url}/big.bin`);
    expect(createHash('sha256').update(readFileSync(file)).digest('hex')).toBe(
      createHash('sha256').update(bytes).digest('hex'),
    );
    expect(await get('/big.bin', 'Range: bytes=3000000-\r\n')).toContain('HTTP/1.1 416 ');
    expect(side.manager.list()[0]).toMatchObject({ bytesOut: 3_000_000 - 1_234_567 });
  });

  it('answers a client that has ended its side', async () => {
    expect(await raw('GET /a.txt HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 200 OK[^]*\r\n\r\nhello$/);
  });

  it.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'PROPFIND', 'MOVE'])(
    'refuses %s [S-FOLDER-2]',
    async (method) => {
      const answer = await raw(`${method} /a.txt HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nabc`);
      expect(answer).toMatch(/^HTTP\/1\.1 405 [^]*Allow: GET, HEAD\r\n/);
      expect(answer.match(/HTTP\/1\.1/g)).toHaveLength(1);
      expect(readFileSync(join(folder, 'a.txt'), 'utf8')).toBe('hello');
    },
  );

  it('refuses CONNECT [S-FOLDER-2]', async () => {
    expect(await raw('CONNECT localhost:22 HTTP/1.1\r\nHost: localhost:22\r\n\r\n')).toMatch(/^HTTP\/1\.1 405 /);
  });

  it('shows no scripts of a page it serves to the rest of the folder [S-FOLDER-4]', async () => {
    expect(await get('/page.html')).toMatch(/Content-Security-Policy: .*sandbox\r\n/);
  });
});

describe('what lies outside of a shared folder', () => {
  it.each([
    '/../secret.txt',
    '/sub/../../secret.txt',
    '/%2e%2e/secret.txt',
    '/%2E%2E/secret.txt',
    '/.%2e/secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e%2fsecret.txt',
    '/%252e%252e/secret.txt',
    '/%252e%252e%252fsecret.txt',
    '/..%5csecret.txt',
    '/..\\secret.txt',
    '/%c0%ae%c0%ae/secret.txt',
    '/%u002e%u002e/secret.txt',
    '/a.txt%00/../../secret.txt',
    '/..;/secret.txt',
    '/..%00/secret.txt',
    '/sub/%2e%2e/%2e%2e/secret.txt',
    '//secret.txt',
    '/a.txt/../../secret.txt',
    '/.secret',
    '/%2esecret',
    '/.hidden/secret.txt',
    '/sub/../.secret',
    '/.SECRET',
    '/profile/secret.txt',
    '/profile/',
    '/PROFILE/secret.txt',
    '/file:///etc/passwd',
    '/~root/.profile',
    'http://localhost/../secret.txt',
    'file:///etc/passwd',
    '/sub/..',
    '/.',
    '/..',
    '/...',
    '/a.txt/',
    '/a.txt/x',
  ])('is not reached by %s [S-FOLDER-1] [S-FOLDER-2]', async (target) => {
    const answer = await get(target);
    expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect(answer).not.toContain('SECRET');
  });

  it('is not reached by links, and links that stay inside are followed [S-FOLDER-1]', async () => {
    symlinkSync('../secret.txt', join(folder, 'out'));
    symlinkSync('/etc', join(folder, 'etc'));
    symlinkSync(outside, join(folder, 'sub', 'up'));
    symlinkSync('../.hidden', join(folder, 'sub', 'hidden'));
    symlinkSync('loop', join(folder, 'loop'));
    symlinkSync('../a.txt', join(folder, 'sub', 'inside'));
    for (const target of ['/out', '/etc/passwd', '/etc/', '/sub/up/secret.txt', '/sub/hidden/secret.txt', '/loop'])
      expect(await get(target)).toMatch(/^HTTP\/1\.1 404 /);
    expect(await get('/sub/inside')).toContain('\r\n\r\nhello');
    const names = await curl('--header', 'Accept: application/json', `${view.url}/`);
    for (const name of ['out', 'etc', 'loop', 'secret', 'hidden', 'profile']) expect(names).not.toContain(`"${name}`);
  });

  it('is not reached while links take the place of a file again and again [S-FOLDER-1]', async () => {
    writeFileSync(join(folder, 'file'), 'hello');
    symlinkSync('../secret.txt', join(outside, 'link'));
    const over = new AbortController();
    const swapping = (async () => {
      for (let turn = 0; !over.signal.aborted; turn += 1) {
        renameSync(join(folder, 'file'), join(outside, 'kept'));
        renameSync(join(outside, 'link'), join(folder, 'file'));
        renameSync(join(folder, 'file'), join(outside, 'link'));
        renameSync(join(outside, 'kept'), join(folder, 'file'));
        if (turn % 5 === 0) await new Promise((resolve) => setImmediate(resolve));
      }
    })();
    const answers = await Promise.all(Array.from({ length: 300 }, () => get('/file')));
    over.abort();
    await swapping;
    for (const answer of answers) expect(answer).not.toContain('SECRET');
    expect(answers.some((answer) => answer.endsWith('hello'))).toBe(true);
  });

  it.runIf(process.platform === 'linux')('is not reached by devices, pipes and sockets [S-FOLDER-1]', async () => {
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    const server = createUnixServer().listen(join(folder, 'socket'));
    unix.push(server);
    symlinkSync('/dev/zero', join(folder, 'zero'));
    if (process.getuid?.() === 0) execFileSync('mknod', [join(folder, 'device'), 'c', '1', '5']);
    for (const name of ['pipe', 'socket', 'zero', 'device']) expect(await get(`/${name}`)).toMatch(/^HTTP\/1\.1 404 /);
    expect(await curl('--header', 'Accept: application/json', `${view.url}/`)).not.toMatch(/pipe|socket|zero|device/);
  });

  it.each(['evil.example', 'evil.example:80', 'localhost.evil.example', '127.0.0.1.evil.example', '0x7f.1'])(
    'is not read by a page whose name %s was made to mean this machine [S-FOLDER-4]',
    async (host) => {
      const answer = await raw(`GET /a.txt HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
      expect(answer).toMatch(/^HTTP\/1\.1 421 /);
      expect(answer).not.toContain('hello');
    },
  );

  it.each(['127.0.0.1', '[::1]:80', 'LOCALHOST:1', 'files.example', 'Files.Example.:443'])(
    'has nothing to do with those who ask for %s',
    async (host) => {
      const named = await add({ hosts: ['files.example'] });
      const answer = await raw(`GET /a.txt HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`, portOf(named));
      expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    },
  );
});

describe('clients that do harm to a shared folder', () => {
  it('are refused a head that is too long, and one that cannot be read [S-FOLDER-3]', async () => {
    expect(await get('/', `X: ${'a'.repeat(20_000)}\r\n`)).toMatch(/^HTTP\/1\.1 431 /);
    expect(await raw('nonsense\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
  });

  it('get nothing behind a file that became shorter [S-FOLDER-3]', async () => {
    const path = join(folder, 'big.bin');
    writeFileSync(path, randomBytes(64 * 1024 * 1024));
    const socket = connect(portOf(view), '127.0.0.1');
    clients.push(socket);
    socket.write('GET /big.bin HTTP/1.1\r\nHost: localhost\r\n\r\n');
    let got = 0;
    const over = new Promise((resolve) => void socket.once('close', resolve));
    socket.once('data', () => {
      truncateSync(path, 1000);
      socket.on('data', (bytes: Buffer) => {
        got += bytes.length;
      });
    });
    await over;
    expect(got).toBeLessThan(64 * 1024 * 1024);
  });

  it('leave no file open when they go in the middle [S-FOLDER-3]', async () => {
    writeFileSync(join(folder, 'big.bin'), randomBytes(64 * 1024 * 1024));
    const sockets = Array.from({ length: 20 }, () => connect(portOf(view), '127.0.0.1'));
    clients.push(...sockets);
    await Promise.all(
      sockets.map(async (socket) => {
        socket.write('GET /big.bin HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(10));
        await new Promise((resolve) => void socket.once('data', resolve));
        socket.pause();
      }),
    );
    expect(openFiles()).toBeGreaterThan(0);
    // One each, however many requests they have sent.
    await vi.waitUntil(() => openFiles() <= 20, { timeout: 20_000 });
    for (const socket of sockets) socket.destroy();
    await vi.waitUntil(() => openFiles() === 0, { timeout: 20_000 });
    await vi.waitUntil(() => side.manager.list()[0]?.connections === 0, { timeout: 20_000 });
    expect(side.manager.list()[0]).toMatchObject({ total: 20, problem: null });
  });
});

describe('a folder that cannot be shared', () => {
  it.each([
    ['nothing', 'folder.missing'],
    ['a.txt', 'folder.not-a-folder'],
    ['profile', 'folder.private'],
  ])('%s: %s', async (name, code) => {
    expect(await add({ path: join(folder, name) })).toMatchObject({ state: 'failed', problem: { code } });
  });

  it('is one without a whole path; ~/ is that of the person', async () => {
    expect(await add({ path: 'shared' })).toMatchObject({ state: 'failed', problem: { code: 'folder.relative' } });
    const named = await add({ path: '~/shared' });
    expect(await curl(`${named.url}/a.txt`)).toBe('hello');
  });

  it('says so on the rule when it goes away, and serves it again when it is back', async () => {
    renameSync(folder, `${folder}-away`);
    expect(await get('/')).toMatch(/^HTTP\/1\.1 404 /);
    expect(side.manager.list()[0]).toMatchObject({ state: 'ready', problem: { code: 'folder.missing' } });
    renameSync(`${folder}-away`, folder);
    expect(await get('/')).toMatch(/^HTTP\/1\.1 200 /);
    expect(side.manager.list()[0]).toMatchObject({ problem: null });
  });
});
