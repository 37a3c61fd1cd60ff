import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { startPlainRelay, type PlainRelay, type TestDevice } from '#test/support/plain-relay.ts';
import { Program, ViewerProgram } from '#test/support/privaclaw/program.ts';
import { addPlainDevice, callFunction, setUpProject, type PublicProject } from '#test/support/privaclaw/public-api.ts';

let relay: PlainRelay;
let folder: string;
let home: PublicProject;
beforeAll(async () => {
  relay = await startPlainRelay();
  folder = await mkdtemp(join(tmpdir(), 'clawreach-connector-'));
  home = await setUpProject(relay.url, relay.directory);
});
afterAll(async () => {
  await relay.stop();
  await rm(folder, { recursive: true });
});

/** Starts a session by the documented function. Returns its UUID. */
async function startSession({ id }: TestDevice): Promise<string> {
  const answer = await callFunction(relay.url, 'start-session', home.token, { device_id: id });
  return (answer as { session_id: string }).session_id;
}

/** Pairs a new device with the connector in Python, and starts it. */
async function startConnector(): Promise<{ device: TestDevice; connector: Program; config: string }> {
  const device = await addPlainDevice(home, 'Server');
  const config = join(folder, `${device.id}.json`);
  const pairing = new Program('connector', [
    '--pair',
    device.code.toLowerCase(),
    '--api',
    `${relay.url}/functions/v1`,
    '--name',
    'My Server',
    '--config',
    config,
  ]);
  expect(await pairing.ended).toBe(0);
  expect(pairing.lines).toEqual([`paired ${device.id}`]);
  const connector = new Program('connector', [
    '--config',
    config,
    '--shell',
    '/bin/sh',
    '--workdir',
    folder,
    '--first-wait',
    '0.1',
  ]);
  onTestFinished(() => connector.stop());
  await connector.line((line) => line === 'online');
  return { device, connector, config };
}

function view(
  device: TestDevice,
  session: string,
  { mode = 'new', size = '80x24', more = [] as readonly string[] } = {},
): ViewerProgram {
  const words = ['--url', relay.socketUrl, '--device', device.id, '--session', session, '--mode', mode];
  const viewer = new ViewerProgram([...words, '--size', size, ...more], home.token);
  onTestFinished(() => viewer.stop());
  return viewer;
}

describe('a connector and a viewer written from the documentation', () => {
  it('pair, open a terminal, resize it and end it', async () => {
    const { device, connector, config } = await startConnector();
    expect((await stat(config)).mode & 0o777).toBe(0o600);
    const session = await startSession(device);
    const viewer = view(device, session, { size: '100x30' });
    await viewer.event('session_started');
    viewer.type('echo $((40+2)) $TERM $(stty size)\n');
    await viewer.prints('42 xterm-256color 30 100');
    viewer.command({ resize: [120, 40] });
    await connector.line((line) => line.startsWith(`resize ${session} 120 40`));
    viewer.type('stty size\n');
    await viewer.prints('40 120');
    viewer.type('exit\n');
    expect(await viewer.event('session_end')).toMatchObject({ data: { session_id: session, reason: 'exit' } });
    expect(await viewer.event('closed')).toMatchObject({ code: 1000 });
    const answer = await relay.call('end-session', { session_id: session }, home.token);
    expect(await answer.json()).toMatchObject({ ok: true, session_id: session, status: 'ended' });
  });

  it('resume a session after the viewer was cut off, in the same shell', async () => {
    const { device, connector } = await startConnector();
    const session = await startSession(device);
    const first = view(device, session);
    await first.event('session_started');
    first.type('NAME=kept; echo ready-$((1+1))\n');
    await first.prints('ready-2');
    first.command({ drop: true });
    await first.event('closed');
    const second = view(device, session, { mode: 'resume', size: '90x25' });
    await second.event('session_started');
    second.type('echo $NAME-$((2+2)) $(stty size)\n');
    await second.prints('kept-4 25 90');
    expect(connector.lines.filter((line) => line.startsWith('session_start '))).toHaveLength(1);
  });

  it('measure the round trip', async () => {
    const { device } = await startConnector();
    const viewer = view(device, await startSession(device));
    await viewer.event('session_started');
    viewer.command({ ping: true });
    expect((await viewer.event('pong'))['milliseconds']).toBeGreaterThan(0);
  });

  it('show one session to several viewers, who all type and see everything', async () => {
    const { device } = await startConnector();
    const session = await startSession(device);
    const first = view(device, session);
    await first.event('session_started');
    const others = [view(device, session, { mode: 'resume' }), view(device, session, { mode: 'silent' })];
    for (const viewer of others) await viewer.event('auth_ok');
    for (const [index, viewer] of [first, ...others].entries()) {
      viewer.type(`echo from-$((${index}+5))\n`);
      for (const reader of [first, ...others]) await reader.prints(`from-${index + 5}`);
    }
    first.command({ end: true });
    for (const viewer of [first, ...others]) expect(await viewer.event('closed')).toMatchObject({ code: 1000 });
    expect(await others[0]?.event('session_end')).toMatchObject({ data: { reason: 'user_disconnect' } });
  });

  it('start a session for a viewer that says nothing, as the document has it', async () => {
    const { device, connector } = await startConnector();
    const session = await startSession(device);
    const viewer = view(device, session, { mode: 'silent' });
    await viewer.event('session_started');
    expect(await connector.line((line) => line.startsWith('session_start '))).toBe(`session_start ${session} 80 24`);
  });

  it('go on after the connector was cut off: it comes back, and the session starts again', async () => {
    const { device, connector } = await startConnector();
    const session = await startSession(device);
    const viewer = view(device, session);
    await viewer.event('session_started');
    connector.write('drop');
    expect(await viewer.event('session_end')).toMatchObject({ data: { reason: 'connector_disconnected' } });
    const online = connector.lines.indexOf('online');
    await connector.line((line) => line === 'online', online + 1);
    const again = view(device, session, { mode: 'resume' });
    expect(await again.event('error')).toMatchObject({ data: { message: 'session_not_found' } });
    await again.event('session_started');
    again.type('echo again-$((3+3))\n');
    await again.prints('again-6');
  });

  it('are told at once that the device is offline, or that the code is wrong', async () => {
    const device = await addPlainDevice(home, 'Server');
    const viewer = view(device, await startSession(device));
    expect(await viewer.event('closed')).toMatchObject({ code: 4003, reason: 'Connector offline' });
    const words = ['--pair', 'AAAAAAAAAA', '--api', `${relay.url}/functions/v1`, '--config', join(folder, 'none')];
    const pairing = new Program('connector', words);
    expect(await pairing.ended).toBe(1);
    expect(pairing.lines).toEqual(['pairing failed 404 Invalid or expired pairing code']);
  });
});
