import { appendFile, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { expect, it, onTestFinished } from 'vitest';
import type { RelayOptions, RunningRelay } from '#relay/index.ts';
import { PAGE_PATHS, PAGE_ROUTES, pagePolicy, readPageManifest } from '#shared/relay-page/index.ts';
import { exchange, request } from '#test/support/raw-http.ts';
import { signPageWith, VERSION, writeFixturePage, type FixturePage } from '#test/support/relay-page/fixture-page.ts';
import { startTestRelay } from '#test/support/relay-project.ts';
import { createReleaseKey } from '#test/support/releases.ts';

async function fixture(...given: Parameters<typeof writeFixturePage>): Promise<FixturePage> {
  const page = await writeFixturePage(...given);
  onTestFinished(() => page.remove());
  return page;
}

async function serve(
  folder: string,
  { keys = [], ...options }: Partial<RelayOptions> & { keys?: readonly string[] } = {},
): Promise<RunningRelay & { http: string }> {
  const { relay, stop } = await startTestRelay({ page: { folder, keys }, ...options });
  onTestFinished(stop);
  return { ...relay, http: relay.url.replace(/^ws/, 'http') };
}

const PATHS_OF_ROUTES = PAGE_ROUTES.map((route) => route.replaceAll(/:[A-Za-z]+/g, 'x1-Y.z'));

it('every route answers the HTML file, every file of the manifest by its own name and type', async () => {
  const page = await fixture();
  const relay = await serve(page.folder);
  const index = Buffer.from(page.files.get('/index.html') ?? '').toString();
  for (const path of [...PATHS_OF_ROUTES, '/terminal/x1?session=2']) {
    const answer = await fetch(`${relay.http}${path}`);
    expect([path, answer.status, answer.headers.get('content-type')]).toEqual([path, 200, 'text/html; charset=utf-8']);
    expect(answer.headers.get('cache-control')).toBe('no-cache');
    expect(await answer.text()).toBe(index);
  }
  const script = await fetch(`${relay.http}/assets/main-a1a1a1a1.js`);
  expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
  expect(script.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  expect((await fetch(`${relay.http}/manifest.webmanifest`)).headers.get('content-type')).toBe(
    'application/manifest+json',
  );
  expect((await fetch(`${relay.http}/llms.txt`)).headers.get('content-type')).toBe('text/plain; charset=utf-8');
  expect(await (await fetch(`${relay.http}${PAGE_PATHS.facts}`)).json()).toEqual({
    version: VERSION,
    hash: expect.stringMatching(/^[0-9a-f]{16}$/) as string,
    signature: 'development',
    accounts: false,
  });
  const signature = await fetch(`${relay.http}${PAGE_PATHS.signature}`);
  expect([signature.status, await signature.text()]).toEqual([404, expect.stringContaining('no key has signed')]);
});

it('content is compressed as the browser accepts it, and named by a tag', async () => {
  const page = await fixture();
  const relay = await serve(page.folder);
  const path = '/assets/shared-d4d4d4d4.js';
  const ask = (lines: readonly string[], method = 'GET') =>
    exchange(
      relay.port,
      request([`${method} ${path} HTTP/1.1`, `Host: 127.0.0.1:${relay.port}`, 'Connection: close', ...lines]),
    );
  const body = (answer: string): Buffer => Buffer.from(answer.slice(answer.indexOf('\r\n\r\n') + 4), 'latin1');
  const brotli = await ask(['Accept-Encoding: gzip, deflate, br, zstd']);
  expect(brotli).toMatch(/^Content-Encoding: br\r$/m);
  expect(brotli).toMatch(/^Vary: Accept-Encoding\r$/m);
  expect(Buffer.from(brotliDecompressSync(body(brotli)))).toEqual(page.files.get(path));
  const gzip = await ask(['Accept-Encoding: gzip;q=0.5, br;q=0']);
  expect(gzip).toMatch(/^Content-Encoding: gzip\r$/m);
  expect(Buffer.from(gunzipSync(body(gzip)))).toEqual(page.files.get(path));
  const plain = await ask([]);
  expect(plain).not.toContain('Content-Encoding');
  expect(body(plain)).toEqual(page.files.get(path));
  const tag = /^ETag: (.+)\r$/m.exec(brotli)?.[1] ?? '';
  const again = await ask(['Accept-Encoding: br', `If-None-Match: "other", W/${tag}`]);
  expect(again).toMatch(/^HTTP\/1\.1 304 /);
  expect(body(again)).toHaveLength(0);
  expect(await ask(['Accept-Encoding: gzip', `If-None-Match: ${tag}`])).toMatch(/^HTTP\/1\.1 200 /);
});

it('HEAD has the length and no content; a range is answered with the whole file; other methods are refused [S-PAGE-4]', async () => {
  const page = await fixture();
  const relay = await serve(page.folder);
  const url = `${relay.http}/assets/shared-d4d4d4d4.js`;
  const head = await fetch(url, { method: 'HEAD', headers: { 'Accept-Encoding': 'identity' } });
  expect(Number(head.headers.get('content-length'))).toBe(page.files.get('/assets/shared-d4d4d4d4.js')?.length);
  expect((await head.arrayBuffer()).byteLength).toBe(0);
  for (const range of ['bytes=0-3', 'bytes=-1', 'bytes=9-1,2-3', `bytes=${'0-1,'.repeat(500)}0-1`]) {
    const answer = await fetch(url, { headers: { Range: range } });
    expect([range, answer.status, answer.headers.get('accept-ranges')]).toEqual([range, 200, 'none']);
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(page.files.get('/assets/shared-d4d4d4d4.js'));
  }
  for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
    const answer = await fetch(url, { method });
    expect([method, answer.status, answer.headers.get('allow')]).toEqual([method, 405, 'GET, HEAD']);
  }
});

it('only names of the manifest are served, however a path is spelled [S-PAGE-4]', async () => {
  const page = await fixture();
  await writeFile(join(page.folder, 'secret.txt'), 'secret');
  await writeFile(join(page.folder, 'assets', 'extra.js'), 'secret');
  const relay = await serve(page.folder);
  const host = `Host: 127.0.0.1:${relay.port}`;
  const paths = [
    '/secret.txt',
    '/assets/extra.js',
    '/assets/',
    '/assets',
    '/assets/../secret.txt',
    '/assets/..%2fsecret.txt',
    '/..%2f..%2fetc/passwd',
    '/../../../../etc/passwd',
    '/assets//main-a1a1a1a1.js',
    '//assets/main-a1a1a1a1.js',
    '/assets/main-a1a1a1a1.js/',
    '/assets/main-a1a1a1a1.js%00.css',
    '/assets/main-a1a1a1a1.js.br',
    '/assets/main-a1a1a1a1.js.map',
    '/ASSETS/main-a1a1a1a1.js',
    '/%61ssets/main-a1a1a1a1.js',
    '/assets\\main-a1a1a1a1.js',
    '/terminal/../dashboard',
    '/terminal/%2e%2e/x',
    '/project/a%00',
    '/dashboard/',
    '/unknown',
    'http://127.0.0.1/assets/main-a1a1a1a1.js',
    '*',
  ];
  for (const path of paths) {
    const answer = await exchange(relay.port, request([`GET ${path} HTTP/1.1`, host, 'Connection: close']));
    expect([path, /^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]]).toEqual([path, expect.stringMatching(/^40[04]$/)]);
    expect(answer).not.toContain('secret');
    expect(answer).not.toContain('openCheckedWorker');
  }
});

