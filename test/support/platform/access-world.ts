import { createHash, randomBytes } from 'node:crypto';
import { nativeBackend as crypto } from '#node/crypto/index.ts';
import { passkeyId } from '#relay/accounts/passkeys/passkey-rows.ts';
import { deviceTokenHash } from '#relay/plain/secrets.ts';
import { toUuid } from '#shared/platform/index.ts';
import { PlainClient } from '../plain-client.ts';
import { newDevice } from '../relay-agent.ts';
import type { Person, TestPlatform } from './test-platform.ts';

/** Callers of the access matrix, in the order of its columns. */
export const CALLERS = [
  'owner',
  'member',
  'removed',
  'elsewhere',
  'stranger',
  'signed out',
  'disabled',
  'connector',
  'other connector',
  "owner's token",
  "member's token",
  'owner, not stepped up',
] as const;
export type CallerName = (typeof CALLERS)[number];

/** People of a world: `elsewhere` owns another project, `disabled` and `removed` were members of this one. */
const NAMES = ['owner', 'member', 'removed', 'elsewhere', 'stranger', 'disabled'] as const;
export type PersonName = (typeof NAMES)[number];

/** Project of a world, with IDs as the API has them. */
export type WorldProject = Readonly<{
  id: string;
  sealed: string;
  plain: string;
  /** Token of the plain device. */
  token: string;
  /** Active sessions on the plain device: of the owner, and of a member if there is one. */
  sessions: Readonly<{ owner: string; member: string }>;
  invitation: string;
}>;

/** Sealed devices, in the projects of all worlds. */
const [HOME_DEVICE, AWAY_DEVICE] = [newDevice(), newDevice()];

/** A project with people and devices, another one with its own, and people without any. Nothing of it is shared with another world. */
export class AccessWorld {
  readonly platform: TestPlatform;
  readonly people: Readonly<Record<PersonName, Person>>;
  readonly home: WorldProject;
  readonly away: WorldProject;
  readonly #sockets: PlainClient[] = [];

  constructor(platform: TestPlatform) {
    this.platform = platform;
    platform.run('begin');
    const person = (name: PersonName): Person => platform.person(name);
    this.people = {
      owner: person('owner'),
      member: person('member'),
      removed: person('removed'),
      elsewhere: person('elsewhere'),
      stranger: person('stranger'),
      disabled: person('disabled'),
    };
    const { owner, member, elsewhere, disabled } = this.people;
    this.home = this.#project(owner, [member, disabled], HOME_DEVICE.peerId);
    this.away = this.#project(elsewhere, [], AWAY_DEVICE.peerId);
    platform.run('update accounts set disabled_at = 1 where id = ?', disabled.account);
    platform.run('commit');
  }

