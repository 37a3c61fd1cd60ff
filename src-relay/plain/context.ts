import type { Clock } from '#shared/clock.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import type { Logger } from '#shared/logger.ts';
import type { Callers, ProjectTopic } from '../platform/index.ts';
import type { Store } from '../store/index.ts';
import type { PlainLimits, PlainRates } from './limits.ts';

/** Parts of the relay that all files of the documented protocol share. Set up by `startPlainProtocol`. */
export type PlainContext = Readonly<{
  store: Store;
  callers: Callers;
  clock: Clock;
  crypto: CryptoBackend;
  logger: Logger;
  limits: PlainLimits;
  rates: PlainRates;
  /** Tells the pages of a project what changed, by IDs of the API. */
  changed(project: string, topic: ProjectTopic, ids: readonly string[]): void;
}>;
