import { expect, it } from 'vitest';
import { ApiViews } from '#agent/messages/api/api-views.ts';
import type { OutboxEntry } from '#agent/messages/outbox/outbox-entry.ts';
import type { PeerId } from '#shared/identity/index.ts';

it('tells a program until when others are refused after a decline, and leaves the field out without one', () => {
  const views = new ApiViews({
    ownId: 'A' as PeerId,
    views: {
      sent: () => {
        throw new Error('not asked for');
      },
      received: () => {
        throw new Error('not asked for');
      },
    },
    addressOf: (peerId) => peerId,
    filesOf: () => [],
  });
  const entry = { id: 'a'.repeat(32), state: 'refused', since: 5, code: 'rights.declined' } as OutboxEntry;
  const told = { id: 'a'.repeat(32), state: 'refused', since: 5, code: 'rights.declined', retry_at: 60_005 };
  expect(views.stateOf({ ...entry, retryAt: 60_005 })).toEqual(told);
  expect(views.stateOf({ ...entry, code: 'rights.denied', retryAt: undefined })).not.toHaveProperty('retry_at');
});
