import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { MessageView } from '#shared/app-api/index.ts';
import type { Device } from '#test/support/e2e/device.ts';
import { Stage } from '#test/support/e2e/stage.ts';
import { until } from '#test/support/e2e/until.ts';
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
    expect(probe).toMatchObject({ code: 0 });
    for (const tool of TOOLS) expect(probe.stdout).toContain(`clawreach__${tool}`);
  },
);

it(
  'an agent of OpenClaw writes with a tool, the agent at the other gateway answers, and the answer reaches the one who asked',
  { timeout: PATIENCE },
  async () => {
    thereModel.script = () => ['All ', 'tests ', 'are green.'];
    // OpenClaw keeps the tools of MCP servers behind a search unless its settings say otherwise.
    hereModel.script = (_prompt, results) => {
      const input = { to: 'office/coder', body: 'Are the tests green?', wait: 'reply', timeout: 300 };
      if (results.length === 0) return [{ tool: 'tool_search', input: { query: 'message_send' } }];
      const [name] = /clawreach__message_send/.exec(results[0] ?? '') ?? [];
      if (results.length > 1) return ['The coder has answered.'];
      return name === undefined
        ? [`no such tool: ${results[0]}`]
        : [{ tool: 'tool_call', input: { id: name, args: input } }];
    };
    const words = ['agent', '--agent', 'main', '--message', 'Ask the coder if the tests are green.', '--json'];
    const ran = await here.cli(words, PATIENCE);
    expect(ran).toMatchObject({ code: 0 });
    expect(ran.stdout).toContain('The coder has answered.');
    // The model there was asked, and the one here got the answer from its tool, as data in a frame.
    const asked = JSON.stringify(thereModel.requests);
    expect(asked).toContain('From: laptop/openclaw');
    expect(asked).toContain('Are the tests green?');
    const heard = JSON.stringify(hereModel.requests.at(-1));
    expect(heard).toContain('The answer has come.');
    expect(heard).toContain('All tests are green.');
    expect(heard).toMatch(/<<< BEGIN [0-9a-f]{24}/);
    const sent = await until('the message', async () =>
      ((await laptop.json('message', 'inbox', '--all', '--agent', 'openclaw')) as readonly MessageView[]).find(
        ({ direction, state }) => direction === 'out' && state === 'read',
      ),
    );
    expect(sent).toMatchObject({ other: 'coder', body: 'Are the tests green?' });
    const came = (await office.json('message', 'inbox', '--all')) as readonly MessageView[];
    expect(came.map(({ direction, other, body }) => [direction, other, body])).toEqual([
      ['out', 'openclaw', 'All tests are green.'],
      ['in', 'openclaw', 'Are the tests green?'],
    ]);
  },
);
