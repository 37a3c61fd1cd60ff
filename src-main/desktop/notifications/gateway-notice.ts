import { Notification } from 'electron';
import type { NoticeLevel } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { onScreen, type GatewayNotice } from './locked-notice.ts';

/** Held: one that is collected may go before it was seen, and does not report its click. */
const shown = new Set<Notification>();
const MOST = 8;

export type GatewayNoticeOptions = Readonly<{
  level: () => NoticeLevel;
  locked: () => boolean;
  open: () => void;
}>;

/**
 * Shows what a gateway tells the person by its node here; its text was cleaned, and begins with the gateway's name. The gateway hears where the
 * person wants none.
 */
export function createGatewayNotices({
  level,
  locked,
  open,
}: GatewayNoticeOptions): (notice: GatewayNotice) => Promise<void> {
  return async (notice) => {
    if (level() !== 'all') throw new ClawReachError('node.notices-off', 'the person wants no messages');
    if (!Notification.isSupported()) return;
    const { title, body } = onScreen(notice, locked());
    const notification = new Notification({ title, body, urgency: notice.isUrgent ? 'critical' : 'normal' });
    shown.add(notification);
    notification.once('close', () => shown.delete(notification));
    notification.once('click', () => {
      shown.delete(notification);
      open();
    });
    const [oldest] = shown;
    if (shown.size > MOST && oldest !== undefined) {
      shown.delete(oldest);
      oldest.close();
    }
    notification.show();
  };
}
