import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '#node/clock/index.ts';
import { nativeBackend as crypto } from '#node/crypto/index.ts';
import { Sealer } from '#relay/keys/index.ts';
import { RELAY_PROCESS_LIMITS } from '#relay/limits/index.ts';
import {
  skillConfigRoutes,
  startPlainProtocol,
  type PlainProtocol,
  type PlainProtocolOptions,
} from '#relay/plain/index.ts';
import { serveRoutes, type Callers } from '#relay/platform/index.ts';
import { openStore, type Store } from '#relay/store/index.ts';
import { toHex } from '#shared/bytes/index.ts';
import { silentLogger, type Logger } from '#shared/logger.ts';
import { toUuid } from '#shared/platform/index.ts';
import { startFeatureRelay, type FeatureRelay } from './feature-relay.ts';
import { PlainClient } from './plain-client.ts';

/** Account of a test, and its API token. */
export type TestAccount = Readonly<{ id: string; token: string; signIn: string }>;

/** Plain device of a test: its UUID, and its pairing code. */
export type TestDevice = Readonly<{ id: string; code: string }>;

const newId = (): string => toHex(crypto.randomBytes(16));
const hashOf = (token: string): Uint8Array => createHash('sha256').update(token).digest();

/** HTTP server of a relay with the documented protocol and its routes below `/api/v1`, and a database on disk. */
export class PlainRelay {
  readonly relay: FeatureRelay;
  readonly store: Store;
  readonly plain: PlainProtocol;
  /** Data directory. */
  readonly directory: string;
  /** Projects whose people were told of changes. */
  readonly changes: string[];

  constructor(
    parts: Readonly<{
      relay: FeatureRelay;
      store: Store;
      plain: PlainProtocol;
      directory: string;
      changes: string[];
    }>,
  ) {
    this.relay = parts.relay;
    this.store = parts.store;
    this.plain = parts.plain;
    this.directory = parts.directory;
    this.changes = parts.changes;
  }

  get url(): string {
    return this.relay.url;
  }

  /** URL of the WebSockets. */
  get socketUrl(): string {
    return `ws://127.0.0.1:${this.relay.port}`;
  }

  async stop(): Promise<void> {
    await this.relay.stop();
    await this.plain.close();
    await this.store.close();
    await rm(this.directory, { recursive: true });
  }

  /** Adds an account with an API token. */
  async account(name: string): Promise<TestAccount> {
    const account = { id: newId(), token: `token-of-${name}-${newId()}`, signIn: newId() };
    const now = Date.now();
    await this.store.transact(async (transaction) => {
      await transaction
        .insertInto('accounts')
        .values({
          id: account.id,
          email: `${name}-${account.id}@example.org`,
          email_verified_at: now,
          name,
          password: null,
          created_at: now,
          disabled_at: null,
        })
        .execute();
      await transaction
        .insertInto('account_sessions')
        .values({
          id: account.signIn,
          account: account.id,
          token_hash: hashOf(account.token),
          kind: 'api',
          name: 'test',
          address_group: '',
          agent: '',
          created_at: now,
          used_at: now,
          expires_at: now + 3_600_000,
          strong_at: null,
        })
        .execute();
    });
    return account;
  }

  /** Adds a project. Returns its ID of 32 hexadecimal digits. */
  async project(owner: TestAccount, members: readonly TestAccount[] = [], allowed: 0 | 1 = 1): Promise<string> {
    const id = newId();
    const now = Date.now();
    await this.store.transact(async (transaction) => {
      await transaction
        .insertInto('projects')
        .values({
          id,
          owner_device: null,
          created_at: now,
          name: 'Test',
          owner_account: owner.id,
          claim: null,
          claim_serial: null,
          plain_allowed: allowed,
          updated_at: now,
        })
        .execute();
      for (const [account, role] of [[owner, 'owner'] as const, ...members.map((one) => [one, 'member'] as const)]) {
        await transaction
          .insertInto('project_people')
          .values({ project: id, account: account.id, role, invited_by: null, added_at: now })
          .execute();
      }
    });
    return id;
  }

  /** Adds a plain device with a pairing code. */
  async device(project: string, account: TestAccount, name = 'Server'): Promise<TestDevice> {
    const id = newId();
    const { code } = await this.store.transact(async (transaction) => {
      await this.plain.add(transaction, { id, project, name, account: account.id }, Date.now());
      return this.plain.createCode(transaction, { device: id, project }, Date.now());
    });
    return { id: toUuid(id), code };
  }

