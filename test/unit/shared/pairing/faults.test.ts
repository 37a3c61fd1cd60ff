import { describe, expect, it } from 'vitest';
import { STEP_TIMEOUT, PAIRING_LIFE } from '../../../../src-shared/pairing/conversation.ts';
import { settle } from '#test/support/fake-clock.ts';
import type { MailboxSide, Posted } from '#test/support/memory-mailbox.ts';
import { codeMethods, linkMethods, startPairing, type Changes, type Pairing } from '#test/support/pairing.ts';

/** Types of the six messages, in order. */
const MESSAGES = { hello: 1, answer: 2, proof: 3, welcome: 4, confirmed: 5, done: 6 } as const;
type MessageName = keyof typeof MESSAGES;
const NAMES: readonly MessageName[] = ['hello', 'answer', 'proof', 'welcome', 'confirmed', 'done'];

/** Of inviter and joiner: `paired`, `pending`, or the code of the error. */
type Codes = readonly [string, string];

function endings({ inviter, joiner }: Pairing): Codes {
  return [
    inviter.outcome === undefined ? (inviter.code ?? 'pending') : 'paired',
    joiner.outcome === undefined ? (joiner.code ?? 'pending') : 'paired',
  ];
}

/** Runs a pairing in which `fault` handles the message of this name, and everything else is passed on. */
async function withFault(
  name: MessageName,
  fault: (pairing: Pairing, posted: Posted) => void,
  changes: Changes = {},
): Promise<Pairing> {
  return await startPairing({
    ...changes,
    prepare: (pairing) => {
      const { mailboxes } = pairing;
      mailboxes.onPost = (posted) => {
        if (posted.body[0] === MESSAGES[name]) fault(pairing, posted);
        else mailboxes.pass(posted);
      };
    },
  });
}

/** From now on nothing arrives anywhere, and nobody hears the other leave. */
function goSilent({ mailboxes }: Pairing): void {
  mailboxes.onPost = () => undefined;
  mailboxes.onClose = () => undefined;
}

function link(): Changes {
  const methods = linkMethods();
  return { inviter: { method: methods.invite }, joiner: { method: methods.join } };
}

