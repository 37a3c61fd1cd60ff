import { mkdir, writeFile } from 'node:fs/promises';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { decode, encode, type Answer } from 'dns-packet';
import createMdns from 'multicast-dns';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '#node/clock/index.ts';
import {
  Announcements,
  discover,
  GATEWAY_SERVICE,
  findOtherNode,
  readPs,
  listRunningPrograms,
  type RunningProgram,
} from '#node/openclaw/index.ts';
import { cleanName } from '#shared/visible-text/index.ts';
import { temporaryDirectory } from '#test/support/directories.ts';
import { machine, makeCertificate, place, webServer, type Certificate, type Listening } from './servers.ts';

const DIGITS = '0123456789abcdef'.repeat(4);
const signal = (): AbortSignal => new AbortController().signal;

describe('a join link', () => {
  const id = 'abcdefghijklmnopqrst_-';
  const setup = { url: 'wss://gateway.example:18789', bootstrapToken: 'boot', expiresAtMs: 5, tlsFingerprint: DIGITS };
  let trusted: Certificate;
  const running: Listening[] = [];
  const asked: string[] = [];
  beforeAll(async () => {
    trusted = await makeCertificate('localhost');
  });
  afterEach(async () => {
    asked.length = 0;
    await Promise.all(running.splice(0).map((server) => server.close()));
  });

  async function serve(status: number, body: string, headers: Record<string, string> = {}): Promise<string> {
    const answer = (path: string): { status: number; headers: Record<string, string>; body: string } => {
      asked.push(path);
      return { status, headers, body };
    };
    const server = await webServer({ certificate: trusted, answer });
    running.push(server);
    return `https://localhost:${server.port}/j/${id}`;
  }

  test('is fetched once, from who the system trusts', async () => {
    const url = await serve(200, JSON.stringify(setup));
    expect(await machine([trusted.cert]).fetchSetup(url, { signal: signal() })).toEqual({
      endpoints: [place(18_789, { host: 'gateway.example' })],
      bootstrapToken: 'boot',
      expiresAt: 5,
      fingerprint: DIGITS,
    });
    expect(asked).toEqual([`/j/${id}`]);
  });

  test('of somebody whom the system does not trust is not asked for anything [S-GW-4]', async () => {
    const url = await serve(200, JSON.stringify(setup));
    await expect(machine([]).fetchSetup(url, { signal: signal() })).rejects.toMatchObject({
      code: 'gateway.join-untrusted',
    });
    expect(asked).toEqual([]);
  });

  test.each([
    ['that was used', 404, '{"error":"not_found"}', {}, 'gateway.join-refused'],
    ['that leads elsewhere', 302, '', { location: 'https://elsewhere.example/' }, 'gateway.join-refused'],
    ['that gives something else', 200, '<html>', {}, 'gateway.text-invalid'],
    ['that gives no text', 200, '\u{fffd}', {}, 'gateway.text-invalid'],
    ['that gives too much', 200, `{"a":"${'a'.repeat(70_000)}"}`, {}, 'gateway.join-refused'],
  ])('%s is told of', async (_name, status, body, headers, code) => {
    const url = await serve(status, body, headers);
    await expect(machine([trusted.cert]).fetchSetup(url, { signal: signal() })).rejects.toMatchObject({ code });
    expect(asked).toHaveLength(1);
  });

  test('is given up when nobody wants it any more, and what is none is not fetched', async () => {
    const url = await serve(200, JSON.stringify(setup));
    const reason = new Error('enough');
    const fetching = machine([trusted.cert]).fetchSetup(url, { signal: AbortSignal.abort(reason) });
    await expect(fetching).rejects.toBe(reason);
    const other = machine().fetchSetup('https://gateway.example/', { signal: signal() });
    await expect(other).rejects.toMatchObject({ code: 'gateway.text-invalid' });
  });
});