it('every answer has its policy and lets no other origin use it [S-PAGE-3]', async () => {
  const page = await fixture();
  const relay = await serve(page.folder, { accounts: {} });
  const host = `127.0.0.1:${relay.port}`;
  const manifest = readPageManifest(page.files.get(PAGE_PATHS.manifest) ?? new Uint8Array());
  const ofPage = pagePolicy(manifest, { host, tls: false });
  expect(ofPage).toContain(`script-src 'self' 'sha256-${manifest.inline[0] ?? ''}';`);
  expect(ofPage).toContain(`connect-src 'self' ws://${host};`);
  expect(ofPage).not.toMatch(/unsafe-(?:eval|hashes)|script-src[^;]*unsafe|\*/);
  const cases: readonly (readonly [path: string, init?: RequestInit])[] = [
    ['/'],
    ['/dashboard'],
    ['/assets/main-a1a1a1a1.js'],
    ['/assets/none.js'],
    ['/service-worker.js'],
    [PAGE_PATHS.manifest],
    [PAGE_PATHS.signature],
    [PAGE_PATHS.facts],
    ['/unknown'],
    ['/healthz'],
    ['/v1/agent'],
    ['/api/v1/account'],
    ['/', { method: 'POST', body: '{}' }],
  ];
  for (const [path, init = {}] of cases) {
    const answer = await fetch(`${relay.http}${path}`, {
      ...init,
      headers: { Origin: 'https://evil.example', Cookie: '__Host-clawreach=AAAA' },
    });
    const { headers } = answer;
    expect([path, headers.get('x-content-type-options')]).toEqual([path, 'nosniff']);
    expect([path, headers.get('referrer-policy')]).toEqual([path, 'no-referrer']);
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'none';.*frame-ancestors 'none'/);
    for (const name of headers.keys()) expect(name).not.toMatch(/^access-control-|^set-cookie$/);
  }
  const { headers } = await fetch(`${relay.http}/`);
  expect(headers.get('content-security-policy')).toBe(ofPage);
  expect(Object.fromEntries(headers)).toMatchObject({
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'integrity-policy': 'blocked-destinations=(script)',
    'permissions-policy': expect.stringContaining('camera=(self)') as string,
    'x-frame-options': 'DENY',
  });
  expect(headers.get('strict-transport-security')).toBeNull();
});

