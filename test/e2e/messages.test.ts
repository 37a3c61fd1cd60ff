import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { documents } from '#test/support/e2e/commands.ts';
import type { Device } from '#test/support/e2e/device.ts';
import { HAS_PROCESS_TABLE } from '#test/support/e2e/process-table.ts';
import type { StageRelay } from '#test/support/e2e/relay.ts';
import { Stage } from '#test/support/e2e/stage.ts';
import { until } from '#test/support/e2e/until.ts';

type Message = Readonly<{ id: string; body: string; state: string; code: string | null; other: string; agent: string }>;

describe.runIf(HAS_PROCESS_TABLE)('messages between agents of laptop and office', () => {
  let stage: Stage;
  let relay: StageRelay;
  let office: Device;
  let laptop: Device;

  beforeAll(async () => {
    stage = new Stage();
    // With all that they log.
    relay = await stage.startRelay({ environment: { CLAWREACH_RELAY_LOG_LEVEL: 'debug' } });
    ({ office, laptop } = await stage.pairedDevices(relay, { environment: { CLAWREACH_LOG_LEVEL: 'debug' } }));
    await office.ok('agent', 'add', 'coder', '--description', 'Works on the shop');
    await laptop.ok('agent', 'add', 'tester');
    await office.ok('rights', 'laptop', '--allow', 'message');
    await laptop.ok('rights', 'office', '--allow', 'message');
  });
  afterEach(() => stage.restore());
  afterAll(() => stage.close());

  const inbox = async (device: Device, ...words: readonly string[]): Promise<readonly Message[]> =>
    (await device.json('message', 'inbox', ...words)) as readonly Message[];

  it('names the agents of the other machine to whom it lets write', async () => {
    expect(await laptop.json('agent', 'list', 'office')).toEqual([
      { name: 'me', description: '' },
      { name: 'coder', description: 'Works on the shop' },
    ]);
  });

  it('arrives, is read and answered; the sender is told each state', async () => {
    const sent = (await laptop.json(
      'message',
      'send',
      'office/coder',
      'Are the tests green?',
      '--from',
      'tester',
    )) as Message;
    expect(sent.state).toBe('stored');
    const [came] = await inbox(office);
    expect(came).toMatchObject({ id: sent.id, body: 'Are the tests green?', agent: 'coder', other: 'tester' });
    expect((await office.json('message', 'read', sent.id)) as Message).toMatchObject({ body: 'Are the tests green?' });
    await expect.poll(async () => ((await laptop.json('message', 'status', sent.id)) as Message).state).toBe('read');
    expect(await inbox(office)).toEqual([]);

    const asking = laptop.start(['message', 'send', 'office/coder', 'And now?', '--from', 'tester', '--wait', 'reply']);
    const question = await until('the question', async () => (await inbox(office)).at(0));
    await office.ok('message', 'send', 'laptop/tester', 'All of them.', '--from', 'coder', '--reply-to', question.id);
    expect(await asking.ended).toMatchObject({ code: 0, stdout: 'All of them.\n' });
  });

  it('has a key of its own, with which its answer is printed again', async () => {
    const ask = (text: string, agent: string) =>
      laptop.run(['message', 'send', `office/${agent}`, text, '--wait', 'reply', '--key', 'build-7']);
    const asking = ask('Green?', 'coder');
    const question = await until('the question', async () => (await inbox(office)).at(0));
    await office.ok('message', 'send', 'laptop/me', 'Yes.', '--from', 'coder', '--reply-to', question.id);
    expect(await asking).toMatchObject({ code: 0, stdout: 'Yes.\n' });
    // The answer was sent in its agent's name: the question is read.
    expect(await inbox(office)).toEqual([]);
    expect(await ask('Green?', 'coder')).toMatchObject({ code: 0, stdout: 'Yes.\n' });
    for (const [text, agent] of [
      ['Red?', 'coder'],
      ['Green?', 'me'],
    ] as const) {
      const refused = await ask(text, agent);
      expect([refused.code, refused.stdout]).toEqual([2, '']);
      expect(refused.stderr).toContain(`clawreach message status ${question.id}`);
    }
    expect(await inbox(office)).toEqual([]);
  });

  it('waits while the other machine is down, survives a kill of its own, and arrives once', async () => {
    await office.stop();
    const ended = await laptop.run([
      'message',
      'send',
      'office/coder',
      'When you are back',
      '--timeout',
      '1',
      '--json',
    ]);
    expect(ended.code).toBe(1);
    const queued = documents(ended.stdout).at(-1) as Message;
    expect(['queued', 'sent']).toContain(queued.state);
    await laptop.agent?.end('SIGKILL');
    await laptop.restore();
    await office.restore();
    const came = await until('the message', async () => {
      const found = (await inbox(office)).filter(({ body }) => body === 'When you are back');
      return found.length > 0 ? found : undefined;
    });
    expect(came.map(({ id }) => id)).toEqual([queued.id]);
    await expect
      .poll(async () => ((await laptop.json('message', 'status', queued.id)) as Message).state)
      .toBe('stored');
  });

  it('is refused without the permission or for an agent that is not there, and can be taken back before it is delivered', async () => {
    const nobody = await laptop.run(['message', 'send', 'office/nobody', 'Hello']);
    expect(nobody).toMatchObject({ code: 4 });
    await office.ok('rights', 'laptop', '--deny', 'message');
    const denied = await laptop.run(['message', 'send', 'office/coder', 'Hello', '--json']);
    expect(denied.code).toBe(5);
    expect(documents(denied.stdout).at(-1)).toMatchObject({ state: 'refused', code: 'rights.denied' });
    await office.ok('rights', 'laptop', '--allow', 'message');
    await office.stop();
    const queued = (await laptop.json('message', 'send', 'office/coder', 'Never mind', '--wait', 'queued')) as Message;
    expect((await laptop.json('message', 'cancel', queued.id)) as Message).toMatchObject({ state: 'cancelled' });
    await office.restore();
    await laptop.ok('message', 'send', 'office/coder', 'After it');
    expect((await inbox(office)).map(({ body }) => body)).not.toContain('Never mind');
  });

  it('asks the person there, who sees its words, and which are in no log, nor anywhere but in the boxes of both machines', async () => {
    await office.ok('rights', 'laptop', '--ask', 'message');
    const asking = laptop.start([
      'message',
      'send',
      'office/coder',
      'secret-word-of-the-test',
      '--timeout',
      '60',
      '--json',
    ]);
    const request = await until('the question', async () => {
      const [first] = (await office.json('approvals')) as readonly Readonly<{ id: number; detail: string }>[];
      return first;
    });
    expect(request.detail).toBe('write to coder: secret-word-of-the-test');
    await office.ok('approvals', 'approve', String(request.id));
    expect((await asking.ended).code).toBe(0);
    // The audit logs and databases of all three are among the files; the boxes show that this finds the words.
    const files = readdirSync(stage.directory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name));
    const found = files.filter((path) => readFileSync(path).includes('secret-word'));
    expect(found.map((path) => relative(stage.directory, path)).toSorted()).toEqual([
      'laptop/outbox.journal',
      'office/inbox.journal',
    ]);
    expect(files.some((path) => relative(stage.directory, path).startsWith('relay/'))).toBe(true);
    // What a person is asked is on the screen, which is the standard output.
    for (const log of [office.agent, laptop.agent, relay.process].map((process) => process?.stderr)) {
      expect(log).toContain('"level"');
      expect(log).not.toContain('secret-word');
    }
    expect(readFileSync(join(office.profile, 'audit.jsonl'), 'utf8')).toContain('write to coder');
  });

  it('goes between two agents of one machine', async () => {
    await laptop.ok('agent', 'add', 'coder');
    const sent = (await laptop.json('message', 'send', './coder', 'Neighbour', '--from', 'tester')) as Message;
    expect(sent.state).toBe('stored');
    expect((await inbox(laptop, '--agent', 'coder')).map(({ body }) => body)).toEqual(['Neighbour']);
  });
});
