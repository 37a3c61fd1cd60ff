import { describe, expect, it } from 'vitest';
import { nativeBackend } from '#node/crypto/index.ts';
import { toBase64Url } from '#shared/bytes/index.ts';
import { createIdentity } from '#shared/identity/index.ts';
import { RELAY_LIMITS } from '#shared/relay-api/index.ts';
import { settle } from '#test/support/fake-clock.ts';
import { heldIdentity, type HeldIdentity } from '#test/support/slow-identity.ts';
import { bench, type Bench } from './setup.ts';

/** A client that has been asked for its hello, and whose key takes its time. */
async function signing(): Promise<Bench & Readonly<{ held: HeldIdentity }>> {
  const held = heldIdentity(createIdentity(nativeBackend, nativeBackend.randomBytes(32), { generation: 1, now: 0 }));
  const made = bench({}, { identity: held.identity });
  made.client.start();
  await settle();
  await made.relay.last.challenge();
  expect([held.waiting(), made.relay.last.sent]).toEqual([1, []]);
  return { ...made, held };
}

const WELCOME = {
  type: 'welcome',
  version: 1,
  signature: toBase64Url(new Uint8Array(64)),
  projects: [],
  online: [],
  pingInterval: 18_000,
  observedAddress: '192.0.2.9',
} as const;
const REFUSED = { type: 'error', code: 'rate', message: '', fatal: true } as const;

describe('while the hello is signed', () => {
  it('nothing is sent, and the relay that waits welcomes the device', async () => {
    const { client, relay, held } = await signing();
    await held.release();
    expect(relay.last.sent.map(({ type }) => type)).toEqual(['hello']);
    relay.last.welcome();
    expect(client.status.state).toBe('online');
  });

  it('an error of the relay and its close wait, in their order: the error is the reason', async () => {
    const { client, relay, held } = await signing();
    relay.last.say(REFUSED);
    relay.last.drop();
    await settle();
    expect(client.status).toMatchObject({ state: 'connecting' });
    expect(relay.last.state).toBe('open');
    await held.release();
    expect(client.status).toMatchObject({ state: 'waiting', problem: 'relay.rate' });
    expect(relay.last.state).toBe('terminated');
  });

  it('a close alone is a lost connection, which is dialed again', async () => {
    const { client, relay, held, clock } = await signing();
    relay.last.drop();
    await held.release();
    expect(client.status).toMatchObject({ state: 'waiting', problem: 'relay.lost' });
    await clock.advance(60_000);
    expect(relay.dials.length).toBeGreaterThan(1);
  });

  it.each([
    ['a welcome', WELCOME, 'relay.welcome-signature'],
    ['a second challenge', { ...challengeText(), versions: [1] }, 'relay.protocol'],
    ['a list of those who are there', { type: 'presence', peer: 'x', online: true }, 'relay.protocol'],
  ] as const)('%s is taken after it only, and no sign of a relay that has authenticated', async (_, said, problem) => {
    const { client, relay, held } = await signing();
    relay.last.sayText(JSON.stringify(said));
    expect(client.status).toMatchObject({ state: 'connecting' });
    await held.release();
    expect(relay.last.sent.map(({ type }) => type)).toEqual(['hello']);
    expect(client.status.problem).toBe(problem);
  });

  it('early data is none of a relay that has authenticated', async () => {
    const { client, relay, held } = await signing();
    relay.last.sayBinary(new Uint8Array(32));
    await held.release();
    expect(client.status.problem).toBe('relay.protocol');
  });

  it('a flood ends the connection, and nothing is sent any more [S-RELAY-9]', async () => {
    const { client, relay, held } = await signing();
    for (let count = 0; count < 8; count += 1) relay.last.say(REFUSED);
    expect(client.status.state).toBe('connecting');
    relay.last.say(REFUSED);
    expect(client.status).toMatchObject({ state: 'waiting', problem: 'relay.protocol' });
    await held.release();
    expect(relay.last.sent).toEqual([]);
  });

  it('a stop sends nothing any more', async () => {
    const { client, relay, held, clock } = await signing();
    await client.stop();
    await held.release();
    expect(relay.last.sent).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  it('a key that does not answer in time ends the connection', async () => {
    const { client, relay, held, clock } = await signing();
    await clock.advance(RELAY_LIMITS.helloTimeout);
    expect(client.status).toMatchObject({ problem: 'relay.timeout' });
    const [first] = relay.controls;
    await held.release();
    expect(first?.sent).toEqual([]);
  });

  it('a key that fails ends the connection, with its error in the log', async () => {
    const { client, relay, held } = await signing();
    await held.release(new Error('the key store is locked'));
    expect(relay.last.sent).toEqual([]);
    expect(relay.last.state).toBe('terminated');
    expect(client.status.state).not.toBe('connecting');
  });
});

function challengeText() {
  return {
    type: 'challenge',
    versions: [1],
    relayKey: toBase64Url(new Uint8Array(32)),
    nonce: toBase64Url(new Uint8Array(32)),
    admission: 'open',
  } as const;
}
