import { deriveShareId } from '#shared/share-link/index.ts';
import { connectAsGuest, type GuestConnection } from '../relay/index.ts';
import type { GuestVisitOptions } from './guest-visit.ts';

export type ShareConnectionOptions = Pick<
  GuestVisitOptions,
  'crypto' | 'identity' | 'clock' | 'logger' | 'dialer' | 'relayUrl' | 'secret'
>;

/** Connects to the relay as a guest of a share link. @throws errors of `connectAsGuest`: `relay.share` if nothing is shared by the link now */
export async function connectToShare(
  { relayUrl, secret, ...options }: ShareConnectionOptions,
  signal: AbortSignal,
): Promise<GuestConnection> {
  const { crypto, identity, clock, logger, dialer } = options;
  const share = deriveShareId(crypto, secret);
  return await connectAsGuest({ crypto, identity, clock, logger, dialer, config: { url: relayUrl }, share }, signal);
}

/** Asks the relay whether something is shared by a link now. The device that shares isn't told. @throws as `connectToShare` */
export async function requireShare(options: ShareConnectionOptions, signal: AbortSignal): Promise<void> {
  const relay = await connectToShare(options, signal);
  relay.close();
}
