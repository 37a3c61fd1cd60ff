import { expect, test } from 'vitest';
import { programView } from '#cli/output/program-view.ts';

test('a result for programs has rounded round trips and both names of the right to pass through', () => {
  const ask = { decision: 'ask', expiresAt: null };
  expect(
    programView([
      { rtt: 2.9602338749982664, hops: [{ rtt: null }], rights: { terminal: ask, relay: ask } },
      { right: 'relay' },
    ]),
  ).toEqual([
    { rtt: 2.96, hops: [{ rtt: null }], rights: { terminal: ask, relay: ask, 'pass-through': ask } },
    { right: 'relay', permission: 'pass-through' },
  ]);
  // A relay that is no right stays as it is.
  const status = { relay: { state: 'online' }, right: 'terminal' };
  expect(programView(status)).toEqual(status);
});
