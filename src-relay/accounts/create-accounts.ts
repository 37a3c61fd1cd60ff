import { errorMessage } from '#shared/errors.ts';
import type { Clock, Timer } from '#shared/clock.ts';
import { toUtf8 } from '#shared/bytes/index.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import type { Logger } from '#shared/logger.ts';
import type { SignUpMode } from '#shared/platform/index.ts';
import type { RelayKey } from '../keys/index.ts';
import type { Store } from '../store/index.ts';
import { AccountProfile } from './account-profile.ts';
import { AccountRateLimits } from './account-rates.ts';
import { BackgroundTasks } from './background-tasks.ts';
import { DisabledWatch } from './disabled-watch.ts';
import { deleteExpired } from './expired-rows.ts';
import { FirstAccount, type FirstAccountLink } from './first-account.ts';
import { ACCOUNT_LIMITS, type AccountRates } from './limits.ts';
import { Mailer, MailQueue, type SendMail } from './mail/index.ts';
import { OneTimeTokens } from './one-time-tokens.ts';
import type { AccountParts } from './parts.ts';
import { PasskeyRegistry } from './passkey-registry.ts';
import { PasskeySignIns } from './passkey-sign-ins.ts';
import { PasskeyChallenges } from './passkeys/index.ts';
import { PasswordResets } from './password-resets.ts';
import { PasswordHasher } from './passwords/index.ts';
import type { AccountData, AccountListener, Invitations } from './ports.ts';
import { SessionCallers } from './session-callers.ts';
import { SessionList } from './session-list.ts';
import { AccountSessions } from './sessions/index.ts';
import { SignIns } from './sign-ins.ts';
import { SignUps } from './sign-ups.ts';
import type { SiteAddress } from './site-address.ts';
import { VerifyMails } from './verify-mails.ts';

/** Parts of the relay that accounts use, and their options. */
export type AccountsInit = Readonly<{
  dataDirectory: string;
  store: Store;
  clock: Clock;
  crypto: CryptoBackend;
  logger: Logger;
  relayKey: Pick<RelayKey, 'sign'>;
  site: SiteAddress;
  signUpMode: SignUpMode;
  /** Undefined for a relay that sends no mail: links are handed over by owners and the operator. */
  sendMail: SendMail | undefined;
  invitations: Invitations;
  data: AccountData;
  listener: AccountListener;
  rates?: Partial<AccountRates> | undefined;
  /** Tests use a cheap one. */
  hasher?: PasswordHasher | undefined;
}>;

/** Services of accounts, for their routes and for the platform. */
export type Accounts = Readonly<{
  parts: AccountParts;
  callers: SessionCallers;
  signIns: SignIns;
  signUps: SignUps;
  verifyMails: VerifyMails;
  passwordResets: PasswordResets;
  passkeySignIns: PasskeySignIns;
  passkeys: PasskeyRegistry;
  profile: AccountProfile;
  sessions: SessionList;
  firstAccount: FirstAccount;
  /**
   * Starts timers, and makes the link for the first account if there is none. Called once the relay listens.
   * @returns the link; undefined if there is an account
   */
  start(): Promise<FirstAccountLink | undefined>;
  /** Ends timers, mails and tasks. The store stays open. */
  close(): Promise<void>;
}>;

/** Domain of the signature from which the key of challenges is made. */
const CHALLENGE_KEY = 'clawreach account challenges 1';

/** Creates the accounts of a relay. */
export function createAccounts(init: AccountsInit): Accounts {
  const { store, clock, crypto, logger, site, signUpMode, invitations, data, listener } = init;
  const background = new BackgroundTasks(logger);
  const rates = new AccountRateLimits(clock, init.rates);
  const mailer =
    init.sendMail === undefined
      ? undefined
      : new Mailer(new MailQueue(init.sendMail, { clock, logger }), () => new URL(site.origin).host);
  const parts: AccountParts = {
    store,
    clock,
    crypto,
    logger,
    site,
    signUpMode,
    mailer,
    hasher: init.hasher ?? new PasswordHasher(),
    sessions: new AccountSessions(crypto),
    tokens: new OneTimeTokens(crypto),
    // Ed25519 signatures are deterministic, so that every process with the relay's key has the same secret, and no file more.
    challenges: new PasskeyChallenges(crypto, crypto.sha256(init.relayKey.sign(toUtf8(CHALLENGE_KEY)))),
    rates,
    background,
    invitations,
    data,
    listener,
  };
  const signIns = new SignIns(parts);
  const verifyMails = new VerifyMails(parts, signIns);
  const firstAccount = new FirstAccount(parts, init.dataDirectory);

  const watch = new DisabledWatch(parts, ACCOUNT_LIMITS.disabledInterval);
  let timer: Timer | undefined;
  const sweep = (): void => {
    rates.sweep();
    background.add('sweep', () => store.transact((transaction) => deleteExpired(transaction, clock.now())));
    timer = clock.setTimer(ACCOUNT_LIMITS.sweepInterval, sweep);
  };

  return {
    parts,
    callers: new SessionCallers(parts),
    signIns,
    signUps: new SignUps(parts, { signIns, verifyMails, firstAccount }),
    verifyMails,
    passwordResets: new PasswordResets(parts, signIns, verifyMails),
    passkeySignIns: new PasskeySignIns(parts, signIns),
    passkeys: new PasskeyRegistry(parts),
    profile: new AccountProfile(parts, signIns),
    sessions: new SessionList(parts, signIns),
    firstAccount,
    async start() {
      watch.start();
      sweep();
      try {
        return await firstAccount.prepare();
      } catch (error) {
        logger.error('link for the first account not made', { reason: errorMessage(error) });
        return undefined;
      }
    },
    async close() {
      timer?.cancel();
      await watch.close();
      await background.settle();
      await mailer?.close();
    },
  };
}
