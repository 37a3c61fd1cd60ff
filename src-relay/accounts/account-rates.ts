import type { Clock } from '#shared/clock.ts';
import { PlatformError } from '#shared/platform/index.ts';
import { TokenBuckets } from '../limits/index.ts';
import { ACCOUNT_RATES, type AccountRates } from './limits.ts';

/** Mails that someone other than their recipient may cause. Each kind has a rate of its own, so that those of one kind keep no one from another. */
export type RequestedMail = 'sign-up' | 'verify' | 'reset' | 'invitation';

/** Rate limits of accounts. Every method takes one attempt and throws if there is none left. Touches memory only. */
export class AccountRateLimits {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #buckets: Readonly<Record<keyof AccountRates, TokenBuckets>>;

  constructor(clock: Pick<Clock, 'monotonic'>, rates: Partial<AccountRates> = {}) {
    const all = { ...ACCOUNT_RATES, ...rates };
    this.#clock = clock;
    this.#buckets = {
      signInPerGroup: new TokenBuckets(all.signInPerGroup),
      signInPerAccount: new TokenBuckets(all.signInPerAccount),
      signUpPerGroup: new TokenBuckets(all.signUpPerGroup),
      mailPerAddress: new TokenBuckets(all.mailPerAddress),
      mailPerAccount: new TokenBuckets(all.mailPerAccount),
      picturePerAccount: new TokenBuckets(all.picturePerAccount),
      failurePerAccount: new TokenBuckets(all.failurePerAccount),
    };
  }

  /** Takes an attempt of a group to sign in or to use a link or code. @throws {PlatformError} `platform.rate` */
  admitSignIn(group: string): void {
    this.#take('signInPerGroup', group);
  }

  /**
   * Takes an attempt of a group at the password of one account. The group is part of the key, so that strangers can't lock a person out.
   * @param email canonical form, whether it has an account or not
   * @throws {PlatformError} `platform.rate`
   */
  admitPassword(group: string, email: string): void {
    this.#take('signInPerAccount', `${group} ${email}`);
  }

  /** Takes a sign-up of a group. @throws {PlatformError} `platform.rate` */
  admitSignUp(group: string): void {
    this.#take('signUpPerGroup', group);
  }

  /**
   * Takes a mail of a kind to an address. The last of the mails that arrived can be used, so that no one keeps a person from a reset.
   * @param account account that asks for the mail, whose mails to all addresses are few: else it could fill the queue, or have the relay mail anyone
   * @throws {PlatformError} `platform.rate`
   */
  admitMail(kind: RequestedMail, email: string, account?: string): void {
    if (account !== undefined) this.#take('mailPerAccount', account);

    this.#take('mailPerAddress', `${kind} ${email}`);
  }

  /** Takes a change of an account's picture. @throws {PlatformError} `platform.rate` */
  admitPicture(account: string): void {
    this.#take('picturePerAccount', account);
  }

  /** Reports whether a mail of a kind to an address may be sent that no one waits for. */
  maySendMail(kind: RequestedMail, email: string): boolean {
    return this.#buckets.mailPerAddress.take(`${kind} ${email}`, this.#clock.monotonic()) === 0;
  }

  /** Reports whether the audit log should list a failed sign-in. */
  mayRecordFailure(group: string, account: string): boolean {
    return this.#buckets.failurePerAccount.take(`${group} ${account}`, this.#clock.monotonic()) === 0;
  }

  /** Drops what is full again. */
  sweep(): void {
    for (const buckets of Object.values(this.#buckets)) buckets.sweep(this.#clock.monotonic());
  }

  #take(rate: keyof AccountRates, key: string): void {
    const wait = this.#buckets[rate].take(key, this.#clock.monotonic());
    if (wait > 0)
      throw new PlatformError('platform.rate', `too many attempts: try again in ${Math.ceil(wait / 1000)} s`, {
        retryAfter: wait,
      });
  }
}
