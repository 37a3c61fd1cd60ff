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
  await known.ask(NAS, session(), 'link');
  expect(known.of(NAS)).toEqual({ facts: { os: 'Debian 13' }, at: clock.now() });
  const silent = new FakeLink((stream) => stream.refuse('remote.unavailable', 'this device has no gateways')).session;
  await known.ask(NAS, silent, 'link');
  expect(known.of(NAS)?.facts).toEqual({ os: 'Debian 13' });
  known.forget(NAS);
  expect(known.of(NAS)).toBe(undefined);
});

it('asks a peer that names more at once, though not faster than once a second, and makes no circle of it', async () => {
  const clock = new FakeClock();
  const known = new KnownFacts({ clock, logger: silentLogger, onAnswer: () => undefined });
  const asked: unknown[] = [];
  const session = new FakeLink((stream) => {
    asked.push(stream.params);
    void stream.accept({ system: 'linux', facts: { os: 'Debian 12' } });
  }).session;
  await known.ask(NAS, session, 'told');
  expect(asked.splice(0)).toEqual([expect.objectContaining({ service: 'about', changed: true })]);
  for (let times = 0; times < 100; times += 1) await known.askChanged(NAS, session);
  expect(asked).toHaveLength(1);
  await clock.advance(1000);
  await known.askChanged(NAS, session);
  expect(asked).toHaveLength(2);
  // Either question could be answered by another one otherwise, for ever.
  for (const params of asked) expect(params).not.toHaveProperty('changed');
});

it('knows what this device may do at a peer from its last answer, also after several changes within a second', async () => {
  const clock = new FakeClock();
  const known = new KnownFacts({ clock, logger: silentLogger, onAnswer: () => undefined });
  let answer: unknown = { system: 'linux', rights: { terminal: 'ask', forward: 'ask' } };
  const { session } = new FakeLink((stream) => void stream.accept(answer));
  await known.ask(NAS, session, 'link');
  expect(known.rightsAt(NAS)).toEqual({ rights: { terminal: 'ask', forward: 'ask' }, at: clock.now() });
  await known.askChanged(NAS, session);
  // The second change comes too soon, and is asked for at the end of the interval.
  answer = { system: 'linux', rights: { terminal: 'allow', forward: 'deny' } };
  await known.askChanged(NAS, session);
  expect(known.rightsAt(NAS)?.rights).toMatchObject({ terminal: 'ask' });
  await clock.advance(1000);
  expect(known.rightsAt(NAS)).toEqual({ rights: { terminal: 'allow', forward: 'deny' }, at: clock.now() });
  // An answer of an older version names none.
  answer = { system: 'linux', facts: { os: 'Debian 12' } };
  await known.ask(NAS, session, 'link');
  expect(known.rightsAt(NAS)).toBe(undefined);
  answer = { system: 'linux', rights: { terminal: 'allow' } };
  await known.ask(NAS, session, 'link');
  await known.askChanged(NAS, session);
  known.forget(NAS);
  await clock.advance(5000);
  expect(known.rightsAt(NAS)).toBe(undefined);
});

it('knows that the words are confirmed at a peer until it is paired again, with others', async () => {
  const clock = new FakeClock();
  const known = new KnownFacts({ clock, logger: silentLogger, onAnswer: () => undefined });
  const answer = { system: 'linux', rights: { terminal: 'ask' }, compared: true };
  const { session } = new FakeLink((stream) => void stream.accept(answer));
  known.pairedAgain(NAS);
  await known.ask(NAS, session, 'link');
  expect(known.rightsAt(NAS)?.compared).toBe(true);
  known.pairedAgain(NAS);
  expect(known.rightsAt(NAS)).toMatchObject({ rights: { terminal: 'ask' }, compared: undefined });
});

it('asks again for a changed answer that was lost on its way, until the peer gives or refuses it', async () => {
  const clock = new FakeClock();
  const known = new KnownFacts({ clock, logger: silentLogger, onAnswer: () => undefined });
  let outcome: 'lost' | 'refused' | 'answered' = 'lost';
  let asked = 0;
  const link = new FakeLink((stream) => {
    asked += 1;
    if (outcome === 'lost') link.lose();
    else if (outcome === 'refused') stream.refuse('link.no-service', 'no such service');
    else void stream.accept({ system: 'linux', rights: { terminal: 'allow' } });
  });
  await known.askChanged(NAS, link.session);
  expect(asked).toBe(1);
  outcome = 'answered';
  await clock.advance(2000);
  expect(known.rightsAt(NAS)?.rights).toMatchObject({ terminal: 'allow' });
  await clock.advance(60_000);
  expect(asked).toBe(2);
  outcome = 'refused';
  await known.askChanged(NAS, link.session);
  await clock.advance(60_000);
  expect(asked).toBe(3);
  outcome = 'lost';
  await known.askChanged(NAS, link.session);
  await clock.advance(600_000);
  expect(asked).toBe(8);
});
