import type { UpdateChannel } from '#shared/app-api/index.ts';
import type { ReleaseMetadata } from './metadata.ts';
import { UpdateError } from './update-error.ts';
import { isNewer } from './version.ts';

/** When the newest metadata that was ever taken was signed, for each channel; ms since 1970. */
export type SignedTimes = Readonly<Partial<Record<UpdateChannel, number>>>;

export type Judging = Readonly<{
  installed: string;
  channel: UpdateChannel;
  /** As in the metadata. */
  system: string;
  /** Ms since 1970. */
  now: number;
  seen: SignedTimes;
}>;

/** How far a clock may be behind, ms. */
const CLOCK_TOLERANCE = 24 * 3_600_000;

/**
 * Whether signed metadata tells of something newer than what is installed. What is not newer is never offered, whoever signed it.
 * @throws {UpdateError} `update.wrong-channel`, `update.wrong-system`, `update.expired`, `update.rolled-back`
 */
export function isOffer({ version, clawreach }: ReleaseMetadata, judging: Judging): boolean {
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
  // A clock that is far behind the signature can tell nothing about its end either.
  if (now > clawreach.expires || now < clawreach.signed - CLOCK_TOLERANCE) {
    throw new UpdateError('update.expired', 'the metadata is out of date', {
      details: { until: new Date(clawreach.expires).toISOString().slice(0, 10) },
    });
  }
  // Somebody who keeps what was signed once could hide what came after it, for as long as it lasts.
  if (clawreach.signed < (seen[channel] ?? 0)) {
    throw new UpdateError('update.rolled-back', 'newer metadata has been seen before');
  }
  return isNewer(version, installed);
}
