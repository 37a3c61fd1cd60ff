import { describe, expect, it } from 'vitest';
import { settle } from '#test/support/fake-clock.ts';
import { codeOf } from '#test/support/rejections.ts';
import { paired } from './network.ts';

describe('a hostile relay', () => {
  it('that dials the direct port with what came to it is not taken for a direct path', async () => {
    const { network, lower: caller, higher: callee } = paired(undefined, { direct: true });
    callee.routes.set(caller.identity.peerId, { mode: 'direct-only', hops: [], addresses: [] });
    const address = callee.direct?.address ?? '';
    caller.port.connect = (_to, message1) =>
      network.dial(address, '10.66.66.66:1', message1, new AbortController().signal);
    const dialed = codeOf(() => caller.links.session(callee.identity.peerId)).catch(() => 'linked');
    for (let second = 0; second < 20; second += 1) {
      for (let round = 0; round < 8; round += 1) await settle();
      await network.clock.advance(1000);
    }
    expect(callee.links.current(caller.identity.peerId)).toBeUndefined();
    expect(await dialed).toBe('direct.timeout');
  });
});