it('a name that is not the relay’s gets no page; one of its own by https is kept to https [S-PAGE-5]', async () => {
  const page = await fixture();
  const relay = await serve(page.folder, { publicUrls: ['https://relay.example', 'wss://other.example:7474'] });
  const ask = (...lines: readonly string[]) =>
    exchange(relay.port, request(['GET / HTTP/1.1', 'Connection: close', ...lines]));
  for (const host of [
    'evil.example',
    `evil.example:${relay.port}`,
    'relay.example.evil.example',
    'relay.example:1',
    'relay.example@evil.example',
    '127.0.0.1.evil.example',
    '',
    'relay.example; script-src *',
    '[::1',
    '203.0.113.9',
  ]) {
    const answer = await ask(`Host: ${host}`);
    expect([host, /^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]]).toEqual([host, '421']);
    expect(answer).not.toContain('main-a1a1a1a1');
    expect(answer).not.toMatch(/script-src/);
  }
  // Node refuses two names by itself, or takes the first one alone.
  expect(await ask('Host: evil.example', 'Host: relay.example')).not.toContain('main-a1a1a1a1');
  const own = await ask('Host: relay.example');
  expect(own).toMatch(/^HTTP\/1\.1 200 /);
  expect(own).toContain("connect-src 'self' wss://relay.example;");
  expect(own).toMatch(/^Strict-Transport-Security: max-age=31536000\r$/m);
  // Other services of that name may have no TLS.
  expect(await ask('Host: other.example:7474')).not.toContain('Strict-Transport-Security');
  for (const host of [`localhost:${relay.port}`, '127.0.0.1', `[::1]:${relay.port}`])
    expect(await ask(`Host: ${host}`)).toMatch(/^HTTP\/1\.1 200 /);
});

