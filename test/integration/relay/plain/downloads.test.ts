import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { arch } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryDirectory } from '#test/support/directories.ts';
import { startPlainRelay, type PlainRelay } from '#test/support/plain-relay.ts';
import { createReleaseKey, ReleaseServer, writtenMetadata } from '#test/support/releases.ts';

const HOUR = 3_600_000;
const METADATA = arch() === 'arm64' ? 'latest-linux-arm64.yml' : 'latest-linux.yml';
const PACKAGE = 'ClawReach-2.0.0-x86_64.AppImage';
const CONTENT = Buffer.from('#!/bin/sh\necho the application\n');

const key = createReleaseKey();
let releases: ReleaseServer;
let relay: PlainRelay;
let bare: PlainRelay;
beforeAll(async () => {
  releases = await ReleaseServer.start();
  const source = { feed: releases.url, keys: [createReleaseKey().public, key.public] };
  [relay, bare] = await Promise.all([
    startPlainRelay({ accounts: { plainProtocol: true, releases: source, plainRates: {} } }),
    startPlainRelay({ rates: { downloadsPerAddress: { burst: 5, perSecond: 0.001 } } }),
  ]);
});
afterAll(async () => {
  await Promise.all([relay.stop(), bare.stop(), releases.close()]);
});

const get = (query: string, more: RequestInit = {}): Promise<Response> =>
  relay.call(`download-connector${query}`, undefined, undefined, more);

/** Publishes the package, signed by a key at a time, and puts what is downloaded there. */
function publish({ signer = key, content = CONTENT, now = new Date(), name = METADATA } = {}): void {
  releases.files.clear();
  releases.files.set(PACKAGE, content);
  releases.publish(name, writtenMetadata('2.0.0', { [PACKAGE]: CONTENT }, now), [signer], { now });
}

/** Runs the script of the relay as `curl … | sh` does, in a home folder of its own. */
async function install(shell = 'sh'): Promise<Readonly<{ code: number; text: string; home: string }>> {
  const home = temporaryDirectory();
  const script = await (await get('?install=1')).text();
  return new Promise((resolve) => {
    const environment = { PATH: process.env['PATH'], HOME: home, TMPDIR: home, CLAWREACH_PACKAGE: 'AppImage' };
    const child = execFile(shell, [], { env: environment }, (error, out, errors) =>
      resolve({ code: Number(error?.code ?? 0), text: out + errors, home }),
    );
    child.stdin?.end(script);
  });
}

describe('GET /functions/v1/download-connector', () => {
  it('lists connectors for everyone, with instructions that name this relay', async () => {
    const api = `http://localhost:${relay.platform.relay.port}/functions/v1`;
    const [plain, list] = await Promise.all([get(''), get('?list=1', { headers: { Origin: 'https://app.example' } })]);
    const body = (await plain.json()) as { connectors: Record<string, unknown>[]; instructions: string };
    expect(await list.json()).toEqual(body);
    expect(list.headers.get('access-control-allow-origin')).toBe('*');
    expect(body.connectors.map(({ platform, arch: cpu }) => `${String(platform)} ${String(cpu)}`)).toEqual([
      'linux amd64',
      'linux arm64',
      'darwin amd64',
      'darwin arm64',
      'windows amd64',
    ]);
    expect(body.instructions).toContain(`clawreach --pair CODE --name NAME --api ${api}`);
    expect(body.instructions).toContain('The relay can read');
  });

  it('understands both pairs of names, and answers 404 for what there is not', async () => {
    const answers = await Promise.all(
      ['?platform=linux&arch=amd64', '?os=Linux&arch=x86_64', '?platform=linux&arch=x64'].map(async (query) => {
        const answer = await get(query);
        return [answer.status, await answer.json()];
      }),
    );
    expect(answers[0]).toMatchObject([
      200,
      { platform: 'linux', arch: 'amd64', install: expect.stringContaining('curl') },
    ]);
    expect(answers).toEqual([answers[0], answers[0], answers[0]]);
    for (const query of [
      '?platform=plan9&arch=amd64',
      '?platform=linux&arch=mips',
      '?platform=windows&arch=arm64',
      '?platform=linux',
      '?arch=amd64',
      '?platform=__proto__&arch=constructor',
      '?install=',
      '?install=yes',
      '?install=__proto__',
    ]) {
      const answer = await get(query);
      expect([query, answer.status, await answer.json()]).toMatchObject([query, 404, { error: expect.any(String) }]);
    }
    expect((await get('', { method: 'POST' })).status).toBe(405);
  });

  it('answers HEAD with the length and a tag, and 304 to who knows it', async () => {
    const whole = await get('?install=full');
    const text = await whole.text();
    const head = await get('?install=full', { method: 'HEAD' });
    const tag = head.headers.get('etag') ?? '';
    expect([head.status, await head.text(), head.headers.get('content-length')]).toEqual([
      200,
      '',
      String(text.length),
    ]);
    expect(tag).toMatch(/^"[0-9a-f]{32}"$/);
    expect(whole.headers.get('etag')).toBe(tag);
    expect((await get('?install=ps1')).headers.get('etag')).not.toBe(tag);
    const known = await get('?install=full', { headers: { 'If-None-Match': `"other", W/${tag}` } });
    expect([known.status, await known.text()]).toEqual([304, '']);
  });

  it('gives no script where the relay knows no releases, and is limited in rate', async () => {
    const list = await (await bare.call('download-connector')).json();
    expect(list).toEqual({ connectors: [], instructions: expect.stringContaining('from its sources') });
    const statuses: number[] = [];
    for (const query of ['?install=1', '?install=ps1', '?os=linux&arch=amd64', '?list=1', '', '']) {
      statuses.push((await bare.call(`download-connector${query}`)).status);
    }
    expect(statuses).toEqual([404, 404, 404, 200, 429, 429]);
  });
});

