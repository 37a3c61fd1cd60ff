import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { systemClock } from '#node/clock/index.ts';
import { createGatewayMachine } from '#node/openclaw/index.ts';
import { createRelayDialer } from '#node/sockets/index.ts';
import { startRelay, type RunningRelay } from '#relay/index.ts';
import type { AppChannel, GatewayView } from '#shared/app-api/index.ts';
import { fromUtf8, toUtf8 } from '#shared/bytes/index.ts';
import { until } from '#test/support/e2e/until.ts';
import { modelConfiguration, RealGateway, StubModel } from '#test/support/gateway/index.ts';
import { codeOf, pairDevices, TestDevice } from '#test/support/hostile/device.ts';

/** A first start and a first answer take long on a slow machine, ms. */
const PATIENCE = 300_000;
const WORDS = Array.from({ length: 60 }, (_, index) => `word-${index} `);

let directory: string;
let relay: RunningRelay;
let model: StubModel;
let gateway: RealGateway;
let office: TestDevice;
let laptop: TestDevice;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'clawreach-remote-real-'));
  relay = await startRelay({
    dataDirectory: join(directory, 'relay'),
    listen: { host: '127.0.0.1', port: 0 },
    tls: { mode: 'off' },
    admission: 'open',
    drainTimeout: 0,
  });
  model = await StubModel.start();
  gateway = await RealGateway.start({ configuration: modelConfiguration(model) });
  office = await device('office');
  laptop = await device('laptop');
  office.agent.start();
  laptop.agent.start();
  await office.configure(relay.url);
  await laptop.configure(relay.url);
  await pairDevices(office, laptop, { allow: ['prompt'] });
  await office.api.call('gateways.add', {
    settings: {
      name: 'Real',
      endpoint: { host: '127.0.0.1', port: gateway.port, tls: true, path: '/' },
      fingerprint: gateway.fingerprint,
      operator: { enabled: true, access: 'full' },
      node: { enabled: false, name: 'office', capabilities: [] },
    },
    token: gateway.token,
  });
  const requestId = await until('the request', async () => (await view()).operator.requestId ?? undefined, PATIENCE);
  const { code, stderr } = await gateway.cli(['devices', 'approve', requestId, '--json']);
  if (code !== 0) throw new Error(stderr);
  await connected();
}, PATIENCE);

afterAll(async () => {
  await laptop.close();
  await office.close();
  await gateway.stop();
  await model.stop();
  await relay.close({ drain: 0 });
  await rm(directory, { recursive: true, force: true });
});

const target = { peer: 'office' };

it('a prompt is answered by the real gateway, and streamed to a second device', { timeout: PATIENCE }, async () => {
  model.script = () => WORDS;
  const tokens: string[] = [];
  const answer = await laptop.api.call(
    'remote.prompt',
    { target, prompt: 'Count' },
    { onProgress: (step) => void (step.kind === 'token' && tokens.push(step.text)) },
  );
  expect(answer.text.trim()).toBe(WORDS.join('').trim());
  expect(tokens.length).toBeGreaterThan(1);
  const beat = await laptop.api.call('remote.status', { target });
  expect(beat).toMatchObject({ connection_state: 'online', last_error: null });
});

it('one that is called off ends at the model', { timeout: PATIENCE }, async () => {
  model.script = async function* endless() {
    yield 'On ';
    await new Promise(() => undefined);
  };
  const { aborted } = model;
  const stop = new AbortController();
  const asked = laptop.api.call(
    'remote.prompt',
    { target, prompt: 'Go on' },
    { signal: stop.signal, onProgress: (step) => void (step.kind === 'token' && stop.abort()) },
  );
  expect(await codeOf(asked)).not.toBe('no error');
  await until('the end at the model', () => (model.aborted > aborted ? true : undefined), PATIENCE);
});

it(
  'a terminal there goes on after its link was made anew, and ends with its exit code',
  { timeout: PATIENCE },
  async () => {
    const ends: unknown[] = [];
    office.api.on('terminal.ended', (end) => void ends.push(end));
    const opened = await office.api.call('gateways.terminal.open', { gateway: 'Real', cols: 80, rows: 24 });
    const channel = office.api.channel(opened.channel);
    await channel.write(toUtf8('echo before-$((1+1))\r'));
    await readUntil(channel, 'before-2');
    await channel.write(toUtf8('for i in 1 2 3 4 5 6; do sleep 0.5; echo line-$i-end; done; read go; exit 5\r'));
    await readUntil(channel, 'line-1-end\r');
    // The same place by another name: a connection of its own.
    const { settings, id, operator } = await view();
    const endpoint = { ...settings.endpoint, host: 'localhost' };
    await office.api.call('gateways.update', { gateway: id, settings: { ...settings, endpoint } });
    await until(
      'another connection',
      async () => {
        const { state, since } = (await view()).operator;
        return state === 'connected' && since !== operator.since ? true : undefined;
      },
      PATIENCE,
    );
    const rest = await readUntil(channel, 'line-6-end\r');
    for (const number of [2, 3, 4, 5, 6]) expect(rest.split(`line-${number}-end\r`)).toHaveLength(2);
    await channel.write(toUtf8('go\r'));
    await until('its end', () => ends[0]);
    expect(ends).toEqual([{ channel: opened.channel, exitCode: 5, signal: null, code: null }]);
  },
);

function device(name: string): Promise<TestDevice> {
  const dialer = createRelayDialer({ clock: systemClock });
  return TestDevice.create({ name, dialer, gateways: createGatewayMachine({ clock: systemClock }) });
}

async function view(): Promise<GatewayView> {
  const [found] = await office.api.call('gateways.list', {});
  if (found === undefined) throw new Error('no gateway');
  return found;
}

async function connected(): Promise<void> {
  await until('the gateway', async () => ((await view()).operator.state === 'connected' ? true : undefined), PATIENCE);
}

async function readUntil(channel: AppChannel, wanted: string): Promise<string> {
  let output = '';
  while (!output.includes(wanted)) {
    const bytes = await channel.read();
    if (bytes === null) throw new Error(`ended before ${wanted}: ${output.slice(-500)}`);
    output += fromUtf8(bytes);
  }
  return output;
}
