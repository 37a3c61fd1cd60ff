import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nativeBackend as crypto } from '#node/crypto/index.ts';
import type { RunningRelay } from '#relay/index.ts';
import { toBase64Url } from '#shared/bytes/index.ts';
import type { HelloFacts, RelayRole } from '#shared/relay-api/index.ts';
import { FakeClock } from '#test/support/fake-clock.ts';
import {
  honestFacts,
  joinRelay,
  newConnectionId,
  newDevice,
  RelayAgent,
  signHello,
} from '#test/support/relay-agent.ts';
import { enrolmentFor, joinOwner, startTestRelay, type Member } from '#test/support/relay-project.ts';

let relay: RunningRelay;
let secure: RunningRelay;
let owner: Member;
const stops: (() => Promise<void>)[] = [];

beforeAll(async () => {
  const rates = { failuresPerAddress: { burst: 1000, perSecond: 1000 } };
  const [plain, tls] = await Promise.all([
    startTestRelay({ rates, admission: 'open' }),
    startTestRelay({ rates, tls: { mode: 'own' }, publicUrls: ['https://relay.example:7474'] }),
  ]);
  stops.push(plain.stop, tls.stop);
  ({ relay } = plain);
  secure = tls.relay;
  owner = await joinOwner(relay);
});
afterAll(async () => {
  await Promise.all(stops.map((stop) => stop()));
});

const originOf = (of: RunningRelay): string => of.url.replace(/^ws/, 'http');

/** Says a hello of a page; returns the code it is refused with, or `welcome`. */
async function answerTo(
  at: RunningRelay,
  page: Readonly<{ role?: RelayRole; origin?: string; host?: string }>,
  change: (facts: HelloFacts) => HelloFacts = (facts) => facts,
): Promise<string> {
  const device = newDevice();
  const agent = new RelayAgent(at, {
    ...(page.host === undefined ? {} : { host: page.host }),
    headers: page.origin === undefined ? {} : { origin: page.origin },
  });
  const facts = honestFacts(at, device, await agent.next('challenge'), page.role ?? 'browser');
  agent.send(await signHello(device, change(facts), at.admissionToken));
  const answer = await Promise.race([agent.next('welcome'), agent.next('error')]);
  agent.socket.terminate();
  return answer.type === 'error' ? answer.code : answer.type;
}

