export { ApprovalNotices, type Notice, type Notifier } from './approval-notices.ts';
export { SystemNotifier } from './system-notifier.ts';
export { showGatewayNotice } from './gateway-notice.ts';
