import { describe, expect, it } from 'vitest';
import { STEP_TIMEOUT } from '../../../../src-shared/pairing/conversation.ts';
import { encodePairingMessage } from '../../../../src-shared/pairing/messages.ts';
import { settle } from '#test/support/fake-clock.ts';
import { linkMethods, startPairing, type Changes, type Pairing } from '#test/support/pairing.ts';

function link(): Changes {
  const methods = linkMethods();
  return { inviter: { method: methods.invite }, joiner: { method: methods.join } };
}

/** What the inviter's own part was told. */
type Told = ('stored' | 'kept' | 'taken back')[];

function start(changes: Changes, told: Told, more: Changes = {}): Promise<Pairing> {
  const keep = (): (() => void) => {
    told.push('stored');
    return () => void told.push('taken back');
  };
  return startPairing({
    ...changes,
    ...more,
    inviter: { ...changes.inviter, store: keep, stored: () => void told.push('kept'), ...more.inviter },
    joiner: { ...changes.joiner, ...more.joiner },
  });
}

describe.each([
  ['code', (): Changes => ({})],
  ['link', link],
])('an inviter, by %s', (_form, changes) => {
  it('stores the pairing before the joiner hears that it is done, and hears when the joiner has, too', async () => {
    const told: Told = [];
    const order: string[] = [];
    const pairing = await start(changes(), told, {
      prepare: ({ mailboxes }) => {
        mailboxes.onPost = (posted) => {
          order.push(`${posted.body[0]}: ${told.join()}`);
          mailboxes.pass(posted);
        };
      },
    });
    expect(order.slice(-2)).toEqual(['6: stored', '8: stored']);
    expect(told).toEqual(['stored', 'kept']);
    expect(pairing.inviter.outcome?.words).toEqual(pairing.joiner.outcome?.words);
  });

  it('hears of a joiner that cannot store it, takes its part back, and says so [S-PAIR-7]', async () => {
    const told: Told = [];
    const keep = (): void => {
      throw new Error('the disk is full');
    };
    const pairing = await start(changes(), told, { joiner: { store: keep } });
    expect(told).toEqual(['stored', 'taken back']);
    expect(pairing.inviter).toMatchObject({ code: 'pairing.not-kept' });
    expect(pairing.joiner).toMatchObject({ code: 'pairing.failed' });
  });

  it('that cannot store it ends the pairing for both [S-PAIR-7]', async () => {
    const keep = (): (() => void) => {
      throw new Error('the disk is full');
    };
    let stored = false;
    const pairing = await startPairing({
      ...changes(),
      inviter: { ...changes().inviter, store: keep },
      joiner: {
        ...changes().joiner,
        store: () => {
          stored = true;
        },
      },
    });
    expect([pairing.inviter.code, pairing.joiner.code, stored]).toEqual(['pairing.failed', 'pairing.failed', false]);
  });

  it.each(['leaves', 'is silent'] as const)(
    'does not know of a joiner that %s, as one that was killed or is of an older version',
    async (end) => {
      const told: Told = [];
      const pairing = await start(changes(), told, {
        prepare: ({ mailboxes }) => {
          mailboxes.onPost = (posted) => {
            if (posted.body[0] !== 8) mailboxes.pass(posted);
            else if (end === 'leaves') mailboxes.close();
          };
          if (end === 'is silent') mailboxes.onClose = () => undefined;
        },
      });
      // What one that left has not said is not waited for.
      expect(pairing.inviter.outcome === undefined).toBe(end === 'is silent');
      await pairing.clock.advance(STEP_TIMEOUT);
      await settle();
      expect(pairing.inviter.outcome?.words).toHaveLength(4);
      expect(told).toEqual(['stored']);
    },
  );

  it('is not made to take it back by a relay that says so, nor to believe that it was stored [S-PAIR-7]', async () => {
    const lies = [
      encodePairingMessage({ type: 'failure', reason: 'internal' }),
      encodePairingMessage({ type: 'kept', sealed: new Uint8Array(24) }),
      encodePairingMessage({ type: 'agreed', sealed: new Uint8Array(24) }),
      Uint8Array.of(99),
    ];
    for (const lie of lies) {
      const told: Told = [];
      const pairing = await start(changes(), told, {
        prepare: ({ mailboxes }) => {
          mailboxes.onPost = (posted) => mailboxes.pass(posted, posted.body[0] === 8 ? lie : posted.body);
        },
      });
      expect(pairing.inviter.outcome?.words).toHaveLength(4);
      expect(told).toEqual(['stored']);
    }
  });
});

it('a joiner is done also where an inviter of an older version has left already', async () => {
  const pairing = await startPairing({
    prepare: ({ mailboxes }) => {
      mailboxes.onPost = (posted) => {
        mailboxes.pass(posted);
        if (posted.body[0] === 6) mailboxes.close();
      };
    },
  });
  expect(pairing.joiner.outcome?.words).toHaveLength(4);
});