  /** Person behind a caller; the owner for callers without an account. */
  personOf(caller: CallerName): Person {
    const name = caller.replace(/['’]s token$|, not stepped up$/, '');
    return NAMES.some((known) => known === name) ? this.people[name as PersonName] : this.people.owner;
  }

  /** Person whose things a caller names: itself, or the owner for callers that can't have any. */
  holderOf(caller: CallerName): Person {
    return caller === 'disabled' ? this.people.owner : this.personOf(caller);
  }

  /** Headers of a request of a caller, which comes from an address of its own. */
  headersOf(caller: CallerName): Record<string, string> {
    const from = { 'X-Forwarded-For': newAddress() };
    const { platform } = this;
    const person = this.personOf(caller);
    switch (caller) {
      case 'signed out':
        return { ...from, Origin: platform.origin };
      case 'connector':
        return { ...from, Authorization: `Bearer ${this.home.token}` };
      case 'other connector':
        return { ...from, Authorization: `Bearer ${this.away.token}` };
      case "owner's token":
      case "member's token":
        return { ...from, Authorization: `Bearer ${platform.session(person.account, { kind: 'api' })}` };
      case 'owner, not stepped up': {
        const strongAt = Date.now() - 11 * 60_000;
        return { ...from, ...platform.browserHeaders(platform.session(person.account, { strongAt })) };
      }
      default:
        return { ...from, ...platform.browserHeaders(person.cookie) };
    }
  }

  /** Adds a plain device to the project. Returns its ID. */
  addPlain(project = this.home, creator = this.people.owner): string {
    return this.#plain(project.id.replaceAll('-', ''), creator).id;
  }

  /** Adds a foreign instance to a project, with a key that no one knows. Returns its ID. */
  addInstance(project = this.home): string {
    const id = `i${newId()}`;
    this.platform.run(
      "insert into foreign_instances (id, project, name, sealed, created_at) values (?, ?, 'Bot', x'00', 1)",
      id,
      project.id.replaceAll('-', ''),
    );
    return id;
  }

  /** Adds a member to the project. */
  addMember(): Person {
    const person = this.platform.person('other');
    this.#join(this.home.id.replaceAll('-', ''), person, 'member');
    return person;
  }

  /** Adds an invitation of an address to a project that no one else has to do with. Returns its ID. */
  invite(email: string): string {
    const { platform } = this;
    const inviter = platform.person('inviter');
    return this.#invitation(this.#bareProject(inviter), inviter, email);
  }

  /** Adds an invitation to the project. Returns its ID. */
  inviteHome(): string {
    return this.#invitation(this.home.id.replaceAll('-', ''), this.people.owner, `${newId()}@example.org`);
  }

  /** Adds an account session. Returns its ID. */
  addSession({ account }: Person, kind: 'web' | 'api'): string {
    this.platform.session(account, { kind });
    return toUuid(
      String(
        this.platform.rows('select id from account_sessions where account = ? order by rowid desc', account)[0]?.['id'],
      ),
    );
  }

  /** Adds a passkey. Returns its ID. */
  addPasskey({ account }: Person): string {
    const id = randomBytes(16).toString('base64url');
    const shown = passkeyId(crypto, id);
    this.platform.run(
      "insert into passkeys (id, account, public_key, counter, transports, name, created_at) values (?, ?, x'00', 0, '[]', 'Key', 1)",
      id,
      account,
    );
    return toUuid(shown);
  }

  /** Gives a person a picture that no one else has. Returns its name. */
  addPicture({ account }: Person): string {
    const hash = randomBytes(32).toString('hex');
    const sql =
      "insert or replace into account_pictures (account, hash, type, content) values (?, ?, 'image/png', x'00')";
    this.platform.run(sql, account, hash);
    return hash;
  }

  /** Adds a node configuration. Returns its ID. */
  async addConfig(person: Person): Promise<string> {
    const config = { relay_url: 'wss://relay.example', node_id: newId(), auth_token: 'a-secret-token' };
    const input = { skill: 'privaclaw', name: 'Node', config };
    return (await person.client.call('skillConfigs.create', { input })).id;
  }

  /** Starts a session of a person on the project's plain device. Returns its ID. */
  addPlainSession(person: Person): string {
    return this.#session(this.home.plain.replaceAll('-', ''), person);
  }

  /** Connects a program as the plain device of a project. */
  async connect(kind: 'connector' | 'openclaw', project = this.home): Promise<PlainClient> {
    const client = await PlainClient.open(`${this.platform.origin.replace('http', 'ws')}/connect`);
    this.#sockets.push(client);
    const meta = kind === 'openclaw' ? { kind } : { name: kind };
    client.send('hello', { device_id: project.plain, token: project.token, meta });
    await client.next('hello_ok');
    return client;
  }

  /** Closes the connections, and empties the database of all worlds. */
  async close(): Promise<void> {
    await Promise.all(this.#sockets.map((socket) => socket.close()));
    for (const table of ['projects', 'accounts', 'devices', 'account_audit']) this.platform.run(`delete from ${table}`);
  }

  #project(owner: Person, members: readonly Person[], peer: string): WorldProject {
    const { platform } = this;
    const id = this.#bareProject(owner);
    for (const member of members) this.#join(id, member, 'member');
    platform.run('insert or ignore into devices (peer_id, generation, first_seen) values (?, 0, 1)', peer);
    platform.run(
      "insert into members (project_id, peer_id, role, serial, added_at, account) values (?, ?, 'member', 1, 1, ?)",
      id,
      peer,
      owner.account,
    );
    const { id: plain, token } = this.#plain(id, owner);
    const of = (person: Person): string => this.#session(plain.replaceAll('-', ''), person);
    return {
      id: toUuid(id),
      sealed: peer,
      plain,
      token,
      sessions: { owner: of(owner), member: of(members[0] ?? owner) },
      invitation: this.#invitation(id, owner, `${newId()}@example.org`),
    };
  }

  #bareProject(owner: Person): string {
    const id = newId();
    this.platform.run(
      'insert into projects (id, created_at, name, owner_account, plain_allowed, updated_at) values (?, 1, ?, ?, 1, 1)',
      id,
      `project of ${owner.name}`,
      owner.account,
    );
    this.#join(id, owner, 'owner');
    return id;
  }

  #join(project: string, { account }: Person, role: 'owner' | 'member'): void {
    const sql = 'insert into project_people (project, account, role, added_at) values (?, ?, ?, 1)';
    this.platform.run(sql, project, account, role);
  }

