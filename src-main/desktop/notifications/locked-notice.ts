import { text } from '../locale/index.ts';

/** Notification of a gateway, as the agent passes it to the application. */
export type GatewayNotice = Readonly<{ title: string; body: string; isUrgent: boolean }>;

/** Returns the text to show for a gateway's notification; on a locked screen only the gateway's name. Used by `createGatewayNotices`. Pure. */
export function hideTextIfLocked(
  { title, body }: GatewayNotice,
  locked: boolean,
): Readonly<{ title: string; body: string }> {
  if (!locked) return { title, body };
  const colon = title.indexOf(': ');
  return { title: text('desktop.news.gateway', { name: colon < 0 ? title : title.slice(0, colon) }), body: '' };
}
