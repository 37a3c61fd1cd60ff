export { InboxPage } from './inbox-page.tsx';
export { RequestNotice } from './request-notice.tsx';
