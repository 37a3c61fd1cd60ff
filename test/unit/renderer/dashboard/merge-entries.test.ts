import { expect, it } from 'vitest';
import { mergeEntries } from '#renderer/dashboard/project/merge-entries.ts';
import type { PlatformHistoryEntry } from '#shared/platform/index.ts';

const SECOND = 1000;

const link = (
  from: string,
  startedAt: number,
  endedAt: number | null,
  reason: string | null = 'ended',
): PlatformHistoryEntry => ({
  id: `${from}-${startedAt}`,
  kind: 'link',
  who: { account: null, name: null, device: from, label: null },
  device: { id: 'office', label: null },
  event: null,
  subject: null,
  status: endedAt === null ? 'active' : 'ended',
  startedAt,
  endedAt,
  bytes: { toDevice: 1, fromDevice: 2 },
  reason: endedAt === null ? null : reason,
});

it('merges links of two devices within a minute, whatever is between them, and no others', () => {
  const merged = mergeEntries([
    link('phone', 200 * SECOND, 201 * SECOND, 'direct'),
    link('laptop', 190 * SECOND, 195 * SECOND),
    link('phone', 139 * SECOND, 141 * SECOND),
    link('phone', 70 * SECOND, 79 * SECOND),
    link('phone', 1 * SECOND, 9 * SECOND),
  ]);
  expect(merged).toMatchObject([
    { startedAt: 70 * SECOND, endedAt: 201 * SECOND, reason: 'direct', bytes: { toDevice: 3, fromDevice: 6 } },
    { startedAt: 190 * SECOND, who: { device: 'laptop' } },
    { startedAt: 1 * SECOND, endedAt: 9 * SECOND },
  ]);
});

it('shows a link as open while one of them is, and merges no events', () => {
  const [open] = mergeEntries([link('phone', 9, 10, 'direct'), link('phone', 1, null)]);
  expect(open).toMatchObject({ status: 'active', endedAt: null, reason: null, startedAt: 1 });
  const event: PlatformHistoryEntry = { ...link('phone', 1, 1), kind: 'event', device: null };
  expect(mergeEntries([event, { ...event, id: 'other' }])).toHaveLength(2);
});
