import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '#node/clock/index.ts';
import { createGatewayMachine } from '#node/openclaw/index.ts';
import { createRelayDialer } from '#node/sockets/index.ts';
import { startRelay, type RunningRelay } from '#relay/index.ts';
import type { RightDecision, Workflow } from '#shared/app-api/index.ts';
import { until } from '#test/support/e2e/until.ts';
import { GatewayDouble } from '#test/support/gateway/index.ts';
import { codeOf, pairDevices, TestDevice } from '#test/support/hostile/device.ts';
import { shareAmongTests } from '#test/support/shared.ts';

/** Far beyond what it takes, ms. */
const LIMIT = 60_000;
const WORDS = Array.from({ length: 1000 }, (_, index) => `word-${index} `);

let directory: string;
let relay: RunningRelay;
let gateway: GatewayDouble;
/** Has the gateway. */
let office: TestDevice;
/** Asks. */
let laptop: TestDevice;

shareAmongTests(async (defer) => {
  directory = await mkdtemp(join(tmpdir(), 'clawreach-remote-'));
  defer(() => rm(directory, { recursive: true, force: true }));
  relay = await start(0);
  defer(() => relay.close({ drain: 0 }));
  gateway = await GatewayDouble.start({ autoApproveLocal: true });
  defer(() => gateway.stop());
  office = await device('office');
  defer(() => office.close());
  laptop = await device('laptop');
  defer(() => laptop.close());
  office.agent.start();
  laptop.agent.start();
  await office.configure(relay.url);
  await laptop.configure(relay.url);
  await pairDevices(office, laptop, { allow: ['prompt'] });
  await office.api.call('gateways.add', {
    settings: {
      name: 'Lab',
      endpoint: { host: '127.0.0.1', port: gateway.port, tls: true, path: '/' },
      fingerprint: gateway.fingerprint ?? null,
      operator: { enabled: true, access: 'full' },
      node: { enabled: false, name: 'office', capabilities: [] },
    },
    token: gateway.secret.value,
  });
  await connected();
});

beforeEach(async () => {
  gateway.chats.script = (prompt) => prompt.split(/(?<= )/u);
  await allow('allow');
});

afterEach(() => {
  gateway.chats.endAll();
});

const target = { peer: 'office' };

describe('a prompt of a paired device', () => {
  it('is answered by the gateway of the other one, token by token', { timeout: LIMIT }, async () => {
    gateway.chats.script = () => WORDS;
    const { tokens, answer } = await ask('count');
    expect(answer.text).toBe(WORDS.join(''));
    expect(tokens.join('')).toBe(WORDS.join(''));
    expect(tokens.length).toBeGreaterThan(1);
    expect(gateway.record.violations).toEqual([]);
  });

  it('is written down with its length, and never with its text [S-PROMPT-4]', { timeout: LIMIT }, async () => {
    await ask('a secret of mine');
    const [ended] = await office.audit('remote.ended');
    const [started] = await office.audit('remote.started');
    expect(started?.fields).toMatchObject({ name: 'laptop', kind: 'prompt', length: 16 });
    expect(ended?.fields).toMatchObject({ name: 'laptop', kind: 'prompt', outcome: 'done', length: 16 });
    expect(office.disk.audit.lines.join('\n')).not.toContain('secret of mine');
  });

  it('is called off at the gateway when the asker does not want it any more', { timeout: LIMIT }, async () => {
    gateway.chats.script = endless;
    const stop = new AbortController();
    const asked = ask('go on', stop.signal, (tokens) => tokens.length === 3 && stop.abort());
    expect(await codeOf(asked)).not.toBe('no error');
    await gateway.until('the end of the run', () => gateway.chats.active.length === 0);
    expect(gateway.record.requests('chat.abort').length).toBeGreaterThan(0);
  });

  it('goes on over a relay that was gone in the middle', { timeout: LIMIT }, async () => {
    const pace = gate();
    gateway.chats.script = async function* halves() {
      yield 'before ';
      await pace.opened;
      yield* WORDS;
    };
    const asked = ask('halves');
    await gateway.until('the first half', () => gateway.chats.active.some(({ text }) => text !== ''));
    const { port } = relay;
    await relay.close({ drain: 0 });
    pace.open();
    await gateway.until('the end of the run', () => gateway.chats.active.length === 0);
    relay = await start(port);
    expect((await asked).answer.text).toBe(`before ${WORDS.join('')}`);
  });

  it(
    'goes on over a gateway whose connection was lost in the middle, nothing missing and nothing twice',
    { timeout: LIMIT },
    async () => {
      const pace = gate();
      gateway.chats.script = async function* halves() {
        yield 'before ';
        await pace.opened;
        yield* WORDS;
      };
      const cut = gateway.record.connects.length;
      const asked = ask('halves', undefined, (tokens) => tokens.length === 1 && gateway.faults.cut());
      await gateway.until('another connection', () => gateway.record.connects.length > cut);
      await connected();
      pace.open();
      expect((await asked).answer.text).toBe(`before ${WORDS.join('')}`);
      expect(
        gateway.record.requests('chat.send').filter((sent) => JSON.stringify(sent).includes('halves')),
      ).not.toEqual([]);
    },
  );

  it('says what the agent failed of', { timeout: LIMIT }, async () => {
    gateway.chats.script = () => {
      throw new Error('no model answers');
    };
    expect(await codeOf(ask('x'))).toBe('remote.run-failed');
    const beat = await laptop.api.call('remote.status', { target });
    expect(beat.last_error).toContain('remote.run-failed');
  });
});

