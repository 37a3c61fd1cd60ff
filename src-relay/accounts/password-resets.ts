import { PLATFORM_LIMITS } from '#shared/platform/index.ts';
import { findAccount, findAccountByEmail } from './account-rows.ts';
import { recordAudit } from './audit.ts';
import { clientNetwork } from './client-network.ts';
import { disabled, invalidLink, noMail, weakPassword } from './errors.ts';
import { ACCOUNT_LIMITS } from './limits.ts';
import type { AccountParts, Client } from './parts.ts';
import { isCommonPassword } from './passwords/index.ts';
import type { SignInResult, SignIns } from './sign-ins.ts';
import type { VerifyMails } from './verify-mails.ts';

/** One-time links that set a new password. */
export class PasswordResets {
  readonly #parts: AccountParts;
  readonly #signIns: SignIns;
  readonly #verifyMails: VerifyMails;

  constructor(parts: AccountParts, signIns: SignIns, verifyMails: VerifyMails) {
    this.#parts = parts;
    this.#signIns = signIns;
    this.#verifyMails = verifyMails;
  }

  /**
   * Mails a link to the account of an address, after the answer, which is the same for every address. Only to an address that was verified: the mailbox of
   * a mistyped one belongs to someone else.
   * @param email canonical form
   * @throws {PlatformError} `account.no-mail`, `platform.rate`
   */
  request(email: string, client: Client): void {
    const { mailer, rates, background } = this.#parts;
    if (mailer === undefined) throw noMail();
    rates.admitSignIn(client.group);
    rates.admitMail('reset', email);
    background.add('reset', () => this.#send(email, client));
  }

  /**
   * Sets a new password by a link, and ends all sessions, API tokens, links, codes and enrol tickets of the account. Passkeys stay.
   * @throws {PlatformError} `account.link`, `account.weak-password`, `account.disabled`, `platform.rate`, `platform.busy`
   */
  async confirm(token: string, password: string, client: Client): Promise<SignInResult> {
    const { store, tokens, clock, hasher, rates, sessions, mailer, listener, site } = this.#parts;
    rates.admitSignIn(client.group);
    const found = await store.read(async (database) => {
      const row = await tokens.find(database, token, 'reset', clock.now());
      return typeof row?.account === 'string' ? findAccount(database, row.account) : undefined;
    });
    if (found === undefined) throw invalidLink();
    if (found.disabled_at !== null) throw disabled();
    if (await isCommonPassword(password, found.email)) throw weakPassword();
    const hash = await hasher.hash(password, client.signal);
    const result = await this.#signIns.commit(async ({ transaction }) => {
      const now = clock.now();
      // The first of two wins, and nothing counts that was sent before.
      if ((await tokens.use(transaction, token, 'reset', now)) === undefined) throw invalidLink();
      await tokens.revoke(transaction, found.id, ['reset', 'verify', 'second-factor', 'claim']);
      // A thief's ticket must not admit a device once the thief is signed out.
      await transaction
        .deleteFrom('enrol_tickets')
        .where('account', '=', found.id)
        .where('used_at', 'is', null)
        .execute();
      const account = await findAccount(transaction, found.id);
      if (account === undefined) throw invalidLink();
      if (account.disabled_at !== null) throw disabled();
      await transaction.updateTable('accounts').set({ password: hash }).where('id', '=', account.id).execute();
      const ended = await sessions.end(transaction, account.id, 'all');
      await recordAudit(
        transaction,
        { event: 'password.reset', account: account.id, network: clientNetwork(client.address) },
        now,
      );
      const opened = await this.#signIns.openAfterPassword(
        transaction,
        { ...account, password: hash },
        'reset',
        client,
      );
      return { ...opened, ended: [...ended, ...opened.ended] };
    });
    listener.changed(found.id, 'account');
    // The operator's link proves no address; a mailed one was for a proved address.
    if (found.email_verified_at === null) this.#verifyMails.offer(found.id, found.email);
    else mailer?.send(found.email, 'password-changed', `${site.origin}/auth`);
    return result;
  }

  async #send(email: string, client: Client): Promise<void> {
    const { store, tokens, clock, mailer, site } = this.#parts;
    const token = await store.transact(async (transaction) => {
      const account = await findAccountByEmail(transaction, email);
      if (account === undefined || account.email_verified_at === null || account.disabled_at !== null) return undefined;
      const now = clock.now();
      await tokens.revoke(transaction, account.id, ['reset'], ACCOUNT_LIMITS.links - 1);
      await recordAudit(
        transaction,
        { event: 'password.reset-requested', account: account.id, network: clientNetwork(client.address) },
        now,
      );
      return tokens.create(transaction, { purpose: 'reset', account: account.id }, now + PLATFORM_LIMITS.mailedLink);
    });
    if (token !== undefined) mailer?.send(email, 'reset', site.link('/reset-password', 'reset', token));
  }
}