describe('the script that installs', () => {
  it('is valid for every shell here, and does nothing when it is cut off', async () => {
    for (const query of ['?install=full', '?install=1']) {
      const script = await (await get(query)).text();
      for (const shell of ['sh', 'dash', 'bash'].filter((name) => spawnSync(name, ['-c', ':']).status === 0)) {
        expect([shell, spawnSync(shell, ['-n'], { input: script }).stderr.toString()]).toEqual([shell, '']);
      }
      const cut = spawnSync('sh', { input: script.slice(0, script.lastIndexOf('\nmain')) });
      expect([cut.status, cut.stdout.toString(), cut.stderr.toString()]).toEqual([0, '', '']);
    }
    expect(releases.asked).toEqual([]);
  });

  it('installs a package that was signed, and leaves nothing else', async () => {
    publish();
    const { code, text, home } = await install();
    const file = join(home, '.local/bin/ClawReach.AppImage');
    expect({ code, text }).toEqual({ code: 0, text: `Installed ${file}\n` });
    expect([readFileSync(file), statSync(file).mode & 0o777]).toEqual([CONTENT, 0o755]);
    expect(readdirSync(home)).toEqual(['.local']);
  });

  it.each<[string, () => void, string]>([
    [
      'another package',
      () => publish({ content: Buffer.from('#!/bin/sh\necho the attacker here\n') }),
      'not the one that was signed',
    ],
    [
      'a package of the same length',
      () => publish({ content: Buffer.alloc(CONTENT.length) }),
      'not the one that was signed',
    ],
    ['another signer', () => publish({ signer: createReleaseKey() }), 'no signature by a known key'],
    ['no signature', () => (publish(), releases.files.set(`${METADATA}.sig`, '')), 'no signature by a known key'],
    [
      'changed metadata',
      () => {
        publish();
        releases.files.set(METADATA, String(releases.files.get(METADATA)).replace('2.0.0', '1.0.0'));
      },
      'no signature by a known key',
    ],
    ['an old signature', () => publish({ now: new Date(Date.now() - 181 * 24 * HOUR) }), 'has expired'],
    [
      'the release of another system',
      () => {
        publish({ name: 'latest-mac.yml' });
        releases.files.set(METADATA, releases.files.get('latest-mac.yml') ?? '');
        releases.files.set(`${METADATA}.sig`, releases.files.get('latest-mac.yml.sig') ?? '');
      },
      'for another system',
    ],
    [
      'a release for testers',
      () => {
        publish({ name: METADATA.replace('latest', 'beta') });
        for (const end of ['', '.sig'])
          releases.files.set(
            `${METADATA}${end}`,
            releases.files.get(`${METADATA.replace('latest', 'beta')}${end}`) ?? '',
          );
      },
      'not a stable one',
    ],
    ['no package', () => (publish(), releases.files.delete(PACKAGE)), "Can't download"],
    ['no release', () => releases.files.clear(), "Can't download"],
  ])('installs nothing for %s [S-PLAIN-14]', async (_, prepare, problem) => {
    prepare();
    const { code, text, home } = await install();
    expect(text).toContain(problem);
    expect(code).toBe(1);
    expect(existsSync(join(home, '.local'))).toBe(false);
    expect(readdirSync(home)).toEqual([]);
  });

  it('installs nothing without a program that checks signatures [S-PLAIN-14]', async () => {
    publish();
    const home = temporaryDirectory();
    const tools = join(home, 'bin');
    mkdirSync(tools);
    for (const name of ['sh', 'uname', 'mktemp', 'curl', 'rm', 'printf', 'cat']) {
      spawnSync('sh', ['-c', `ln -s "$(command -v ${name})" "$1"`, 'sh', join(tools, name)]);
    }
    const script = await (await get('?install=1')).text();
    const before = releases.asked.length;
    const { status, stderr } = spawnSync('/bin/sh', { input: script, env: { PATH: tools, HOME: home } });
    expect([status, stderr.toString()]).toMatchObject([1, expect.stringContaining('install OpenSSL 3')]);
    expect(releases.asked.length).toBe(before);
  });

  it('has a form for PowerShell with the same checks', async () => {
    const script = await (await get('?install=ps1')).text();
    expect(script).toContain(`$feed = '${releases.url}'`);
    expect(script).toContain('pkeyutl -verify');
    expect(script).toContain('-BEGIN PUBLIC KEY-');
    expect(script).not.toMatch(/\$\{|undefined|\[object/);
  });
});
