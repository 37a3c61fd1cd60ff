import { text } from '../../locale/index.ts';
import { readNoticeState } from './permission.ts';

/** Reason of a notification: another machine waits for its words to be compared, or a peer shares a terminal. */
export type NoticeKind = 'compare' | 'shared';

/**
 * Shows a notification while no one sees the page, if the person wants them. It says what waits and names nothing: a phone shows it when it is locked, too.
 * A click brings this place of the page to the front (service worker).
 */
export async function showNotice(kind: NoticeKind): Promise<void> {
  if (document.visibilityState === 'visible' || readNoticeState() !== 'on') return;
  const registration = await navigator.serviceWorker.getRegistration();
  await registration?.showNotification(text(`notices.${kind}`), {
    body: text(`notices.${kind}.text`),
    // Several tabs show one notification.
    tag: kind,
    icon: '/icons/icon-192.png',
    badge: '/icons/badge-96.png',
    data: window.location.pathname,
  });
}

/** Removes the notifications: the person sees the page. */
export async function clearNotices(): Promise<void> {
  if (!('serviceWorker' in navigator)) return;
  const registration = await navigator.serviceWorker.getRegistration();
  for (const notice of (await registration?.getNotifications()) ?? []) notice.close();
}