describe.each([
  ['code', (): Changes => ({})],
  ['link', link],
])('a relay that fails a pairing by %s', (_form, changes) => {
  it.each([
    // Lost: this message and everything after it. Steps: how far each side believed itself.
    ['hello', ['pairing.expired', 'pairing.timeout'], [0, 0]],
    ['answer', ['pairing.timeout', 'pairing.timeout'], [1, 0]],
    ['proof', ['pairing.timeout', 'pairing.timeout'], [1, 1]],
    ['welcome', ['pairing.timeout', 'pairing.timeout'], [2, 1]],
    ['confirmed', ['pairing.timeout', 'pairing.interrupted'], [2, 2]],
    ['done', ['paired', 'pairing.interrupted'], [2, 2]],
  ] as const)('goes silent at the %s: each side ends by itself', async (name, codes, steps) => {
    const pairing = await withFault(name, (own) => goSilent(own), changes());
    // The inviter waits for the joiner's last word as well.
    expect(endings(pairing)).toEqual(['pending', 'pending']);
    await pairing.clock.advance(STEP_TIMEOUT - 1);
    expect(endings(pairing)[1]).toBe('pending');
    await pairing.clock.advance(1);
    expect(endings(pairing)).toEqual(name === 'hello' ? ['pending', codes[1]] : codes);
    await pairing.clock.advance(PAIRING_LIFE - STEP_TIMEOUT);
    expect(endings(pairing)).toEqual(codes);
    expect([pairing.inviter.steps.length, pairing.joiner.steps.length]).toEqual(steps);
    expect(pairing.clock.pending).toBe(0);
  });

  it.each([
    ['hello', ['pairing.timeout', 'pairing.timeout']],
    ['answer', ['pairing.timeout', 'pairing.timeout']],
    ['proof', ['pairing.timeout', 'pairing.timeout']],
    ['welcome', ['pairing.timeout', 'pairing.timeout']],
    ['confirmed', ['pairing.timeout', 'pairing.timeout']],
  ] as const)('drops the %s only: who waits first tells the other', async (name, codes) => {
    const pairing = await withFault(name, () => undefined, changes());
    await pairing.clock.advance(STEP_TIMEOUT);
    const [inviter, joiner] = endings(pairing);
    expect(inviter).toBe(codes[0]);
    // Of two that wait equally long one is first; the joiner calls a missing last word an interruption.
    expect([codes[1], 'pairing.interrupted']).toContain(joiner);
    expect(pairing.clock.pending).toBe(0);
  });

  it.each([
    ['hello', ['pairing.interrupted', 'pairing.interrupted']],
    ['answer', ['pairing.interrupted', 'pairing.interrupted']],
    ['proof', ['pairing.interrupted', 'pairing.interrupted']],
    ['welcome', ['pairing.interrupted', 'pairing.interrupted']],
    ['confirmed', ['pairing.interrupted', 'pairing.interrupted']],
    ['done', ['paired', 'pairing.interrupted']],
  ] as const)('closes the mailbox instead of passing on the %s', async (name, codes) => {
    const pairing = await withFault(name, ({ mailboxes }) => mailboxes.close(), changes());
    expect(endings(pairing)).toEqual(codes);
    expect(pairing.clock.pending).toBe(0);
  });

  it.each([
    ['hello', ['pairing.interrupted', 'pairing.interrupted']],
    ['answer', ['pairing.interrupted', 'pairing.interrupted']],
    ['proof', ['pairing.interrupted', 'pairing.interrupted']],
    ['welcome', ['pairing.interrupted', 'pairing.interrupted']],
    ['confirmed', ['pairing.interrupted', 'pairing.interrupted']],
    ['done', ['paired', 'paired']],
  ] as const)('closes the mailbox right behind the %s', async (name, codes) => {
    const close = ({ mailboxes }: Pairing, posted: Posted): void => {
      mailboxes.pass(posted);
      mailboxes.close();
    };
    expect(endings(await withFault(name, close, changes()))).toEqual(codes);
  });

  it.each([
    ['hello', ['pairing.protocol', 'pairing.failed']],
    ['answer', ['pairing.failed', 'pairing.protocol']],
    ['proof', ['pairing.protocol', 'pairing.failed']],
    // The inviter has its confirmation by then: its pin is the provisional one.
    ['welcome', ['paired', 'pairing.protocol']],
    ['confirmed', ['paired', 'paired']],
    ['done', ['paired', 'paired']],
  ] as const)('repeats the %s at once: a second one is never taken', async (name, codes) => {
    const twice = ({ mailboxes }: Pairing, posted: Posted): void => {
      mailboxes.pass(posted);
      mailboxes.pass(posted);
    };
    expect(endings(await withFault(name, twice, changes()))).toEqual(codes);
  });

  it.each(NAMES)(
    'reflects the %s to its sender, as it is and under the type that is expected [S-PAIR-5]',
    async (name) => {
      const answerType: Readonly<Record<MessageName, number>> = {
        hello: 2,
        answer: 3,
        proof: 4,
        welcome: 5,
        confirmed: 6,
        done: 6,
      };
      for (const type of [MESSAGES[name], answerType[name]]) {
        const pairing = await withFault(
          name,
          ({ mailboxes }, posted) => {
            mailboxes.deliver(posted.from, Uint8Array.of(type, ...posted.body.subarray(1)));
          },
          changes(),
        );
        await pairing.clock.advance(STEP_TIMEOUT);
        expect(endings(pairing)[0] === 'paired').toBe(name === 'done');
        expect(pairing.joiner.outcome).toBeUndefined();
        expect(pairing.joiner.code).toMatch(/^pairing\./);
      }
    },
  );

  it.each(NAMES)('changes the %s anywhere, or its length: nobody is paired by it [S-PAIR-5]', async (name) => {
    const lengthAt = new Map<MessageName, number>();
    await withFault(
      name,
      ({ mailboxes }, posted) => {
        lengthAt.set(name, posted.body.length);
        mailboxes.pass(posted);
      },
      changes(),
    );
    const length = lengthAt.get(name) ?? 0;
    const edits: ((body: Uint8Array) => Uint8Array)[] = [
      (body) => body.subarray(0, -1),
      (body) => Uint8Array.of(...body, 0),
      () => new Uint8Array(0),
      () => new Uint8Array(4097).fill(MESSAGES[name]),
    ];
    // Every ninth byte meets every field of every message.
    for (let at = 0; at < length; at += 9) {
      edits.push((body) => Uint8Array.from(body, (byte, index) => (index === at ? byte ^ 0x01 : byte)));
      edits.push((body) => Uint8Array.from(body, (byte, index) => (index === at ? byte ^ 0x80 : byte)));
    }
    for (const edit of edits) {
      const pairing = await withFault(
        name,
        ({ mailboxes }, posted) => mailboxes.pass(posted, edit(posted.body)),
        changes(),
      );
      await pairing.clock.advance(STEP_TIMEOUT);
      expect(pairing.joiner.outcome).toBeUndefined();
      expect(pairing.joiner.code).toMatch(/^pairing\./);
      expect(endings(pairing)[0] === 'paired').toBe(name === 'done');
      expect(pairing.clock.pending).toBe(0);
    }
  });
});

