import type { Transaction } from 'kysely';
import { fromUuid, PLATFORM_LIMITS, PlatformError } from '#shared/platform/index.ts';
import type { Database } from '../store/index.ts';
import { findAccountByEmail, insertAccount, type AccountRow } from './account-rows.ts';
import { recordAudit } from './audit.ts';
import { clientNetwork } from './client-network.ts';
import { accountExists, invalidLink, noMail, signUpClosed, weakPassword, wrongCredentials } from './errors.ts';
import type { FirstAccount } from './first-account.ts';
import { ACCOUNT_LIMITS } from './limits.ts';
import type { AccountParts, Client } from './parts.ts';
import type { AccountTask } from './ports.ts';
import { isCommonPassword } from './passwords/index.ts';
import { createId, createSecret, hashSecret } from './secrets.ts';
import type { SignedIn, SignIns, Stored } from './sign-ins.ts';
import type { VerifyMails } from './verify-mails.ts';

/** Request for an account. */
export type SignUpRequest = Readonly<{
  /** Canonical form. */
  email: string;
  password: string;
  name: string;
  /** Token of an invitation's link, or of the link for the first account. */
  token?: string | undefined;
}>;

/** Row of a sign-up whose mail wasn't answered yet, without its hash. */
type SignUp = Readonly<{ email: string; name: string; password: string }>;

/**
 * Creates accounts. A sign-up without a token becomes an account only when its mail is answered, with the password of that sign-up: an address proves
 * nothing before, and who signs up with someone else's address gains nothing when its owner opens the mail.
 */
export class SignUps {
  readonly #parts: AccountParts;
  readonly #signIns: SignIns;
  readonly #verifyMails: VerifyMails;
  readonly #firstAccount: FirstAccount;

  constructor(
    parts: AccountParts,
    services: Readonly<{ signIns: SignIns; verifyMails: VerifyMails; firstAccount: FirstAccount }>,
  ) {
    this.#parts = parts;
    this.#signIns = services.signIns;
    this.#verifyMails = services.verifyMails;
    this.#firstAccount = services.firstAccount;
  }

