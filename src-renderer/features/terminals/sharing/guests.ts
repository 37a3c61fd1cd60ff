import type { GuestView, ShareLinkView } from '#shared/app-api/index.ts';

/** Time for which a guest counts as typing after a key, ms. */
const TYPING = 3000;

/** Guest who was let in, with what the link lets them do. */
export type InvitedGuest = GuestView & Pick<ShareLinkView, 'role'>;

/** Returns the guests of links who were let in. Pure. */
export function guestsOf(links: readonly ShareLinkView[]): readonly InvitedGuest[] {
  return links.flatMap(({ guests, role }) =>
    guests.filter(({ state }) => state !== 'waiting').map((guest) => ({ ...guest, role })),
  );
}

/** Reports whether a guest types. Pure. @param now ms since 1970 */
export function isTyping({ typedAt }: GuestView, now: number): boolean {
  return typedAt !== null && now - typedAt < TYPING;
}
