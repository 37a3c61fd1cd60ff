import {
  fromUuid,
  PLATFORM_LIMITS,
  PlatformError,
  type PasskeyAttestation,
  type PasskeyCreationOptions,
  type PasskeyView,
} from '#shared/platform/index.ts';
import type { Self } from './account-profile.ts';
import { findAccount } from './account-rows.ts';
import { recordAudit } from './audit.ts';
import { clientNetwork } from './client-network.ts';
import { limitReached, notFound, passkeysUnavailable } from './errors.ts';
import type { AccountParts, Client } from './parts.ts';
import {
  challengeOf,
  listPasskeys,
  PASSKEY_ALGORITHMS,
  passkeyId,
  passkeyView,
  rejected,
  transportsOf,
  useChallenge,
  userHandle,
  verifyAttestation,
  type PasskeyRow,
} from './passkeys/index.ts';

/** Name under which authenticators list the passkeys of this relay. */
const RELYING_PARTY_NAME = 'ClawReach';

/** Passkeys of an account: adds, lists, renames and removes them. IDs of passkeys are the UUIDs from `list`. */
export class PasskeyRegistry {
  readonly #parts: AccountParts;

  constructor(parts: AccountParts) {
    this.#parts = parts;
  }

  /**
   * Begins to add a passkey.
   * @throws {PlatformError} `platform.limit`, `account.passkeys-unavailable`
   */
  async begin(accountId: string): Promise<PasskeyCreationOptions> {
    const { store, challenges, clock, site } = this.#parts;
    const party = site.relyingParty;
    if (party === undefined) throw passkeysUnavailable();
    const { account, known } = await store.read(async (database) => ({
      account: await findAccount(database, accountId),
      known: await listPasskeys(database, accountId),
    }));
    if (account === undefined) throw notFound();
    if (known.length >= PLATFORM_LIMITS.passkeys) throw limitReached();
    return {
      rp: { id: party.id, name: RELYING_PARTY_NAME },
      user: { id: userHandle(account.id), name: account.email, displayName: account.name },
      challenge: challenges.create('register', account.id, clock.now()),
      pubKeyCredParams: PASSKEY_ALGORITHMS.map((alg) => ({ type: 'public-key', alg })),
      timeout: PLATFORM_LIMITS.passkeyChallenge,
      excludeCredentials: known.map((row) => ({ id: row.id, type: 'public-key', transports: transportsOf(row) })),
      // Discoverable, so that it can sign in alone.
      authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
      attestation: 'none',
    };
  }

  /**
   * Adds the passkey that a browser made.
   * @throws {PlatformError} `account.passkey`, `account.passkey-exists`, `platform.limit`, `account.passkeys-unavailable`
   */
  async add(
    { account, session }: Self,
    name: string,
    response: PasskeyAttestation,
    client: Client,
  ): Promise<PasskeyView> {
    const { store, challenges, clock, crypto, sessions, listener, site } = this.#parts;
    const party = site.relyingParty;
    if (party === undefined) throw passkeysUnavailable();
    const text = challengeOf(response);
    const begun = challenges.check(text, (purpose) => (purpose === 'register' ? account : undefined), clock.now());
    if (begun === undefined) throw rejected(undefined);
    const passkey = await verifyAttestation(response, { challenge: text, party });
    const row = await store.transact(async (transaction) => {
      const now = clock.now();
      await sessions.require(transaction, session.id, now);
      if (!(await useChallenge(transaction, { text, expiresAt: begun.expiresAt }, this.#parts)))
        throw rejected(undefined);
      if ((await listPasskeys(transaction, account)).length >= PLATFORM_LIMITS.passkeys) throw limitReached();
      const added = await transaction
        .insertInto('passkeys')
        .values({
          id: passkey.id,
          account,
          public_key: passkey.publicKey,
          counter: passkey.counter,
          transports: JSON.stringify(passkey.transports),
          name,
          created_at: now,
          used_at: null,
        })
        .onConflict((conflict) => conflict.column('id').doNothing())
        .returningAll()
        .executeTakeFirst();
      if (added === undefined) throw new PlatformError('account.passkey-exists', 'the passkey was added before');
      const network = clientNetwork(client.address);
      await recordAudit(transaction, { event: 'passkey.added', account, subject: name, network }, now);
      return added;
    });
    listener.changed(account, 'account');
    return passkeyView(crypto, row);
  }

  /** Lists the passkeys of an account, the oldest first. */
  async list(account: string): Promise<PasskeyView[]> {
    const { store, crypto } = this.#parts;
    const rows = await store.read((database) => listPasskeys(database, account));
    return rows.map((row) => passkeyView(crypto, row));
  }

  /** Renames a passkey. @throws {PlatformError} `platform.not-found` */
  async rename(account: string, id: string, name: string): Promise<PasskeyView> {
    const { store, crypto, listener } = this.#parts;
    const renamed = await store.transact(async (transaction) => {
      const row = this.#named(await listPasskeys(transaction, account), id);
      await transaction.updateTable('passkeys').set({ name }).where('id', '=', row.id).execute();
      return { ...row, name };
    });
    listener.changed(account, 'account');
    return passkeyView(crypto, renamed);
  }

  /**
   * Removes a passkey, unless it is the last one and needed to sign in.
   * @throws {PlatformError} `platform.not-found`, `account.last-credential`
   */
  async remove(accountId: string, id: string, client: Client): Promise<void> {
    const { store, clock, listener } = this.#parts;
    await store.transact(async (transaction) => {
      const rows = await listPasskeys(transaction, accountId);
      const row = this.#named(rows, id);
      const account = await findAccount(transaction, accountId);
      const isNeeded = account === undefined || account.password === null || account.second_factor === 1;
      if (rows.length === 1 && isNeeded) {
        throw new PlatformError('account.last-credential', 'without this passkey no one could sign in');
      }
      await transaction.deleteFrom('passkeys').where('id', '=', row.id).execute();
      const network = clientNetwork(client.address);
      const event = { event: 'passkey.removed', account: accountId, subject: row.name, network };
      await recordAudit(transaction, event, clock.now());
    });
    listener.changed(accountId, 'account');
  }

  #named(rows: readonly PasskeyRow[], id: string): PasskeyRow {
    const wanted = fromUuid(id);
    const row = rows.find((known) => passkeyId(this.#parts.crypto, known.id) === wanted);
    if (row === undefined) throw notFound();
    return row;
  }
}
