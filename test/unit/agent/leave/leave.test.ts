import { describe, expect, it } from 'vitest';
import { createLeave } from '#agent/leave/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { FakeClock } from '#test/support/fake-clock.ts';

type Given = Readonly<{
  /** True if the relay can be reached. */
  isOnline: boolean;
  /** Answer of the machine that the browser is paired with. */
  answer(): Promise<unknown>;
}>;

const NEVER = (): Promise<never> => new Promise(() => undefined);

/** Lets a browser sign out. @returns the end of the call, its clock, and what it did */
function signOut({ isOnline, answer }: Given): Readonly<{ left: Promise<unknown>; clock: FakeClock; did: string[] }> {
  const clock = new FakeClock();
  const did: string[] = [];
  const stream = () => ({
    opened: answer(),
    end: async () => undefined,
    read: async () => null,
    reset: () => undefined,
  });
  const core = {
    clock,
    logger: silentLogger,
    identity: { peerId: 'browser' },
    peers: { list: () => [{ peerId: 'machine' }], forget: () => void did.push('forgot') },
  };
  const network = {
    mayAnswer: () => true,
    session: async () => ({
      open: () => {
        did.push('asked');
        return stream();
      },
    }),
    relay: {
      status: { state: isOnline ? 'online' : 'connecting' },
      ready: isOnline ? async () => ({}) : NEVER,
      memberships: {
        remove: async () => void did.push('removed'),
      },
    },
  };
  const store = { keepNothing: async () => void did.push('kept nothing') };
  const { handlers = {} } = createLeave(core as never, { network, store } as never);
  const left = (handlers['device.leave'] as unknown as () => Promise<unknown>)();
  return { left, clock, did };
}

describe('a browser that signs out', () => {
  it('tells its machines, then the relay, and keeps nothing', async () => {
    const { left, did } = signOut({ isOnline: true, answer: async () => ({}) });
    expect(await left).toEqual({ told: true });
    expect(did).toEqual(['asked', 'removed', 'forgot', 'kept nothing']);
  });

  it('waits less than a second for a machine that does not answer, which the relay tells', async () => {
    const { left, clock, did } = signOut({ isOnline: true, answer: NEVER });
    await clock.advance(700);
    expect(did).toEqual(['asked']);
    await clock.advance(200);
    expect(await left).toEqual({ told: true });
    expect(did).toEqual(['asked', 'removed', 'forgot', 'kept nothing']);
  });

  it.each([
    ['says so if a machine does not answer', NEVER, false],
    ['is done if all machines answer', async () => ({}), true],
  ])('waits two seconds at most without a relay, which is not asked then, and %s', async (_, answer, told) => {
    const { left, clock, did } = signOut({ isOnline: false, answer });
    await clock.advance(1400);
    expect(did).toEqual([]);
    await clock.advance(200);
    await clock.advance(800);
    expect(await left).toEqual({ told });
    expect(did).toEqual(['asked', 'forgot', 'kept nothing']);
  });
});
