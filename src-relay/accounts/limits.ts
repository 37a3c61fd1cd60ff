import type { Rate } from '../limits/index.ts';

/** Limits of accounts besides `PLATFORM_LIMITS`. Times are ms. */
export const ACCOUNT_LIMITS = {
  /** Passwords that are hashed at the same time, on machines with four cores or more; 32 MiB each. */
  hashes: 2,
  /** Further ones that wait; the next request gets 503. */
  waitingHashes: 32,
  /** Interval in which the use of a session is written down. */
  usedInterval: 5 * 60_000,
  /** `User-Agent` of a session, characters. */
  agent: 256,
  /** Life of the link for the first account. A start after that makes a new one, as long as there is no account. */
  setupLink: 7 * 24 * 3_600_000,
  /** Life of a link that the operator made. */
  operatorLink: 24 * 3_600_000,
  /** Unused one-time links of one purpose for one account; a further one replaces the oldest. */
  links: 3,
  /** Unanswered sign-ups in all, and for one address; of an address the oldest is dropped. */
  signUps: 10_000,
  signUpsPerEmail: 3,
  /** Sign-ups and resets whose rest is done after their answer. */
  waitingTasks: 1000,
  /** Interval at which expired rows are deleted. */
  sweepInterval: 3_600_000,
  /** Interval at which accounts are noticed that the operator disabled. */
  disabledInterval: 5000,
  /** Mails that wait, and mails that are sent at the same time. */
  waitingMails: 200,
  mails: 2,
  /** Time for one attempt to send a mail. */
  mailTimeout: 60_000,
  /** Waits before the second and later attempts. */
  mailRetries: [10_000, 60_000, 600_000],
} as const;

/** Rates of accounts. A group is an IPv4 address or an IPv6 /64. */
export const ACCOUNT_RATES = {
  /** Attempts to sign in, reset a password or use a link, by a group. */
  signInPerGroup: { burst: 30, perSecond: 1 / 6 },
  /** Passwords for one account by one group. Not for the account alone: strangers could lock a person out. */
  signInPerAccount: { burst: 10, perSecond: 1 / 60 },
  signUpPerGroup: { burst: 5, perSecond: 1 / 720 },
  /** Mails of one kind to one address. */
  mailPerAddress: { burst: 3, perSecond: 1 / 1200 },
  /** Mails to others that one account causes: invitations, and questions to new addresses. */
  mailPerAccount: { burst: 60, perSecond: 1 / 60 },
  /** Changes of an account's picture; each is written, and told to the people of its projects. */
  picturePerAccount: { burst: 20, perSecond: 1 / 30 },
  /** Failed sign-ins to one account by one group that the audit log lists. */
  failurePerAccount: { burst: 1, perSecond: 1 / 3600 },
} as const satisfies Readonly<Record<string, Rate>>;

/** Rates as in `ACCOUNT_RATES`; tests use others. */
export type AccountRates = Readonly<{ [Name in keyof typeof ACCOUNT_RATES]: Rate }>;
