import { beforeEach, describe, expect, it } from 'vitest';
import { awaitChannel } from '#agent/openclaw/gateways/channel.ts';
import type { KnownGateway } from '#agent/openclaw/gateways/gateway.ts';
import type { GatewayChannel } from '#agent/openclaw/gateways/index.ts';
import { gatewayError } from '#shared/openclaw/gateway/index.ts';
import { FakeClock, settle } from '#test/support/fake-clock.ts';

type Link = ReturnType<KnownGateway['link']>;
type State = { -readonly [Field in keyof Link]: Link[Field] };

const CHANNEL = { gatewayId: 'lab' } as GatewayChannel as NonNullable<Link['channel']>;
const REFUSED = gatewayError('gateway.token-wrong', 'not this one');

let clock: FakeClock;
let state: State;
let listeners: Set<() => void>;
let stop: AbortController;

/** What the wait comes to: the channel, or the code of why not. */
const wait = (): Promise<unknown> =>
  awaitChannel(
    {
      link: () => state,
      watch: (listener) => {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
    },
    'operator',
    { clock, timeout: 1000, signal: stop.signal },
  ).catch((error: unknown) => error);
const become = (change: Partial<State>): void => {
  Object.assign(state, change);
  for (const listener of listeners) listener();
};

beforeEach(() => {
  clock = new FakeClock();
  state = { channel: undefined, failure: undefined, isHeld: false };
  listeners = new Set();
  stop = new AbortController();
});

describe('waiting for a role to be connected', () => {
  it('ends at once where it is', async () => {
    state.channel = CHANNEL;
    expect(await wait()).toBe(CHANNEL);
  });

  it('goes on through what time may settle, and ends with the channel', async () => {
    const waiting = wait();
    become({ failure: gatewayError('gateway.timeout', 'no answer') });
    await clock.advance(999);
    expect(listeners.size).toBe(1);
    become({ channel: CHANNEL, failure: undefined });
    expect(await waiting).toBe(CHANNEL);
  });

  it('ends with the reason as soon as somebody has to do something first', async () => {
    const waiting = wait();
    become({ failure: REFUSED, isHeld: true });
    expect(await waiting).toBe(REFUSED);
  });

  it.each([
    ['the last failure', REFUSED, 'gateway.token-wrong'],
    ['that it took too long, where there was none', undefined, 'gateway.timeout'],
  ])('ends in time with %s', async (_, failure, code) => {
    const waiting = wait();
    become({ failure });
    await clock.advance(1000);
    expect(await waiting).toMatchObject({ code });
  });

  it('ends when nobody wants it any more', async () => {
    const waiting = wait();
    stop.abort();
    expect(await waiting).toMatchObject({ name: 'AbortError' });
  });

  it.each([
    ['connected', () => become({ channel: CHANNEL })],
    ['held', () => become({ failure: REFUSED, isHeld: true })],
    ['given up', () => stop.abort()],
  ])('leaves nothing behind: %s', async (_, ends) => {
    const waiting = wait();
    ends();
    await waiting;
    await settle();
    expect([listeners.size, clock.pending]).toEqual([0, 0]);
  });
});
