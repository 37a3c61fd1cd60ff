import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppApiClient, type MessageView } from '#shared/app-api/index.ts';
import { connectControlSocket, controlSocketPath } from '#node/control-socket/index.ts';
import { CLAWREACH, RunningCommand } from '#test/support/e2e/commands.ts';
import { HAS_PROCESS_TABLE } from '#test/support/e2e/process-table.ts';
import { until } from '#test/support/e2e/until.ts';
import { GatewayDouble } from '#test/support/gateway/index.ts';
import { WebhookProgram } from '#test/support/messages/webhook-program.ts';

/** How often the agent is killed. */
const KILLS = 30;
/** Longest time from the first message of a batch to the kill, ms: some are delivered by then, some are on their way, some wait. */
const LONGEST_LIFE = 400;
/** Far beyond what it takes, ms. */
const LIMIT = 400_000;
/** Messages to the webhook and to the agent at the gateway, for each life of the agent. */
const BATCH = ['tests', 'coder', 'tests', 'tests', 'coder', 'tests'] as const;

type Sent = Readonly<{ id: string; to: string; body: string }>;
type Request = Readonly<{ id: string; body: string; redelivered: boolean }>;

/** Random numbers from 0 to 1 that are the same in each run of the test. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

describe.runIf(HAS_PROCESS_TABLE)('deliveries of an agent that is killed again and again', () => {
  const random = randomFrom(20);
  let profile: string;
  let program: WebhookProgram;
  let gateway: GatewayDouble;
  let agent: RunningCommand | undefined;

  beforeAll(async () => {
    profile = mkdtempSync(join(tmpdir(), 'clawreach-killed-'));
    program = await WebhookProgram.start();
    gateway = await GatewayDouble.start({ autoApproveLocal: true });
    gateway.chats.remembers = true;
    gateway.chats.script = () => ['All ', 'done.'];
  });
  afterAll(async () => {
    await agent?.end('SIGKILL');
    await program.stop();
    await gateway.stop();
    rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  });

  async function start(): Promise<AppApiClient> {
    agent = new RunningCommand([CLAWREACH, 'run', `--profile=${profile}`, '--name', 'office'], {
      environment: { ...process.env, CLAWREACH_DISCOVERY: 'off' },
    });
    return await until('the agent to start', async () => {
      try {
        return new AppApiClient(await connectControlSocket(controlSocketPath(profile)));
      } catch {
        return undefined;
      }
    });
  }

  it('come at least once, in order, and never again once they were recorded', { timeout: LIMIT }, async () => {
    const requests: Request[] = [];
    /** Messages that the agent has said that it has recorded as read: the event comes after the disk has it. */
    const recorded = new Set<string>();
    const again: string[] = [];
    program.answer = ({ body }, response) => {
      const { id, body: text, redelivered } = JSON.parse(body) as Request;
      requests.push({ id, body: text, redelivered });
      if (recorded.has(id)) again.push(text);
      setTimeout(() => {
        if (random() < 0.1) response.writeHead(500);
        response.end();
      }, random() * 60);
    };
    const watch = (client: AppApiClient): void => {
      client.on('message.changed', ({ id, direction, state }: MessageView) => {
        if (direction === 'in' && state === 'read') recorded.add(id);
      });
    };

    let client = await start();
    await client.call('agents.set', { name: 'tests', webhook: program.url });
    await client.call('gateways.add', {
      settings: {
        name: 'Lab',
        endpoint: { host: '127.0.0.1', port: gateway.port, tls: true, path: '/' },
        fingerprint: gateway.fingerprint ?? null,
        operator: { enabled: true, access: 'full' },
        node: { enabled: false, name: 'office', capabilities: [] },
      },
      token: gateway.secret.value,
    });
    await client.call('agents.set', { name: 'coder', openclaw: { gateway: 'Lab', agent: 'main' } });

    const sent: Sent[] = [];
    for (let life = 0; ; life += 1) {
      if (life > 0) client = await start();
      watch(client);
      const isKilled = life < KILLS;
      let killing: Promise<unknown> | undefined;
      for (let each = 0; each < BATCH.length; each += 1) {
        const number = sent.length;
        const to = BATCH[number % BATCH.length] ?? 'tests';
        const body = `message ${String(number).padStart(4, '0')}`;
        try {
          // What wasn't confirmed before the kill is sent again with the same key, and is there once.
          const { id } = await client.call('messages.send', { peer: '.', agent: to, body, key: body });
          sent.push({ id, to, body });
        } catch (error) {
          if (!isKilled) throw error;
          break;
        }
        if (isKilled) killing ??= delay(random() * LONGEST_LIFE).then(() => agent?.end('SIGKILL'));
      }
      if (!isKilled) break;
      await killing;
      client.close();
    }
    /** Messages that aren't read, with their states; there are fewer than a page has room for. */
    const unread = async (): Promise<readonly string[]> => {
      const states = await client.call('messages.list', { direction: 'out', agent: 'me', limit: 200 });
      return states.filter(({ state }) => state !== 'read').map(({ body, state }) => `${body} ${state}`);
    };
    await until('all to be read', async () => ((await unread()).length === 0 ? true : undefined), 120_000).catch(
      async (error: unknown) => {
        throw new Error(`not read: ${(await unread()).join(', ')}`, { cause: error });
      },
    );
    expect(sent.length).toBeGreaterThan(KILLS);

    // The webhook: each one, in order, and repeated ones are marked.
    const firsts = [...new Map(requests.map((request) => [request.id, request.body])).keys()];
    const toTests = sent.filter(({ to }) => to === 'tests');
    expect(toTests.filter(({ id }) => !firsts.includes(id))).toEqual([]);
    expect(firsts.filter((id) => toTests.some((one) => one.id === id))).toEqual(toTests.map(({ id }) => id));
    const seen = new Set<string>();
    const unmarked = requests.filter(({ id, redelivered }) => {
      const isSecond = seen.has(id);
      seen.add(id);
      return isSecond && !redelivered;
    });
    expect(unmarked).toEqual([]);
    // The kills fell between a request and its record, or this shows nothing.
    expect(requests.length).toBeGreaterThan(seen.size);
    expect(again).toEqual([]);

    // The gateway: one run for each message, which it knows by the message's ID, and one answer.
    const toCoder = sent.filter(({ to }) => to === 'coder');
    const keys = gateway.record
      .requests('chat.send')
      .map(({ params }) => (params as Readonly<{ idempotencyKey: string }>).idempotencyKey);
    const runs = [...new Set(keys)].filter((key) => toCoder.some(({ id }) => id === key));
    expect(runs).toEqual(toCoder.map(({ id }) => id));
    const answers: MessageView[] = [];
    for (let before: string | undefined; ;) {
      const page = await client.call('messages.list', {
        direction: 'in',
        agent: 'me',
        limit: 200,
        ...(before === undefined ? {} : { before }),
      });
      answers.push(...page);
      before = page.at(-1)?.id;
      if (page.length < 200) break;
    }
    const answered = toCoder.map(({ id }) => answers.filter(({ replyTo }) => replyTo === id).length);
    expect(answered).toEqual(toCoder.map(() => 1));
    client.close();
  });
});
