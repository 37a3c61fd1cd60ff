import { Notification } from 'electron';
import type { NoticeLevel } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { hideTextIfLocked, type GatewayNotice } from './locked-notice.ts';

/** Notifications on the screen. The reference is needed: one that is garbage-collected may disappear, and doesn't report its click. */
const shown = new Set<Notification>();
const MAX_SHOWN = 8;

export type GatewayNoticeOptions = Readonly<{
  level: () => NoticeLevel;
  locked: () => boolean;
  open: () => void;
}>;

/**
 * Creates the function with which the application's agent shows the notifications that gateways send to the person through this device's node. The
 * text is already cleaned and starts with the gateway's name. The gateway gets an error if the person disabled notifications. Up to eight stay on the
 * screen.
 */
export function createGatewayNotices({
  level,
  locked,
  open,
}: GatewayNoticeOptions): (notice: GatewayNotice) => Promise<void> {
  return async (notice) => {
    if (level() !== 'all') throw new ClawReachError('node.notices-off', 'the person wants no messages');
    if (!Notification.isSupported()) return;
    const { title, body } = hideTextIfLocked(notice, locked());
    const notification = new Notification({ title, body, urgency: notice.isUrgent ? 'critical' : 'normal' });
    shown.add(notification);
    notification.once('close', () => shown.delete(notification));
    notification.once('click', () => {
      shown.delete(notification);
      open();
    });
    const [oldest] = shown;
    if (shown.size > MAX_SHOWN && oldest !== undefined) {
      shown.delete(oldest);
      oldest.close();
    }
    notification.show();
  };
}
