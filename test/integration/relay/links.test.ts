import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startRelay, type RunningRelay } from '#relay/index.ts';
import { joinRelay, newConnectionId, newDevice, openRawLink, rawReady } from '#test/support/relay-agent.ts';
import { signEnrolment } from '#shared/identity/index.ts';
import { nativeBackend } from '#node/crypto/index.ts';

let directory = '';
let relay: RunningRelay;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'clawreach-relay-'));
  relay = await startRelay({ dataDirectory: directory, listen: { host: '127.0.0.1', port: 0 }, tls: { mode: 'off' } });
});
afterAll(async () => {
  await relay.close({ drain: 0 });
  await rm(directory, { recursive: true, force: true });
});

test('a connection is rung, accepted and joined', async () => {
  const a = newDevice();
  const b = newDevice();
  const first = await joinRelay(relay, a);
  const project = first.welcome.projects[0]?.id ?? '';
  const enrolment = signEnrolment(nativeBackend, a, {
    relayKey: relay.relayKey,
    project,
    member: b.peerId,
    role: 'member',
    notAfter: Math.floor(Date.now() / 1000) + 600,
    serial: 1,
  });
  const second = await joinRelay(relay, b, { enrolments: [enrolment], admission: undefined });
  expect(second.welcome.online).toEqual([a.peerId]);
  await first.agent.next('presence', (m) => m.peer === b.peerId && m.online);
  const connection = newConnectionId();
  first.agent.send({ type: 'connect', connection, to: b.peerId, message1: 'AAAA' });
  const incoming = await second.agent.next('incoming');
  expect(incoming).toMatchObject({ connection, from: a.peerId, message1: 'AAAA' });
  second.agent.send({ type: 'accept', connection, message2: 'BBBB' });
  const accepted = await first.agent.next('accepted');
  const attach = await second.agent.next('attach');
  const left = await openRawLink(relay, accepted.ticket);
  const right = await openRawLink(relay, attach.ticket);
  await Promise.all([rawReady(left), rawReady(right)]);
  left.write('hello');
  const got = await new Promise<Buffer>((resolve) => {
    right.once('data', resolve);
    right.resume();
  });
  expect(got.toString()).toBe('hello');
  left.end();
  expect((await first.agent.next('closed')).reason).toBe('ended');
  expect((await second.agent.next('closed')).reason).toBe('ended');
});
