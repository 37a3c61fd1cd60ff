import { text } from '../locale/index.ts';

export type GatewayNotice = Readonly<{ title: string; body: string; isUrgent: boolean }>;

/** Removes the text of a notification if the screen is locked. */
export function hideTextIfLocked(
  { title, body }: GatewayNotice,
  locked: boolean,
): Readonly<{ title: string; body: string }> {
  if (!locked) return { title, body };
  const colon = title.indexOf(': ');
  return { title: text('desktop.news.gateway', { name: colon < 0 ? title : title.slice(0, colon) }), body: '' };
}
