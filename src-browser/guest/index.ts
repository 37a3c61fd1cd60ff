export { findShare, openGuest, type Guest, type OpenGuestOptions } from './open-guest.ts';
export { isUsableName } from '#shared/app-api/index.ts';
export { parseShareRole, parseShareSecret } from '#shared/share-link/index.ts';
export type { GuestEvent, GuestState } from '#agent/guest/index.ts';