it('a page with one changed byte is refused, and the relay runs without it [S-PAGE-1]', async () => {
  const key = createReleaseKey();
  const changes: readonly (readonly [name: string, path: string])[] = [
    ['HTML', 'index.html'],
    ['a chunk', 'assets/lazy-b2b2b2b2.js'],
    ['a worker', 'assets/worker-c3c3c3c3.js'],
    ['the service worker', 'service-worker.js'],
    ['the manifest', '.well-known/clawreach-page.json'],
    ['compressed content', 'assets/shared-d4d4d4d4.js.br'],
  ];
  for (const [name, path] of changes) {
    const page = await fixture({ key });
    const bytes = await readFile(join(page.folder, path));
    const place = bytes.length >> 1;
    bytes[place] = (bytes[place] ?? 0) ^ 1;
    await writeFile(join(page.folder, path), bytes);
    const relay = await serve(page.folder, { keys: [key.public] });
    expect([name, relay.page?.kind]).toEqual([name, 'refused']);
    const answer = await fetch(`${relay.http}/`);
    expect([name, answer.status, answer.headers.get('content-security-policy')]).toEqual([
      name,
      503,
      "default-src 'none'; frame-ancestors 'none'",
    ]);
    const text = await answer.text();
    expect(text).toContain("doesn't serve its page");
    expect(text).not.toContain(page.folder);
    expect((await fetch(`${relay.http}/${path}`)).status).not.toBe(200);
    expect(await (await fetch(`${relay.http}/readyz`)).text()).toBe('ready\n');
  }
});

it('files that are missing, too long or of another version are refused, too [S-PAGE-1]', async () => {
  const missing = await fixture();
  await rm(join(missing.folder, 'assets/lazy-b2b2b2b2.js'));
  const longer = await fixture();
  await appendFile(join(longer.folder, 'service-worker.js'), ' ');
  const older = await fixture({ version: '0.0.1' });
  for (const { folder } of [missing, longer, older]) {
    const relay = await serve(folder);
    expect(relay.page?.kind).toBe('refused');
  }
  const none = await serve(join(missing.folder, 'none'));
  expect(none.page).toMatchObject({ kind: 'refused', code: 'page.missing' });
});

it('a build that knows keys serves no page without the signature of one of them [S-PAGE-2]', async () => {
  const key = createReleaseKey();
  const other = createReleaseKey();
  const signed = await fixture({ key });
  const relay = await serve(signed.folder, { keys: [other.public, key.public] });
  expect(relay.page).toMatchObject({ kind: 'served', page: { signature: 'release' } });
  const manifest = signed.files.get(PAGE_PATHS.manifest) ?? new Uint8Array();
  expect(await (await fetch(`${relay.http}${PAGE_PATHS.signature}`)).text()).toBe(signPageWith(manifest, key));
  const unsigned = await fixture();
  expect((await serve(unsigned.folder, { keys: [key.public] })).page).toMatchObject({ code: 'update.unsigned' });
  expect((await serve(signed.folder, { keys: [other.public] })).page).toMatchObject({ code: 'update.wrong-signature' });
});

it('a relay serves a page in front of its own connections, and one without a page none', async () => {
  const page = await fixture();
  const relay = await serve(page.folder);
  expect(await (await fetch(`${relay.http}/healthz`)).text()).toBe('ok\n');
  expect((await fetch(`${relay.http}/api/v1/account`)).status).toBe(404);
  const { relay: bare, stop } = await startTestRelay({});
  onTestFinished(stop);
  expect((await fetch(`${bare.url.replace(/^ws/, 'http')}/`)).status).toBe(404);
});

it('a flood of one address is answered within its rate [S-PAGE-4]', async () => {
  const page = await fixture();
  const relay = await serve(page.folder, { rates: { requestsPerAddress: { burst: 100, perSecond: 0.001 } } });
  const path = '/assets/shared-d4d4d4d4.js';
  const statuses = await Promise.all(
    Array.from({ length: 300 }, async () => {
      const answer = await fetch(`${relay.http}${path}`, { headers: { 'Accept-Encoding': 'identity' } });
      const { byteLength } = await answer.arrayBuffer();
      return [answer.status, byteLength > 100_000] as const;
    }),
  );
  const count = (status: number): number => statuses.filter(([found]) => found === status).length;
  expect(count(200)).toBe(100);
  expect(count(429)).toBe(200);
  expect(statuses.every(([status, isLong]) => isLong === (status === 200))).toBe(true);
});
