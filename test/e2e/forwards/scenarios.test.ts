import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AppApiClient, ForwardRule, ForwardView } from '#shared/app-api/index.ts';
import { launchChromium, findChromium } from '#test/support/chromium/launch.ts';
import { NODE, runCommand, RunningCommand, type Ended } from '#test/support/e2e/commands.ts';
import type { Device } from '#test/support/e2e/device.ts';
import type { StageRelay } from '#test/support/e2e/relay.ts';
import { Stage } from '#test/support/e2e/stage.ts';
import { until } from '#test/support/e2e/until.ts';
import { natProblem, Network } from '#test/support/faults/index.ts';
import { has } from '#test/support/forwards/programs.ts';
import { sshConfig } from '#test/support/forwards/ssh-client.ts';
import { listen, TestSshd } from '#test/support/ssh/sshd.ts';

/** For a program that carries some megabytes through a machine that is busy, ms. */
const LONG = 120_000;
const CURL = ['--silent', '--show-error', '--max-time', String(LONG / 1000)];
const BIG = 12 * 1024 * 1024;
const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** The view of a rule as soon as it is as wanted. */
function reached(api: AppApiClient, id: string, state: ForwardView['state'], code?: string): Promise<ForwardView> {
  const look = async (): Promise<ForwardView | undefined> =>
    (await api.call('forwards.list', {})).find(
      (view) => view.id === id && view.state === state && (code === undefined || view.problem?.code === code),
    );
  return until(`the rule to be ${state}`, look, 60_000);
}

/** Those that a first try has left, which failed in the middle. */
async function removeRules(api: AppApiClient): Promise<void> {
  for (const { id } of await api.call('forwards.list', {})) await api.call('forwards.remove', { id });
}

