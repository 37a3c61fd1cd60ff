import { PLATFORM_LIMITS, type AccountExport, type AccountView } from '#shared/platform/index.ts';
import { findAccount, viewAccount, type AccountRow } from './account-rows.ts';
import { recordAudit, listAudit } from './audit.ts';
import { clientNetwork } from './client-network.ts';
import { invalidPicture, noPasskey, signedOut, weakPassword } from './errors.ts';
import type { AccountParts, Client } from './parts.ts';
import type { AccountTask, AfterCommit } from './ports.ts';
import { countPasskeys, listPasskeys, passkeyView } from './passkeys/index.ts';
import { isCommonPassword } from './passwords/index.ts';
import { deletePicture, exportPicture, readPicture, storePicture, type Picture } from './pictures/index.ts';
import { viewApiToken, viewSession } from './sessions/index.ts';
import type { SignIns } from './sign-ins.ts';

/** Account and session of a request. */
export type Self = Readonly<{
  account: string;
  session: Readonly<{ id: string; kind: 'web' | 'api'; strongAt: number | undefined }>;
}>;

/** Name, picture, password and end of the caller's own account. */
export class AccountProfile {
  readonly #parts: AccountParts;
  readonly #signIns: SignIns;

  constructor(parts: AccountParts, signIns: SignIns) {
    this.#parts = parts;
    this.#signIns = signIns;
  }

  /** Returns the account. @throws {PlatformError} `platform.signed-out` if it was just deleted */
  get(self: Self): Promise<AccountView> {
    const { store, clock } = this.#parts;
    return store.read(async (database) => {
      const row = present(await findAccount(database, self.account));
      return viewAccount(database, row, self.session.strongAt, clock.now());
    });
  }

  /** Changes the name. */
  rename(self: Self, name: string): Promise<AccountView> {
    return this.#change(self, async (task) => {
      await task.transaction.updateTable('accounts').set({ name }).where('id', '=', self.account).execute();
      return this.#parts.data.changed(task, self.account);
    });
  }

  /**
   * Sets the picture.
   * @param picture bytes, and the type that the sender names
   * @throws {PlatformError} `account.picture`, `platform.rate`
   */
  async setPicture(self: Self, { type, bytes }: Picture): Promise<AccountView> {
    const { rates, crypto, data } = this.#parts;
    rates.admitPicture(self.account);
    const picture = readPicture(bytes);
    if (picture?.type !== type) throw invalidPicture();
    return this.#change(self, async (task) => {
      await storePicture(task.transaction, crypto, self.account, picture);
      return data.changed(task, self.account);
    });
  }

  /** Removes the picture. @throws {PlatformError} `platform.rate` */
  async removePicture(self: Self): Promise<AccountView> {
    const { rates, data } = this.#parts;
    rates.admitPicture(self.account);
    return this.#change(self, async (task) => {
      await deletePicture(task.transaction, self.account);
      return data.changed(task, self.account);
    });
  }

  /**
   * Requires a passkey after the password, or no longer does.
   * @throws {PlatformError} `account.no-passkey`
   */
  async setSecondFactor(self: Self, isRequired: boolean, client: Client): Promise<AccountView> {
    return this.#change(self, async ({ transaction }, now) => {
      if (isRequired && (await countPasskeys(transaction, self.account)) === 0) throw noPasskey();
      const factor = { second_factor: isRequired ? 1 : 0 } as const;
      await transaction.updateTable('accounts').set(factor).where('id', '=', self.account).execute();
      const event = isRequired ? 'second-factor.on' : 'second-factor.off';
      await recordAudit(transaction, { event, account: self.account, network: clientNetwork(client.address) }, now);
      return undefined;
    });
  }

  /**
   * Sets the password, and ends the account's other sessions in browsers and all links that would set another one or
   * another address. API tokens stay.
   * @throws {PlatformError} `account.weak-password`, `platform.busy`
   */
  async setPassword(self: Self, password: string, client: Client): Promise<void> {
    const { hasher, clock, sessions, tokens, mailer, listener, site } = this.#parts;
    const { email } = await this.get(self);
    if (await isCommonPassword(password, email)) throw weakPassword();
    const hash = await hasher.hash(password, client.signal);
    const row = await this.#signIns.commit(async ({ transaction }) => {
      await sessions.require(transaction, self.session.id, clock.now());
      const changed = await transaction
        .updateTable('accounts')
        .set({ password: hash })
        .where('id', '=', self.account)
        .returningAll()
        .executeTakeFirst();
      const ended = await sessions.end(transaction, self.account, { kind: 'web', except: self.session.id });
      await tokens.revoke(transaction, self.account, ['reset', 'verify', 'second-factor']);
      const network = clientNetwork(client.address);
      await recordAudit(transaction, { event: 'password.changed', account: self.account, network }, clock.now());
      return { result: present(changed), account: self.account, ended };
    });
    listener.changed(self.account, 'account');
    if (row.email_verified_at !== null) mailer?.send(row.email, 'password-changed', `${site.origin}/auth`);
  }

  /** Deletes the account with everything that refers to it. Connections of its sessions end. */
  async remove(self: Self, client: Client): Promise<void> {
    const { store, data, clock, sessions, listener } = this.#parts;
    await store.transact(
      async (transaction, members) => {
        const now = clock.now();
        await sessions.require(transaction, self.session.id, now);
        const afterCommit = await data.remove({ transaction, members }, self.account);
        await transaction.deleteFrom('accounts').where('id', '=', self.account).execute();
        // The ID remains, which belongs to no one any more, and no address or name.
        const network = clientNetwork(client.address);
        await recordAudit(transaction, { event: 'account.deleted', account: self.account, network }, now);
        return afterCommit;
      },
      (afterCommit) => {
        afterCommit();
        listener.ended(self.account, 'all');
      },
    );
  }

  /** Returns everything that is stored about the account, apart from secrets. */
  async export(self: Self): Promise<AccountExport> {
    const { store, data, sessions, clock, crypto } = this.#parts;
    const now = clock.now();
    const { account } = self;
    return store.read(async (database) => ({
      exportedAt: now,
      account: await viewAccount(database, present(await findAccount(database, account)), self.session.strongAt, now),
      picture: await exportPicture(database, account),
      sessions: (await sessions.list(database, account, 'web', now)).map((row) => viewSession(row, self.session.id)),
      passkeys: (await listPasskeys(database, account)).map((row) => passkeyView(crypto, row)),
      tokens: (await sessions.list(database, account, 'api', now)).map((row) => viewApiToken(row)),
      ...(await data.export(database, account, now)),
      audit: await listAudit(database, account, PLATFORM_LIMITS.auditRows),
    }));
  }

  /** Changes something of the account for a session that still counts. @param change returns what tells others, if anyone */
  async #change(
    self: Self,
    change: (task: AccountTask, now: number) => Promise<AfterCommit | undefined>,
  ): Promise<AccountView> {
    const { store, clock, sessions, listener } = this.#parts;
    const { view } = await store.transact(
      async (transaction, members) => {
        const now = clock.now();
        await sessions.require(transaction, self.session.id, now);
        const afterCommit = await change({ transaction, members }, now);
        const row = present(await findAccount(transaction, self.account));
        return { afterCommit, view: await viewAccount(transaction, row, self.session.strongAt, now) };
      },
      ({ afterCommit }) => {
        afterCommit?.();
        listener.changed(self.account, 'account');
      },
    );
    return view;
  }
}

/** Returns the row of the caller's account, which may have been deleted since the request was admitted. */
function present(row: AccountRow | undefined): AccountRow {
  if (row === undefined) throw signedOut();
  return row;
}