describe('the right to prompt', () => {
  it('asks the person here, who sees how the prompt begins [S-PROMPT-2]', { timeout: LIMIT }, async () => {
    await allow('ask');
    const waited: string[] = [];
    const asked = laptop.api.call(
      'remote.prompt',
      { target, prompt: 'delete\nthe logs' },
      { onProgress: (step) => void waited.push(step.kind) },
    );
    asked.catch(() => undefined);
    const request = await until('a request', async () => (await office.api.call('approvals.list', {}))[0]);
    expect(request).toMatchObject({ right: 'prompt', peerId: laptop.peerId });
    expect(request.detail).toBe('send OpenClaw a prompt: delete ⏎ the logs');
    expect(request.facts).toEqual([{ fact: 'gateway', value: 'Lab' }]);
    expect(gateway.record.requests('chat.send').some((sent) => JSON.stringify(sent).includes('the logs'))).toBe(false);
    await office.api.call('approvals.decide', { id: request.id, decision: 'approve' });
    expect((await asked).text).toBe('delete\nthe logs');
    expect(waited[0]).toBe('approval');
  });

  it('refuses without it, and without a word to the gateway [S-PROMPT-1]', { timeout: LIMIT }, async () => {
    await allow('deny');
    const before = gateway.record.frames.length;
    const calls: readonly Promise<unknown>[] = [
      ask('x'),
      laptop.api.call('remote.status', { target }),
      laptop.api.call('remote.restart', { target, confirmed: true }),
      laptop.api.call('remote.workflow', { target, workflow: 'x', params: {} }),
      laptop.api.call('remote.workflows', { target }),
    ];
    for (const call of calls) expect(await codeOf(call)).toBe('rights.denied');
    const later = gateway.record.frames.slice(before).map((frame) => JSON.stringify(frame));
    expect(later.filter((frame) => /chat\.send|restart/.test(frame))).toEqual([]);
  });

  it('is needed to learn what gateways and workflows there are [S-PROMPT-1]', { timeout: LIMIT }, async () => {
    await allow('ask');
    const guesses = [
      {
        told: codeOf(laptop.api.call('remote.prompt', { target: { ...target, gateway: 'other' }, prompt: 'x' })),
        detail: 'send OpenClaw a prompt: x',
        code: 'remote.no-gateway',
      },
      {
        told: codeOf(laptop.api.call('remote.workflow', { target, workflow: 'other', params: {} })),
        detail: 'start the workflow other',
        code: 'remote.unknown-workflow',
      },
    ];
    for (const { told, detail, code } of guesses) {
      // Nothing is said before the person here has.
      const request = await until('a request', async () =>
        (await office.api.call('approvals.list', {})).find((one) => one.detail === detail),
      );
      await office.api.call('approvals.decide', { id: request.id, decision: 'approve' });
      expect(await told).toBe(code);
    }
  });

  it('cuts what runs when it is taken back [S-PROMPT-1]', { timeout: LIMIT }, async () => {
    gateway.chats.script = endless;
    const asked = codeOf(ask('go on', undefined, (tokens) => tokens.length === 3 && void allow('deny')));
    expect(await asked).toBe('remote.revoked');
    await gateway.until('the end of the run', () => gateway.chats.active.length === 0);
  });
});

describe('a restart', () => {
  it(
    'tells first what it breaks off, and does nothing before it is confirmed [S-PROMPT-2]',
    { timeout: LIMIT },
    async () => {
      gateway.chats.script = endless;
      const running = codeOf(ask('go on'));
      await gateway.until('a run', () => gateway.chats.active.length > 0);
      const told: string[][] = [];
      const restart = (confirmed: boolean) =>
        laptop.api.call(
          'remote.restart',
          { target, confirmed },
          { onProgress: (step) => void (step.kind === 'pending' && told.push([...step.tasks])) },
        );
      expect(await restart(false)).toEqual({ cancelled: [] });
      expect(told).toEqual([expect.arrayContaining([expect.stringContaining('active embedded run')])]);
      expect(gateway.record.requests('gateway.restart.request')).toEqual([]);
      const boot = gateway.bootId;
      const { cancelled } = await restart(true);
      expect(cancelled).toEqual(told[1]);
      await gateway.until('another boot', () => gateway.bootId !== boot);
      await office.api.call('rights.set', { peer: laptop.peerId, right: 'prompt', decision: 'deny', expiresAt: null });
      expect(await running).toBe('remote.revoked');
      await connected();
    },
  );
});

