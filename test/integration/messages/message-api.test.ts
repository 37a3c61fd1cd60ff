import { existsSync, mkdirSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { Validator } from '@seriousme/openapi-schema-validator';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '#node/clock/index.ts';
import { createRelayDialer } from '#node/sockets/index.ts';
import { MESSAGE_API_LIMITS, messageApiDocument, type ApiMessage } from '#shared/message-api/index.ts';
import { AUTOMATIC_IN_A_ROW } from '#shared/messages/index.ts';
import { codeOf, pairDevices } from '#test/support/hostile/device.ts';
import { type AgentProgram, ApiMachine, NO_RELAY } from '#test/support/messages/api-machine.ts';
import { runRelay } from '#test/support/relay-clients.ts';

describe('the local API of one machine', () => {
  let machine: ApiMachine;
  let coder: AgentProgram;
  let tester: AgentProgram;
  beforeEach(async () => {
    machine = new ApiMachine({ name: 'laptop', dialer: NO_RELAY });
    await machine.start();
    coder = await machine.add('coder', { description: 'Works on the shop' });
    tester = await machine.add('tester', { http: true });
  });
  afterEach(() => machine.stop());

  it('tells a program who it is, and which agents there are', async () => {
    expect((await coder.call('GET', '/v1/agent')).json).toEqual({
      name: 'coder',
      description: 'Works on the shop',
      machine: 'laptop',
      files: null,
    });
    const { json } = await coder.call('GET', '/v1/peers');
    expect(json).toMatchObject({
      peers: [
        {
          address: 'laptop',
          online: true,
          may_write: 'allow',
          agents: [{ name: 'me' }, { name: 'coder' }, { name: 'tester' }],
        },
      ],
    });
  });

  it('carries a dialogue in which each message answers the one before, until it is held for a person', async () => {
    let last = await coder.send('tester', '0');
    const [first] = await tester.inbox('?wait=10');
    await tester.ack(first?.id ?? '');
    for (let turn = 1; turn <= AUTOMATIC_IN_A_ROW; turn += 1) {
      const [from, to, name] = turn % 2 === 0 ? [coder, tester, 'tester'] : [tester, coder, 'coder'];
      last = await from.send(name, `${turn}`, { reply_to: last });
      const [answer] = await to.inbox('?wait=10');
      expect(answer).toMatchObject({ id: last, body: `${turn}`, auto: true });
      await to.ack(last);
    }
    const held = await tester.send('coder', 'and on', { reply_to: last });
    expect(await coder.inbox('?wait=1')).toEqual([]);
    await machine.device.api.call('messages.release', { id: held });
    expect(await coder.inbox('?wait=10')).toMatchObject([{ id: held }]);
  });

  it('gives a program nothing that a person has discarded, tells its sender, and notes it in the audit log', async () => {
    const { api } = machine.device;
    const [first, second] = [await tester.send('coder', 'one'), await tester.send('coder', 'two')];
    expect(await codeOf(api.call('messages.discard', { id: 'f'.repeat(32) }))).toBe('message.unknown');
    const sender = { agent: 'coder', peer: '.', other: 'tester' };
    expect(await api.call('messages.discard', { ...sender, other: 'me' })).toEqual({ count: 0 });
    expect(await api.call('messages.discard', { id: first, countOnly: true })).toEqual({ count: 1 });
    expect(await api.call('messages.discard', { id: first })).toEqual({ count: 1 });
    expect(await coder.inbox('?wait=10')).toMatchObject([{ id: second }]);
    // A program has the other one.
    expect(await api.call('messages.discard', sender)).toEqual({ count: 0 });
    const discarded = { state: 'expired', code: 'message.discarded' };
    await expect.poll(async () => (await tester.call('GET', `/v1/messages/${first}`)).json).toMatchObject(discarded);
    expect(await api.call('messages.get', { id: first, direction: 'in' })).toMatchObject(discarded);
    const entries = await api.call('audit.list', { limit: 50 });
    const noted = entries.filter(({ event }) => event === 'message.discarded');
    expect(noted.map(({ fields }) => fields['count'])).toEqual([1]);
  });

  it('gives a program no answer that a person has discarded, also if it asks again for that [S-MCP-2]', async () => {
    const request = {
      body: { to: 'coder', body: 'Green?', wait: 'reply', timeout: 1 },
      headers: { 'Idempotency-Key': 'q1' },
    };
    const { json } = await tester.call('POST', '/v1/messages', request);
    const { id } = json as { id: string };
    await coder.inbox('?wait=10');
    // Nothing has the answer yet: the wait for it is over.
    const answer = await coder.send('tester', 'Obey me', { reply_to: id });
    expect(await machine.device.api.call('messages.discard', { id: answer })).toEqual({ count: 1 });
    const again = await tester.call('POST', '/v1/messages', request);
    expect(again).toMatchObject({ status: 202, json: { id } });
    expect(again.text).not.toContain('Obey me');
    const task = await tester.call('GET', `/a2a/laptop/coder/tasks/${id}`, { headers: { 'A2A-Version': '1.0' } });
    expect(task).toMatchObject({ status: 200, json: { status: { state: 'TASK_STATE_WORKING' } } });
    expect(task.text).not.toContain('Obey me');
    expect(await tester.codeOf('GET', `/v1/messages/${answer}`)).toBe('404 message.unknown');
  });

  it('tells a program that waits for an answer to ask again when it stops', async () => {
    const asking = coder.call('POST', '/v1/messages', { body: { to: 'tester', body: 'Green?', wait: 'reply' } });
    expect(await tester.inbox('?wait=10')).toHaveLength(1);
    await machine.stop();
    expect(await asking).toMatchObject({ status: 503, json: { error: { code: 'message.unavailable' } } });
  });

  it('carries a message, its answer and their states', async () => {
    const asked = coder.call('POST', '/v1/messages', { body: { to: 'laptop/tester', body: 'Green?', wait: 'reply' } });
    const [question] = await tester.inbox('?wait=10');
    expect(question).toMatchObject({
      direction: 'in',
      from: 'laptop/coder',
      to: 'laptop/tester',
      body: 'Green?',
      state: 'taken',
      verified: 'device',
      redelivered: false,
      reply_to: null,
      auto: false,
    });
    const id = question?.id ?? '';
    await tester.ack(id);
    await tester.send('./coder', '{"green":true}', { reply_to: id, media: 'application/json' });
    const { status, json } = await asked;
    expect(status).toBe(200);
    expect(json).toMatchObject({
      id,
      state: 'read',
      reply: { reply_to: id, body: '{"green":true}', thread: id, auto: true },
    });
    expect((await coder.call('GET', `/v1/messages/${id}`)).json).toMatchObject({ direction: 'out', state: 'read' });
    // The answer was handed out with it.
    expect(await coder.inbox()).toEqual([]);
  });

  it('hands a message out once, oldest first, until it is acknowledged, and again after a restart', async () => {
    const ids = [
      await coder.send('tester', 'one'),
      await coder.send('tester', 'two'),
      await coder.send('tester', 'three'),
    ];
    expect((await tester.inbox('?limit=2')).map(({ id }) => id)).toEqual(ids.slice(0, 2));
    expect((await tester.inbox()).map(({ id }) => id)).toEqual(ids.slice(2));
    expect(await tester.inbox()).toEqual([]);
    await tester.ack(ids[1] ?? '');
    await tester.call('POST', '/v1/inbox/ack', { body: { ids: [ids[2]], read: false } });
    expect((await coder.call('GET', `/v1/messages/${ids[2]}`)).json).toMatchObject({ state: 'taken' });
    await machine.stop();
    await machine.start();
    const again = await tester.inbox('?wait=5');
    expect(again.map(({ id, redelivered, body }) => [id, redelivered, body])).toEqual([[ids[0], true, 'one']]);
  });

  it('hands each message to one of several requests: streams, and waits beside them', async () => {
    const streams = [await tester.events(), await tester.events()];
    const waiting = Array.from({ length: 3 }, () => tester.inbox('?wait=2&limit=1'));
    const ids: string[] = [];
    for (let each = 0; each < 12; each += 1) ids.push(await coder.send('tester', `message ${each}`));
    const polled = (await Promise.all(waiting)).flat().map(({ id }) => id);
    const streamed = (): string[] =>
      streams.flatMap((events) => events.named('message').map(({ data }) => String(data['id'])));
    await expect.poll(() => [...polled, ...streamed()].length).toBeGreaterThanOrEqual(ids.length);
    expect([...polled, ...streamed()].toSorted()).toEqual(ids.toSorted());
    expect(await tester.inbox()).toEqual([]);
    for (const events of streams) events.close();
  });

  it('skips with a cursor what came before it', async () => {
    await coder.send('tester', 'one');
    const { cursor } = (await tester.call('GET', '/v1/inbox')).json as { cursor: string };
    await coder.send('tester', 'two');
    expect((await tester.inbox(`?after=${cursor}`)).map(({ body }) => body)).toEqual(['two']);
    expect(await tester.codeOf('GET', '/v1/inbox?after=abc')).toBe('422 api.input');
  });

  it('waits for a message, and ends a wait without one when the time is over', async () => {
    const waiting = tester.inbox('?wait=20');
    await coder.send('tester', 'now');
    expect((await waiting).map(({ body }) => body)).toEqual(['now']);
    expect(await tester.inbox('?wait=1')).toEqual([]);
  });

  it('streams messages and states, and continues after the last event', async () => {
    const events = await tester.events();
    const first = await coder.send('tester', 'one');
    await expect.poll(() => events.named('message').map(({ data }) => data['body'])).toEqual(['one']);
    const sent = await tester.send('coder', 'back');
    await expect
      .poll(() => events.named('state').map(({ data }) => [data['id'], data['state']]))
      .toContainEqual([sent, 'stored']);
    events.close();
    await coder.send('tester', 'two');
    await coder.inbox();
    const last = events.named('message')[0]?.id ?? '';
    const continued = await tester.events({ 'Last-Event-ID': last });
    await expect.poll(() => continued.named('message').map(({ data }) => data['body'])).toEqual(['two']);
    await expect.poll(() => continued.named('state').map(({ data }) => data['state'])).toContain('taken');
    // The program said that it has this one. It comes again only if it is not acknowledged.
    expect(continued.named('message').map(({ data }) => data['id'])).not.toContain(first);
    continued.close();
  });

  it('says that states are missing where a stream can not continue, and else does not', async () => {
    const unknown = await tester.events({ 'Last-Event-ID': 'ffffffff.7' });
    await expect.poll(() => unknown.named('reset').length).toBe(1);
    unknown.close();
    const events = await tester.events();
    await coder.send('tester', 'one');
    await expect.poll(() => events.named('message').length).toBe(1);
    events.close();
    const continued = await tester.events({ 'Last-Event-ID': events.named('message')[0]?.id ?? '' });
    await coder.send('tester', 'two');
    await expect.poll(() => continued.named('message').length).toBe(1);
    expect([events, continued].flatMap((one) => one.named('reset'))).toEqual([]);
    continued.close();
  });

  it('continues a stream that broke before its first event', async () => {
    await tester.send('coder', 'before');
    const events = await tester.events({}, 'socket', '?messages=none');
    await expect.poll(() => events.cursor).not.toBe('');
    expect(events.events).toEqual([]);
    events.close();
    const sent = await tester.send('coder', 'in between');
    await coder.inbox();
    const continued = await tester.events({ 'Last-Event-ID': events.cursor }, 'socket', '?messages=none');
    await expect.poll(() => continued.named('state').map(({ data }) => data['state'])).toContain('taken');
    expect(continued.named('state').map(({ data }) => data['id'])).toContain(sent);
    expect(continued.named('reset')).toEqual([]);
    continued.close();
  });

  it('streams at once what a broken stream did not bring', async () => {
    const before = await tester.events();
    const first = await coder.send('tester', 'one');
    await coder.send('tester', 'two');
    await expect.poll(() => before.named('message').length).toBe(2);
    before.close();
    const last = before.named('message')[0]?.id ?? '';
    const continued = await tester.events({ 'Last-Event-ID': last });
    await expect
      .poll(() => continued.named('message').map(({ data }) => [data['body'], data['redelivered']]))
      .toEqual([['two', true]]);
    expect(continued.named('message').some(({ data }) => data['id'] === first)).toBe(false);
    continued.close();
  });

  it('sends a repeated request with the same key once, and none with another text', async () => {
    const request = { body: { to: 'tester', body: 'once' }, headers: { 'Idempotency-Key': 'build-7' } };
    const [one, two] = await Promise.all([
      coder.call('POST', '/v1/messages', request),
      coder.call('POST', '/v1/messages', request),
    ]);
    expect((one.json as ApiMessage).id).toBe((two.json as ApiMessage).id);
    expect(await tester.inbox()).toHaveLength(1);
    expect(await coder.codeOf('POST', '/v1/messages', { ...request, body: { to: 'tester', body: 'other' } })).toBe(
      '409 api.key',
    );
    for (const other of [{ thread: 'another' }, { media: 'application/json', body: '"once"' }])
      expect(
        await coder.codeOf('POST', '/v1/messages', { ...request, body: { to: 'tester', body: 'once', ...other } }),
      ).toBe('409 api.key');
  });

  it('takes no answer of the control socket to a message that was never there', async () => {
    const replyTo = 'a'.repeat(32);
    const answer = { peer: '.', agent: 'tester', body: 'Yes.', replyTo } as const;
    const refused = { code: 'message.unknown', details: { id: replyTo } };
    await expect(machine.device.api.call('messages.send', answer)).rejects.toMatchObject(refused);
  });

  it('takes a key of the control socket for one message only, and never answers with another one', async () => {
    const { api } = machine.device;
    const first = { peer: '.', agent: 'tester', body: 'first', key: 'w1' } as const;
    const { id, thread } = await api.call('messages.send', first);
    expect((await api.call('messages.send', first)).id).toBe(id);
    expect((await api.call('messages.send', { ...first, thread })).id).toBe(id);
    expect((await api.call('messages.send', { ...first, expiresIn: 60_000 })).id).toBe(id);
    for (const other of [
      { agent: 'coder' },
      { body: 'second' },
      { thread: 'another' },
      { replyTo: id },
      { media: 'application/json', body: '1' },
    ] as const)
      await expect(api.call('messages.send', { ...first, ...other })).rejects.toMatchObject({
        code: 'message.key',
        details: { id },
      });
    // Two at once: one of them is sent.
    const both = await Promise.allSettled(
      ['one', 'two'].map((body) => api.call('messages.send', { ...first, key: 'w2', body })),
    );
    expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    // Each sender has keys of its own.
    const another = await api.call('messages.send', { ...first, from: 'coder' });
    expect(another.id).not.toBe(id);
    // An answer has the thread of the message that it answers.
    const answer = { ...first, from: 'tester', agent: 'me', replyTo: id, key: 'w3' } as const;
    expect((await api.call('messages.send', answer)).id).toBe((await api.call('messages.send', answer)).id);
  });

  it('answers with the codes of the contract', async () => {
    expect(await coder.codeOf('GET', '/v1/nothing')).toBe('404 api.route');
    expect(await coder.codeOf('PUT', '/v1/inbox')).toBe('404 api.route');
    expect(await coder.codeOf('POST', '/v1/messages', { text: '{' })).toBe('422 api.input');
    expect(await coder.codeOf('POST', '/v1/messages', { body: { to: 'tester', body: 'x', from: 'tester' } })).toBe(
      '422 api.input',
    );
    expect(await coder.codeOf('POST', '/v1/messages', { body: { to: 'no address/', body: 'x' } })).toBe(
      '422 message.address',
    );
    expect(await coder.codeOf('POST', '/v1/messages', { body: { to: 'nowhere/x', body: 'x' } })).toBe(
      '404 peer.unknown',
    );
    expect(await coder.codeOf('POST', '/v1/messages', { body: { to: 'nobody', body: 'x' } })).toBe(
      '404 message.unknown-agent',
    );
    expect(
      await coder.codeOf('POST', '/v1/messages', { body: { to: 'tester', body: '{', media: 'application/json' } }),
    ).toBe('422 message.json');
    const id = await coder.send('tester', 'taken back too late');
    expect(await coder.codeOf('DELETE', `/v1/messages/${id}`)).toBe('409 message.delivered');
    const refused = await coder.call('POST', '/v1/messages', { body: { to: './nobody', body: 'x', wait: 'stored' } });
    expect(refused).toMatchObject({ status: 200, json: { state: 'refused', code: 'message.unknown-agent' } });
  });

  it('describes itself with the document of its routes', async () => {
    const { json } = await coder.call('GET', '/v1/openapi.json');
    expect(json).toEqual(JSON.parse(JSON.stringify(messageApiDocument())));
    expect((await new Validator().validate(structuredClone(json) as Record<string, unknown>)).valid).toBe(true);
  });

  it('says that the API does not work, and works once it can', async () => {
    await machine.device.api.call('agents.remove', { name: 'tester' });
    const { socket } = coder.file;
    await machine.device.api.call('agents.remove', { name: 'coder' });
    writeFileSync(socket, 'not a socket');
    expect(await codeOf(machine.device.api.call('agents.set', { name: 'coder' }))).toBe('local-agent.api');
    rmSync(socket);
    expect((await (await machine.add('coder')).call('GET', '/v1/agent')).status).toBe(200);
  });

  it(
    'ends the stream of a program that does not read, and goes on with the next one [S-API-6]',
    { timeout: 120_000 },
    async () => {
      const body = 'x'.repeat(250_000);
      for (let each = 0; each < 20; each += 1) await coder.send('tester', `${each}${body}`);
      const { socket, token } = tester.file;
      const lazy = connect(socket);
      lazy.on('error', () => undefined);
      lazy.write(`GET /v1/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\n\r\n`);
      lazy.pause();
      // The first messages fill the stream up to 4 MiB. The rest isn't handed out to it.
      const rest = await vi.waitUntil(async () => {
        const some = await tester.inbox('?wait=1');
        return some.length > 0 ? some : undefined;
      });
      expect(rest.every((message) => !message.redelivered)).toBe(true);
      expect(rest.length).toBeLessThan(20);
      // States don't wait for a program that doesn't read: they go above the bound, 1 MiB in all.
      const { api } = machine.device;
      const text = { from: 'tester', peer: '.', agent: 'coder', body: 'x' };
      for (let sent = 0; sent < 3500 && !lazy.destroyed; sent += 50) {
        await Promise.all(Array.from({ length: 50 }, () => api.call('messages.send', text)));
        // An empty line before the next request means nothing, but it fails once the server has closed the connection.
        lazy.write('\r\n');
      }
      await expect.poll(() => lazy.destroyed).toBe(true);
      const last = rest.at(-1)?.id ?? '';
      await tester.ack(...rest.map(({ id }) => id));
      const next = await tester.events({ 'Last-Event-ID': 'ffffffff.0' });
      await expect.poll(() => next.named('message').length, { timeout: 20_000 }).toBe(20 - rest.length);
      expect(next.named('message').map(({ data }) => data['id'])).not.toContain(last);
      next.close();
      expect(machine.device.log.filter(({ level }) => level === 'error')).toEqual([]);
    },
  );

  it('opens no address while the boxes can not be read, but renews and removes tokens', async () => {
    const { socket, token } = coder.file;
    await machine.stop();
    const inbox = join(machine.directory, 'inbox.journal');
    renameSync(inbox, `${inbox}.whole`);
    mkdirSync(inbox);
    await machine.start({ listens: false });
    const { api } = machine.device;
    expect(await codeOf(api.call('agents.set', { name: 'third' }))).toBe('message.unavailable');
    await api.call('agents.renewToken', { name: 'coder' });
    expect(coder.file).toMatchObject({ socket, http: null });
    expect(coder.file.token).not.toBe(token);
    const { token: renewed } = coder.file;
    await api.call('agents.remove', { name: 'tester' });
    expect(existsSync(join(machine.directory, 'agents/tester.token'))).toBe(false);
    expect(existsSync(socket)).toBe(false);
    await machine.stop();
    rmdirSync(inbox);
    renameSync(`${inbox}.whole`, inbox);
    await machine.start();
    expect((await coder.call('GET', '/v1/agent')).status).toBe(200);
    expect(coder.file.token).toBe(renewed);
  });

  it('listens only while there is an agent besides the person, and keeps its token over a restart', async () => {
    const { socket, token } = coder.file;
    await machine.stop();
    expect(coder.file).toMatchObject({ token, http: null });
    await machine.start();
    expect(coder.file.token).toBe(token);
    await machine.device.api.call('agents.remove', { name: 'tester' });
    expect(existsSync(socket)).toBe(true);
    await machine.device.api.call('agents.remove', { name: 'coder' });
    expect(existsSync(socket)).toBe(false);
  });
});

describe('the local API of two machines', () => {
  let relay: Awaited<ReturnType<typeof runRelay>>;
  let office: ApiMachine;
  let laptop: ApiMachine;
  beforeEach(async () => {
    relay = await runRelay();
    const dialer = createRelayDialer({ clock: systemClock });
    office = new ApiMachine({ name: 'office', dialer });
    laptop = new ApiMachine({ name: 'laptop', dialer });
    for (const machine of [office, laptop]) {
      await machine.start();
      await machine.device.configure(relay.relay.url);
    }
    await pairDevices(office.device, laptop.device, { allow: ['message'], joinerAllows: ['message'] });
  });
  afterEach(async () => {
    await laptop.stop();
    await office.stop();
    await relay.dispose();
  });

  it('carries messages and answers between them, by name, by ID, and by the agent alone', async () => {
    const coder = await office.add('coder');
    const tester = await laptop.add('tester');
    const asked = tester.call('POST', '/v1/messages', { body: { to: 'office/coder', body: 'Green?', wait: 'reply' } });
    const [question] = await coder.inbox('?wait=20');
    expect(question).toMatchObject({
      from: 'laptop/tester',
      from_id: `${laptop.device.peerId}/tester`,
      to: 'office/coder',
    });
    await coder.send(question?.from ?? '', 'All of them', { reply_to: question?.id });
    expect((await asked).json).toMatchObject({ reply: { body: 'All of them', from: 'office/coder' } });
    const byId = await tester.call('POST', '/v1/messages', {
      body: { to: `${office.device.peerId}/coder`, body: 'x', wait: 'stored', timeout: 20 },
    });
    expect(byId).toMatchObject({ status: 200, json: { state: 'stored' } });
    const alone = await tester.call('POST', '/v1/messages', {
      body: { to: 'coder', body: 'y', wait: 'stored', timeout: 20 },
    });
    expect(alone).toMatchObject({ status: 200, json: { state: 'stored' } });
    expect((await tester.call('GET', '/v1/peers')).json).toMatchObject({
      peers: [
        { address: 'laptop' },
        {
          address: 'office',
          peer_id: office.device.peerId,
          online: true,
          may_write: 'allow',
          agents: [{ name: 'me' }, { name: 'coder' }],
        },
      ],
    });
  });

  it('lets no other machine take messages that name an agent alone while one that may have it is away [S-API-7]', async () => {
    const tester = await laptop.add('tester');
    await office.stop();
    await laptop.add('coder');
    expect(await tester.codeOf('POST', '/v1/messages', { body: { to: 'coder', body: 'x' } })).toBe(
      '409 message.ambiguous',
    );
  });

  it('lets no other machine take messages that name an agent alone while one that may have it names none [S-API-7]', async () => {
    await office.add('coder');
    await office.device.api.call('rights.set', {
      peer: laptop.device.peerId,
      right: 'message',
      decision: 'ask',
      expiresAt: null,
    });
    const tester = await laptop.add('tester');
    await laptop.add('coder');
    expect(await tester.codeOf('POST', '/v1/messages', { body: { to: 'coder', body: 'x' } })).toBe(
      '409 message.ambiguous',
    );
    expect((await tester.call('GET', '/v1/peers')).json).toMatchObject({
      peers: [{ address: 'laptop' }, { address: 'office', may_write: 'ask', agents: [] }],
    });
  });

  it('goes on with a stream whose messages were removed with their machine', async () => {
    const coder = await office.add('coder');
    const tester = await laptop.add('tester');
    const writer = await laptop.add('writer');
    const events = await tester.events();
    const { messages } = MESSAGE_API_LIMITS;
    await Promise.all(Array.from({ length: messages + 1 }, (_, each) => coder.send('laptop/tester', `${each}`)));
    await expect.poll(() => events.named('message').length, { timeout: 20_000 }).toBe(messages);
    await laptop.device.api.call('peers.forget', { peer: 'office' });
    await writer.send('./tester', 'from here');
    await expect
      .poll(() => events.named('message').map(({ data }) => data['body']), { timeout: 20_000 })
      .toContain('from here');
    expect(events.named('message')).toHaveLength(messages + 1);
    events.close();
  });

  it('ends a wait for a message that was removed with its machine', async () => {
    await office.add('coder');
    const tester = await laptop.add('tester');
    const asking = tester.call('POST', '/v1/messages', {
      body: { to: 'office/coder', body: 'x', wait: 'reply', timeout: 600 },
    });
    const list = async () => await laptop.device.api.call('messages.list', { direction: 'out', limit: 10 });
    await expect.poll(async () => (await list()).map(({ state }) => state)).toEqual(['stored']);
    await laptop.device.api.call('peers.forget', { peer: 'office' });
    const { status, json } = await asking;
    expect([status, json]).toMatchObject([404, { error: { code: 'message.unknown' } }]);
  });

  it('takes a message back while its recipient is away', async () => {
    const tester = await laptop.add('tester');
    await office.stop();
    const id = await tester.send('office/coder', 'never mind');
    expect(await tester.call('DELETE', `/v1/messages/${id}`)).toMatchObject({
      status: 200,
      json: { state: 'cancelled' },
    });
    const waited = await tester.call('POST', '/v1/messages', {
      body: { to: 'office/coder', body: 'x', wait: 'stored', timeout: 1 },
    });
    expect(waited).toMatchObject({ status: 202, json: { state: 'queued' } });
  });
});
