export { startGuest } from './start-guest.tsx';
export { GuestPage, type GuestPageProps, type OpenVisit, type Visit } from './guest-page.tsx';
