import type { Transaction } from 'kysely';
import { PLATFORM_LIMITS, type PasskeyAssertion, type PasskeyRequestOptions } from '#shared/platform/index.ts';
import type { Database } from '../store/index.ts';
import { findAccount } from './account-rows.ts';
import { recordAudit } from './audit.ts';
import { clientNetwork } from './client-network.ts';
import { disabled, invalidLink, noPasskey, passkeysUnavailable } from './errors.ts';
import type { AccountParts, Client } from './parts.ts';
import {
  challengeOf,
  listPasskeys,
  rejected,
  transportsOf,
  useChallenge,
  verifyAssertion,
  type ChallengePurpose,
  type PasskeyRow,
} from './passkeys/index.ts';
import type { SignedIn, SignIns } from './sign-ins.ts';

/** Session of the caller, for a step-up. */
export type OwnSession = Readonly<{ account: string; id: string }>;

/** Result of a passkey's answer. `stepped-up` has the session's new token. */
export type PasskeyResult = SignedIn | Readonly<{ status: 'stepped-up'; token: string; strongUntil: number }>;

/** Answer of a passkey that was verified. */
type PasskeyUse = Readonly<{
  challenge: Readonly<{ text: string; expiresAt: number }>;
  passkey: PasskeyRow;
  /** New signature counter. */
  counter: number;
}>;

/**
 * Uses of passkeys: they sign in alone, are the second factor after the password, and step a session up. User verification is always required. Each
 * challenge is for one purpose and one account or session, and is answered once.
 */
export class PasskeySignIns {
  readonly #parts: AccountParts;
  readonly #signIns: SignIns;

  constructor(parts: AccountParts, signIns: SignIns) {
    this.#parts = parts;
    this.#signIns = signIns;
  }

  /**
   * Begins a sign-in with a passkey that names its account itself.
   * @throws {PlatformError} `account.passkeys-unavailable`
   */
  beginSignIn(): PasskeyRequestOptions {
    return this.#options('sign-in', '', []);
  }

  /**
   * Begins the second factor of a sign-in.
   * @param ticket from the sign-in with the password
   * @throws {PlatformError} `account.link`, `account.no-passkey`, `account.passkeys-unavailable`, `platform.rate`
   */
  async beginSecondFactor(ticket: string, client: Client): Promise<PasskeyRequestOptions> {
    const { store, tokens, clock, rates } = this.#parts;
    rates.admitSignIn(client.group);
    const used = await store.transact((transaction) => tokens.use(transaction, ticket, 'second-factor', clock.now()));
    if (typeof used?.account !== 'string') throw invalidLink();
    return this.#ownOptions('second-factor', used.account, used.account);
  }

  /** Begins the step-up of a session. @throws {PlatformError} `account.no-passkey`, `account.passkeys-unavailable` */
  beginStepUp(session: OwnSession): Promise<PasskeyRequestOptions> {
    return this.#ownOptions('step-up', session.id, session.account);
  }

  /**
   * Ends what a challenge began.
   * @param session session of the request, for a step-up
   * @throws {PlatformError} `account.passkey`, `account.disabled`, `account.passkeys-unavailable`, `platform.rate`
   */
  async answer(response: PasskeyAssertion, session: OwnSession | undefined, client: Client): Promise<PasskeyResult> {
    const { store, rates, challenges, clock, site } = this.#parts;
    rates.admitSignIn(client.group);
    const party = site.relyingParty;
    if (party === undefined) throw passkeysUnavailable();
    const text = challengeOf(response);
    const passkey = await store.read((database) =>
      database.selectFrom('passkeys').selectAll().where('id', '=', response.id).executeTakeFirst(),
    );
    if (passkey === undefined) throw rejected(undefined);
    const subjectOf = (purpose: ChallengePurpose): string | undefined => {
      if (purpose === 'sign-in') return '';
      if (purpose === 'second-factor') return passkey.account;
      return purpose === 'step-up' && session?.account === passkey.account ? session.id : undefined;
    };
    const begun = challenges.check(text, subjectOf, clock.now());
    if (begun === undefined) throw rejected(undefined);
    const counter = await verifyAssertion(response, { passkey, challenge: text, party });
    const use = { challenge: { text, expiresAt: begun.expiresAt }, passkey, counter };
    return begun.purpose === 'step-up' && session !== undefined
      ? this.#stepUp(use, session, client)
      : this.#signIn(use, client);
  }

  #signIn(use: PasskeyUse, client: Client): Promise<SignedIn> {
    return this.#signIns.commit(async ({ transaction }) => {
      await this.#use(transaction, use);
      const account = await findAccount(transaction, use.passkey.account);
      if (account === undefined) throw rejected(undefined);
      if (account.disabled_at !== null) throw disabled();
      await this.#parts.tokens.revoke(transaction, account.id, ['second-factor']);
      return this.#signIns.open(transaction, account, 'passkey', client);
    });
  }

  #stepUp(use: PasskeyUse, session: OwnSession, client: Client): Promise<PasskeyResult> {
    const { store, sessions, clock } = this.#parts;
    return store.transact(async (transaction) => {
      const now = clock.now();
      await this.#use(transaction, use);
      const token = await sessions.stepUp(transaction, session.id, now);
      if (token === undefined) throw rejected(undefined);
      const network = clientNetwork(client.address);
      await recordAudit(transaction, { event: 'step-up', account: session.account, subject: 'passkey', network }, now);
      return { status: 'stepped-up', token, strongUntil: now + PLATFORM_LIMITS.stepUp };
    });
  }

  /** Records that a passkey has answered a challenge. Rejects a second answer, and one whose counter was overtaken meanwhile. */
  async #use(transaction: Transaction<Database>, { challenge, passkey, counter }: PasskeyUse): Promise<void> {
    if (!(await useChallenge(transaction, challenge, this.#parts))) throw rejected(undefined);
    const updated = await transaction
      .updateTable('passkeys')
      .set({ counter, used_at: this.#parts.clock.now() })
      .where('id', '=', passkey.id)
      .where('account', '=', passkey.account)
      // Authenticators without a counter always say 0.
      .where('counter', counter === 0 ? '=' : '<', counter)
      .returning('id')
      .executeTakeFirst();
    if (updated === undefined) throw rejected(undefined);
  }

  async #ownOptions(purpose: ChallengePurpose, subject: string, account: string): Promise<PasskeyRequestOptions> {
    const rows = await this.#parts.store.read((database) => listPasskeys(database, account));
    if (rows.length === 0) throw noPasskey();
    return this.#options(purpose, subject, rows);
  }

  #options(purpose: ChallengePurpose, subject: string, rows: readonly PasskeyRow[]): PasskeyRequestOptions {
    const { challenges, clock, site } = this.#parts;
    const party = site.relyingParty;
    if (party === undefined) throw passkeysUnavailable();
    return {
      rpId: party.id,
      challenge: challenges.create(purpose, subject, clock.now()),
      timeout: PLATFORM_LIMITS.passkeyChallenge,
      userVerification: 'required',
      allowCredentials: rows.map((row) => ({ id: row.id, type: 'public-key', transports: transportsOf(row) })),
    };
  }
}
