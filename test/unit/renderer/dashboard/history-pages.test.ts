import { expect, it } from 'vitest';
import { joinPages, readDownTo, type HistoryPage } from '#renderer/dashboard/project/history-pages.ts';
import type { PlatformHistoryEntry } from '#shared/platform/index.ts';

const entry = (startedAt: number, status: 'active' | 'ended' = 'ended'): PlatformHistoryEntry => ({
  id: `entry-${startedAt}`,
  kind: 'link',
  who: { account: null, name: 'Ada', device: null, label: null },
  device: { id: 'aaaaaaaa-0000-4000-8000-000000000001', label: null },
  event: null,
  subject: null,
  status,
  startedAt,
  endedAt: status === 'ended' ? startedAt + 1 : null,
  bytes: null,
  reason: null,
});

/** Relay with entries, the latest first, that gives three at a time. */
function relay(entries: readonly PlatformHistoryEntry[]): (before?: string) => HistoryPage {
  return (before) => {
    const rest = entries.filter(({ startedAt }) => before === undefined || startedAt < Number(before));
    const page = rest.slice(0, 3);
    return { entries: page, next: rest.length > 3 ? String(page.at(-1)?.startedAt) : null };
  };
}
const times = ({ entries }: HistoryPage): readonly number[] => entries.map(({ startedAt }) => startedAt);

it('a history that moves on is read again down to what was shown, with nothing missing between its pages', async () => {
  const before = relay([9, 8, 7, 6, 5, 4, 3, 2, 1].map((at) => entry(at, 'active')));
  const first = before();
  const shown = joinPages(first, before(first.next ?? ''));
  expect(times(shown)).toEqual([9, 8, 7, 6, 5, 4]);
  // Four have begun, and all others have ended.
  const after = relay([13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1].map((at) => entry(at)));
  const again = await readDownTo(entry(4), after(), (position) => Promise.resolve(after(position)));
  expect(times(again).slice(0, 10)).toEqual([13, 12, 11, 10, 9, 8, 7, 6, 5, 4]);
  expect(again.entries.every(({ status }) => status === 'ended')).toBe(true);
  expect(times(joinPages(again, after(again.next ?? '')))).toEqual([13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
});

it('ends where the entry was that the relay has forgotten, and where the history ends', async () => {
  const read = relay([9, 8, 7, 5, 4, 3, 2].map((at) => entry(at)));
  const page = (position: string): Promise<HistoryPage> => Promise.resolve(read(position));
  expect(times(await readDownTo(entry(6), read(), page))).toEqual([9, 8, 7, 5, 4, 3]);
  expect(await readDownTo(entry(1), read(), page)).toMatchObject({ next: null });
});
