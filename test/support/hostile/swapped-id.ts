import { expect } from 'vitest';
import type { AddingView, PeerView } from '#shared/app-api/index.ts';
import { call, type DrivenPage } from '../browser/page-scripts.ts';
import type { TestDevice } from './device.ts';

type Page = Readonly<{ page: DrivenPage; peerId: string }>;

/** Returns the newest attempt of a machine to add another device. */
export const addingAt = async (device: TestDevice): Promise<AddingView | undefined> =>
  (await device.api.call('adding.list', {})).at(-1);

/** Returns the newest attempt of a page. */
export const addingIn = async ({ page }: Pick<Page, 'page'>): Promise<AddingView | undefined> =>
  (await call(page, 'adding.list', {})).at(-1);

export type SwappedIds = Readonly<{
  office: TestDevice;
  /** In the place of the page for the machine. */
  forward: TestDevice;
  /** In the place of the machine for the page. */
  backward: TestDevice;
  victim: Page;
}>;

/**
 * Lets a relay show a machine the ID of another device than that of the page. Both people see other words, and say no: no one knows anyone.
 * @returns machines that the page knows then
 */
export async function swapIds({ office, forward, backward, victim }: SwappedIds): Promise<readonly PeerView[]> {
  const { link = '' } = await call(victim.page, 'adding.wait', {});
  // The page that the relay changed shows the ID of another device, which itself asks the page.
  const { link: swapped = '' } = await forward.api.call('adding.wait', {});
  expect(swapped).toBe(link.replace(victim.peerId, forward.peerId));
  await backward.api.call('adding.ask', { peerId: link });
  await office.api.call('adding.ask', { peerId: swapped });
  await expect.poll(async () => (await addingAt(office))?.state).toBe('comparing');
  await expect.poll(async () => (await addingIn(victim))?.state).toBe('comparing');
  const [here, there] = [await addingAt(office), await addingIn(victim)];
  expect(here?.other?.words).toHaveLength(4);
  expect(there?.other?.words).toHaveLength(4);
  expect(here?.other?.words).not.toEqual(there?.other?.words);
  expect([here?.other?.peerId, there?.other?.peerId]).toEqual([forward.peerId, backward.peerId]);
  // The two in the middle say yes, the two people no.
  for (const each of [forward, backward]) {
    await expect.poll(async () => (await addingAt(each))?.state).toBe('comparing');
    await each.api.call('adding.answer', { adding: (await addingAt(each))?.adding ?? 0, same: true });
  }
  await office.api.call('adding.answer', { adding: here?.adding ?? 0, same: false });
  await call(victim.page, 'adding.answer', { adding: there?.adding ?? 0, same: false });
  for (const state of [
    () => addingAt(office),
    () => addingIn(victim),
    () => addingAt(forward),
    () => addingAt(backward),
  ])
    await expect.poll(async () => (await state())?.state).toBe('failed');
  const known = (await office.api.call('peers.list', {})).map(({ peerId }) => peerId);
  for (const each of [victim, forward, backward]) expect(known).not.toContain(each.peerId);
  return await call(victim.page, 'peers.list', {});
}