describe('a relay that repeats an earlier pairing', () => {
  it('pairs nobody, even with the same code and nameplate [S-PAIR-5]', async () => {
    const earlier = await startPairing();
    const bodies = (side: MailboxSide): Uint8Array[] =>
      earlier.mailboxes.log.filter(({ from }) => from === side).map(({ body }) => body);

    const inviterOnly = await startPairing({ only: 'inviter', prepare: goSilent });
    for (const body of bodies('joiner')) inviterOnly.mailboxes.deliver('inviter', body);
    await settle();
    expect(inviterOnly.inviter.code).toBe('pairing.wrong-code');

    const joinerOnly = await startPairing({ only: 'joiner', prepare: goSilent });
    for (const body of bodies('inviter')) joinerOnly.mailboxes.deliver('joiner', body);
    await settle();
    expect(joinerOnly.joiner.code).toBe('pairing.protocol');
    expect(joinerOnly.joiner.steps).toEqual([]);
  });
});

describe('the life of a pairing', () => {
  it('is ten minutes for an inviter whom nobody answers, and ends on the minute', async () => {
    const pairing = await startPairing({ only: 'inviter' });
    await pairing.clock.advance(10 * 60_000 - 1);
    expect(pairing.inviter.code).toBeUndefined();
    await pairing.clock.advance(1);
    expect(pairing.inviter.code).toBe('pairing.expired');
    expect(pairing.clock.pending).toBe(0);
  });

  it('also ends steps that are each in time', async () => {
    const held: Posted[] = [];
    const pairing = await startPairing({
      only: 'inviter',
      prepare: ({ mailboxes }) => {
        mailboxes.onPost = (posted) => void held.push(posted);
      },
    });
    await pairing.clock.advance(10 * 60_000 - 10_000);
    // A joiner that starts now is answered, but the inviter waits ten seconds for its proof, not thirty.
    const other = await startPairing({ only: 'joiner' });
    const hello = other.mailboxes.log[0]?.body ?? new Uint8Array(0);
    pairing.mailboxes.deliver('inviter', hello);
    await pairing.clock.advance(9999);
    expect(pairing.inviter.steps).toEqual(['joined']);
    expect(pairing.inviter.code).toBeUndefined();
    await pairing.clock.advance(1);
    expect(pairing.inviter.code).toBe('pairing.expired');
  });

  it('goes on while the machine sleeps and its timers stand still', async () => {
    let asleep = 0;
    const awake = await startPairing({ only: 'inviter' });
    const { clock } = awake;
    const pairing = await startPairing({
      only: 'inviter',
      inviter: {
        clock: {
          now: () => clock.now() + asleep,
          monotonic: () => clock.monotonic(),
          setTimer: (delay, callback) => clock.setTimer(delay, callback),
        },
      },
    });
    asleep = 10 * 60_000;
    const joiner = await startPairing({ only: 'joiner' });
    pairing.mailboxes.deliver('inviter', joiner.mailboxes.log[0]?.body ?? new Uint8Array(0));
    await settle();
    expect(pairing.inviter.code).toBe('pairing.expired');
    expect(pairing.inviter.steps).toEqual([]);
  });
});

describe('a failure message', () => {
  it.each([
    [1, 'pairing.wrong-code'],
    [2, 'pairing.cancelled'],
    [3, 'pairing.version'],
    [4, 'pairing.failed'],
    [5, 'pairing.self'],
    [6, 'pairing.timeout'],
    [7, 'pairing.refused'],
    [8, 'pairing.protocol'],
    [0, 'pairing.protocol'],
  ])('%i ends the waiting side as %s', async (reason, code) => {
    const pairing = await startPairing({ only: 'joiner' });
    pairing.mailboxes.deliver('joiner', Uint8Array.of(127, reason));
    await settle();
    expect(pairing.joiner.code).toBe(code);
    // Heard is not answered; nonsense is.
    expect(pairing.mailboxes.log.length).toBe(code === 'pairing.protocol' ? 2 : 1);
  });

  it('of another version reaches both sides', async () => {
    const pairing = await withFault('hello', ({ mailboxes }, posted) => {
      mailboxes.pass(posted, Uint8Array.of(1, 2, ...posted.body.subarray(2), 99));
    });
    expect(endings(pairing)).toEqual(['pairing.version', 'pairing.version']);
  });

  it('that cannot be sent any more changes nothing', async () => {
    const pairing = await startPairing({
      only: 'joiner',
      joiner: { method: { ...codeMethods().join, nameplate: 'WXYZ' } },
      prepare: ({ mailboxes }) => {
        mailboxes.onPost = () => {
          throw new Error('socket gone');
        };
      },
    });
    await pairing.clock.advance(1000);
    expect(pairing.joiner.code).toBe('pairing.interrupted');
    expect(pairing.clock.pending).toBe(0);
  });
});
