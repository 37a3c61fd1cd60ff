import { describe, expect, it } from 'vitest';
import type { PeerId } from '#shared/identity/index.ts';
import type { LinkError } from '#shared/link/index.ts';
import type { RequestText } from '../../../../src-main/agent/core/approvals/index.ts';
import { WakeServer } from '../../../../src-main/agent/wake-on-lan/server.ts';
import { FakeClock } from '#test/support/fake-clock.ts';
import { FakeLink } from '#test/support/fake-link.ts';

const HOME = 'H'.repeat(56) as PeerId;
const LAPTOP = 'M'.repeat(56) as PeerId;
const CARD = 'a4:bb:6d:10:22:33';
const OTHER = 'a4:bb:6d:10:22:34';

/** Server of a machine that knows `home`, which has named `OTHER`. */
function setUp() {
  const clock = new FakeClock();
  const sent: (readonly string[])[] = [];
  const questions: (RequestText | undefined)[] = [];
  const server = new WakeServer({
    clock,
    audit: { record: () => undefined } as never,
    peers: { get: (peerId) => (peerId === HOME ? { name: 'home', cards: [OTHER] } : undefined) },
    send: async (cards) => {
      sent.push(cards);
      return 1;
    },
  });
  const authorize = async (question: RequestText | undefined): Promise<undefined> => void questions.push(question);
  const link = new FakeLink((stream) => void server.serve(stream, { peerId: LAPTOP, name: 'laptop', authorize }));
  const ask = async (cards: unknown, more: Readonly<Record<string, unknown>> = {}): Promise<string> => {
    const stream = link.session.open('rpc', { service: 'wake', machine: HOME, cards, ...more });
    return await stream.opened.then(
      () => 'sent',
      (error: LinkError) => String(error.details['code']),
    );
  };
  return { ask, clock, questions, sent };
}

describe('requests to wake a machine', () => {
  it('show the name of a machine only if those are its own cards [S-WAKE-1]', async () => {
    const { ask, questions } = setUp();
    for (const cards of [[OTHER], [OTHER, CARD], [CARD]]) expect(await ask(cards)).toBe('sent');
    expect(questions.map((question) => [question?.detail, question?.facts])).toEqual([
      ['wake home', [{ fact: 'cards', value: OTHER }]],
      [`wake ${OTHER}, ${CARD}`, []],
      [`wake ${CARD}`, []],
    ]);
    // Another machine doesn't get around a "Decline".
    expect(new Set(questions.map((question) => question?.topic)).size).toBe(1);
  });

  it('ask no person if none has named this machine', async () => {
    const { ask, questions } = setUp();
    await ask([CARD], { ask: false });
    expect(questions).toEqual([undefined]);
  });

  it('are for single cards, a few of them, and a few at a time [S-WAKE-2]', async () => {
    const { ask, clock, sent } = setUp();
    const five = Array.from({ length: 5 }, () => CARD);
    for (const cards of [undefined, CARD, [], ['ff:ff:ff:ff:ff:ff'], ['01:00:5e:00:00:fb'], [`${CARD}\n`], [7], five])
      expect(await ask(cards)).toBe('wake.params');
    const answers: string[] = [];
    for (let index = 0; index < 6; index += 1) answers.push(await ask([CARD]));
    expect(answers).toEqual(['sent', 'sent', 'sent', 'sent', 'wake.busy', 'wake.busy']);
    await clock.advance(10_000);
    expect([await ask([CARD]), await ask([CARD])]).toEqual(['sent', 'wake.busy']);
    expect(sent).toHaveLength(5);
  });
});
