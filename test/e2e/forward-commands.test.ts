import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { ForwardConnectionView, ForwardView } from '#shared/app-api/index.ts';
import { documents, runCommand, RunningCommand } from '#test/support/e2e/commands.ts';
import type { Device } from '#test/support/e2e/device.ts';
import type { StageRelay } from '#test/support/e2e/relay.ts';
import { Stage } from '#test/support/e2e/stage.ts';
import { until } from '#test/support/e2e/until.ts';
import { freePort } from '#test/support/free-port.ts';

const ENVIRONMENT = { PATH: process.env['PATH'] ?? '' };

/** Runs curl; what it printed. */
async function curl(...words: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await runCommand(['--silent', '--show-error', '--max-time', '20', ...words], {
    program: 'curl',
    environment: ENVIRONMENT,
  });
  if (code !== 0) throw new Error(`curl ${words.join(' ')} ended with ${code}: ${stderr}`);
  return stdout;
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

describe('clawreach forward, with two agents and a relay', () => {
  let stage: Stage;
  let relay: StageRelay;
  let office: Device;
  let laptop: Device;
  let site: Server;
  let directory: string;
  let release: () => void;

  beforeAll(async () => {
    stage = new Stage();
    relay = await stage.startRelay();
    ({ office, laptop } = await stage.pairedDevices(relay));
    directory = await mkdtemp(join(tmpdir(), 'clawreach-relay-'));
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    site = createHttpServer((request, response) => {
      if (request.url !== '/slow') {
        response.end(`the site says ${request.url}`);
        return;
      }
      response.write('x'.repeat(5000));
      void held.then(() => response.end('end'));
    }).listen(0, '127.0.0.1');
    await once(site, 'listening');
    await office.ok('forward', 'targets', 'laptop', '--allow', `localhost:${portOf(site)}`);
  });
  afterEach(() => stage.restore());
  afterAll(async () => {
    release?.();
    site?.closeAllConnections();
    site?.close();
    await stage.close();
    await rm(directory, { recursive: true, force: true });
  });

  /** A first try may have added it. */
  const removed = (name: string): Promise<unknown> => laptop.run(['forward', 'remove', name]);
  /** The forward of the first test, that others use. */
  const first = (): string => `office-${portOf(site)}`;
  const forwardFirst = async (): Promise<string> => {
    const local = await freePort();
    await removed(first());
    return laptop.ok('forward', 'port', '--local', String(local), '--remote', String(portOf(site)));
  };
  const connections = async (device: Device): Promise<readonly ForwardConnectionView[]> =>
    (await device.json('forward', 'connections')) as readonly ForwardConnectionView[];

  const status = (name: string): Promise<ForwardView> => laptop.json('forward', 'list', name) as Promise<ForwardView>;

  it('forwards one port: the peer is the only one, and what to type is said', async () => {
    const local = await freePort();
    await removed(first());
    const text = await laptop.ok('forward', 'port', '--local', String(local), '--remote', String(portOf(site)));
    expect(text).toContain(`office-${portOf(site)}: tcp-bridge, office, ready`);
    expect(text).toContain(`Use    127.0.0.1:${local}`);
    expect(await curl(`http://127.0.0.1:${local}/one`)).toBe('the site says /one');
    expect(await laptop.ok('forward')).toMatch(/office-\d+ +tcp-bridge +office +:\d+ → localhost:\d+ +ready/);
  });

  it('opens a SOCKS proxy with a password from the environment, which curl must know', async () => {
    const port = await freePort();
    await removed('proxy');
    const { code, stdout } = await laptop.run(
      ['forward', 'add', '--mode', 'socks5', '--port', String(port), '--user', 'ada', '--name', 'proxy', '--json'],
      { environment: { CLAWREACH_PROXY_PASSWORD: 'hush-hush' } },
    );
    expect(code).toBe(0);
    expect(stdout).not.toContain('hush');
    expect(JSON.parse(stdout)).toMatchObject({ state: 'ready', hasPassword: true, url: `socks5h://127.0.0.1:${port}` });
    const target = `http://localhost:${portOf(site)}/two`;
    const proxy = `socks5h://127.0.0.1:${port}`;
    expect(await curl('--proxy', proxy, '--proxy-user', 'ada:hush-hush', target)).toBe('the site says /two');
    await expect(curl('--proxy', proxy, '--proxy-user', 'ada:wrong', target)).rejects.toThrow(/ended with 97/);
    await expect(curl('--proxy', proxy, '--proxy-user', 'ada:hush-hush', 'http://169.254.169.254/')).rejects.toThrow(
      /ended with 97/,
    );
    await expect.poll(async () => (await status('proxy')).problem?.code).toBe('forward.protected');
    expect(await laptop.ok('forward', 'list')).toContain('This target can never be reached through another machine.');
  });

  it('shows live bytes, age, target and source of what is carried, and ends one connection', async () => {
    const url = (await status(first())).address ?? '';
    // Those of before are over.
    for (const device of [laptop, office]) await expect.poll(() => connections(device)).toEqual([]);
    const download = new RunningCommand(['--silent', '--no-buffer', `http://${url}/slow`], {
      program: 'curl',
      environment: ENVIRONMENT,
      timeout: 60_000,
    });
    onTestFinished(() => void download.end('SIGKILL'));
    await until('its bytes', async () => (download.stdout.length >= 5000 ? true : undefined));
    const counted = await until('the connection with its bytes', async () => {
      const all = await connections(laptop);
      return (all[0]?.bytesIn ?? 0) > 5000 && (all[0]?.bytesOut ?? 0) > 20 ? all : undefined;
    });
    const [seen, ...others] = counted;
    expect(others).toEqual([]);
    expect(seen).toMatchObject({
      direction: 'out',
      peerName: 'office',
      target: `localhost:${portOf(site)}`,
      source: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
    });
    expect(await office.json('forward', 'connections')).toMatchObject([{ direction: 'in', peerName: 'laptop' }]);
    const following = laptop.start(['forward', 'connections', '--follow', '--json']);
    await until('two lines', async () => (documents(following.stdout).length >= 2 ? true : undefined));
    expect((await following.end('SIGINT')).code).toBe(0);
    expect(await laptop.ok('forward', 'connections')).toMatch(
      /office-\d+ +office +localhost:\d+ +127\.0\.0\.1:\d+ +\d+ s/,
    );
    await laptop.ok('forward', 'disconnect', String(seen?.id));
    expect((await download.ended).code).not.toBe(0);
    await expect.poll(() => connections(laptop)).toEqual([]);
  });

  it('leads a port of the peer to here', async () => {
    const there = await freePort();
    await removed('back');
    const words = ['forward', 'port', '--reverse', '--local', String(portOf(site)), '--remote', String(there)];
    const waiting = await laptop.run([...words, '--name', 'back']);
    expect(waiting.code).toBe(0);
    expect(waiting.stdout).toContain('waiting for approval');
    expect(waiting.stderr).toContain('[forward.asking]');
    await office.ok('forward', 'targets', 'laptop', '--listen', `127.0.0.1:${there}`);
    await until('the port there', async () => ((await status('back')).state === 'ready' ? true : undefined));
    expect(await curl(`http://127.0.0.1:${there}/three`)).toBe('the site says /three');
  });

  it('closes the port of a rule that is disabled, and opens the same one again', async () => {
    const name = first();
    await laptop.ok('forward', 'enable', name);
    const address = (await status(name)).address ?? '';
    await laptop.ok('forward', 'disable', name);
    expect(await status(name)).toMatchObject({ state: 'off', address: null });
    await expect(curl(`http://${address}/`)).rejects.toThrow(/ended with 7/);
    expect(await laptop.ok('forward', 'enable', name)).toContain('ready');
    expect(await curl(`http://${address}/four`)).toBe('the site says /four');
  });

  it('keeps rules, ports and passwords when the agent is restarted', async () => {
    const before = (await laptop.json('forward', 'list')) as ForwardView[];
    await laptop.ok('stop');
    await laptop.agent?.ended;
    await laptop.runAgent(relay);
    const after = (await laptop.json('forward', 'list')) as ForwardView[];
    const facts = ({ id, rule }: ForwardView): unknown => ({ id, rule });
    expect(after.map(facts)).toEqual(before.map(facts));
    const { url } = await until('the port', async () => {
      const view = await status('proxy');
      return view.state === 'ready' ? view : undefined;
    });
    const target = `http://localhost:${portOf(site)}/five`;
    expect(await curl('--proxy', url ?? '', '--proxy-user', 'ada:hush-hush', target)).toBe('the site says /five');
  });

  it('writes rules and reads them again, all or none, without passwords', async () => {
    const file = join(directory, 'rules.ini');
    for (const name of ['back', 'z']) await removed(name);
    await forwardFirst();
    const reverse = ['--reverse', '--local', String(portOf(site)), '--remote', String(await freePort())];
    await laptop.ok('forward', 'port', ...reverse, '--name', 'back');
    await laptop.ok('forward', 'export', file, '--rule', 'back', `office-${portOf(site)}`);
    const text = await readFile(file, 'utf8');
    expect(text).toContain('# peer: office\n[back]\ntype = tcp-bridge\n');
    const again = await laptop.run(['forward', 'import', file]);
    expect(again.code).toBe(1);
    expect(again.stderr).toMatch(/rules\.ini:\d+: Another forward is called /);
    const before = (await laptop.json('forward', 'list')) as ForwardView[];
    await laptop.ok('forward', 'remove', 'back');
    await laptop.ok('forward', 'remove', `office-${portOf(site)}`);
    await laptop.ok('forward', 'import', file);
    const after = (await laptop.json('forward', 'list')) as ForwardView[];
    const rules = (views: readonly ForwardView[]): unknown =>
      views.map(({ rule }) => rule.name + JSON.stringify(rule)).sort();
    expect(rules(after)).toEqual(rules(before));
    expect(await laptop.ok('forward', 'export')).not.toContain('hush');
    await writeFile(file, '[x]\ntype = socks5\nprot = relay\n[y]\ntype = socks5\nlocal_proxy_port = 0\n');
    const wrong = await laptop.run(['forward', 'import', file, '--json']);
    expect(wrong.code).toBe(1);
    expect(JSON.parse(wrong.stderr)).toMatchObject({ added: [], errors: [{ line: 3, key: 'prot', code: 'ini.key' }] });
    expect((await laptop.json('forward', 'list')) as unknown[]).toHaveLength(before.length);
    const piped = await laptop.run(['forward', 'import', '-'], { input: '[z]\ntype = socks5\nlocal_proxy_port = 0\n' });
    expect(piped).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^z: 127\.0\.0\.1:\d+ → anywhere via office, ready/),
    });
  });

  it('says which port is free where the wanted one is taken, and adds nothing', async () => {
    await removed('office-http-proxy');
    const before = (await laptop.json('forward', 'list')) as ForwardView[];
    const { port } = site.address() as AddressInfo;
    const refused = await laptop.run(['forward', 'add', '--mode', 'http-proxy', '--port', String(port)]);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('[forward.port-in-use]');
    const free = /`--port (\d+)`/.exec(refused.stderr)?.[1];
    expect((await laptop.json('forward', 'list')) as unknown[]).toHaveLength(before.length);
    expect(await laptop.ok('forward', 'add', '--mode', 'http-proxy', '--port', free ?? '')).toContain('ready');
    const { url } = await status('office-http-proxy');
    const target = `http://localhost:${portOf(site)}/six`;
    expect(await curl('--proxy', url ?? '', target)).toBe('the site says /six');
  });

  it.each([
    [['port', '--local', '0', '--remote', '80', '--peer', 'ofice'], 4, '[peer.unknown]', 'Did you mean office?'],
    [['port', '--local', 'x', '--remote', '80'], 2, '[usage.command-line]', "isn't a port or host:port"],
    [['list', 'nothing'], 1, '[forward.unknown]', 'forward list'],
    [['add', '--mode', 'socks4'], 2, '[usage.command-line]', 'socks5'],
    [['add', '--mode', 'socks5', '--user', 'ada'], 2, '[usage.password]', 'CLAWREACH_PROXY_PASSWORD'],
    [['add', '--mode', 'udp'], 2, '[usage.option-missing]', '--to'],
    [['trust', 'proxy', 'SHA256:x'], 1, '[forward.no-host-key]', 'No key to trust'],
  ])('%j ends with %i and says why', async (words, exit, code, hint) => {
    const { code: ended, stderr } = await laptop.run(['forward', ...words]);
    expect({ ended, stderr }).toEqual({ ended: exit, stderr: expect.stringContaining(code) });
    expect(stderr).toContain(hint);
  });

  it('asks which peer where there are two', async () => {
    const tablet = stage.device('tablet');
    await tablet.runAgent(relay, { first: true });
    await laptop.pairWith(tablet);
    const { code, stderr } = await laptop.run(['forward', 'port', '--local', '0', '--remote', '80']);
    expect(code).toBe(2);
    expect(stderr).toContain('office, tablet');
    expect(stderr).toContain('such as `clawreach forward port NAME`');
  });
});
