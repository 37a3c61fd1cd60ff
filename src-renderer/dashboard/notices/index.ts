/** Notifications of the page while no one sees it: whether this browser shows them, and showing one. */
export { BackgroundNotices } from './background-notices.tsx';
export { NoticesRow } from './notices-row.tsx';
export { clearNotices, closeNotice, showNotice, type NoticeKind } from './show-notice.ts';
