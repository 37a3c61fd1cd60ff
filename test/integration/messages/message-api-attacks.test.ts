import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { MESSAGE_API_LIMITS, type ApiMessage } from '#shared/message-api/index.ts';
import { AUTOMATIC_IN_A_ROW } from '#shared/messages/index.ts';
import { type AgentProgram, ApiMachine, NO_RELAY } from '#test/support/messages/api-machine.ts';

let machine: ApiMachine;
let coder: AgentProgram;
let tester: AgentProgram;
beforeEach(async () => {
  machine = new ApiMachine({ name: 'laptop', dialer: NO_RELAY });
  await machine.start();
  coder = await machine.add('coder');
  tester = await machine.add('tester', { http: true });
});
afterEach(() => machine.stop());

const hostOf = (program: AgentProgram): string => new URL(program.file.http ?? '').host;

it('refuses what a page sends, at the port and at the socket, with a good token [S-API-1]', async () => {
  const own = `http://${hostOf(tester)}`;
  for (const place of ['port', 'socket'] as const) {
    for (const headers of [
      { Origin: 'https://evil.example' },
      { Origin: 'null' },
      { Origin: own },
      { 'Sec-Fetch-Site': 'cross-site' },
      { 'Sec-Fetch-Site': 'same-site' },
      { 'Sec-Fetch-Site': 'same-origin' },
    ])
      expect(await tester.codeOf('GET', '/v1/agent', { place, headers })).toBe('403 api.origin');
    expect(await tester.codeOf('GET', '/v1/agent', { place, headers: { 'Sec-Fetch-Site': 'none' } })).toBe('200');
  }
  const preflight = { Origin: 'https://evil.example', 'Access-Control-Request-Method': 'POST' };
  const asked = await tester.call('OPTIONS', '/v1/messages', { place: 'port', headers: preflight, token: null });
  expect(asked.status).toBe(403);
  expect(Object.keys(asked.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
});

it('refuses another name at the port, as after DNS rebinding [S-API-1]', async () => {
  const { port } = new URL(tester.file.http ?? '');
  for (const host of [
    'evil.example',
    `evil.example:${port}`,
    '127.0.0.1',
    `127.0.0.1:${Number(port) + 1}`,
    `[::1]:${port}`,
  ])
    expect(await tester.codeOf('GET', '/v1/agent', { place: 'port', headers: { Host: host } })).toBe('403 api.origin');
  expect(await tester.codeOf('GET', '/v1/agent', { place: 'port', headers: { Host: `localhost:${port}` } })).toBe(
    '200',
  );
});

it('refuses a request without a token, with a wrong one, and with one that was renewed or whose agent was removed [S-API-2]', async () => {
  const old = coder.file.token;
  const changed = `${old.slice(0, -2)}${old.endsWith('AA') ? 'BB' : 'AA'}`;
  for (const token of [null, '', changed, old.slice(1), `${old}A`])
    expect(await coder.codeOf('GET', '/v1/inbox', { token })).toBe('401 api.token');
  expect(await coder.codeOf('GET', '/v1/inbox', { token: null, headers: { Authorization: `Basic ${old}` } })).toBe(
    '401 api.token',
  );
  await machine.device.api.call('agents.renewToken', { name: 'coder' });
  expect(await coder.codeOf('GET', '/v1/inbox', { token: old })).toBe('401 api.token');
  expect(await coder.codeOf('GET', '/v1/inbox')).toBe('200');
  const { token } = coder.file;
  await machine.device.api.call('agents.remove', { name: 'coder' });
  expect(await tester.codeOf('GET', '/v1/inbox', { token })).toBe('401 api.token');
  // A new agent of the same name is another one.
  const again = await machine.add('coder');
  expect(again.file.token).not.toBe(token);
});

it('ends requests that wait with a token that is no longer good [S-API-2]', async () => {
  const events = await coder.events();
  const waiting = coder.inbox('?wait=60');
  await coder.call('GET', '/v1/agent');
  await machine.device.api.call('agents.renewToken', { name: 'coder' });
  expect(await waiting).toEqual([]);
  await expect.poll(() => events.isOver).toBe(true);
});

it('lets no agent read, acknowledge, take back, answer or send as another one with its token [S-API-3]', async () => {
  const id = await tester.send('coder', 'for coder');
  const spy = await machine.add('spy');
  expect(await spy.inbox()).toEqual([]);
  expect(await spy.codeOf('GET', `/v1/messages/${id}`)).toBe('404 message.unknown');
  expect(await spy.codeOf('DELETE', `/v1/messages/${id}`)).toBe('404 message.unknown');
  expect((await spy.call('POST', '/v1/inbox/ack', { body: { ids: [id] } })).json).toEqual({ acknowledged: [] });
  // An answer would be in the thread of the other agents.
  expect(await spy.codeOf('POST', '/v1/messages', { body: { to: 'tester', body: 'x', reply_to: id } })).toBe(
    '404 message.unknown',
  );
  const events = await spy.events();
  await spy.send('tester', 'as spy', { thread: id });
  const [first, second] = await tester.inbox('?wait=5');
  expect([first, second].filter((one) => one !== undefined).map(({ from }) => from)).toEqual(['laptop/spy']);
  expect((await coder.inbox()).map((message) => [message.id, message.redelivered])).toEqual([[id, false]]);
  await coder.ack(id);
  await expect.poll(async () => (await tester.call('GET', `/v1/messages/${id}`)).json).toMatchObject({ state: 'read' });
  // What it is told of this one follows what it would be told of the others.
  const next = await spy.send('tester', 'next');
  await expect.poll(() => events.named('state').map(({ data }) => data['id'])).toContain(next);
  expect(events.events.some(({ data }) => data['id'] === id)).toBe(false);
  events.close();
});

it('takes at the port only tokens of agents that were added with --http [S-API-4]', async () => {
  const { token } = coder.file;
  expect(coder.file.http).toBeNull();
  expect(await tester.codeOf('GET', '/v1/agent', { place: 'port', token })).toBe('401 api.token');
  expect(await tester.codeOf('GET', '/v1/agent', { place: 'socket', token })).toBe('200');
  const before = tester.file.http;
  await machine.device.api.call('agents.set', { name: 'tester', http: false });
  expect(tester.file.http).toBeNull();
  await expect(fetch(`${before}/v1/agent`)).rejects.toThrow('fetch failed');
});

it('keeps token files and the socket from other users, and takes no token of a file that they could read [S-API-4]', async () => {
  const path = `${machine.directory}/agents/coder.token`;
  const { token, socket } = coder.file;
  for (const file of [path, socket]) expect(statSync(file).mode & 0o777).toBe(0o600);
  await machine.stop();
  chmodSync(path, 0o644);
  await machine.start();
  // The file is written a moment after the start.
  await expect.poll(() => coder.file.token).not.toBe(token);
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

it('takes no token again that a program at the port of a killed agent may have been sent [S-API-5]', async () => {
  const path = `${machine.directory}/agents/tester.token`;
  const { token } = tester.file;
  const left: unknown = JSON.parse(readFileSync(path, 'utf8'));
  await machine.stop();
  // As after kill -9: the file still names the port, and another program has it now.
  const heard: string[] = [];
  const squatter = createServer((request: IncomingMessage, response) => {
    heard.push(request.headers.authorization ?? '');
    response.end('{}');
  });
  await new Promise<void>((resolve) => void squatter.listen(0, '127.0.0.1', resolve));
  const { port } = squatter.address() as AddressInfo;
  writeFileSync(path, JSON.stringify({ ...(left as object), http: `http://127.0.0.1:${port}` }), { mode: 0o600 });
  await tester.call('GET', '/v1/agent', { place: 'port' });
  expect(heard).toEqual([`Bearer ${token}`]);
  await machine.start();
  await expect.poll(() => tester.file.http).not.toBe(`http://127.0.0.1:${port}`);
  expect(await tester.codeOf('GET', '/v1/agent', { token })).toBe('401 api.token');
  expect(await tester.codeOf('GET', '/v1/agent', { place: 'port' })).toBe('200');
  squatter.close();
});

it('takes no token that was used at a port once its agent has left the port [S-API-5]', async () => {
  const { token } = tester.file;
  const { token: atSocket } = coder.file;
  await machine.stop();
  // A program that goes on with what it has read may be at another one's port.
  expect(tester.file.http).toBeNull();
  const { token: second } = tester.file;
  expect(second).not.toBe(token);
  expect(coder.file.token).toBe(atSocket);
  await machine.start();
  expect(await tester.codeOf('GET', '/v1/agent', { token })).toBe('401 api.token');
  await expect.poll(() => tester.file.http).not.toBeNull();
  expect(tester.file.token).toBe(second);
  await machine.device.api.call('agents.set', { name: 'tester', http: false });
  expect(await tester.codeOf('GET', '/v1/agent', { token: second })).toBe('401 api.token');
  expect(await tester.codeOf('GET', '/v1/agent')).toBe('200');
});

it('ends what waits at the port once its agent has left the port, and nothing of another one [S-API-5]', async () => {
  const other = await machine.add('other', { http: true });
  const events = await tester.events({}, 'port');
  const others = await other.events({}, 'port');
  await machine.device.api.call('agents.set', { name: 'tester', http: false });
  await expect.poll(() => events.isOver).toBe(true);
  await coder.send('other', 'still there');
  await expect.poll(() => others.named('message').length).toBe(1);
  expect(others.isOver).toBe(false);
  others.close();
});

it('answers 600 requests of an agent in a minute, and others meanwhile [S-API-6]', async () => {
  const begun = performance.now();
  let answered = 0;
  let refused = 0;
  while (refused === 0) {
    const codes = await Promise.all(Array.from({ length: 10 }, () => coder.codeOf('GET', '/v1/agent')));
    answered += codes.filter((code) => code === '200').length;
    refused += codes.filter((code) => code === '429 api.rate').length;
    // Ten come back each second.
    expect(answered).toBeLessThanOrEqual(MESSAGE_API_LIMITS.requests + (performance.now() - begun) / 100 + 1);
  }
  expect(answered).toBeGreaterThanOrEqual(MESSAGE_API_LIMITS.requests);
  const { headers } = await vi.waitUntil(async () => {
    const replies = await Promise.all(Array.from({ length: 20 }, () => coder.call('GET', '/v1/agent')));
    return replies.find(({ status }) => status === 429);
  });
  expect(headers['retry-after']).toBe('1');
  expect(await tester.codeOf('GET', '/v1/agent')).toBe('200');
});

it('lets 32 requests of an agent wait, and others meanwhile [S-API-6]', async () => {
  const aborting = new AbortController();
  const waiting = Array.from({ length: MESSAGE_API_LIMITS.waiting }, () =>
    coder.call('GET', '/v1/inbox?wait=60', { signal: aborting.signal }).catch(() => undefined),
  );
  await expect.poll(() => coder.codeOf('GET', '/v1/inbox?wait=1')).toBe('429 api.rate');
  await expect(coder.events()).rejects.toThrow('429');
  const asking = { body: { to: 'tester', body: 'x', wait: 'reply' } };
  expect(await coder.codeOf('POST', '/v1/messages', asking)).toBe('429 api.rate');
  expect(await coder.codeOf('GET', '/v1/inbox')).toBe('200');
  expect(await tester.codeOf('GET', '/v1/inbox?wait=1')).toBe('200');
  aborting.abort();
  await Promise.all(waiting);
  await expect.poll(() => coder.codeOf('GET', '/v1/inbox?wait=1')).toBe('200');
});

it('reads no body above 2 MiB, whether its length is announced or not [S-API-6]', async () => {
  const huge = JSON.stringify({ to: 'tester', body: 'x'.repeat(MESSAGE_API_LIMITS.body) });
  expect(await exchange(coder, `Content-Length: ${huge.length}`, '')).toContain(' 413 ');
  const chunk = 'x'.repeat(65_536);
  const chunks = `10000\r\n${chunk}\r\n`.repeat(40);
  expect(await exchange(coder, 'Transfer-Encoding: chunked', chunks)).toContain(' 413 ');
  // Counted in bytes of UTF-8.
  for (const body of ['x'.repeat(262_145), 'é'.repeat(131_073)])
    expect(await coder.codeOf('POST', '/v1/messages', { body: { to: 'tester', body } })).toBe('413 message.too-large');
});

it('closes a connection whose header or body comes too slowly [S-API-6]', { timeout: 60_000 }, async () => {
  const { headerTime, requestTime } = MESSAGE_API_LIMITS;
  const timed = async (ends: Promise<string>): Promise<Readonly<{ text: string; time: number }>> => {
    const begun = performance.now();
    return { text: await ends, time: performance.now() - begun };
  };
  const { socket, token } = coder.file;
  const [header, body] = await Promise.all([
    timed(sendRaw(socket, `POST /v1/messages HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\n`)),
    timed(exchange(coder, 'Content-Length: 100', '{"to":')),
  ]);
  for (const { text } of [header, body]) expect(text).toMatch(/^HTTP\/1.1 408 |^$/);
  // The server looks each second; the machine of a test may be slow.
  expect(header.time).toBeLessThan(requestTime - 1000);
  expect(header.time).toBeGreaterThan(headerTime - 1000);
  expect(body.time).toBeLessThan(requestTime + 10_000);
  expect(body.time).toBeGreaterThan(requestTime - 1000);
});

it('hands out no message that waits for a person before it is released, in any way [S-MCP-2]', async () => {
  const question = await tester.send('coder', 'go on');
  const events = await tester.events();
  const asking = tester.call('POST', '/v1/messages', {
    body: { to: 'coder', body: 'and?', thread: question, wait: 'reply', timeout: 5 },
  });
  const asked = (await vi.waitUntil(async () => (await coder.inbox()).find(({ body }) => body === 'and?'))).id;
  for (let each = 0; each < AUTOMATIC_IN_A_ROW; each += 1)
    await coder.send('tester', `${each}`, { reply_to: question });
  const id = await coder.send('tester', 'the answer', { reply_to: asked, thread: question });
  await expect.poll(() => events.named('message').length).toBe(AUTOMATIC_IN_A_ROW);
  expect(await asking).toMatchObject({ status: 202, json: { id: asked } });
  expect((await asking).json).not.toHaveProperty('reply');
  expect(events.named('message').map(({ data }) => data['id'])).not.toContain(id);
  expect((await tester.inbox('?wait=1')).map((message: ApiMessage) => message.id)).not.toContain(id);
  expect(await tester.codeOf('GET', `/v1/messages/${id}`)).toBe('404 message.unknown');
  expect((await tester.call('POST', '/v1/inbox/ack', { body: { ids: [id] } })).json).toEqual({ acknowledged: [] });
  expect(await tester.codeOf('POST', '/v1/messages', { body: { to: 'coder', body: 'x', reply_to: id } })).toBe(
    '404 message.unknown',
  );
  const all = events.named('message').map(({ data }) => String(data['id']));
  for (let begin = 0; begin < all.length; begin += 100) await tester.ack(...all.slice(begin, begin + 100));
  await machine.device.api.call('messages.release', { id });
  await expect.poll(() => events.named('message').map(({ data }) => data['id'])).toContain(id);
  events.close();
});

/** Sends a request to the socket byte by byte as it is, and returns all that comes back. */
function exchange(program: AgentProgram, header: string, body: string): Promise<string> {
  const { socket, token } = program.file;
  return sendRaw(
    socket,
    `POST /v1/messages HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\n${header}\r\n\r\n${body}`,
  );
}

/** Sends a text to the socket, and returns all that comes back until the connection closes. */
function sendRaw(socket: string, sent: string): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const connection = connect(socket);
  let text = '';
  connection.setEncoding('latin1').on('data', (chunk: string) => (text += chunk));
  connection.on('error', () => undefined);
  connection.on('close', () => resolve(text));
  connection.write(sent);
  return promise;
}
