import { expect, test } from 'vitest';
import { explainUnmet } from '#agent/network/unmet-peer.ts';
import type { PeerRecord } from '#agent/peers/index.ts';
import { ClawReachError } from '#shared/errors.ts';

const RECORD = { peerId: 'abcdefghijk', name: 'office', pathMode: 'auto', via: [] } as unknown as PeerRecord;
const FACTS = { record: RECORD, relay: 'online', hasAddress: true, since: 7 } as const;
const explain = (code: string, facts: Partial<Parameters<typeof explainUnmet>[1]> = {}) =>
  explainUnmet(new ClawReachError(code, 'no path'), { ...FACTS, ...facts });

test('a machine that answers at none of its addresses is said to be off, not to need another pairing, where the relay does not know it', () => {
  expect(explain('relay.refused.unknown')).toMatchObject({
    code: 'link.not-here',
    details: { name: 'office', since: 7 },
  });
  expect(explain('relay.refused.unknown', { hasAddress: false })).toBeUndefined();
  expect(explain('relay.refused.unknown', { record: { ...RECORD, pathMode: 'relay-only' } })).toBeUndefined();
  expect(explain('relay.refused.offline')).toBeUndefined();
});

test.each(['relay.not-configured', 'link.no-address', 'direct.timeout', 'direct.unreachable'])(
  'without a relay, a machine that is not met is not found in this network: %s',
  (code) => {
    expect(explain(code, { relay: 'none' })).toMatchObject({ code: 'link.not-found' });
    expect(explain(code)).toBeUndefined();
    expect(explain(code, { relay: 'none', record: undefined })).toBeUndefined();
  },
);

test('a machine that has removed this one is said to have done so, whatever its address answers', () => {
  const record = { ...RECORD, forgottenAt: 5 };
  for (const code of [
    'direct.connection-refused',
    'direct.no-answer',
    'relay.refused.unknown',
    'relay.refused.offline',
    'relay.removed',
    'relay.not-connected',
  ])
    expect(explain(code, { record })).toMatchObject({ code: 'peer.forgot', details: { name: 'office' } });
  expect(explain('link.no-address', { record, relay: 'none' })).toMatchObject({ code: 'peer.forgot' });
  expect(explain('link.cancelled', { record })).toBeUndefined();
  expect(explain('relay.aborted', { record })).toBeUndefined();
  expect(explain('agent.paused', { record })).toBeUndefined();
});
