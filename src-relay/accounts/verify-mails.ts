import { PLATFORM_LIMITS } from '#shared/platform/index.ts';
import type { Self } from './account-profile.ts';
import { findAccount, findAccountByEmail } from './account-rows.ts';
import { recordAudit } from './audit.ts';
import { clientNetwork } from './client-network.ts';
import { disabled, invalidLink, noMail, wrongCredentials } from './errors.ts';
import type { AccountParts, Client } from './parts.ts';
import type { SignInResult, SignIns } from './sign-ins.ts';

/** Mails that ask whether an address belongs to an account that exists already, and their answers. */
export class VerifyMails {
  readonly #parts: AccountParts;
  readonly #signIns: SignIns;

  constructor(parts: AccountParts, signIns: SignIns) {
    this.#parts = parts;
    this.#signIns = signIns;
  }

  /**
   * Mails a link to a new address of an account, or to its present one. Answers alike whether another account has the address, which gets nothing then.
   * @throws {PlatformError} `account.no-mail`, `platform.rate`
   */
  request({ account, session }: Self, email: string): void {
    const { mailer, rates, background } = this.#parts;
    if (mailer === undefined) throw noMail();
    rates.admitMail('verify', email, account);
    background.add('verify', () => this.#send(account, email, session.id));
  }

  /**
   * Mails a link to the unproved address of a new account, if the relay sends mail.
   */
  offer(account: string, email: string): void {
    const { mailer, rates, background } = this.#parts;
    if (mailer === undefined || !rates.maySendMail('verify', email)) return;
    background.add('verify', () => this.#send(account, email));
  }

  /**
   * Verifies the address of a mail. The mail alone isn't enough: its reader might do it for the account of someone who typed a foreign address.
   * @param signedInAs account and session of the request; undefined if there is none
   * @param password password of the account, for a request without its session
   * @throws {PlatformError} `account.link`, `account.credentials`, `account.disabled`, `platform.rate`, `platform.busy`
   */
  async confirm(
    token: string,
    { signedInAs, password }: Readonly<{ signedInAs: Self | undefined; password: string | undefined }>,
    client: Client,
  ): Promise<SignInResult | Readonly<{ status: 'verified'; account: string }>> {
    const { store, tokens, sessions, clock } = this.#parts;
    const found = await store.read(async (database) => {
      const row = await tokens.find(database, token, 'verify', clock.now());
      return typeof row?.account === 'string' ? findAccount(database, row.account) : undefined;
    });
    if (found === undefined) throw invalidLink();
    const isOwn = signedInAs?.account === found.id;
    if (!isOwn) {
      if (password === undefined) throw wrongCredentials();
      await this.#signIns.checkPassword(found, found.email, password, client);
    }
    const former: string[] = [];
    const result = await this.#signIns.commit<SignInResult | Readonly<{ status: 'verified'; account: string }>>(
      async (task) => {
        const { transaction } = task;
        const now = clock.now();
        if (isOwn) await sessions.require(transaction, signedInAs.session.id, now);
        const used = await tokens.use(transaction, token, 'verify', now);
        const account = await findAccount(transaction, found.id);
        if (typeof used?.email !== 'string' || account === undefined) throw invalidLink();
        if (account.disabled_at !== null) throw disabled();
        if (!isOwn && account.password !== found.password) throw wrongCredentials();
        const { email } = used;
        const owner = await findAccountByEmail(transaction, email);
        if (owner !== undefined && owner.id !== account.id) throw invalidLink();
        await transaction
          .updateTable('accounts')
          .set({ email, email_verified_at: now })
          .where('id', '=', account.id)
          .execute();
        // Links for the former address must not open the account any more.
        await tokens.revoke(transaction, account.id, ['reset', 'verify']);
        if (email !== account.email && account.email_verified_at !== null) former.push(account.email);
        await recordAudit(
          transaction,
          { event: 'email.verified', account: account.id, network: clientNetwork(client.address) },
          now,
        );
        const afterCommit = await this.#parts.invitations.fulfil(task, account.id, email);
        const changed = { ...account, email, email_verified_at: now };
        if (isOwn) {
          return { result: { status: 'verified', account: account.id }, account: account.id, ended: [], afterCommit };
        }
        return { ...(await this.#signIns.openAfterPassword(transaction, changed, 'verify', client)), afterCommit };
      },
    );
    this.#parts.listener.changed(found.id, 'account');
    for (const email of former) this.#parts.mailer?.send(email, 'email-changed', this.#parts.site.origin);
    return result;
  }

  /** @param session session that asked for the mail; nothing is sent once it has ended */
  async #send(account: string, email: string, session?: string): Promise<void> {
    const { store, tokens, sessions, clock, mailer, site } = this.#parts;
    const token = await store.transact(async (transaction) => {
      const owner = await findAccountByEmail(transaction, email);
      if (owner !== undefined && owner.id !== account) return undefined;
      if ((await findAccount(transaction, account)) === undefined) return undefined;
      if (session !== undefined && !(await sessions.isCurrent(transaction, session, clock.now()))) return undefined;
      // One address at a time: a newer request replaces the one before.
      await tokens.revoke(transaction, account, ['verify']);
      return tokens.create(
        transaction,
        { purpose: 'verify', account, email },
        clock.now() + PLATFORM_LIMITS.mailedLink,
      );
    });
    if (token !== undefined) mailer?.send(email, 'verify', site.link('/auth', 'verify', token));
  }
}
