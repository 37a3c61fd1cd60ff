import { GuestVisit, requireShare, type GuestVisitOptions, type ShareConnectionOptions } from '#agent/guest/index.ts';
import { nobleBackend } from '#shared/crypto/index.ts';
import { pageClock } from '../clock/index.ts';
import { createPageKeys, pageIdentity } from '../keys/index.ts';
import { createPageRelayDialer } from '../relay-dialer/index.ts';

export type OpenGuestOptions = Pick<
  GuestVisitOptions,
  'relayUrl' | 'secret' | 'name' | 'logger' | 'onState' | 'onEvent' | 'onSession' | 'stream'
>;

/** Time within which the relay says whether something is shared, ms. */
const FOUND_WITHIN = 10_000;

/** Guest of a share link in this page. */
export type Guest = Pick<GuestVisit, 'type' | 'leave'>;

/**
 * Begins the visit of a guest, under new keys that this tab keeps in memory only. Stores nothing.
 * @throws {PageKeysError} `keys.unsupported`
 */
export async function openGuest(options: OpenGuestOptions): Promise<Guest> {
  const visit = new GuestVisit({ ...options, ...(await createGuestDevice()) });
  visit.start();
  return visit;
}

/**
 * Asks the relay, under keys of their own, whether something is shared by a link now. The device that shares isn't told.
 * @throws {PageKeysError} `keys.unsupported`; errors of the relay, such as `relay.share` if nothing is shared
 */
export async function findShare(options: Pick<OpenGuestOptions, 'relayUrl' | 'secret' | 'logger'>): Promise<void> {
  await requireShare({ ...options, ...(await createGuestDevice()) }, AbortSignal.timeout(FOUND_WITHIN));
}

async function createGuestDevice(): Promise<Pick<ShareConnectionOptions, 'crypto' | 'identity' | 'clock' | 'dialer'>> {
  const keys = await createPageKeys();
  return {
    crypto: nobleBackend,
    identity: await pageIdentity(nobleBackend, keys, Math.floor(pageClock.now() / 1000)),
    clock: pageClock,
    dialer: createPageRelayDialer({ clock: pageClock }),
  };
}
