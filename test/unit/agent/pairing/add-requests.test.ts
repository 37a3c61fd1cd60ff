import { describe, expect, it } from 'vitest';
import {
  ADD_REQUEST_LIFE,
  AddRequests,
  MOST_ADD_REQUESTS,
  MOST_ADD_REQUESTS_TAKEN,
} from '#agent/pairing/add-requests.ts';
import type { BrowserMode } from '#shared/app-api/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { FakeClock } from '#test/support/fake-clock.ts';
import { newDevice } from '#test/support/relay-agent.ts';

function bench(mode: BrowserMode = 'approved') {
  const clock = new FakeClock();
  const own = newDevice().peerId;
  const state = { mode, changes: 0 };
  const audited: unknown[] = [];
  const requests = new AddRequests({
    clock,
    audit: { record: (event: string) => void audited.push(event) } as never,
    ownId: own,
    browsers: () => state.mode,
    onChange: () => {
      state.changes += 1;
    },
  });
  const ask = (from: PeerId = newDevice().peerId): PeerId => {
    requests.take({ from, account: 'ann@example.org', name: 'Firefox', system: 'linux' });
    return from;
  };
  return { clock, own, state, audited, requests, ask };
}

describe('requests of browsers to be added', () => {
  it('are listed until their ten minutes are over, one for each browser [S-APPROVE-5]', async () => {
    const { clock, requests, ask, audited } = bench();
    const from = ask();
    ask(from);
    expect(requests.list).toMatchObject([
      { peerId: from, account: 'ann@example.org', expiresAt: clock.now() + ADD_REQUEST_LIFE },
    ]);
    expect(audited).toEqual(['pairing.requested']);
    await clock.advance(ADD_REQUEST_LIFE - 1);
    expect(requests.list).toHaveLength(1);
    await clock.advance(1);
    expect(requests.list).toEqual([]);
    ask(from);
    expect(requests.list).toHaveLength(1);
    requests.close();
    expect(clock.pending).toBe(0);
  });

  it('are a few, however many a relay makes up, and come no more often because they were dismissed [S-APPROVE-5]', async () => {
    const { clock, requests, ask, audited } = bench();
    const first = ask();
    for (let count = 0; count < 1000; count += 1) ask();
    expect(requests.list).toHaveLength(MOST_ADD_REQUESTS);
    requests.dismiss(first);
    // The dismissed one doesn't come back, and others only up to the limit of ten minutes.
    ask(first);
    expect(requests.list.map(({ peerId }) => peerId)).not.toContain(first);
    for (let count = 0; count < 1000; count += 1) {
      ask();
      for (const { peerId } of requests.list) requests.dismiss(peerId);
    }
    expect(audited).toHaveLength(MOST_ADD_REQUESTS_TAKEN);
    expect(requests.list).toEqual([]);
    await clock.advance(ADD_REQUEST_LIFE);
    ask(first);
    expect(requests.list).toHaveLength(1);
  });

  it('are not shown where no browser may do anything, nor for this device or what is no ID [S-APPROVE-3]', () => {
    const { own, requests, ask, state } = bench('never');
    ask();
    expect(requests.list).toEqual([]);
    state.mode = 'ask';
    ask(own);
    ask('A'.repeat(56) as PeerId);
    expect(requests.list).toEqual([]);
    ask();
    expect(requests.list).toHaveLength(1);
    state.mode = 'never';
    expect(requests.list).toEqual([]);
  });
});
