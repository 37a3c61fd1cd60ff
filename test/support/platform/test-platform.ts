import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { nativeBackend as crypto } from '#node/crypto/index.ts';
import { startRelay, type RelayOptions, type RunningRelay } from '#relay/index.ts';
import { fromBase64Url, toBase64Url, toHex, toUtf8 } from '#shared/bytes/index.ts';
import {
  signClaim,
  signClaimEnd,
  type ClaimEndFacts,
  type ClaimFacts,
  type DeviceIdentity,
} from '#shared/identity/index.ts';
import { createPlatformClient, PlatformError, toUuid, type PlatformClient } from '#shared/platform/index.ts';
import { enrolTicketKey, enrolTicketProof, type RelayRole } from '#shared/relay-api/index.ts';
import { honestFacts, RelayAgent, signHello } from '../relay-agent.ts';
import type { Member } from '../relay-project.ts';

type Value = string | number | Uint8Array | null;

/** A person with an account who is signed in, in a browser. */
export type Person = Readonly<{
  /** ID of the account, 32 hexadecimal digits. */
  account: string;
  /** The same as the API has it. */
  id: string;
  email: string;
  name: string;
  /** Value of the session cookie. */
  cookie: string;
  client: PlatformClient;
}>;

/** A relay with accounts on a free port, and its database, which tests may write past all rules. */
export class TestPlatform {
  readonly relay: RunningRelay;
  readonly directory: string;
  readonly #database: DatabaseSync;
  #people = 0;

  private constructor(relay: RunningRelay, directory: string) {
    this.relay = relay;
    this.directory = directory;
    this.#database = new DatabaseSync(join(directory, 'relay.db'));
    this.#database.exec('PRAGMA busy_timeout = 5000; PRAGMA foreign_keys = ON;');
  }

  static async start(options: Partial<RelayOptions> = {}): Promise<TestPlatform> {
    const directory = await mkdtemp(join(tmpdir(), 'clawreach-platform-'));
    const relay = await startRelay({
      dataDirectory: directory,
      listen: { host: '127.0.0.1', port: 0 },
      tls: { mode: 'off' },
      stun: 'off',
      trustProxy: true,
      accounts: {},
      ...options,
    });
    return new TestPlatform(relay, directory);
  }

  get origin(): string {
    return `http://127.0.0.1:${this.relay.port}`;
  }

  async stop(): Promise<void> {
    this.#database.close();
    await this.relay.close({ drain: 0 });
    await rm(this.directory, { recursive: true, force: true });
  }

  /** Runs a statement in the relay's database. */
  run(sql: string, ...values: Value[]): void {
    this.#database.prepare(sql).run(...values);
  }

  /** Rows of a query in the relay's database. */
  rows(sql: string, ...values: Value[]): Record<string, unknown>[] {
    return this.#database.prepare(sql).all(...values);
  }

  /** Makes an account with a proved address, stepped up in a browser. */
  person(name = 'Ada', options: Readonly<{ verified?: boolean; email?: string }> = {}): Person {
    this.#people += 1;
    const account = toHex(crypto.randomBytes(16));
    const email = options.email ?? `${name.toLowerCase().replaceAll(/[^a-z]/g, '')}${this.#people}@example.org`;
    this.run(
      'insert into accounts (id, email, email_verified_at, name, created_at) values (?, ?, ?, ?, 1)',
      account,
      email,
      options.verified === false ? null : 1,
      name,
    );
    const cookie = this.session(account);
    return { account, id: toUuid(account), email, name, cookie, client: this.client({ cookie }) };
  }

  /** Makes a session of an account. Returns its cookie or API token. */
  session(
    account: string,
    {
      kind = 'web',
      strongAt = kind === 'web' ? Date.now() : null,
    }: { kind?: 'web' | 'api'; strongAt?: number | null } = {},
  ): string {
    const token = `${kind === 'api' ? 'clawreach_' : ''}${toBase64Url(crypto.randomBytes(32))}`;
    const now = Date.now();
    this.run(
      "insert into account_sessions values (?, ?, ?, ?, 'test', '127.0.0.1', 'test', ?, ?, ?, ?)",
      toHex(crypto.randomBytes(16)),
      account,
      crypto.sha256(toUtf8(token)),
      kind,
      now,
      now,
      now + 3_600_000,
      strongAt,
    );
    return token;
  }

