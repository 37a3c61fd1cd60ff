export { ApprovalNotices, type Notifier, type SystemNotice, type WaitingGuest } from './approval-notices.ts';
export { ComparisonNotice } from './comparison-notice.ts';
export { createGatewayNotices } from './gateway-notice.ts';
export { NewsNotices } from './news-notices.ts';
export { TransferNotices } from './transfer-notices.ts';
export { SystemNotifier } from './system-notifier.ts';
