import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { z } from 'zod';
import {
  answerEvents,
  answerJson,
  clearSessionCookie,
  HttpError,
  setSessionCookie,
  type ServerFeature,
} from '#relay/http/index.ts';
import { startFeatureRelay, type FeatureRelay } from '#test/support/feature-relay.ts';

/** A small feature as others write theirs: sign-in by cookie, a list of notes with parameters, a stream and a WebSocket. */
function notes(): ServerFeature {
  const known = new Map<string, string>();
  const note = z.strictObject({ text: z.string().max(100) });
  const owner = (cookie: string | undefined): string => {
    if (cookie === undefined) throw new HttpError(401, 'notes.signed-out', 'Sign in first.');
    return cookie;
  };
  return {
    name: 'notes',
    prefix: '/api/v1',
    requests: [
      {
        method: 'POST',
        path: '/api/v1/sign-in',
        handle: () => answerJson({}, { headers: { 'Set-Cookie': setSessionCookie('anna', 3600) } }),
      },
      {
        method: 'POST',
        path: '/api/v1/sign-out',
        handle: () => answerJson({}, { headers: { 'Set-Cookie': clearSessionCookie() } }),
      },
      {
        method: 'PUT',
        path: '/api/v1/notes/:note',
        async handle({ cookie, params, json }) {
          owner(cookie);
          const { success, data } = note.safeParse(await json());
          if (!success) throw new HttpError(400, 'notes.input', 'A note has a text.');
          known.set(params['note'] ?? '', data.text);
          return answerJson({ note: params['note'] }, { status: 201 });
        },
      },
      {
        method: 'GET',
        path: '/api/v1/notes/:note',
        handle({ cookie, params }) {
          owner(cookie);
          const text = known.get(params['note'] ?? '');
          if (text === undefined) throw new HttpError(404, 'notes.unknown', 'No such note.');
          return answerJson({ text });
        },
      },
      {
        method: 'GET',
        path: '/api/v1/notes',
        handle({ cookie }) {
          owner(cookie);
          return answerEvents(async (stream) => {
            for (const [name, text] of known) {
              if (!(await stream.send({ event: 'note', data: { name, text } }))) return;
            }
          });
        },
      },
    ],
    sockets: [
      {
        path: '/api/v1/events',
        maxPayload: 1024,
        maxBuffered: 65_536,
        accept(arrival) {
          owner(arrival.cookie);
          return (socket) => {
            arrival.authenticated();
            socket.onMessage = (message) => socket.sendJson({ heard: message.toString() });
          };
        },
      },
    ],
  };
}

let relay: FeatureRelay;
let cookie: string;
beforeAll(async () => {
  relay = await startFeatureRelay([notes()]);
});
afterAll(() => relay.stop());

function call(method: string, path: string, body?: unknown): Promise<Response> {
  return fetch(`${relay.url}${path}`, {
    method,
    headers: { 'Content-Type': 'application/json', Cookie: cookie, Origin: relay.url },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

describe('a feature', () => {
  it('signs a browser in by a cookie that no page can read, and out again', async () => {
    const signedIn = await fetch(`${relay.url}/api/v1/sign-in`, { method: 'POST' });
    expect(signedIn.headers.getSetCookie()).toEqual([
      '__Host-clawreach=anna; Max-Age=3600; Path=/; Secure; HttpOnly; SameSite=Strict',
    ]);
    cookie = '__Host-clawreach=anna';
    const signedOut = await call('POST', '/api/v1/sign-out');
    expect(signedOut.headers.getSetCookie()).toEqual([
      '__Host-clawreach=; Max-Age=0; Path=/; Secure; HttpOnly; SameSite=Strict',
    ]);
  });

  it('answers with JSON that no one keeps, frames or runs', async () => {
    const stored = await call('PUT', '/api/v1/notes/first', { text: 'hello' });
    expect([stored.status, await stored.json()]).toEqual([201, { note: 'first' }]);
    const read = await call('GET', '/api/v1/notes/first');
    expect(await read.json()).toEqual({ text: 'hello' });
    expect(Object.fromEntries(read.headers)).toMatchObject({
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'content-type': 'application/json; charset=utf-8',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    });
  });

  it('answers its own errors, and those of unknown paths, as JSON with a code', async () => {
    const missing = await call('GET', '/api/v1/notes/second');
    expect([missing.status, await missing.json()]).toEqual([404, { error: 'No such note.', code: 'notes.unknown' }]);
    const nowhere = await call('GET', '/api/v1/nowhere');
    expect([nowhere.status, await nowhere.json()]).toEqual([
      404,
      { error: 'Nothing here.', code: 'platform.not-found' },
    ]);
    const method = await call('DELETE', '/api/v1/notes/first');
    expect([method.status, method.headers.get('allow')]).toEqual([405, 'PUT, GET, HEAD']);
  });

  it('streams events', async () => {
    const stream = await call('GET', '/api/v1/notes');
    expect(stream.headers.get('content-type')).toBe('text/event-stream');
    expect(await stream.text()).toBe('event: note\ndata: {"name":"first","text":"hello"}\n\n');
  });

  it('opens a WebSocket for a page of the relay, and for no one else', async () => {
    const url = `ws://127.0.0.1:${relay.port}/api/v1/events`;
    const socket = new WebSocket(url, { headers: { Cookie: cookie, Origin: relay.url } });
    await once(socket, 'open');
    socket.send('hi');
    const [message] = await once(socket, 'message');
    expect(String(message)).toBe('{"heard":"hi"}');
    socket.close();
    const foreign = new WebSocket(url, { headers: { Cookie: cookie, Origin: 'https://evil.example' } });
    const [, response] = await once(foreign, 'unexpected-response');
    expect(response).toMatchObject({ statusCode: 403 });
    foreign.on('error', () => undefined).terminate();
  });
});