  #plain(project: string, creator: Person): Readonly<{ id: string; token: string }> {
    const id = newId();
    const token = randomBytes(32).toString('base64url');
    this.platform.run(
      "insert into plain_devices (id, project, name, token_hash, created_by, created_at) values (?, ?, 'Box', ?, ?, 1)",
      id,
      project,
      deviceTokenHash(token),
      creator.account,
    );
    return { id: toUuid(id), token };
  }

  #session(device: string, { account }: Person): string {
    const id = newId();
    const sql = "insert into plain_sessions (id, device, account, status, started_at) values (?, ?, ?, 'active', ?)";
    this.platform.run(sql, id, device, account, Date.now());
    return toUuid(id);
  }

  #invitation(project: string, inviter: Person, email: string): string {
    const id = newId();
    this.platform.run(
      "insert into invitations (id, project, email, invited_by, status, created_at, expires_at) values (?, ?, ?, ?, 'pending', 1, ?)",
      id,
      project,
      email,
      inviter.account,
      Date.now() + 3_600_000,
    );
    return toUuid(id);
  }
}

/** Contents of a relay's database by table, besides the times at which something was used. */
export class DatabaseDump {
  readonly #platform: TestPlatform;
  #version: unknown;
  #tables: ReadonlyMap<string, string> = new Map();

  constructor(platform: TestPlatform) {
    this.#platform = platform;
  }

  /** Returns a hash of each table. Reads the tables only if something was written since the last time. */
  take(): ReadonlyMap<string, string> {
    const [version, own] = ['pragma data_version', 'select total_changes()'].map((sql) =>
      JSON.stringify(this.#platform.rows(sql)),
    );
    // Writes of the connection itself don't count in `data_version`.
    const seen = `${version} ${own}`;
    if (seen === this.#version) return this.#tables;
    this.#version = seen;
    const names = this.#platform
      .rows("select name from sqlite_schema where type = 'table' and name not like 'sqlite_%'")
      .map(({ name }) => String(name));
    this.#tables = new Map(names.map((name) => [name, this.#hash(name)]));
    return this.#tables;
  }

  /** Returns the names of the tables that have changed. */
  changesSince(before: ReadonlyMap<string, string>): string[] {
    return [...this.take()].filter(([name, hash]) => before.get(name) !== hash).map(([name]) => name);
  }

  #hash(table: string): string {
    const columns = this.#platform
      .rows(`pragma table_info(${table})`)
      .map((column) => String(column['name']))
      .filter((column) => column !== 'used_at' && column !== 'last_seen');
    const hash = createHash('sha256');
    for (const row of this.#platform.rows(`select ${columns.join(', ')} from ${table} order by rowid`)) {
      hash.update(JSON.stringify(row));
    }
    return hash.digest('hex');
  }
}

/** ID as the database has it. */
export function newId(): string {
  return randomBytes(16).toString('hex');
}

let addresses = 0;

/** Address that no other request came from. */
export function newAddress(): string {
  addresses += 1;
  return `198.18.${(addresses >> 8) & 255}.${addresses & 255}`;
}
