import { createServer } from 'node:http';
import { once } from 'node:events';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { CLAWREACH, runCommand, type Ended } from '#test/support/e2e/commands.ts';
import type { Device } from '#test/support/e2e/device.ts';
import type { StageRelay } from '#test/support/e2e/relay.ts';
import { Stage } from '#test/support/e2e/stage.ts';
import { until } from '#test/support/e2e/until.ts';
import { ViewerProgram } from '#test/support/privaclaw/program.ts';
import { addPlainDevice, callFunction, setUpProject, type PublicProject } from '#test/support/privaclaw/public-api.ts';
import { filesWith, spellings } from '#test/support/privaclaw/traces.ts';

/** Typed at the terminal, and part of what it prints. */
const SECRET = 'a horse "correct" & a battery of staples';

describe('this machine as a connector of a relay with accounts', () => {
  let stage: Stage;
  let relay: StageRelay;
  let url: string;
  let data: string;
  let home: PublicProject;
  let server: Device;
  let device: string;
  let config: string;

  beforeAll(async () => {
    stage = new Stage();
    data = join(stage.directory, 'relay');
    relay = await stage.startRelay({
      words: ['--accounts=on', '--plain-protocol=on', '--drain=0', '--stun=off', '--log-level=debug'],
    });
    url = `http://127.0.0.1:${relay.port}`;
    home = await setUpProject(url, data);
    // The profile of a connector is named after its file.
    server = stage.device('server');
    config = `${server.profile}.json`;
  });
  afterAll(async () => {
    await server.stop();
    await stage.close();
  });

  /** Runs `clawreach --pair …` as the document has it. */
  const pair = (code: string, api: string, ...more: readonly string[]): Promise<Ended> =>
    runCommand(
      [
        CLAWREACH,
        '--pair',
        code,
        '--name',
        'My Server',
        '--api',
        api,
        '--config',
        config,
        '--shell',
        '/bin/sh',
        ...more,
      ],
      { environment: stage.environment },
    );

  const viewer = (session: string, mode: 'new' | 'resume'): ViewerProgram => {
    const words = ['--url', url.replace('http', 'ws'), '--device', device, '--session', session, '--mode', mode];
    const program = new ViewerProgram(words, home.token);
    onTestFinished(() => program.stop());
    return program;
  };

  it('sends a code of eight characters to no one, and asks before it sends another', async () => {
    const requests: string[] = [];
    const stranger = createServer((request, response) => {
      requests.push(request.url ?? '');
      response.writeHead(500).end();
    }).listen(0, '127.0.0.1');
    await once(stranger, 'listening');
    onTestFinished(() => void stranger.close());
    const address = stranger.address();
    const api = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/functions/v1`;
    for (const code of ['ABCD-1234', 'abcd1234', ' A B C D 1 2 3 4 ']) {
      const { code: exit, stderr } = await pair(code, api, '--relay-can-read');
      expect(stderr).toContain('[plain.sealed-code]');
      expect(exit).not.toBe(0);
    }
    const unasked = await pair('ABCDE-FGHJK', api);
    expect(unasked.stderr).toContain('[plain.unconfirmed]');
    expect(requests).toEqual([]);
  });

  it('pairs, and writes the documented file for its owner alone', async () => {
    const made = await addPlainDevice(home, 'Server');
    device = made.id;
    const { code, stdout, stderr } = await pair(made.code, `${url}/functions/v1`, '--relay-can-read');
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stdout).toContain('The relay can read this');
    expect(statSync(config).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(config, 'utf8'))).toEqual({
      device_id: device,
      token: expect.stringMatching(/^[\w-]{43}$/),
      relay_url: `ws://localhost:${relay.port}`,
    });
    await until('the connection', async () => (await online()).length > 0 || undefined);
    expect(await online()).toEqual([
      expect.objectContaining({ device_id: device, name: 'My Server', kind: 'connector', online: true }),
    ]);
    expect((await pair(made.code, `${url}/functions/v1`, '--relay-can-read')).code).not.toBe(0);
  });

  const online = async (): Promise<readonly unknown[]> =>
    ((await callFunction(url, 'relay-nodes', home.token)) as { nodes: unknown[] }).nodes;
  const start = async (): Promise<string> =>
    ((await callFunction(url, 'start-session', home.token, { device_id: device })) as { session_id: string })
      .session_id;

  it('keeps a terminal over a restart of the relay, which keeps nothing of it [S-PLAIN-5]', async () => {
    await server.ok('rights', `localhost:${relay.port}`, '--allow', 'terminal');
    const session = await start();
    const first = viewer(session, 'new');
    await first.event('session_started');
    first.type(`NAME='${SECRET}'; printf '%s\\n' "$NAME"; echo ready-$((40+2))\n`);
    await first.prints('ready-42');
    const before = await relay.process.end('SIGTERM');
    expect(before.code).toBe(0);
    await first.event('closed');
    // While the relay is away nothing of the terminal is in its folder, and after that neither.
    expect(await filesWith(data, [SECRET, home.token])).toEqual([]);
    await relay.restart();
    await until('the connector', async () => (await online()).length > 0 || undefined);
    const second = viewer(session, 'resume');
    await second.event('session_started');
    second.type('echo again-$((50+2)) "$NAME"\n');
    await second.prints('again-52');
    // The screen was drawn again, and the shell is the same one.
    expect(second.text).toContain('ready-42');
    expect(second.text.split('again-52')[1]).toContain(SECRET);
    expect(second.events.map(({ event }) => event)).not.toContain('probe-unanswered');

    second.command({ ping: true });
    expect((await second.event('pong'))['milliseconds']).toBeGreaterThan(0);
    second.type('exit\n');
    expect(await second.event('session_end')).toMatchObject({ data: { session_id: session, reason: 'exit' } });
    expect(await filesWith(data, [SECRET, home.token])).toEqual([]);
    for (const { stdout, stderr } of [before, relay.process]) {
      expect(stderr).toContain('relay started');
      expect(spellings(SECRET).filter((spelling) => (stdout + stderr).includes(spelling.toString()))).toEqual([]);
    }
  });

  it('is shown as what the relay can read, in every list and in the audit log', async () => {
    const [status, list, relays, audit] = await Promise.all(
      [['status'], ['list'], ['plain-relay'], ['audit']].map((words) => server.ok(...words)),
    );
    const asConnector = await runCommand([CLAWREACH, '--status', '--config', config], {
      environment: stage.environment,
    });
    for (const text of [status, list, relays, audit, asConnector.stdout])
      expect(text).toContain('The relay can read this');
    const [, ...events] = (JSON.parse(await server.ok('audit', '--json')) as { event: string }[]).map(
      ({ event }) => event,
    );
    expect(events).toEqual(expect.arrayContaining(['plain.added', 'plain.connected', 'plain.lost']));
    const { devices } = (await home.browser.call('devices.list', undefined, { params: { project: home.project } }))
      .output;
    expect(devices).toMatchObject([{ id: device, encryption: 'relay-can-read', online: true, kind: 'connector' }]);
  });

  it('ends what the relay has running here, and forgets it', async () => {
    const session = await start();
    const program = viewer(session, 'new');
    await program.event('session_started');
    expect(await server.ok('plain-relay', 'end')).toContain('Ended 1 terminal');
    expect(await program.event('session_end')).toMatchObject({ data: { session_id: session, reason: 'exit' } });
    await server.ok('plain-relay', 'remove', `localhost:${relay.port}`);
    await until('the end of the connection', async () => (await online()).length === 0 || undefined);
    expect(await server.ok('plain-relay')).toContain('No plain relays');
  });
});
