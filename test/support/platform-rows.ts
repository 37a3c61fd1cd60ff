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
