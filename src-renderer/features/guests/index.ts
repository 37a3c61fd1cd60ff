export { GuestCard, GuestCards, useGuestGuard, type GuestCardProps } from './guest-card.tsx';