describe('a workflow', () => {
  const workflows: Workflow[] = [
    {
      name: 'greet',
      description: 'Says hello',
      gateway: 'Lab',
      action: { kind: 'prompt', template: 'Say hello to {{who}} in {{language}}.' },
    },
    {
      name: 'preflight',
      description: 'What a restart would break off',
      gateway: null,
      action: { kind: 'method', method: 'gateway.restart.preflight', params: {} },
    },
  ];

  it(
    'is what the person there has written; values are text in it and never places [S-PROMPT-2]',
    { timeout: LIMIT },
    async () => {
      await office.api.call('workflows.set', { workflows });
      expect(await laptop.api.call('remote.workflows', { target })).toEqual([
        { name: 'greet', description: 'Says hello' },
        { name: 'preflight', description: 'What a restart would break off' },
      ]);
      const start = (workflow: string, params: Record<string, unknown>) =>
        laptop.api.call('remote.workflow', { target, workflow, params });
      expect((await start('greet', { who: '{{language}} $& {{x}}', language: 'Dutch' })).text).toBe(
        'Say hello to {{language}} $& {{x}} in Dutch.',
      );
      expect(JSON.parse((await start('preflight', {})).text)).toMatchObject({ safe: expect.any(Boolean) });
      expect(await codeOf(start('greet', { who: 'you' }))).toBe('remote.workflow-params');
      expect(await codeOf(start('greet', { who: 'you', language: 'Dutch', more: 1 }))).toBe('remote.workflow-params');
      expect(await codeOf(start('greet', { who: { toString: 1 }, language: 'Dutch' }))).toBe('remote.workflow-params');
      expect(await codeOf(start('other', {}))).toBe('remote.unknown-workflow');
      expect(office.disk.remotes.text).not.toContain('hello');
    },
  );
});

describe('a saved remote', () => {
  it('shows the heartbeat of the peer, and is sealed on the disk [S-PROMPT-4]', { timeout: LIMIT }, async () => {
    const saved = await laptop.api.call('remotes.save', {
      name: 'Work bench',
      target: { peer: 'office', gateway: 'Lab' },
    });
    expect(saved).toMatchObject({ name: 'Work bench', peerName: 'office', gateway: 'Lab' });
    const seen = await until('a heartbeat', async () => {
      const [remote] = await laptop.api.call('remotes.list', {});
      return remote?.heartbeat === null ? undefined : remote;
    });
    expect(seen?.heartbeat).toMatchObject({ connection_state: 'online', active_tasks: 0 });
    expect(laptop.disk.remotes.text).not.toMatch(/Work bench|Lab/);
    expect(await codeOf(laptop.api.call('remotes.save', { name: 'work BENCH', target }))).toBe('remote.exists');
    await laptop.api.call('remotes.remove', { id: saved.id });
    expect(await laptop.api.call('remotes.list', {})).toEqual([]);
  });
});

describe('a peer that wants too much', () => {
  it('runs four prompts at a time, and is told so [S-PROMPT-3]', { timeout: LIMIT }, async () => {
    gateway.chats.script = endless;
    const stop = new AbortController();
    const all = Array.from({ length: 6 }, (_, index) => codeOf(ask(`go on ${index}`, stop.signal)));
    const refused = await Promise.race(all);
    expect(refused).toBe('remote.too-many');
    await gateway.until('four runs', () => gateway.chats.active.length === 4);
    stop.abort();
    const codes = await Promise.all(all);
    expect(codes.filter((code) => code === 'remote.too-many')).toHaveLength(2);
    await gateway.until('the end of all', () => gateway.chats.active.length === 0);
  });

  it('is slowed down, and served again later by others', { timeout: LIMIT }, async () => {
    const codes: string[] = [];
    for (let round = 0; round < 60 && !codes.includes('remote.rate'); round += 1)
      codes.push(...(await Promise.all([1, 2].map(() => codeOf(laptop.api.call('remote.workflows', { target }))))));
    expect(codes).toContain('remote.rate');
    expect(await office.api.call('remote.prompt', { target: null, prompt: 'here' })).toMatchObject({ text: 'here' });
  });
});