describe.runIf(has('curl', 'sshd', 'ssh', 'sftp'))('on one machine', () => {
  let stage: Stage;
  let sshd: TestSshd;
  let storage: Device;
  let front: Device;
  let there: AppApiClient;
  let here: AppApiClient;
  let web: Server;

  beforeAll(async () => {
    stage = new Stage();
    const relay = await stage.startRelay();
    ({ office: storage, laptop: front } = await stage.pairedDevices(relay, { allow: [] }));
    there = await storage.connect();
    here = await front.connect();
  });
  beforeEach(async () => {
    for (const api of [there, here]) await removeRules(api);
    // A new one, of which nothing is known.
    sshd = await TestSshd.start({ extra: ['Subsystem sftp internal-sftp'] });
  });
  afterEach(async () => {
    await stage.restore();
    await sshd.close();
  });
  afterAll(async () => {
    web?.close();
    there?.close();
    here?.close();
    await stage.close();
  });

  const run = (program: string, words: readonly string[], input?: string): Promise<Ended> =>
    runCommand(words, {
      program,
      environment: stage.environment,
      timeout: LONG,
      ...(input === undefined ? {} : { input }),
    });
  const curl = async (...words: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await run('curl', [...CURL, ...words]);
    if (code !== 0) throw new Error(`curl ${words.join(' ')} ended with ${code}: ${stderr}`);
    return stdout;
  };

  it('Scenario 1: a node without WireGuard, through an SSH tunnel', async () => {
    // The gateway has an SSH server and a service that only it reaches; no agent runs there.
    const body = randomBytes(BIG);
    web?.close();
    web = createServer((request, response) => response.end(request.url === '/big' ? body : 'the gateway'));
    const to = { host: '127.0.0.1', port: await listen(web) };
    const server = {
      host: '127.0.0.1',
      port: sshd.port,
      user: sshd.user,
      login: { method: 'key', file: sshd.keyFile },
    } as const;
    const rule: ForwardRule = {
      kind: 'ssh-tunnel',
      name: 'gateway',
      enabled: true,
      peer: null,
      server,
      direction: 'local',
      listen: { host: '127.0.0.1', port: 0 },
      to,
    };
    const { id } = await there.call('forwards.add', { rule });
    const { hostKey } = await reached(there, id, 'waiting', 'ssh.host-key-unknown');
    expect(hostKey).toEqual({ fingerprint: sshd.fingerprint(), before: null });
    await there.call('forwards.trustHostKey', { id, fingerprint: sshd.fingerprint() });
    const { address } = await reached(there, id, 'ready');
    const url = `http://${address}/`;
    expect(await curl(url)).toBe('the gateway');

    // The server is restarted as a system does it: connections that live go on in processes of their own.
    const file = join(stage.directory, 'gateway.bin');
    const download = curl('--limit-rate', '6M', '--output', file, `${url}big`);
    await until('bytes', async () => {
      const view = (await there.call('forwards.list', {})).find((one) => one.id === id);
      return (view?.bytesIn ?? 0) > 2 * 1024 * 1024 ? true : undefined;
    });
    const main = sshd.pids.at(-1) ?? 0;
    process.kill(main, 'SIGTERM');
    await until('the server to end', () => (isGone(main) ? true : undefined));
    await sshd.restart();
    await download;
    expect(digest(readFileSync(file))).toBe(digest(body));

    // The machine goes away with all its connections and comes back: the same port, without anybody's help.
    await there.call('forwards.restart', { id });
    await reached(there, id, 'ready');
    expect(await curl(url)).toBe('the gateway');
    await sshd.kill();
    await reached(there, id, 'waiting');
    const early = curl(url);
    await sshd.restart();
    expect(await early).toBe('the gateway');
    expect(await reached(there, id, 'ready')).toMatchObject({ address, problem: null });
  });

  it("Scenario 3: HTTP download at a public node, served from a storage node's folder, and the same folder by SFTP", async () => {
    const share = join(stage.directory, 'share');
    mkdirSync(join(share, 'films'), { recursive: true });
    const body = randomBytes(BIG);
    const file = join(share, 'films', 'holiday.bin');
    writeFileSync(file, body);
    const past = new Date(Date.now() - 60_000);
    utimesSync(file, past, past);
    writeFileSync(join(share, '.private'), 'SECRET');

    // The storage node serves its folder to itself, and lets the public node reach that and its SSH server, and nothing else.
    const shared = await storage.ok('forward', 'share', share, '--port', '0', '--host-name', 'files.example');
    const served = Number(/http:\/\/127\.0\.0\.1:(\d+)/.exec(shared)?.[1]);
    for (const port of [served, sshd.port]) await storage.ok('targets', 'laptop', '--allow', `localhost:${port}`);
    const bridge = async (port: number): Promise<number> => {
      const said = await front.ok('forward', 'port', '--local', '0', '--remote', `localhost:${port}`);
      return Number(/Use +127\.0\.0\.1:(\d+)/.exec(said)?.[1]);
    };
    const http = await bridge(served);
    const ssh = await bridge(sshd.port);

    // Somebody on the internet, who knows the public node's name only.
    const url = `http://files.example:${http}`;
    const known = ['--resolve', `files.example:${http}:127.0.0.1`];
    expect(await curl(...known, `${url}/films/`)).toContain('<a href="./holiday.bin">');
    const download = join(stage.directory, 'download');
    const first = ['--range', '0-5000000', '--output', download];
    await curl(...known, ...first, `${url}/films/holiday.bin`);
    await curl(...known, '--continue-at', '-', '--output', download, `${url}/films/holiday.bin`);
    expect(digest(readFileSync(download))).toBe(digest(body));
    expect(
      await curl(...known, '--path-as-is', '--write-out', '%{http_code}', `${url}/films/../../office/device.json`),
    ).toMatch(/404$/);
    expect(await curl(...known, '--write-out', '%{http_code}', `${url}/.private`)).not.toContain('SECRET');

    // The same by OpenSSH's sftp, also in two parts.
    const config = sshConfig(stage.directory, 'sftp', sshd, [`Port ${ssh}`]);
    const copy = join(stage.directory, 'copy');
    writeFileSync(copy, body.subarray(0, 3_000_000));
    const { code, stderr } = await run('sftp', ['-F', config, '-b', '-', 'office'], `reget ${file} ${copy}\n`);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(digest(readFileSync(copy))).toBe(digest(body));
    const open = await until('the connections to end', async () => {
      const connections = await here.call('forwards.connections', {});
      return connections.length === 0 ? connections : undefined;
    });
    expect(open).toEqual([]);
  });
});

const NAT = has('curl', 'nft', 'ip') ? natProblem() : 'programs are missing';
if (NAT !== undefined) console.info(`left out, scenario 2: ${NAT}`);

