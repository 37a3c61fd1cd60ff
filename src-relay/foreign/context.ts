import type { Clock } from '#shared/clock.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import type { ForeignLimits } from '#shared/foreign/index.ts';
import type { Logger } from '#shared/logger.ts';
import type { Hub } from '../hub/index.ts';
import type { Sealer } from '../keys/index.ts';
import type { ForeignCounts } from '../metrics/index.ts';
import type { Store } from '../store/index.ts';
import type { ForeignRates } from './limits.ts';

/** Parts of the relay that all files of foreign instances share. Set up by `startForeign`. */
export type ForeignContext = Readonly<{
  store: Store;
  clock: Clock;
  crypto: CryptoBackend;
  logger: Logger;
  sealer: Sealer;
  /** Devices, which instances write to. */
  hub: Pick<Hub, 'hasDevice' | 'onlineIn' | 'sendFromInstance'>;
  /** Time at which the service started, Unix ms: requests from before it don't count. */
  startedAt: number;
  limits: ForeignLimits;
  rates: ForeignRates;
  counts: ForeignCounts;
  /** Tells the pages of a project that its instances have changed. */
  changed(project: string): void;
}>;