describe('a gateway of this device', () => {
  const here = { target: null, gateway: 'Lab' } as const;

  it('tells how it is, once and as it goes on, until nobody listens', { timeout: LIMIT }, async () => {
    expect(await office.api.call('remote.status', here)).toMatchObject({ connection_state: 'online' });
    expect(await codeOf(office.api.call('remote.status', { ...here, gateway: 'other' }))).toBe('remote.no-gateway');
    const stop = new AbortController();
    const beats: unknown[] = [];
    const watched = office.api.call('remote.watch', here, {
      signal: stop.signal,
      onProgress: (step) => {
        beats.push(step);
        stop.abort();
      },
    });
    expect(await codeOf(watched)).not.toBe('no error');
    expect(beats).toMatchObject([{ kind: 'heartbeat', heartbeat: { connection_state: 'online' } }]);
  });

  it('does the workflows of this device, in the session that is named', { timeout: LIMIT }, async () => {
    const workflows = await office.api.call('workflows.list', {});
    const action = { kind: 'prompt', template: 'Greet {{who}}' } as const;
    await office.api.call('workflows.set', { workflows: [{ name: 'hello', description: 'x', gateway: null, action }] });
    const params = { who: 'you' };
    const done = office.api.call('remote.workflow', { ...here, workflow: 'hello', params });
    expect(await done).toMatchObject({ text: 'Greet you' });
    expect(await office.api.call('remote.workflows', { target: null })).toEqual([{ name: 'hello', description: 'x' }]);
    const other = office.api.call('remote.workflow', { ...here, workflow: 'other', params: {} });
    expect(await codeOf(other)).toBe('remote.unknown-workflow');
    await office.api.call('remote.prompt', { ...here, prompt: 'hi', session: 'agent:main:lab' });
    expect(gateway.record.requests('chat.send').at(-1)).toMatchObject({ params: { sessionKey: 'agent:main:lab' } });
    await office.api.call('workflows.set', { workflows });
  });

  it('restarts only after it was told what that breaks off', { timeout: LIMIT }, async () => {
    gateway.chats.script = endless;
    const stop = new AbortController();
    const { signal } = stop;
    const running = codeOf(office.api.call('remote.prompt', { ...here, prompt: 'go on' }, { signal }));
    await gateway.until('a run', () => gateway.chats.active.length > 0);
    const told: (readonly string[])[] = [];
    const restart = (confirmed: boolean) =>
      office.api.call(
        'remote.restart',
        { ...here, confirmed },
        { onProgress: (step) => step.kind === 'pending' && told.push(step.tasks) },
      );
    const before = gateway.bootId;
    expect(await restart(false)).toEqual({ cancelled: [] });
    expect([told.length, told[0]?.length === 0, gateway.bootId]).toEqual([1, false, before]);
    expect((await restart(true)).cancelled).toEqual(told[1]);
    await gateway.until('another start', () => gateway.bootId !== before);
    await connected();
    expect((await office.audit('gateway.restart')).map(({ fields }) => fields['name'])).toEqual(['Lab']);
    stop.abort();
    expect(await running).toBe('control.cancelled');
  });
});

function start(port: number): Promise<RunningRelay> {
  return startRelay({
    dataDirectory: join(directory, 'relay'),
    listen: { host: '127.0.0.1', port },
    tls: { mode: 'off' },
    admission: 'open',
    drainTimeout: 0,
  });
}

function device(name: string): Promise<TestDevice> {
  const dialer = createRelayDialer({ clock: systemClock });
  return TestDevice.create({ name, dialer, gateways: createGatewayMachine({ clock: systemClock }) });
}

async function connected(): Promise<void> {
  await until('the gateway', async () => {
    const [view] = await office.api.call('gateways.list', {});
    return view?.operator.state === 'connected' ? true : undefined;
  });
}

async function allow(decision: RightDecision): Promise<void> {
  await office.api.call('rights.set', { peer: laptop.peerId, right: 'prompt', decision, expiresAt: null });
}

async function ask(
  prompt: string,
  signal?: AbortSignal,
  onTokens: (tokens: readonly string[]) => unknown = () => undefined,
): Promise<{ tokens: string[]; answer: { text: string } }> {
  const tokens: string[] = [];
  const answer = await laptop.api.call(
    'remote.prompt',
    { target, prompt },
    {
      ...(signal === undefined ? {} : { signal }),
      onProgress: (step) => {
        if (step.kind === 'replace') tokens.splice(0, tokens.length, step.text);
        if (step.kind === 'token') tokens.push(step.text);
        if (step.kind === 'token') onTokens(tokens);
      },
    },
  );
  return { tokens, answer };
}

async function* endless(): AsyncIterable<string> {
  for (;;) {
    yield 'on ';
    await new Promise((resolve) => {
      setTimeout(resolve, 5);
    });
  }
}

function gate(): { opened: Promise<void>; open(): void } {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}
