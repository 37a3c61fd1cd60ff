import { text } from '../../locale/index.ts';
import { readNoticeState } from './permission.ts';

/** Reason of a notification: words wait to be compared, a peer shares a terminal, or a machine has a request that this browser may answer. */
export type NoticeKind = 'compare' | 'shared' | 'request';

/** Place to which a click on a notification leads. */
export type NoticeTarget = Readonly<{
  /** ID of the request that is shown. */
  request?: number | string | undefined;
  /** Path of the page; undefined: that of this page now. */
  path?: string | undefined;
}>;

/**
 * Shows a notification while no one sees the page, if the person wants them. It says what waits and names nothing: a phone shows it when it is locked, too.
 * A click brings this place of the page to the front (service worker).
 */
export async function showNotice(kind: NoticeKind, { request, path }: NoticeTarget = {}): Promise<void> {
  await inTurn(async () => {
    if (document.visibilityState === 'visible' || readNoticeState() !== 'on') return;
    const registration = await navigator.serviceWorker.getRegistration();
    await registration?.showNotification(text(`notices.${kind}`), {
      body: text(`notices.${kind}.text`),
      tag: tagOf(kind, request),
      icon: '/icons/icon-192.png',
      badge: '/icons/badge-96.png',
      data: { path: path ?? window.location.pathname, ...(request === undefined ? {} : { request }) },
    });
  });
}

/** Removes the notification of a request that no longer waits, such as one that was answered elsewhere. */
export async function closeNotice(request: number | string): Promise<void> {
  await inTurn(async () => {
    for (const notice of await shown({ tag: tagOf('request', request) })) notice.close();
  });
}

/** Removes the notifications: the person sees the page, or it no longer watches. */
export async function clearNotices(): Promise<void> {
  await inTurn(async () => {
    for (const notice of await shown()) notice.close();
  });
}

/** End of the last work on notifications. Never rejects. */
let last: Promise<unknown> = Promise.resolve();

/** Does one work on notifications after the other: one that is removed while the browser is about to show it would stay otherwise. */
async function inTurn(work: () => Promise<void>): Promise<void> {
  const done = last.then(work);
  last = done.catch(() => undefined);
  await done;
}

/** Returns the tag of a notification. Several tabs show one for each. */
function tagOf(kind: NoticeKind, request: number | string | undefined): string {
  return request === undefined ? kind : `${kind} ${request}`;
}

async function shown(filter?: GetNotificationOptions): Promise<readonly Notification[]> {
  if (!('serviceWorker' in navigator)) return [];
  const registration = await navigator.serviceWorker.getRegistration();
  return (await registration?.getNotifications(filter)) ?? [];
}