describe('the local network', () => {
  /** A port that is free now: several programs may share it afterwards, as they do 5353. */
  async function freePort(): Promise<number> {
    const socket = createSocket('udp4').bind(0);
    await once(socket, 'listening');
    const { port } = socket.address();
    socket.close();
    return port;
  }

  test('is asked, and a gateway that announces itself is found where it answers', async () => {
    const port = await freePort();
    const responder = createMdns({ port, interface: '127.0.0.1', bind: '0.0.0.0', loopback: true });
    const instance = `Office.${GATEWAY_SERVICE}`;
    const records: Readonly<Record<string, readonly Answer[]>> = {
      PTR: [{ type: 'PTR', name: GATEWAY_SERVICE, ttl: 10, data: instance }],
      SRV: [{ type: 'SRV', name: instance, ttl: 10, data: { port: 18_790, target: 'desk.local' } }],
      TXT: [
        {
          type: 'TXT',
          name: instance,
          ttl: 10,
          data: [
            'displayName=Office \u202egateway',
            'gatewayTls=1',
            `gatewayTlsSha256=${DIGITS.toUpperCase()}`,
            'lanHost=evil.example',
          ],
        },
      ],
      A: [{ type: 'A', name: 'desk.local', ttl: 10, data: '192.168.1.20' }],
    };
    responder.on('query', (query) => {
      const answers = (query.questions ?? []).flatMap(({ type }) => records[type ?? ''] ?? []);
      if (answers.length > 0) responder.respond({ answers });
    });
    responder.on('warning', () => undefined);
    await once(responder, 'ready');
    try {
      const found = await discover({
        clock: systemClock,
        signal: signal(),
        duration: 1500,
        port,
        interfaces: ['127.0.0.1'],
      });
      expect(found).toEqual([
        { name: 'Office gateway', host: '192.168.1.20', port: 18_790, tls: true, fingerprint: DIGITS },
      ]);
    } finally {
      responder.destroy();
    }
  });

  test('that cannot be asked is told of, and a search that nobody wants any more ends', async () => {
    const options = { clock: systemClock, duration: 60_000, port: await freePort() };
    const nowhere = discover({ ...options, signal: signal(), interfaces: [] });
    await expect(nowhere).rejects.toMatchObject({ code: 'gateway.discovery' });
    const abort = new AbortController();
    const searching = discover({ ...options, signal: abort.signal, interfaces: ['127.0.0.1'] });
    const reason = new Error('enough');
    abort.abort(reason);
    await expect(searching).rejects.toBe(reason);
  });

  test('is full of strangers: what they announce is bounded, cleaned, and never leads where a text says [S-GW-4]', () => {
    const announcements = new Announcements();
    const announce = (answers: readonly Answer[]): void =>
      announcements.add(decode(encode({ type: 'response', answers: [...answers] })));
    for (let number = 0; number < 200; number += 1) {
      const instance = `n${number}.${GATEWAY_SERVICE}`;
      announce([
        { type: 'PTR', name: GATEWAY_SERVICE, data: instance },
        { type: 'SRV', name: instance, data: { port: 1000 + number, target: `h${number}.local` } },
        {
          type: 'TXT',
          name: instance,
          data: [`displayName=${'\u202e\n'.repeat(10)}${'x'.repeat(100)}`, 'gatewayTlsSha256=12', 'gatewayPort=1'],
        },
      ]);
    }
    announce([
      { type: 'PTR', name: GATEWAY_SERVICE, data: 'elsewhere._http._tcp.local' },
      { type: 'SRV', name: `a.${GATEWAY_SERVICE}`, data: { port: 0, target: 'a.local' } },
      { type: 'SRV', name: `n1.${GATEWAY_SERVICE}`, data: { port: 5, target: 'gateway.example' } },
      { type: 'A', name: 'h2.local', data: '10.0.0.2' },
    ]);
    const found = announcements.found();
    expect(found).toHaveLength(64);
    expect(announcements.missing().length).toBeLessThanOrEqual(64);
    for (const { name, host, port, tls, fingerprint } of found) {
      expect(cleanName(name)).toBe(name);
      expect(host === '10.0.0.2' || /^h\d+\.local$/.test(host)).toBe(true);
      expect([port >= 1000, tls, fingerprint]).toEqual([true, false, null]);
    }
  });
});

describe('another node of this machine', () => {
  const nothing = async (): Promise<readonly RunningProgram[]> => [];

  test.each([
    ['linux', '.config/systemd/user/openclaw-node.service'],
    ['linux', '.openclaw/node.systemd.env'],
    ['linux', '.openclaw/node.json'],
    ['darwin', 'Library/LaunchAgents/ai.openclaw.node.plist'],
    ['darwin', '.openclaw/node.json'],
  ])('of %s is found by %s', async (platform, file) => {
    const home = temporaryDirectory();
    const options = { platform, home, environment: {}, programs: nothing };
    expect(await findOtherNode(options)).toBeNull();
    await mkdir(dirname(join(home, file)), { recursive: true });
    await writeFile(join(home, file), '');
    expect(await findOtherNode(options)).toBe(join(home, file));
  });

  test('is looked for where the environment says', async () => {
    const [home, state] = [temporaryDirectory(), temporaryDirectory()];
    await writeFile(join(state, 'node.json'), '');
    const environment = { OPENCLAW_STATE_DIR: state };
    expect(await findOtherNode({ platform: 'linux', home, environment, programs: nothing })).toBe(
      join(state, 'node.json'),
    );
    expect(await findOtherNode({ platform: 'win32', home: 'C:\\none', environment: {}, programs: nothing })).toBeNull();
  });

  test.each([
    ['openclaw-node', 3600, 'openclaw-node, process 7'],
    // As Linux cuts it.
    ['openclaw-connec', 3600, 'openclaw-connec, process 7'],
    // `openclaw node status` is over in a second.
    ['openclaw-node', 1, null],
    ['openclaw-nodes', 3600, null],
    ['openclaw-gateway', 3600, null],
    ['vi openclaw-node', 3600, null],
  ])('that calls itself %s and runs for %d s is found as %s, without any file', async (title, seconds, found) => {
    const programs = async (): Promise<readonly RunningProgram[]> => [
      { pid: 1, title: 'init', seconds: 9999 },
      { pid: 7, title, seconds },
    ];
    const options = { platform: 'linux', home: temporaryDirectory(), environment: {}, programs };
    expect(await findOtherNode(options)).toBe(found);
  });

  test.runIf(process.platform === 'linux')('is looked for among the programs that run here', async () => {
    const own = (await listRunningPrograms('linux')).find(({ pid }) => pid === process.pid);
    expect(own?.title).not.toBe('');
    expect(own?.seconds).toBeGreaterThan(0);
    expect(await listRunningPrograms('win32')).toEqual([]);
  });

  test('is read from what ps prints, however long it runs', () => {
    expect(
      readPs(
        '    1 05-03:02:01 /sbin/launchd\n  712    02:05:09 openclaw-node\n   80       00:12 sh -c  a b\nrubbish\n',
      ),
    ).toEqual([
      { pid: 1, seconds: ((5 * 24 + 3) * 60 + 2) * 60 + 1, title: '/sbin/launchd' },
      { pid: 712, seconds: 2 * 3600 + 5 * 60 + 9, title: 'openclaw-node' },
      { pid: 80, seconds: 12, title: 'sh -c  a b' },
    ]);
  });
});