  /**
   * Signs up. Without a token, the answer and its time are the same whether the address has an account or was invited: one hash, and the rest after it.
   * @throws {PlatformError} `account.sign-up`, `account.no-mail`, `account.weak-password`, `account.link`, `account.exists`, `platform.rate`,
   * `platform.busy`
   */
  async signUp(request: SignUpRequest, client: Client): Promise<SignedIn | Readonly<{ status: 'verify' }>> {
    const { rates, signUpMode, mailer, hasher, background } = this.#parts;
    const { email, password, name, token } = request;
    rates.admitSignUp(client.group);
    if (token === undefined) {
      if (signUpMode === 'closed') throw signUpClosed();
      if (mailer === undefined) throw noMail();
      rates.admitMail('sign-up', email);
    } else await this.#requireLink(token);
    if (await isCommonPassword(password, email)) throw weakPassword();
    const hash = await hasher.hash(password, client.signal);
    if (token !== undefined) return this.#redeem({ email, name, password: hash }, token, client);
    background.add('sign-up', () => this.#invite({ email, name, password: hash }));
    return { status: 'verify' };
  }

  /**
   * Checks the token of the link for the first account, without using it.
   * @throws {PlatformError} `account.link`
   */
  async lookUp(token: string): Promise<void> {
    if (!(await this.#isSetup(token))) throw invalidLink();
  }

  /**
   * Creates the account of a sign-up whose mail was answered.
   * @param password password of the sign-up; undefined if the request had none
   * @returns undefined if the token isn't that of a sign-up
   * @throws {PlatformError} `account.credentials`, `account.link`, `platform.rate`, `platform.busy`
   */
  async verify(token: string, password: string | undefined, client: Client): Promise<SignedIn | undefined> {
    const { store, crypto, clock } = this.#parts;
    const hash = hashSecret(crypto, token);
    const found = await store.read((database) =>
      database
        .selectFrom('sign_ups')
        .select(['email', 'password'])
        .where('hash', '=', hash)
        .where('expires_at', '>', clock.now())
        .executeTakeFirst(),
    );
    if (found === undefined) return undefined;
    if (password === undefined) throw wrongCredentials();
    await this.#signIns.checkPassword(found, found.email, password, client);
    const signedIn = await this.#signIns.commit((task) => this.#confirm(task, hash, client));
    await this.#firstAccount.forget();
    return signedIn;
  }

  /** Rejects a token that doesn't count before anything is hashed for it. */
  async #requireLink(token: string): Promise<void> {
    const { store, tokens, clock, signUpMode } = this.#parts;
    if (await this.#isSetup(token)) return;
    if (signUpMode === 'closed') throw signUpClosed();
    const invitation = await store.read((database) => tokens.find(database, token, 'invite', clock.now()));
    if (invitation === undefined) throw invalidLink();
  }

  /** Reports whether a token is that of the link for the first account, and counts. */
  async #isSetup(token: string): Promise<boolean> {
    const { store, tokens, clock } = this.#parts;
    return (await store.read((database) => tokens.find(database, token, 'setup', clock.now()))) !== undefined;
  }

  /** Creates the account of a link's holder, whose address proves nothing yet. */
  async #redeem(signUp: SignUp, token: string, client: Client): Promise<SignedIn> {
    const { tokens, clock, invitations, signUpMode } = this.#parts;
    const signedIn = await this.#signIns.commit(async (task) => {
      const { transaction } = task;
      const now = clock.now();
      const isSetup = (await tokens.use(transaction, token, 'setup', now)) !== undefined;
      const invitation = isSetup ? undefined : await tokens.use(transaction, token, 'invite', now);
      if (!isSetup && (invitation === undefined || signUpMode === 'closed')) throw invalidLink();
      const { account, opened } = await this.#create(transaction, signUp, false, client);
      if (account === undefined) throw accountExists();
      if (invitation === undefined) return opened;
      return { ...opened, afterCommit: await invitations.redeem(task, account.id, invitation) };
    });
    await this.#firstAccount.forget();
    this.#verifyMails.offer(fromUuid(signedIn.account.id), signUp.email);
    return signedIn;
  }

  /** Creates the account of an answered mail. */
  async #confirm(task: AccountTask, hash: Uint8Array, client: Client): Promise<Stored<SignedIn>> {
    const { transaction } = task;
    const { clock, invitations } = this.#parts;
    const now = clock.now();
    const signUp = await transaction
      .deleteFrom('sign_ups')
      .where('hash', '=', hash)
      .where('expires_at', '>', now)
      .returningAll()
      .executeTakeFirst();
    // The mode, or the invitation, may have changed since the mail was sent.
    if (signUp === undefined || !(await this.#isWelcome(transaction, signUp.email))) throw invalidLink();
    const { account, opened } = await this.#create(transaction, signUp, true, client);
    if (account === undefined) throw invalidLink();
    return { ...opened, afterCommit: await invitations.fulfil(task, account.id, account.email) };
  }

  async #create(
    transaction: Transaction<Database>,
    { email, name, password }: SignUp,
    isVerified: boolean,
    client: Client,
  ): Promise<
    Readonly<{ account: AccountRow; opened: Stored<SignedIn> }> | Readonly<{ account: undefined; opened?: undefined }>
  > {
    const { crypto, clock } = this.#parts;
    const now = clock.now();
    const account = await insertAccount(transaction, { id: createId(crypto), email, name, password, isVerified }, now);
    if (account === undefined) return { account };
    const network = clientNetwork(client.address);
    await recordAudit(transaction, { event: 'account.created', account: account.id, network }, now);
    return { account, opened: await this.#signIns.open(transaction, account, 'sign-up', client) };
  }

  /** Reports whether an address may sign up without a link. */
  async #isWelcome(transaction: Transaction<Database>, email: string): Promise<boolean> {
    const { signUpMode, invitations, clock } = this.#parts;
    if (signUpMode === 'closed') return false;
    return signUpMode === 'open' || (await invitations.isInvited(transaction, email, clock.now()));
  }

  /** Sends the mail that fits an address, after the answer: to confirm it, or that it has an account. To no one who wasn't invited, if it takes that. */
  async #invite(signUp: SignUp): Promise<void> {
    const { store, crypto, mailer, site } = this.#parts;
    const token = createSecret(crypto);
    const outcome = await store.transact(async (transaction) => {
      const account = await findAccountByEmail(transaction, signUp.email);
      if (account !== undefined) return account.disabled_at === null ? ('account-exists' as const) : undefined;
      if (!(await this.#isWelcome(transaction, signUp.email))) return undefined;
      await this.#store(transaction, signUp, token);
      return 'sign-up' as const;
    });
    if (outcome === 'sign-up') mailer?.send(signUp.email, outcome, site.link('/auth', 'verify', token));
    if (outcome === 'account-exists') mailer?.send(signUp.email, outcome, `${site.origin}/auth`);
  }

  async #store(transaction: Transaction<Database>, signUp: SignUp, token: string): Promise<void> {
    const { crypto, clock } = this.#parts;
    const now = clock.now();
    await transaction.deleteFrom('sign_ups').where('expires_at', '<=', now).execute();
    const { count } = await transaction
      .selectFrom('sign_ups')
      .select((builder) => builder.fn.countAll<number | string>().as('count'))
      .executeTakeFirstOrThrow();
    if (Number(count) >= ACCOUNT_LIMITS.signUps) throw new PlatformError('platform.busy', 'too many sign-ups wait');
    await transaction
      .deleteFrom('sign_ups')
      .where('hash', 'in', (builder) =>
        builder
          .selectFrom('sign_ups')
          .select('hash')
          .where('email', '=', signUp.email)
          .orderBy('created_at', 'desc')
          .limit(ACCOUNT_LIMITS.signUps)
          .offset(ACCOUNT_LIMITS.signUpsPerEmail - 1),
      )
      .execute();
    await transaction
      .insertInto('sign_ups')
      .values({
        hash: hashSecret(crypto, token),
        ...signUp,
        created_at: now,
        expires_at: now + PLATFORM_LIMITS.mailedLink,
      })
      .execute();
  }
}
