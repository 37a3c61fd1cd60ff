export { requireShare, type ShareConnectionOptions } from './connect-to-share.ts';
export { GuestVisit, isEnded, type GuestEvent, type GuestState, type GuestVisitOptions } from './guest-visit.ts';
