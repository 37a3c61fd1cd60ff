export { GuestCard, GuestCards, useGuestGuard, type GuestCardProps } from './guest-card.tsx';
export { useShowsGuestsOf } from './terminal-of-dialog.ts';
