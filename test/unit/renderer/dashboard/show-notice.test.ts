import { beforeEach, expect, it, vi } from 'vitest';
import { clearNotices, closeNotice, showNotice } from '#renderer/dashboard/notices/show-notice.ts';

/** Tags of the notifications that the browser shows. */
let shown: string[];
let visibilityState: 'hidden' | 'visible';

beforeEach(() => {
  shown = [];
  visibilityState = 'hidden';
  const registration = {
    // The browser takes its time.
    showNotification: async (_title: string, { tag }: { tag: string }) => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      shown.push(tag);
    },
    getNotifications: async (filter?: { tag?: string }) =>
      shown
        .filter((tag) => filter?.tag === undefined || tag === filter.tag)
        .map((tag) => ({ close: () => (shown = shown.filter((one) => one !== tag)) })),
  };
  const Notification = { permission: 'granted' };
  vi.stubGlobal('Notification', Notification);
  vi.stubGlobal('window', { Notification, location: { pathname: '/dashboard' } });
  vi.stubGlobal('navigator', { serviceWorker: { getRegistration: async () => registration } });
  vi.stubGlobal('localStorage', { getItem: () => 'on' });
  vi.stubGlobal('document', {
    get visibilityState() {
      return visibilityState;
    },
  });
  return () => vi.unstubAllGlobals();
});

it('shows no notification of a request that was answered while the browser was about to show it', async () => {
  const showing = showNotice('request', { request: 7 });
  const other = showNotice('request', { request: 8 });
  await Promise.all([showing, other, closeNotice(7)]);
  expect(shown).toEqual(['request 8']);
});

it('leaves none to a person who sees the page by now', async () => {
  const showing = showNotice('request', { request: 7 });
  visibilityState = 'visible';
  await Promise.all([showing, clearNotices()]);
  expect(shown).toEqual([]);
});