  /** Makes a new pairing code for a device. */
  async renewCode(device: TestDevice, project: string): Promise<string> {
    const id = device.id.replaceAll('-', '');
    const { code } = await this.store.transact((transaction) =>
      this.plain.createCode(transaction, { device: id, project }, Date.now()),
    );
    return code;
  }

  /** Calls a documented function. */
  call(name: string, body?: unknown, token?: string, more: RequestInit = {}): Promise<Response> {
    return fetch(`${this.url}/functions/v1/${name}`, {
      method: body === undefined ? 'GET' : 'POST',
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      ...more,
      headers: {
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
        ...(more.headers as Record<string, string> | undefined),
      },
    });
  }

  /** Calls a route of the accounts API with an API token. */
  api(method: string, path: string, token: string, body?: unknown): Promise<Response> {
    return fetch(`${this.url}/api/v1${path}`, {
      method,
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  /** Pairs a device. Returns the token. */
  async pair(device: TestDevice): Promise<string> {
    const answer = await this.call('pair-device', { pairing_code: device.code });
    return ((await answer.json()) as { token: string }).token;
  }

  /** Connects as a paired device, and waits for `hello_ok`. */
  async connect(device: TestDevice, token: string, more: Readonly<Record<string, unknown>> = {}): Promise<PlainClient> {
    const client = await PlainClient.open(`${this.socketUrl}/connect`);
    client.send('hello', { device_id: device.id, token, meta: { name: 'connector' }, ...more });
    await client.next('hello_ok');
    return client;
  }

  /** Connects to a session, and waits for `auth_ok`. */
  async view(device: TestDevice, session: string, token: string): Promise<PlainClient> {
    const client = await PlainClient.open(`${this.socketUrl}/session`);
    client.send('auth', { token, session_id: session, device_id: device.id });
    await client.next('auth_ok');
    return client;
  }

  /** Starts a session. Returns its UUID. */
  async session(device: TestDevice, account: TestAccount): Promise<string> {
    const answer = await this.call('start-session', { device_id: device.id }, account.token);
    return ((await answer.json()) as { session_id: string }).session_id;
  }
}

/** Starts such a server on a free port of loopback. */
export async function startPlainRelay(
  options: Partial<Pick<PlainProtocolOptions, 'limits' | 'rates' | 'invite' | 'clock'>> &
    Readonly<{ logger?: Logger }> = {},
): Promise<PlainRelay> {
  const directory = await mkdtemp(join(tmpdir(), 'clawreach-plain-'));
  const store = await openStore(directory, RELAY_PROCESS_LIMITS);
  const callers = storedCallers(store);
  const clock = options.clock ?? systemClock;
  const changes: string[] = [];
  let port = 0;
  const plain = startPlainProtocol({
    store,
    callers,
    clock,
    crypto,
    logger: options.logger ?? silentLogger,
    changed: (project, topic) => void changes.push(`${project} ${topic}`),
    limits: options.limits ?? {},
    rates: { pairingsPerAddress: { burst: 1000, perSecond: 1000 }, ...options.rates },
    invite: options.invite ?? (async () => ({ status: 'invited', link: null })),
    relayUrl: () => `ws://127.0.0.1:${port}`,
  });
  const sealer = new Sealer(crypto, crypto.randomBytes(32));
  const handlers = {
    ...plain.handlers,
    ...skillConfigRoutes({ store, clock, crypto }, { sealer, changed: (account) => void changes.push(account) }),
  };
  const requests = serveRoutes(handlers, { clock, store, callers });
  const relay = await startFeatureRelay([plain.feature, { name: 'platform', prefix: '/api/v1', requests }]);
  port = relay.port;
  return new PlainRelay({ relay, store, plain, directory, changes });
}

/** Knows accounts by the hash of their token, as the relay's accounts do. */
function storedCallers(store: Store): Callers {
  return {
    async of({ bearer }) {
      if (bearer === undefined) return { kind: 'none' };
      const row = await store.read((database) =>
        database
          .selectFrom('account_sessions')
          .innerJoin('accounts', 'accounts.id', 'account_sessions.account')
          .select(['accounts.id as account', 'account_sessions.id as id', 'account_sessions.kind as kind'])
          .where('token_hash', '=', hashOf(bearer))
          .where('expires_at', '>', Date.now())
          .where('disabled_at', 'is', null)
          .executeTakeFirst(),
      );
      if (row === undefined) return { kind: 'none' };
      return {
        kind: 'account',
        account: row.account,
        session: { id: row.id, kind: row.kind, strongAt: undefined },
      };
    },
  };
}
