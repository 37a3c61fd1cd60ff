import { expect, it } from 'vitest';
import { Audience, AUDIENCE_LIMITS } from '#agent/terminals/viewers/audience.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { FakeClock } from '#test/support/fake-clock.ts';

it('a terminal is shared with eight peers and no more, until one of them is left out [S-TERM-12]', () => {
  const audience = new Audience(
    new FakeClock(),
    () => undefined,
    () => undefined,
  );
  const peer = (number: number) => ({ peerId: `peer ${number}` as PeerId, name: `peer ${number}` });
  for (let number = 0; number < AUDIENCE_LIMITS.shares; number += 1) expect(audience.share(peer(number))).toBe(true);
  expect(audience.share(peer(99))).toBe(false);
  expect(audience.isSharedWith(peer(99).peerId)).toBe(false);
  // One that has it already is no further one.
  expect(audience.share(peer(3))).toBe(true);
  audience.unshare(peer(0).peerId, { exitCode: null, signal: null, code: null });
  expect(audience.share(peer(99))).toBe(true);
});
