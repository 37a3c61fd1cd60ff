import { beforeEach, describe, expect, test } from 'vitest';
import { OneCall } from '#renderer/store/calls/one-call.ts';
import { ClawReachError } from '#shared/errors.ts';
import { createAgent, peer, resetState } from '../agent.ts';

beforeEach(resetState);

const INPUT = { peer: 'office', name: 'workshop' };

describe('one call', () => {
  test('is busy while it runs, and gives the answer', async () => {
    const { api } = createAgent({ 'peers.rename': async ({ name }) => peer({ name }) });
    const call = new OneCall('peers.rename');
    const seen: boolean[] = [];
    const off = call.subscribe(() => seen.push(call.status.busy));
    await expect(call.run(api, INPUT)).resolves.toMatchObject({ name: 'workshop' });
    off();
    expect(seen).toEqual([true, false]);
    expect(call.status).toEqual({ busy: false, error: undefined });
  });

  test('keeps the error of a failure until the next run or until it is forgotten', async () => {
    const { api } = createAgent({
      'peers.rename': () => Promise.reject(new ClawReachError('peer.name-taken', 'taken')),
    });
    const call = new OneCall('peers.rename');
    await expect(call.run(api, INPUT)).resolves.toBeUndefined();
    expect(call.status).toMatchObject({ busy: false, error: { code: 'peer.name-taken' } });
    const second = call.run(api, INPUT);
    expect(call.status).toEqual({ busy: true, error: undefined });
    call.reset();
    expect(call.status.busy).toBe(true);
    await second;
    call.reset();
    expect(call.status).toEqual({ busy: false, error: undefined });
  });

  test('is cancelled at the agent too, and that is no error', async () => {
    let signal: AbortSignal | undefined;
    const { api } = createAgent({
      'peers.rename': (_input, context) => {
        ({ signal } = context);
        return new Promise(() => undefined);
      },
    });
    const call = new OneCall('peers.rename');
    const run = call.run(api, INPUT);
    await expect.poll(() => signal).toBeDefined();
    call.cancel();
    await expect(run).resolves.toBeUndefined();
    expect(call.status).toEqual({ busy: false, error: undefined });
    await expect.poll(() => signal?.aborted).toBe(true);
  });

  test('a second run replaces the first, whose end changes nothing', async () => {
    const { api } = createAgent({
      'peers.rename': ({ name }) => (name === 'slow' ? new Promise(() => undefined) : Promise.resolve(peer({ name }))),
    });
    const call = new OneCall('peers.rename');
    const first = call.run(api, { peer: 'office', name: 'slow' });
    const second = call.run(api, INPUT);
    await expect(first).resolves.toBeUndefined();
    await expect(second).resolves.toMatchObject({ name: 'workshop' });
    expect(call.status).toEqual({ busy: false, error: undefined });
  });

  test('fails with the error of a lost connection', async () => {
    const { api, window } = createAgent({ 'peers.rename': () => new Promise(() => undefined) });
    const call = new OneCall('peers.rename');
    const run = call.run(api, INPUT);
    window.end(new Error('broken'));
    await run;
    expect(call.status).toMatchObject({ busy: false, error: { code: 'control.lost' } });
  });
});