describe.runIf(NAT === undefined)('Scenario 2: a node behind carrier NAT, through a public node', () => {
  let stage: Stage;
  let network: Network;
  let relay: StageRelay;
  let gateway: Device;
  let mobile: Device;
  let service: RunningCommand;
  let api: AppApiClient;
  let servicePort: string;

  beforeAll(async () => {
    stage = new Stage();
    network = Network.create(['gateway', 'mobile']);
    network.hideBehindNat('gateway');
    network.hideBehindNat('mobile');
    // This machine is the public node: it runs the relay, and an agent.
    relay = await stage.startRelay({ host: network.hostAddress, tls: 'own' });
    gateway = stage.device('gateway', network.on('gateway'));
    mobile = stage.device('mobile', network.on('mobile'));
    const middle = stage.device('public');
    for (const device of [gateway, mobile, middle]) await device.runAgent(relay, { first: true });
    await mobile.pairWith(gateway, ['--allow', 'forward']);
    await middle.pairWith(gateway, ['--allow', 'pass-through']);
    await middle.pairWith(mobile, ['--allow', 'pass-through']);
    const script = `const body = Buffer.alloc(${BIG}, 'mobile');
require('node:http').createServer((request, response) => response.end(request.url === '/big' ? body : '<p id=text>only behind NAT'))
  .listen(0, '0.0.0.0', function () { console.log('at ' + this.address().port) });`;
    service = new RunningCommand([...network.on('mobile').slice(1), NODE, '-e', script], {
      program: 'ip',
      environment: stage.environment,
    });
    servicePort = (await service.said(/at (\d+)/))[1] ?? '';
    api = await gateway.connect();
  });
  afterEach(() => stage.restore());
  afterAll(async () => {
    api?.close();
    await service?.end();
    await stage.close();
    network.close();
  });

  const curl = (...words: readonly string[]): Promise<Ended> =>
    runCommand([...network.on('gateway').slice(1), 'curl', ...CURL, ...words], {
      program: 'ip',
      environment: stage.environment,
      timeout: LONG,
    });
  const pathOf = async (device: Device, name: string): Promise<string | undefined> =>
    ((await device.json('list')) as readonly { name: string; path: string }[]).find((peer) => peer.name === name)?.path;
  let url: string;

  it('by the relay of the public node, while nobody gets there straight', async () => {
    const straight = await curl('--connect-timeout', '1', `http://${network.addressOf('mobile')}:${servicePort}/`);
    expect(straight.code).toBe(28);
    await removeRules(api);
    const peer = (await api.call('peers.list', {})).find(({ name }) => name === 'mobile')?.peerId ?? '';
    const listen = { host: '127.0.0.1', port: 0 };
    const rule: ForwardRule = { kind: 'socks5', name: 'mobile', enabled: true, peer, listen, user: null };
    url = (await api.call('forwards.add', { rule })).url ?? '';
    expect(await curl('--proxy', url, `http://localhost:${servicePort}/`)).toMatchObject({
      code: 0,
      stdout: '<p id=text>only behind NAT',
    });
    expect(await pathOf(gateway, 'mobile')).toBe('relay');
  });

  it.runIf(findChromium() !== undefined)('in Chromium, for which the page is at no other place', async () => {
    const program = join(stage.directory, 'chromium-there');
    writeFileSync(program, `#!/bin/sh\nexec ${network.on('gateway').join(' ')} '${findChromium()}' "$@"\n`, {
      mode: 0o755,
    });
    const browser = await launchChromium({
      program,
      args: [`--proxy-server=${url.replace('socks5h:', 'socks5:')}`, '--proxy-bypass-list=<-loopback>'],
    });
    try {
      const page = await browser.newPage();
      await page.goto(`http://localhost:${servicePort}/`);
      expect(await page.locator('#text').textContent()).toBe('only behind NAT');
    } finally {
      await browser.close();
    }
  });

  it('by the agent of the public node, also when the relay dies in the middle of a download', async () => {
    for (const device of [gateway, mobile])
      await until(
        'a direct path',
        async () => ((await pathOf(device, 'public')) === 'direct' ? true : undefined),
        60_000,
      );
    await gateway.ok('path', 'mobile', '--via', 'public');
    const file = join(stage.directory, 'mobile.bin');
    const received = async (): Promise<number> => (await api.call('forwards.list', {}))[0]?.bytesIn ?? 0;
    const before = await received();
    const download = curl(
      '--proxy',
      url,
      '--limit-rate',
      '4M',
      '--output',
      file,
      `http://localhost:${servicePort}/big`,
    );
    await until('bytes', async () => ((await received()) - before > 1024 * 1024 ? true : undefined));
    await relay.process.end('SIGKILL');
    expect(await download).toMatchObject({ code: 0, stderr: '' });
    expect(digest(readFileSync(file))).toBe(digest(Buffer.alloc(BIG, 'mobile')));
    expect(await pathOf(gateway, 'mobile')).toBe('via');
  });
});

function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
}
