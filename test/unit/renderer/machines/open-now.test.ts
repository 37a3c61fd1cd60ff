import { expect, it } from 'vitest';
import { isUp } from '#renderer/features/machines/list/open-now.ts';
import { plainPeer } from '#test/support/app-views.ts';

it('what is open on a machine works only while the machine is there', () => {
  const online = plainPeer({ online: true });
  expect(isUp(online)).toBe(true);
  expect(isUp({ ...online, online: false })).toBe(false);
  expect(isUp({ ...online, suspendedSince: 1 })).toBe(false);
});
