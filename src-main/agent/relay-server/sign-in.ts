import type { Duplex } from 'node:stream';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from 'ssh2';
import type { RelayServerInput, RelayServerQuestion, SshServer } from '#shared/app-api/index.ts';
import type { Clock } from '#shared/clock.ts';
import { ClawReachError, errorCode, errorMessage } from '#shared/errors.ts';
import { hostText } from '#shared/forward/index.ts';
import type { Logger } from '#shared/logger.ts';
import { cleanDetail } from '#shared/visible-text/index.ts';
import {
  connectClient,
  dialDirectly,
  fingerprintOf,
  loadSsh,
  Login,
  UntrustedHostKey,
  type SshServices,
} from '../forwards/ssh/index.ts';
import { RelayServerError } from './errors.ts';
import { TaskHostKeys } from './task-host-keys.ts';
import { resolveHost, type SshHost } from './ssh-config.ts';
import { unreachableError } from './unreachable.ts';

/** Asks the person; resolves with the decision, or the secret. */
export type Asker = Readonly<{
  decide(question: RelayServerQuestion): Promise<boolean>;
  secret(question: RelayServerQuestion): Promise<string | undefined>;
}>;

/** Parts that a sign-in uses. */
export type SignInParts = Readonly<{
  ssh: SshServices;
  clock: Clock;
  logger: Logger;
  /** Path of the user's `~/.ssh/config`. */
  configFile: string;
  /** Name of the user of this process. */
  user: string;
  ask: Asker;
  /** Fingerprint that the key of the server must have; undefined if the person is asked about an unknown key. */
  trust?: string | undefined;
  /** True for a dry run, which stores no host key. */
  dryRun?: boolean | undefined;
  signal: AbortSignal;
}>;

/** Parts of the sign-in to one server. `trust` is that of `SignInParts` for the server itself, and undefined for its jump hosts. */
type HostParts = SignInParts & Readonly<{ hostKeys: TaskHostKeys }>;

/** Open connection to a server. */
export type SignedIn = Readonly<{ client: Client; server: string; host: string; close(): void }>;

const DEFAULT_KEYS = ['id_ed25519', 'id_ecdsa', 'id_rsa'];
/** Most hosts to jump through, and most tries with a password or passphrase. */
const MOST_JUMPS = 3;
const MOST_TRIES = 3;
const USER = /^[A-Za-z0-9_][A-Za-z0-9_.@\\-]{0,63}\$?$/;
const TRY_NEXT: ReadonlySet<string> = new Set([
  'ssh.login-refused',
  'ssh.agent-missing',
  'ssh.agent-empty',
  'ssh.key-file-missing',
  'ssh.key-file-format',
  'ssh.key-file-passphrase',
]);

/** Reads the user's `~/.ssh/config`; empty if there is none, or if it is larger than 1 MB. */
export async function readSshConfig(file: string): Promise<string> {
  try {
    return (await stat(file)).size > 1_000_000 ? '' : await readFile(file, 'utf8');
  } catch {
    return '';
  }
}

/**
 * Connects and signs in to a server, with the settings of `~/.ssh/config` where the input has none: through its jump hosts, with the key agent, key files
 * or a password. Asks the person to trust an unknown host key, which is then saved, and for passphrases and passwords, which aren't. A changed host
 * key is an error that no answer passes.
 * @throws {RelayServerError}, {SshError}
 */
export async function signIn(input: RelayServerInput, parts: SignInParts): Promise<SignedIn> {
  const config = await readSshConfig(parts.configFile);
  const hosts = { ...parts, hostKeys: new TaskHostKeys(parts.ssh.hostKeys, parts.dryRun !== true) };
  const opened: Client[] = [];
  const close = (): void => {
    for (const client of opened.toReversed()) client.end().destroy();
  };
  try {
    const found = resolveHost(config, input.host);
    if (found.hasProxyCommand)
      throw new RelayServerError('relay-server.proxy-command', 'the entry uses ProxyCommand', {
        details: { host: input.host },
      });
    if (found.jumps.length > MOST_JUMPS)
      throw new RelayServerError('relay-server.jumps', 'too many hosts to jump through');
    let before: Client | undefined;
    for (const jump of found.jumps) {
      before = await connect(jumpInput(jump), resolveHost(config, jumpInput(jump).host), before, {
        ...hosts,
        trust: undefined,
      });
      opened.push(before);
    }
    const client = await connect(input, found, before, hosts);
    opened.push(client);
    const server = serverOf(input, found, parts.user, { method: 'agent' });
    return { client, host: server.host, server: `${server.user}@${server.host}:${server.port}`, close };
  } catch (error) {
    close();
    throw explained(error, input.host);
  }
}

