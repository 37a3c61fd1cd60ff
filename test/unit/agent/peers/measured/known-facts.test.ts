import { expect, it } from 'vitest';
import type { PeerId } from '#shared/identity/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { FakeClock } from '#test/support/fake-clock.ts';
import { FakeLink } from '#test/support/fake-link.ts';
import { KnownFacts } from '../../../../../src-main/agent/peers/measured/known-facts.ts';

const NAS = 'N'.repeat(56) as PeerId;

it('asks a peer at most once a minute, and keeps the time of the answer that confirmed its facts', async () => {
  const clock = new FakeClock();
  const systems: string[] = [];
  const known = new KnownFacts({
    clock,
    logger: silentLogger,
    onAnswer: (_peer, { system }) => void systems.push(system),
  });
  let answer: unknown = { system: 'linux', facts: { os: 'Debian 12' } };
  const session = () => new FakeLink((stream) => void stream.accept(answer)).session;
  await known.ask(NAS, session());
  const first = { facts: { os: 'Debian 12' }, at: clock.now() };
  expect(known.of(NAS)).toEqual(first);
  answer = { system: 'linux', facts: { os: 'Debian 13' } };
  await known.ask(NAS, session());
  expect([known.of(NAS), systems]).toEqual([first, ['linux']]);
  await clock.advance(60_000);
  // It names nothing any more, so the earlier facts keep their time.
  answer = { system: 'linux' };
  await known.ask(NAS, session());
  expect(known.of(NAS)).toEqual(first);
  answer = { system: 'linux', facts: { os: 'Debian 13' } };
  await known.ask(NAS, session(), true);
  expect(known.of(NAS)).toEqual({ facts: { os: 'Debian 13' }, at: clock.now() });
  const silent = new FakeLink((stream) => stream.refuse('remote.unavailable', 'this device has no gateways')).session;
  await known.ask(NAS, silent, true);
  expect(known.of(NAS)?.facts).toEqual({ os: 'Debian 13' });
  known.forget(NAS);
  expect(known.of(NAS)).toBe(undefined);
});
