import { GuestVisit, type GuestVisitOptions } from '#agent/guest/index.ts';
import { nobleBackend } from '#shared/crypto/index.ts';
import { pageClock } from '../clock/index.ts';
import { createPageKeys, pageIdentity } from '../keys/index.ts';
import { createPageRelayDialer } from '../relay-dialer/index.ts';

export type OpenGuestOptions = Pick<
  GuestVisitOptions,
  'relayUrl' | 'secret' | 'name' | 'logger' | 'onState' | 'onEvent' | 'onSession' | 'stream'
>;

/** Guest of a share link in this page. */
export type Guest = Pick<GuestVisit, 'type' | 'leave'>;

/**
 * Begins the visit of a guest, under new keys that this tab keeps in memory only. Stores nothing.
 * @throws {PageKeysError} `keys.unsupported`
 */
export async function openGuest(options: OpenGuestOptions): Promise<Guest> {
  const keys = await createPageKeys();
  const identity = await pageIdentity(nobleBackend, keys, Math.floor(pageClock.now() / 1000));
  const visit = new GuestVisit({
    ...options,
    crypto: nobleBackend,
    identity,
    clock: pageClock,
    dialer: createPageRelayDialer({ clock: pageClock }),
  });
  visit.start();
  return visit;
}
