import { expect, it } from 'vitest';
import type { HopCandidate } from '#agent/links/hops/hops.ts';
import { TransportDialer, type TransportDialerOptions } from '#agent/links/transport-dialer.ts';
import type { HandshakeReply } from '#agent/links/index.ts';
import { nativeBackend } from '#node/crypto/index.ts';
import { HandshakeResponder } from '#shared/handshake/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { createMemoryChannelPair, createSession } from '#shared/link/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { settle } from '#test/support/fake-clock.ts';
import { SESSION_ID } from '#test/support/link.ts';
import { FakeNetwork, newIdentity } from '../network.ts';

/** As long as a peer in between may say that a person is being asked. */
const ASKED = 135_000;

type Scene = Readonly<{ network: FakeNetwork; maker: TransportDialer; target: PeerId; asked: string[] }>;

/** A maker of ways through peers in between; `false` says nothing for as long as it may, and fails then. */
function scene(candidates: readonly (readonly [name: string, honest: boolean])[], knowsSession = true): Scene {
  const network = new FakeNetwork();
  const { clock } = network;
  const [own, target] = [newIdentity(clock), newIdentity(clock)];
  const pinOf = ({ peerId, signingKey, staticKey, generation }: typeof own) => ({
    peerId,
    signingKey,
    staticKey: staticKey.publicKey,
    generation,
  });
  const responder = new HandshakeResponder({
    crypto: nativeBackend,
    identity: target,
    clock,
    lookup: () => pinOf(own),
  });
  const asked: string[] = [];
  const sessions = candidates.map(() => createSession({ role: 'initiator', id: SESSION_ID, clock }));
  const options: TransportDialerOptions = {
    crypto: nativeBackend,
    identity: own,
    clock,
    logger: silentLogger,
    relay: network.port(own.peerId),
    peers: { lookup: () => pinOf(target) },
    onStream: () => undefined,
    namedHop: () => Promise.reject(new Error('nobody is named')),
    linkedHops: () =>
      candidates.flatMap(([name], index): HopCandidate[] => {
        const session = sessions[index];
        return session === undefined ? [] : [{ peerId: name as PeerId, session, address: name }];
      }),
    hops: {
      onIncoming: undefined,
      async dial(carrier, _to, message1): Promise<HandshakeReply> {
        const [name, honest] = candidates[sessions.findIndex((session) => session === carrier)] ?? ['', false];
        asked.push(name);
        if (!honest) {
          await new Promise((_resolve, reject) => clock.setTimer(ASKED, () => reject(new Error('nobody answered'))));
        }
        const received = await responder.receive(message1, 'via');
        const { message2 } = await received.respond(knowsSession ? 'accepted' : 'unknown-session');
        return { message2, channel: createMemoryChannelPair()[0] };
      },
    },
  };
  return { network, maker: new TransportDialer(options), target: target.peerId, asked };
}

async function further({ maker, target }: Scene): Promise<string> {
  const route = { mode: 'auto', hops: [], addresses: [] } as const;
  const carrier = { open: () => expect.fail('nothing goes over UDP') };
  const session = { id: new Uint8Array(16), secret: new Uint8Array(32), route, addresses: [], hop: null, carrier };
  const signal = new AbortController().signal;
  return await maker.dialPath(target, 'via', session, signal).then(
    ({ hops }) => String(hops[0]?.peerId),
    (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : 'failed'),
  );
}

/** What came of it within so many ms. */
async function within(made: Scene, milliseconds: number): Promise<string> {
  let result = 'nothing yet';
  void further(made).then((came) => {
    result = came;
  });
  for (let passed = 0; passed < milliseconds; passed += 500) {
    for (let round = 0; round < 8; round += 1) await settle();
    await made.network.clock.advance(500);
  }
  for (let round = 0; round < 8; round += 1) await settle();
  return result;
}

it('silent hops do not keep a session from the hop that would pass it on', async () => {
  const made = scene([
    ['silent', false],
    ['mute', false],
    ['honest', true],
  ]);
  expect(await within(made, 15_000)).toBe('honest');
});

it('one that answers at once is the only one that is asked', async () => {
  const made = scene([
    ['honest', true],
    ['other', true],
  ]);
  expect(await within(made, 20_000)).toBe('honest');
  expect(made.asked).toEqual(['honest']);
});

it('the word that the session is gone is heard beside one that says nothing, and no more are asked', async () => {
  const made = scene(
    [
      ['silent', false],
      ['honest', true],
      ['other', true],
    ],
    false,
  );
  expect(await within(made, 15_000)).toBe('handshake.unknown-session');
  expect(made.asked).toEqual(['silent', 'honest']);
});

it('one that passes the handshake on and then nothing is not the first to be asked the next time', async () => {
  const made = scene([
    ['cutting', true],
    ['honest', true],
  ]);
  expect(await further(made)).toBe('cutting');
  expect(await further(made)).toBe('honest');
  expect(await further(made)).toBe('cutting');
});
