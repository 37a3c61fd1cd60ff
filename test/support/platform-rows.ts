import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { nativeBackend as crypto } from '#node/crypto/index.ts';
import { sealTicketKey } from '#relay/hub/index.ts';
import { Sealer } from '#relay/keys/index.ts';
import { toHex } from '#shared/bytes/index.ts';
import { enrolTicketKey } from '#shared/relay-api/index.ts';

/** Enrol ticket as a page gets it. */
export type Ticket = Readonly<{ id: Uint8Array; secret: Uint8Array }>;

/** Writes accounts, projects and tickets into the database of a running relay, past all its rules. */
export class PlatformRows {
  readonly #database: DatabaseSync;
  readonly #sealer: Sealer;

  constructor(dataDirectory: string) {
    this.#database = new DatabaseSync(join(dataDirectory, 'relay.db'));
    this.#sealer = new Sealer(crypto, readFileSync(join(dataDirectory, 'seal-key')));
    this.#database.exec('PRAGMA busy_timeout = 5000; PRAGMA foreign_keys = ON;');
  }

  account(): string {
    const id = toHex(crypto.randomBytes(16));
    this.#run(
      'insert into accounts (id, email, name, created_at) values (?, ?, ?, ?)',
      id,
      `${id}@example.org`,
      'Ada',
      1,
    );
    return id;
  }

  /** ID of the account with this address, which a person has made. */
  accountOf(email: string): string {
    return String(this.#database.prepare('select id from accounts where email = ?').get(email)?.['id']);
  }

  disable(account: string): void {
    this.#run('update accounts set disabled_at = 1 where id = ?', account);
  }

  /** Adds a session of an account that gave its password at a time. */
  session(account: string, strongAt = Date.now()): void {
    const now = Date.now();
    this.#run(
      "insert into account_sessions values (?, ?, ?, 'web', '', '127.0.0.1', 'test', ?, ?, ?, ?)",
      toHex(crypto.randomBytes(16)),
      account,
      crypto.randomBytes(32),
      // The relay removes sessions that no one has used for long.
      now,
      now,
      now + 3_600_000,
      strongAt,
    );
  }

  /** Sets the time at which the sessions of an account gave their last password; default: an hour ago. */
  stepDown(account: string, strongAt = Date.now() - 3_600_000): void {
    this.#run('update account_sessions set strong_at = ? where account = ?', strongAt, account);
  }

  /** Number of tickets that an account has got. */
  tickets(account: string): number {
    return Number(
      this.#database.prepare('select count(*) as n from enrol_tickets where account = ?').get(account)?.['n'],
    );
  }

  project(owner: string): string {
    const id = toHex(crypto.randomBytes(16));
    this.#run(
      "insert into projects (id, created_at, name, owner_account, updated_at) values (?, 1, 'Home', ?, 1)",
      id,
      owner,
    );
    this.#run("insert into project_people (project, account, role, added_at) values (?, ?, 'owner', 1)", id, owner);
    return id;
  }

  addPerson(project: string, account: string): void {
    this.#run(
      "insert into project_people (project, account, role, added_at) values (?, ?, 'member', 1)",
      project,
      account,
    );
  }

  removePerson(project: string, account: string): void {
    this.#run('delete from project_people where project = ? and account = ?', project, account);
  }

  ticket(project: string, account: string, expiresAt = Date.now() + 600_000): Ticket {
    const [id, secret] = [crypto.randomBytes(16), crypto.randomBytes(32)];
    const row = { id: toHex(id), account, project };
    this.#run(
      'insert into enrol_tickets (id, key, account, project, expires_at) values (?, ?, ?, ?, ?)',
      row.id,
      sealTicketKey(this.#sealer, row, enrolTicketKey(crypto, secret)),
      account,
      project,
      expiresAt,
    );
    return { id, secret };
  }

  /** Sealed key of a ticket, as a thief of the database has it. */
  keyOf({ id }: Ticket): Uint8Array {
    return this.#database.prepare('select key from enrol_tickets where id = ?').get(toHex(id))?.['key'] as Uint8Array;
  }

  setKey({ id }: Ticket, key: Uint8Array): void {
    this.#run('update enrol_tickets set key = ? where id = ?', key, toHex(id));
  }

  /** Peer ID of the device that used a ticket; null for an unused one. */
  userOf({ id }: Ticket): unknown {
    return this.#database.prepare('select used_by from enrol_tickets where id = ?').get(toHex(id))?.['used_by'];
  }

  close(): void {
    this.#database.close();
  }

  #run(sql: string, ...values: (string | number | Uint8Array)[]): void {
    this.#database.prepare(sql).run(...values);
  }
}