  /** A client with a cookie, as a page of the relay has it; with an API token; or signed out, at its own address. */
  client(options: Readonly<{ cookie?: string; token?: string; address?: string }> = {}): PlatformClient {
    const { cookie, token, address } = options;
    return createPlatformClient({
      origin: this.origin,
      ...(token === undefined ? {} : { token }),
      fetch: (url, options) =>
        fetch(url, {
          ...options,
          headers: {
            ...(options.headers as Record<string, string>),
            ...this.browserHeaders(cookie),
            ...(address === undefined ? {} : { 'X-Forwarded-For': address }),
          },
        }),
    });
  }

  /** A client that is signed out, at an address that no other one has. */
  stranger(): PlatformClient {
    this.#people += 1;
    return this.client({ address: `198.18.${this.#people >> 8}.${this.#people & 255}` });
  }

  /** Headers that a browser adds to a request of a page of this relay. */
  browserHeaders(cookie: string | undefined): Record<string, string> {
    return cookie === undefined
      ? {}
      : { Cookie: `__Host-clawreach=${cookie}`, Origin: this.origin, 'Sec-Fetch-Site': 'same-origin' };
  }

  /** Connects a device with an enrol ticket. Returns its agent once it is welcome. @throws {Error} `closed: CODE` if it is refused */
  async joinByTicket(
    device: DeviceIdentity,
    ticket: Readonly<{ ticket: string; secret: string }>,
    role: RelayRole = 'agent',
  ): Promise<RelayAgent> {
    const agent = new RelayAgent(this.relay, role === 'browser' ? { headers: { origin: this.origin } } : {});
    const facts = { ...honestFacts(this.relay, device, await agent.next('challenge'), role), version: 3 };
    const proof = enrolTicketProof(crypto, enrolTicketKey(crypto, fromBase64Url(ticket.secret)), facts);
    agent.send({
      ...(await signHello(device, facts)),
      enrolTicket: { id: ticket.ticket, proof: toBase64Url(proof) },
    });
    await agent.next('welcome');
    return agent;
  }
}

/** Gives the project of an owner device to a person's account. Returns its ID as the API has it. */
export async function claimProject(platform: TestPlatform, person: Person, machine: Member): Promise<string> {
  const { code } = await person.client.call('account.createLinkCode');
  const { project } = await platform.stranger().call('claims.create', {
    input: { code, claim: await claimFor(platform, person, machine) },
  });
  return project;
}

/** Claim of a device for a person's account, base64url. */
export async function claimFor(
  { relay }: TestPlatform,
  { account }: Pick<Person, 'account'>,
  { device, project }: Pick<Member, 'device' | 'project'>,
  changes: Partial<ClaimFacts> = {},
): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const facts = { relayKey: relay.relayKey, project, account, serial: now, notAfter: now + 60 };
  return toBase64Url(await signClaim(device, { ...facts, ...changes }));
}

/** End of a claim, base64url. */
export async function claimEndFor(
  { relay }: TestPlatform,
  { account }: Pick<Person, 'account'>,
  { device, project }: Pick<Member, 'device' | 'project'>,
  changes: Partial<ClaimEndFacts> = {},
): Promise<string> {
  const facts = { relayKey: relay.relayKey, project, account, serial: Math.floor(Date.now() / 1000) };
  return toBase64Url(await signClaimEnd(device, { ...facts, ...changes }));
}

/** Code of the error that a call ends with; `ok` for none. */
export async function outcome(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'ok';
  } catch (error) {
    if (error instanceof PlatformError) return error.code;
    throw error;
  }
}
