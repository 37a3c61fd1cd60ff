import type { GuestView, ShareLinkView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { quoteUntrusted } from '../../../ui/index.ts';

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

/** Machine or guest that sees a terminal now. */
export type Attendee = Readonly<{ name: string; isGuest: boolean; types: boolean }>;

/** Says who sees a terminal, and who of them can type: the one by name, several by their number. */
export function audienceText(audience: readonly Attendee[]): string {
  const [one] = audience;
  if (one === undefined) return text('sharing.chip.offered');
  const count = audience.length;
  const typing = audience.filter(({ types }) => types).length;
  if (count > 1 && typing === 0) return text('sharing.chip', { count });
  if (count > 1) {
    const isGuests = audience.every(({ isGuest }) => isGuest);
    return text('sharing.chip.types', {
      audience: text(isGuests ? 'sharing.chip.guests' : 'sharing.chip.viewers', { count }),
      typing: text('sharing.chip.short', { count: typing }),
    });
  }
  const name = quoteUntrusted(one.name);
  return one.types ? text('sharing.guest.can-type', { name }) : text('terminals.strip.watches', { name });
}