describe('a browser', () => {
  test('that no one has enrolled founds no project, and may do what a joiner may', async () => {
    for (const message of [
      { type: 'connect', connection: newConnectionId(), to: owner.device.peerId, message1: 'AAAA' },
      { type: 'mailbox-open', request: 1, deposit: 'A'.repeat(22) },
      { type: 'message', request: 1, to: owner.device.peerId, body: 'AAAA' },
    ] as const) {
      const { agent, welcome } = await joinRelay(relay, newDevice(), { role: 'browser', origin: originOf(relay) });
      expect(welcome).toMatchObject({ version: 3, projects: [], online: [] });
      agent.send(message);
      expect(await agent.next('error')).toMatchObject({ code: 'not-allowed', fatal: true });
      await agent.closed;
    }
    owner.agent.send({ type: 'mailbox-open', request: 1, deposit: 'A'.repeat(22) });
    const { nameplate = '' } = await owner.agent.next('mailbox-opened');
    const { agent } = await joinRelay(relay, newDevice(), { role: 'browser', origin: originOf(relay) });
    agent.send({ type: 'mailbox-claim', request: 2, nameplate });
    expect(await agent.next('mailbox-claimed')).toMatchObject({ deposit: 'A'.repeat(22) });
    await agent.close();
  });

  test('that a member has enrolled is a device of the project like any other', async () => {
    const device = newDevice();
    const { agent, welcome } = await joinRelay(relay, device, {
      role: 'browser',
      origin: originOf(relay),
      enrolments: [await enrolmentFor(relay, owner, device)],
    });
    expect(welcome.projects).toEqual([{ id: owner.project, role: 'member' }]);
    expect(welcome.online).toEqual([owner.device.peerId]);
    const connection = newConnectionId();
    agent.send({ type: 'connect', connection, to: owner.device.peerId, message1: 'AAAA' });
    expect(await owner.agent.next('incoming')).toMatchObject({ connection, from: device.peerId });
    await agent.close();
  });

  test.each<[string, Parameters<typeof answerTo>[1]]>([
    ['no origin', {}],
    ['the origin null', { origin: 'null' }],
    ['a foreign origin', { origin: 'https://evil.example' }],
    ['a foreign origin on our port', { origin: 'http://evil.example:7474' }],
    ['two origins', { origin: 'http://127.0.0.1, https://evil.example' }],
    ['an origin with a path', { origin: 'https://evil.example/127.0.0.1' }],
    ['an origin with a user', { origin: 'https://127.0.0.1@evil.example' }],
  ])('of a page with %s is refused [S-RELAY-12]', async (_name, page) => {
    expect(await answerTo(relay, page)).toBe('relay-mismatch');
  });

  test('of a page at another port of this machine is refused [S-RELAY-12]', async () => {
    expect(await answerTo(relay, { origin: `http://127.0.0.1:${relay.port + 1}` })).toBe('relay-mismatch');
    const authority = `127.0.0.1:${relay.port + 1}`;
    const foreign = { origin: `http://${authority}`, host: `127.0.0.1:${relay.port}` };
    expect(await answerTo(relay, foreign, (facts) => ({ ...facts, authority }))).toBe('relay-mismatch');
  });

  test('at a relay with TLS comes by one of its names, over https, and signs no pin [S-RELAY-12]', async () => {
    const authority = 'relay.example:7474';
    const named = (facts: HelloFacts): HelloFacts => ({ ...facts, authority });
    const page = { origin: `https://${authority}`, host: authority };
    expect(await answerTo(secure, page, named)).toBe('welcome');
    // Not this relay's name, although page, request and signature agree: another relay passes its visitor's hello on.
    const other = { origin: 'https://other.example:7474', host: 'other.example:7474' };
    const elsewhere = (facts: HelloFacts): HelloFacts => ({ ...facts, authority: 'other.example:7474' });
    expect(await answerTo(secure, other, elsewhere)).toBe('relay-mismatch');
    expect(await answerTo(secure, { ...page, origin: `http://${authority}` }, named)).toBe('relay-mismatch');
    const pinned = (facts: HelloFacts): HelloFacts => ({ ...named(facts), tlsPin: secure.tlsPin ?? facts.tlsPin });
    expect(await answerTo(secure, page, pinned)).toBe('relay-mismatch');
  });

  test('is no way around the pin for a device [S-RELAY-6]', async () => {
    const page = { role: 'agent', origin: `https://relay.example:7474`, host: 'relay.example:7474' } as const;
    const unpinned = (facts: HelloFacts): HelloFacts => ({
      ...facts,
      authority: 'relay.example:7474',
      tlsPin: new Uint8Array(0),
      version: 3,
    });
    expect(await answerTo(secure, page, unpinned)).toBe('relay-mismatch');
    // Signed as an agent, sent as a browser.
    const device = newDevice();
    const agent = new RelayAgent(secure, { host: page.host, headers: { origin: page.origin } });
    const facts = unpinned(honestFacts(secure, device, await agent.next('challenge'), 'agent'));
    agent.send({ ...(await signHello(device, facts)), role: 'browser' });
    expect(await agent.next('error')).toMatchObject({ code: 'signature', fatal: true });
  });

  test.each([1, 2])('is no role of version %i', async (version) => {
    for (const role of ['browser', 'guest'] as const)
      expect(await answerTo(relay, { role, origin: originOf(relay) }, (facts) => ({ ...facts, version }))).toBe(
        'format',
      );
  });

  test('and the relay ping each other by messages; two that no one answers end it', async () => {
    const clock = new FakeClock(Date.now());
    const { relay: timed, stop } = await startTestRelay({ admission: 'open', clock });
    const { agent, welcome } = await joinRelay(timed, newDevice(), { role: 'browser', origin: originOf(timed) });
    let frames = 0;
    agent.socket.on('ping', () => (frames += 1));
    agent.send({ type: 'ping' });
    expect(await agent.next('pong')).toEqual({ type: 'pong' });
    for (let count = 0; count < 4; count += 1) {
      await clock.advance(welcome.pingInterval);
      await agent.next('ping');
      agent.send({ type: 'pong' });
      agent.send({ type: 'ping' });
      await agent.next('pong');
    }
    await clock.advance(3 * welcome.pingInterval);
    await agent.closed;
    expect(agent.waiting).toEqual([{ type: 'ping' }, { type: 'ping' }]);
    expect(frames).toBe(0);
    await stop();
  });
});

describe('a guest', () => {
  test('is refused without an open share, and reaches no one [S-RELAY-12]', async () => {
    const device = newDevice();
    const agent = new RelayAgent(relay, { headers: { origin: originOf(relay) } });
    const facts = honestFacts(relay, device, await agent.next('challenge'), 'guest');
    agent.send(await signHello(device, facts));
    agent.send({ type: 'connect', connection: newConnectionId(), to: owner.device.peerId, message1: 'AAAA' });
    agent.send({ type: 'mailbox-claim', request: 1, nameplate: 'ABCD' });
    await agent.closed;
    expect(agent.waiting).toEqual([expect.objectContaining({ type: 'error', fatal: true })]);
    expect(await answerTo(relay, { role: 'guest', origin: originOf(relay) })).toBe('share');
    expect(await answerTo(relay, { role: 'guest', origin: 'https://evil.example' })).toBe('relay-mismatch');
    expect(JSON.stringify(owner.agent.waiting)).not.toContain(device.peerId);
  });

  test('is never enrolled, whatever it shows', async () => {
    const device = newDevice();
    const agent = new RelayAgent(relay, { headers: { origin: originOf(relay) } });
    const facts = honestFacts(relay, device, await agent.next('challenge'), 'guest');
    const enrolments = [toBase64Url(await enrolmentFor(relay, owner, device))];
    agent.send({ ...(await signHello(device, facts)), enrolments });
    expect((await agent.next('error')).code).toBe('share');
    const { welcome } = await joinRelay(relay, device, { role: 'browser', origin: originOf(relay) });
    expect(welcome.projects).toEqual([]);
  });

  test('comes as often as its address may, before anything is verified', async () => {
    const { relay: small, stop } = await startTestRelay({ rates: { guestsPerAddress: { burst: 3, perSecond: 1e-6 } } });
    const unsigned = (facts: HelloFacts): HelloFacts => ({ ...facts, relayKey: crypto.randomBytes(32) });
    const codes: string[] = [];
    for (let count = 0; count < 5; count += 1)
      codes.push(await answerTo(small, { role: 'guest', origin: originOf(small) }, count < 3 ? undefined : unsigned));
    expect(codes).toEqual(['share', 'share', 'share', 'rate', 'rate']);
    await stop();
  });
});
