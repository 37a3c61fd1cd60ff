import type { PeerView } from '#shared/app-api/index.ts';
import { DETACHED_LIFETIME } from '#shared/terminal/index.ts';

/**
 * Returns the time until which a machine that can't be reached now keeps this machine's terminals, if it runs on; undefined if it isn't known, or is over.
 * Pure.
 * @param now ms since 1970
 */
export function terminalsKeptUntil({ lastSeenAt }: Pick<PeerView, 'lastSeenAt'>, now: number): number | undefined {
  const until = lastSeenAt === null ? 0 : lastSeenAt + DETACHED_LIFETIME;
  return until > now ? until : undefined;
}
