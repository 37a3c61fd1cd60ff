import type { PlainLimits, PlainRates } from '#relay/plain/index.ts';
import type { AccountsOptions, RelayOptions } from '#relay/options.ts';
import type { Logger } from '#shared/logger.ts';
import { fromUuid } from '#shared/platform/index.ts';
import { recordingLogger, type LogEntry } from './accounts/recording-logger.ts';
import { TestPlatform, type Person } from './platform/test-platform.ts';
import { PlainClient } from './plain-client.ts';

/** Account of a test: a person in a browser who also has an API token. `account` is its ID of 32 hexadecimal digits. */
export type TestAccount = Person & Readonly<{ token: string }>;

/** Plain device of a test: its UUID, and its pairing code. */
export type TestDevice = Readonly<{ id: string; code: string }>;

/** A whole relay with accounts and the documented protocol on a free port of loopback. Tests may write its database past all rules. */
export class PlainRelay {
  readonly platform: TestPlatform;
  readonly #log: readonly LogEntry[];
  /** Owners of projects, by the project's UUID. */
  readonly #owners = new Map<string, TestAccount>();

  constructor(platform: TestPlatform, log: readonly LogEntry[]) {
    this.platform = platform;
    this.#log = log;
  }

  get url(): string {
    return this.platform.origin;
  }

  /** URL of the WebSockets. */
  get socketUrl(): string {
    return this.platform.relay.url;
  }

  /** Data directory. */
  get directory(): string {
    return this.platform.directory;
  }

  /** Errors that the relay did not expect. */
  get failures(): readonly LogEntry[] {
    return this.#log.filter(({ level }) => level === 'error');
  }

  async stop(): Promise<void> {
    await this.platform.stop();
  }

  /** Adds an account with an API token. */
  async account(name: string): Promise<TestAccount> {
    const person = this.platform.person(name);
    return { ...person, token: this.platform.session(person.account, { kind: 'api' }) };
  }

  /** Adds a project that allows plain devices. Returns its UUID. */
  async project(owner: TestAccount, members: readonly TestAccount[] = []): Promise<string> {
    const { id } = await owner.client.call('projects.create', { input: { name: 'Test' } });
    await owner.client.call('projects.change', { params: { project: id }, input: { plainAllowed: true } });
    this.#owners.set(id, owner);
    for (const { account } of members) {
      this.platform.run(
        "insert into project_people (project, account, role, added_at) values (?, ?, 'member', 1)",
        fromUuid(id),
        account,
      );
    }
    return id;
  }

  /** Adds a plain device with a pairing code. */
  async device(project: string, owner: TestAccount, label = 'Server'): Promise<TestDevice> {
    const { device, code } = await owner.client.call('devices.create', {
      params: { project },
      input: { encryption: 'relay-can-read', label },
    });
    return { id: device.id, code };
  }

  /** Makes a new pairing code for a device. */
  async renewCode(device: TestDevice, project: string): Promise<string> {
    const owner = this.#owners.get(project);
    if (owner === undefined) throw new Error('no such project');
    const { code } = await owner.client.call('devices.createCode', { params: { project, device: device.id } });
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

/** Starts such a relay. No rate of the documented protocol is reached by accident. */
export async function startPlainRelay(
  options: Readonly<{
    limits?: Partial<PlainLimits>;
    rates?: Partial<PlainRates>;
    logger?: Logger;
    accounts?: AccountsOptions;
    relay?: Partial<RelayOptions>;
  }> = {},
): Promise<PlainRelay> {
  const { logger, entries } = recordingLogger();
  const platform = await TestPlatform.start({
    logger: options.logger ?? logger,
    trustProxy: false,
    ...options.relay,
    accounts: {
      plainProtocol: true,
      plainLimits: options.limits ?? {},
      plainRates: { pairingsPerAddress: { burst: 1000, perSecond: 1000 }, ...options.rates },
      ...options.accounts,
    },
  });
  return new PlainRelay(platform, entries);
}
