export { GuestVisit, isEnded, type GuestEvent, type GuestState, type GuestVisitOptions } from './guest-visit.ts';