/** Replaces errors whose texts speak of forwards. */
function explained(error: unknown, host: string): unknown {
  const { details = {} } = error instanceof ClawReachError ? error : {};
  const reason = cleanDetail(typeof details['reason'] === 'string' ? details['reason'] : errorMessage(error), 200);
  switch (errorCode(error)) {
    case 'ssh.unreachable':
    case 'ssh.lost':
    case 'ssh.closed':
      return unreachableError(host, reason, error);
    case 'ssh.login-refused':
      return new RelayServerError('relay-server.login', 'the sign-in was rejected', { cause: error, details });
    case 'ssh.key-file-missing':
      return new RelayServerError('relay-server.key-file', 'the key file cannot be read', { cause: error, details });
    case 'ssh.key-file-passphrase':
      return new RelayServerError('relay-server.passphrase', 'the key file stays locked', { cause: error, details });
    default:
      return error;
  }
}

function jumpInput(text: string): RelayServerInput {
  const [, user, host = '', port] = /^(?:([^@]+)@)?(.+?)(?::(\d{1,5}))?$/.exec(text) ?? [];
  if ((user !== undefined && !USER.test(user)) || !hostText.safeParse(host).success)
    throw new RelayServerError('relay-server.jumps', 'the entry of a jump host is not valid');
  return { host, ...(user === undefined ? {} : { user }), ...(port === undefined ? {} : { port: Number(port) }) };
}

function serverOf(input: RelayServerInput, found: SshHost, own: string, login: SshServer['login']): SshServer {
  const user = input.user ?? found.user ?? own;
  const host = found.hostName;
  if (!USER.test(user)) throw new RelayServerError('relay-server.user', 'the name of the user is not valid');
  if (!hostText.safeParse(host).success || host.startsWith('-'))
    throw new RelayServerError('relay-server.jumps', 'the host of the entry is not valid');
  return { host, port: input.port ?? found.port ?? 22, user, login };
}

async function connect(
  input: RelayServerInput,
  found: SshHost,
  through: Client | undefined,
  parts: HostParts,
): Promise<Client> {
  const logins = loginsOf(input, found, parts.ssh.machine.home);
  let problem: unknown;
  for (const login of logins) {
    const server = serverOf(input, found, parts.user, login);
    try {
      return await tryLogin(server, through, parts);
    } catch (error) {
      if (parts.signal.aborted) throw new RelayServerError('relay-server.cancelled', 'cancelled', { cause: error });
      problem = comparedWith(parts.trust, server.host, error);
      if (logins.length === 1 || !TRY_NEXT.has(errorCode(error))) throw problem;
    }
  }
  throw problem;
}

function loginsOf(
  { login = { method: 'auto' } }: RelayServerInput,
  { identityFiles }: SshHost,
  home: string,
): readonly SshServer['login'][] {
  if (login.method !== 'auto') return [login];
  const usual = DEFAULT_KEYS.map((name) => join(home, '.ssh', name));
  const files = identityFiles.length > 0 ? identityFiles.map((file) => file.replaceAll('%d', home)) : usual;
  return [{ method: 'agent' }, ...files.map((file) => ({ method: 'key', file }) as const), { method: 'password' }];
}

