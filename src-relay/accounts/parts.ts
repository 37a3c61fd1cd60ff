import type { Clock } from '#shared/clock.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import type { Logger } from '#shared/logger.ts';
import type { SignUpMode } from '#shared/platform/index.ts';
import type { Store } from '../store/index.ts';
import type { AccountRateLimits } from './account-rates.ts';
import type { BackgroundTasks } from './background-tasks.ts';
import type { Mailer } from './mail/index.ts';
import type { OneTimeTokens } from './one-time-tokens.ts';
import type { PasskeyChallenges } from './passkeys/index.ts';
import type { PasswordHasher } from './passwords/index.ts';
import type { AccountData, AccountListener, Invitations } from './ports.ts';
import type { AccountSessions } from './sessions/index.ts';
import type { SiteAddress } from './site-address.ts';

/** Parts that the services of accounts share. Created by `createAccounts`. */
export type AccountParts = Readonly<{
  store: Store;
  clock: Clock;
  crypto: CryptoBackend;
  logger: Logger;
  site: SiteAddress;
  signUpMode: SignUpMode;
  /** Undefined without a mail server. */
  mailer: Mailer | undefined;
  hasher: PasswordHasher;
  sessions: AccountSessions;
  tokens: OneTimeTokens;
  challenges: PasskeyChallenges;
  rates: AccountRateLimits;
  background: BackgroundTasks;
  invitations: Invitations;
  data: AccountData;
  listener: AccountListener;
}>;

/** Client that sent a request, as far as limits and lists of sessions need it. */
export type Client = Readonly<{
  /** Normalized address. */
  address: string;
  /** Address group for limits: an IPv4 address or an IPv6 /64. */
  group: string;
  /** `User-Agent`. */
  agent: string;
  /** Aborted once the client has gone. */
  signal?: AbortSignal | undefined;
}>;
