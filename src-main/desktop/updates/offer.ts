import type { UpdateChannel } from '#shared/app-api/index.ts';
import type { ReleaseMetadata } from '#node/releases/index.ts';
import { UpdateError } from '#node/releases/index.ts';
import { isNewer } from '#node/releases/index.ts';

/** Time when the newest metadata ever accepted was signed, for each channel; Unix ms. */
export type SignedTimes = Readonly<Partial<Record<UpdateChannel, number>>>;

export type OfferContext = Readonly<{
  installed: string;
  channel: UpdateChannel;
  /** Name of the system, as in the metadata. */
  system: string;
  /** Current time, Unix ms. */
  now: number;
  seen: SignedTimes;
}>;

/** Tolerated error of this machine's clock, ms. */
const CLOCK_TOLERANCE = 24 * 3_600_000;

/**
 * Tells whether signed metadata offers a newer version than the installed one. An older version is never offered, even if it is signed. Called by
 * `Updates` for each check. Pure.
 * @throws {UpdateError} `update.wrong-channel`, `update.wrong-system`, `update.expired`, `update.rolled-back`
 */
export function isOffer({ version, clawreach }: ReleaseMetadata, judging: OfferContext): boolean {
  const { installed, channel, system, now, seen } = judging;
  if (clawreach.channel !== channel) {
    throw new UpdateError('update.wrong-channel', 'the metadata is of another channel', {
      details: { offered: clawreach.channel, wanted: channel },
    });
  }
  if (clawreach.system !== system) {
    throw new UpdateError('update.wrong-system', 'the metadata is for another system', {
      details: { offered: clawreach.system, wanted: system },
    });
  }
  // A clock far behind the time of signing can't tell whether the metadata has expired either.
  if (now > clawreach.expires || now < clawreach.signed - CLOCK_TOLERANCE) {
    throw new UpdateError('update.expired', 'the metadata is out of date', {
      details: { until: new Date(clawreach.expires).toISOString().slice(0, 10) },
    });
  }
  // Replaying old metadata would hide newer versions until it expires.
  if (clawreach.signed < (seen[channel] ?? 0)) {
    throw new UpdateError('update.rolled-back', 'newer metadata has been seen before');
  }
  return isNewer(version, installed);
}
