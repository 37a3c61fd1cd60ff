export { GuestCard, GuestCards, type GuestCardProps } from './guest-card.tsx';