/** Tries one way to sign in, and asks for what it lacks. Each try is a connection of its own. */
async function tryLogin(server: SshServer, through: Client | undefined, parts: HostParts): Promise<Client> {
  const { ssh, ask, clock, logger, signal } = parts;
  const library = await loadSsh();
  const id = { peer: null, host: server.host, port: server.port };
  let secret: string | null = null;
  let tries = 0;
  /** Error of the last try. */
  let refused: unknown;
  const label = `${server.user}@${server.host}:${server.port}`;
  for (;;) {
    if (server.login.method === 'password') {
      // Another connection made sure of the host key: no password is asked for one that isn't trusted.
      if (tries === 0 && (parts.trust !== undefined || !parts.hostKeys.isKnown(id)))
        await learnHostKey(server, through, parts);
      secret = (await ask.secret({ kind: 'password', server: label, retry: tries > 0 })) ?? null;
      if (secret === null) throw refused ?? new RelayServerError('relay-server.declined', 'no password was given');
    }
    try {
      const login = await new Login(server, secret, ssh.machine).prepare(library);
      const transport = await dial(server, through, clock, signal);
      return await connectClient({
        library,
        transport,
        serverId: id,
        login,
        hostKeys: withFingerprint(parts),
        logger,
        signal,
        commands: true,
      });
    } catch (error) {
      const code = errorCode(error);
      if (error instanceof UntrustedHostKey && code === 'ssh.host-key-unknown') {
        await trust(error, server, parts);
        continue;
      }
      tries += 1;
      refused = error;
      if (tries > MOST_TRIES) throw error;
      if (code === 'ssh.key-file-passphrase' && server.login.method === 'key') {
        secret = (await ask.secret({ kind: 'passphrase', file: server.login.file, retry: tries > 1 })) ?? null;
        if (secret === null) throw error;
      } else if (code !== 'ssh.login-refused' || server.login.method !== 'password' || tries >= MOST_TRIES) throw error;
    }
  }
}

/** Returns the host keys for a connection to the server. A key with another fingerprint than the given one counts as changed, whatever is known. */
function withFingerprint({ hostKeys, trust: given }: HostParts): Pick<TaskHostKeys, 'types' | 'verdict'> {
  if (given === undefined) return hostKeys;
  return {
    types: (id) => hostKeys.types(id),
    verdict: (id, key) =>
      fingerprintOf(key) === given ? hostKeys.verdict(id, key) : { kind: 'changed', before: given },
  };
}

/** Replaces the error about a key with another fingerprint than the given one. */
function comparedWith(given: string | undefined, host: string, error: unknown): unknown {
  if (given === undefined || !(error instanceof UntrustedHostKey)) return error;
  const shown = String(error.details['fingerprint']);
  if (shown === given) return error;
  return new RelayServerError('relay-server.host-key', 'another fingerprint', {
    cause: error,
    details: { host, given, shown },
  });
}

async function trust(
  error: UntrustedHostKey,
  { host, port }: SshServer,
  { hostKeys, ask, trust: given }: HostParts,
): Promise<void> {
  const fingerprint = String(error.details['fingerprint']);
  if (given === undefined && !(await ask.decide({ kind: 'host-key', host, port, fingerprint })))
    throw new RelayServerError('relay-server.declined', 'the key of the server was not accepted', { cause: error });
  hostKeys.trust({ peer: null, host, port }, error.key);
}

/** Asks about the server's key by a login that can't succeed, before a password is asked for. */
async function learnHostKey(server: SshServer, through: Client | undefined, parts: HostParts): Promise<void> {
  const { ssh, clock, logger, signal } = parts;
  const library = await loadSsh();
  try {
    const login = await new Login(server, '', ssh.machine).prepare(library);
    const transport = await dial(server, through, clock, signal);
    const serverId = { peer: null, host: server.host, port: server.port };
    (
      await connectClient({
        library,
        transport,
        serverId,
        login,
        hostKeys: withFingerprint(parts),
        logger,
        signal,
        commands: true,
      })
    ).end();
  } catch (error) {
    if (error instanceof UntrustedHostKey && error.code === 'ssh.host-key-unknown') await trust(error, server, parts);
    else if (errorCode(error) !== 'ssh.login-refused') throw error;
  }
}

function dial(server: SshServer, through: Client | undefined, clock: Clock, signal: AbortSignal): Promise<Duplex> {
  if (through === undefined) return dialDirectly(server, clock, signal);
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(new RelayServerError('relay-server.cancelled', 'cancelled'));
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) return abort();
    through.forwardOut('127.0.0.1', 0, server.host, server.port, (error, channel) => {
      signal.removeEventListener('abort', abort);
      if (error === undefined) resolve(channel);
      else reject(new RelayServerError('relay-server.jumps', 'the jump host does not connect', { cause: error }));
    });
  });
}
