import { once } from 'node:events';
import { Agent, request } from 'node:http';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toUtf8 } from '#shared/bytes/index.ts';
import { casesOf } from '#test/support/fuzz.ts';
import { heldBuffers } from '#test/support/garbage.ts';
import { strangeBytes } from '#test/support/mutations.ts';
import { PlainClient } from '#test/support/plain-client.ts';
import { startPlainRelay, type PlainRelay, type TestAccount, type TestDevice } from '#test/support/plain-relay.ts';

const MIB = 1024 * 1024;
const PLENTY = { burst: 1_000_000, perSecond: 1_000_000 };
const ID = '0f8fad5b-d9cb-469f-a165-70867728950e';

let relay: PlainRelay;
let owner: TestAccount;
let device: TestDevice;
let project: string;
beforeAll(async () => {
  relay = await startPlainRelay({
    rates: {
      startsPerAccount: PLENTY,
      invitationsPerAccount: PLENTY,
      pairingsPerAddress: PLENTY,
      downloadsPerAddress: PLENTY,
    },
    relay: { rates: { requestsPerAddress: PLENTY, connectionsPerAddress: PLENTY } },
  });
  owner = await relay.account('owner');
  project = await relay.project(owner);
  device = await relay.device(project, owner);
});
afterAll(() => relay.stop());

/** Samples inputs: half random, half changed from valid ones. */
function sample(valid: readonly unknown[], count: number): Buffer[] {
  const texts = valid.map((message) => toUtf8(JSON.stringify(message)));
  return fc.sample(strangeBytes(texts, 300), count).map(({ bytes }) => Buffer.from(bytes));
}

describe('strange bodies', () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  afterAll(() => agent.destroy());

  const post = (name: string, body: Buffer): Promise<Readonly<{ status: number; text: string }>> =>
    new Promise((resolve, reject) => {
      const sent = request(`${relay.url}/functions/v1/${name}`, {
        method: 'POST',
        agent,
        headers: {
          'Content-Type': 'application/json',
          'Content-Length': body.length,
          Authorization: `Bearer ${owner.token}`,
        },
      });
      sent.on('error', reject).on('response', (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (piece: string) => (text += piece));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      });
      sent.end(body);
    });

  it(
    'to a function end in an answer with a reason, and cost bounded memory [S-PLAIN-10]',
    { timeout: 600_000 },
    async () => {
      const valid = {
        'pair-device': [{ pairing_code: 'ABCDE-FGHJK', name: 'My Server' }, { pairing_code: device.code }],
        'start-session': [{ device_id: device.id }, { device_id: ID }],
        'end-session': [{ session_id: ID }],
        'invite-member': [
          { project_id: project, email: 'user@example.com' },
          { project_id: ID, email: 'a@b.example' },
        ],
      };
      const before = heldBuffers();
      for (const [name, bodies] of Object.entries(valid)) {
        const answers = await Promise.all(sample(bodies, casesOf(25_000, 100)).map((body) => post(name, body)));
        expect(answers.filter(({ status }) => ![200, 400, 404, 409].includes(status))).toEqual([]);
        const reasons = answers.filter(({ status }) => status !== 200).map(({ text }) => JSON.parse(text) as object);
        expect(reasons.length).toBeGreaterThan(answers.length / 2);
        for (const reason of reasons) {
          expect(reason).toEqual({ error: expect.any(String), code: expect.stringMatching(/^(?:platform|project)\./) });
        }
      }
      expect(heldBuffers() - before).toBeLessThan(16 * MIB);
      expect(relay.failures).toEqual([]);
    },
  );

  it('and queries of what anyone may read end in 200 or 404', async () => {
    const queries = sample(
      ['platform=linux&arch=amd64', 'os=darwin&arch=arm64&list=1', 'install=full'],
      casesOf(2000, 20),
    );
    for (const query of queries) {
      const answer = await relay.call(
        `download-connector?${encodeURI(query.toString('latin1'))}`,
        undefined,
        undefined,
        {
          headers: { Connection: 'keep-alive' },
        },
      );
      await answer.arrayBuffer();
      expect([200, 404]).toContain(answer.status);
    }
    expect(relay.failures).toEqual([]);
  });
});

describe.each(['/connect', '/session'])('a stranger at %s', (path) => {
  it(
    'who sends strange first messages gets a reason or is closed, and nothing is kept [S-PLAIN-10]',
    { timeout: 600_000 },
    async () => {
      const valid =
        path === '/connect'
          ? [
              { type: 'hello', data: { device_id: device.id, token: 'x', meta: { name: 'connector' } } },
              { type: 'hello', data: { node_id: 'my-server-01', token: 'x', meta: { kind: 'openclaw' } } },
              { type: 'stdout', data: { session_id: ID, data_b64: 'eA==' } },
            ]
          : [
              { type: 'auth', data: { token: owner.token, session_id: ID, device_id: device.id } },
              { type: 'auth', data: { token: 'x', session_id: ID, device_id: ID } },
              { type: 'stdin', data: { session_id: ID, data_b64: 'eA==' } },
            ];
      const before = heldBuffers();
      const texts = new Set<unknown>();
      const codes = new Set<number>();
      const messages = sample(valid, casesOf(100_000, 50));
      while (messages.length > 0) {
        const clients = await Promise.all(
          Array.from({ length: 8 }, () => PlainClient.open(`${relay.socketUrl}${path}`)),
        );
        await Promise.all(
          clients.map(async (client) => {
            const some = messages.splice(0, 40);
            for (const message of some) client.raw(message);
            // One that stays is asked for something that can't be right.
            client.send(path === '/connect' ? 'hello' : 'auth', {
              device_id: ID,
              session_id: ID,
              token: 'wrong',
              meta: { name: 'connector' },
            });
            const { code } = await client.closed;
            codes.add(code);
            for (const { type, data } of client.messages) texts.add(type === 'error' ? data?.['message'] : type);
          }),
        );
      }
      expect([...codes].filter((code) => ![4001, 4002, 1006].includes(code))).toEqual([]);
      const expected =
        path === '/connect'
          ? [
              'Invalid JSON',
              'Invalid message',
              'Send hello first',
              'Missing device_id or token',
              'Authentication failed',
            ]
          : [
              'Invalid JSON',
              'Invalid message',
              'Send auth first',
              'Missing token, session_id, or device_id',
              'Invalid auth token',
              'Session not found or unauthorized',
            ];
      expect([...texts].filter((text) => !expected.includes(String(text)))).toEqual([]);
      expect(heldBuffers() - before).toBeLessThan(16 * MIB);
      expect(relay.failures).toEqual([]);
      // The relay goes on.
      const client = await PlainClient.open(`${relay.socketUrl}${path}`);
      client.socket.close();
      await once(client.socket, 'close');
    },
  );
});
