import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Device } from '#test/support/e2e/device.ts';
import { Stage } from '#test/support/e2e/stage.ts';
import { connectDevice, modelConfiguration, RealGateway, StubModel } from '#test/support/gateway/index.ts';

/** A first start and a first answer take long on a slow machine, ms. */
const PATIENCE = 400_000;

const TOOLS = ['peers_list', 'message_send', 'message_check', 'message_reply', 'message_status'];

let stage: Stage;
let office: Device;
let laptop: Device;
/** The gateway of each machine, and the model of its agent `main`. */
let there: RealGateway;
let here: RealGateway;
let thereModel: StubModel;
let hereModel: StubModel;

beforeAll(async () => {
  stage = new Stage();
  const relay = await stage.startRelay();
  ({ office, laptop } = await stage.pairedDevices(relay));
  await office.ok('rights', 'laptop', '--allow', 'message', '--allow', 'prompt');
  await laptop.ok('rights', 'office', '--allow', 'message');
  thereModel = await StubModel.start();
  hereModel = await StubModel.start();
  there = await RealGateway.start({ configuration: modelConfiguration(thereModel) });
  here = await RealGateway.start({ configuration: modelConfiguration(hereModel) });
  const api = await office.connect();
  await connectDevice(api, 'office', there, PATIENCE);
  api.close();
  await office.ok('agent', 'add', 'coder', '--openclaw', 'Real/main');
}, PATIENCE);

afterAll(async () => {
  for (const gateway of [here, there]) await gateway?.stop();
  for (const model of [hereModel, thereModel]) await model?.stop();
  await stage.close();
});

it(
  'OpenClaw finds the tools by the entry that `clawreach mcp install openclaw` writes',
  { timeout: PATIENCE },
  async () => {
    const path = join(here.folder, 'openclaw.json');
    const installed = await laptop.run(['mcp', 'install', 'openclaw'], { environment: { OPENCLAW_CONFIG_PATH: path } });
    expect(installed).toMatchObject({ code: 0 });
    expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({
      mcp: { servers: { clawreach: { args: expect.arrayContaining(['mcp', '--agent', 'openclaw']) } } },
    });
    const probe = await here.cli(['mcp', 'probe', 'clawreach', '--json']);
    expect(probe, probe.stderr).toMatchObject({ code: 0 });
    for (const tool of TOOLS) expect(probe.stdout).toContain(`clawreach__${tool}`);
  },
);
