import { Notification } from 'electron';

/** Held: one that is collected may go before it was seen. */
const shown = new Set<Notification>();
const MOST = 8;

/** What a gateway tells the person by its node here; its text was cleaned, and begins with the gateway's name. */
export async function showGatewayNotice(
  notice: Readonly<{ title: string; body: string; isUrgent: boolean }>,
): Promise<void> {
  if (!Notification.isSupported()) return;
  const { title, body, isUrgent } = notice;
  const notification = new Notification({ title, body, urgency: isUrgent ? 'critical' : 'normal' });
  shown.add(notification);
  notification.once('close', () => shown.delete(notification));
  const [oldest] = shown;
  if (shown.size > MOST && oldest !== undefined) shown.delete(oldest);
  notification.show();
}
