import {
  FORWARD_KINDS,
  forwardRule,
  type ForwardKind,
  type ForwardRule,
  type SshServer,
} from '#shared/app-api/index.ts';
import { hostText } from '#shared/forward/index.ts';
import type { IniError, IniSection } from './ini-text.ts';
import { safeParse } from '#shared/safe-parse.ts';

/** Rule read from one section of the INI form, with its password if the section has one. */
export type IniRule = Readonly<{ rule: ForwardRule; password: string | undefined }>;

/** Lookups that reading a section needs. */
export type IniNeeds = Readonly<{
  /**
   * Returns the peer ID for a section.
   * @param named value of the key `peer`; undefined if the section has none
   * @throws {ClawReachError}
   */
  peer(named: string | undefined, section: string): string;
  /** Returns the user name for an SSH server whose section names none. */
  user(): string;
}>;

/** Default ports of proxies. */
const DEFAULT_PORTS: Readonly<Partial<Record<ForwardKind, number>>> = {
  socks5: 1080,
  'http-proxy': 8080,
  'wg-proxy': 51_820,
  auto: 1080,
  folder: 8000,
};
const COMMON = ['type', 'enabled', 'protocol', 'listen_host', 'local_proxy_port', 'listen_port'];
const GATEWAY = ['gateway_host', 'gateway_port'];
const SSH = ['ssh_user', 'ssh_login', 'ssh_key_file', 'password'];
/** Keys that are allowed for each type, besides the common ones. */
const KEYS: Readonly<Record<ForwardKind, readonly string[]>> = {
  socks5: ['peer', 'user', 'password'],
  'http-proxy': ['peer', 'user', 'password'],
  'tcp-bridge': ['peer', 'direction', ...GATEWAY],
  udp: ['peer', ...GATEWAY],
  'wg-proxy': ['peer', ...GATEWAY],
  'ssh-tunnel': ['peer', 'direction', ...GATEWAY, ...SSH, 'target_host', 'target_port'],
  auto: ['peer', ...GATEWAY, ...SSH, 'user'],
  folder: ['peer', 'folder', 'host_names'],
};
const ALL_KEYS = new Set([...COMMON, ...Object.values(KEYS).flat()]);
const LOOPBACK = '127.0.0.1';
/** Most host names of a folder. */
const MOST_NAMES = 16;

/** Thrown to stop reading a section whose errors have been reported. */
class WrongSection extends Error {}

/**
 * Converts a section of the INI form to a rule, for the import of forwards. Pure.
 * @param fail called with each error
 * @returns undefined if there were errors
 */
export function readRule(section: IniSection, needs: IniNeeds, fail: (error: IniError) => void): IniRule | undefined {
  const reader = new SectionReader(section, fail);
  try {
    const kind = reader.kind();
    reader.checkKeys(kind);
    reader.choice('protocol', ['relay'], 'relay');
    const enabled = reader.choice('enabled', ['yes', 'no', 'true', 'false', 'on', 'off'], 'yes');
    const common = { name: section.name, enabled: ['yes', 'true', 'on'].includes(enabled) };
    const rule = ruleOf(kind, common, reader, needs);
    const password = reader.text('password');
    if (reader.failed) return undefined;
    const checked = safeParse(forwardRule, rule);
    if (checked.success) return { rule: checked.data, password };
    // Each value was checked with its line; what is left is the name.
    fail({ line: section.line, key: null, code: 'ini.name', details: { name: section.name.slice(0, 64) } });
    return undefined;
  } catch (error) {
    if (error instanceof WrongSection) return undefined;
    throw error;
  }
}

function ruleOf(
  kind: ForwardKind,
  common: Readonly<{ name: string; enabled: boolean }>,
  reader: SectionReader,
  needs: IniNeeds,
): unknown {
  const peer = (): string => needs.peer(reader.text('peer'), reader.section.name);
  switch (kind) {
    case 'socks5':
    case 'http-proxy': {
      if (!reader.has('user')) reader.refuse(['password'], 'no user');
      return { kind, ...common, peer: peer(), listen: reader.listen(kind, 'local'), user: reader.text('user') ?? null };
    }
    case 'tcp-bridge': {
      const direction = reader.choice('direction', ['local', 'remote'] as const, 'local');
      const to = reader.target('gateway');
      return { kind, ...common, peer: peer(), direction, listen: reader.listen(kind, direction), to };
    }
    case 'udp':
    case 'wg-proxy':
      return { kind, ...common, peer: peer(), listen: reader.listen(kind, 'local'), to: reader.target('gateway') };
    case 'ssh-tunnel': {
      const direction = reader.choice('direction', ['local', 'remote', 'dynamic'] as const, reader.sshDirection());
      const server = sshServer(reader, needs);
      const to = direction === 'dynamic' ? null : reader.target('target');
      if (direction === 'dynamic') reader.refuse(['target_host', 'target_port'], 'direction = dynamic');
      const named = reader.text('peer');
      const through = named === undefined ? null : needs.peer(named, reader.section.name);
      const listen = reader.listen(direction === 'dynamic' ? 'socks5' : kind, direction);
      return { kind, ...common, peer: through, server, direction, listen, to };
    }
    case 'auto': {
      const hasServer = reader.has('gateway_host');
      const user = reader.text('user') ?? null;
      // With a user the password is that of the proxy.
      const alone = user === null ? SSH : SSH.filter((key) => key !== 'password');
      if (!hasServer) reader.refuse(['gateway_port', ...alone], 'no gateway_host');
      const server = hasServer ? sshServer(reader, needs, user !== null) : null;
      return { kind, ...common, peer: peer(), listen: reader.listen(kind, 'local'), server, user };
    }
    case 'folder': {
      const path = reader.needed('folder', 4096);
      const hosts = reader.hosts('host_names');
      const named = reader.text('peer');
      const there = named === undefined ? {} : { peer: needs.peer(named, reader.section.name) };
      const listen = reader.listen(kind, named === undefined ? 'local' : 'remote');
      return { kind, ...common, ...there, listen, path, ...(hosts === undefined ? {} : { hosts }) };
    }
  }
}

/**
 * Reads the SSH server of a section from its `gateway_*` and `ssh_*` keys.
 * @param isPasswordTaken true if `password` is the proxy's, so that it can't be the SSH login's
 */
function sshServer(reader: SectionReader, needs: IniNeeds, isPasswordTaken = false): SshServer {
  const { host, port } = reader.target('gateway', 22);
  const user = reader.text('ssh_user') ?? needs.user();
  const file = reader.has('ssh_key_file') ? reader.needed('ssh_key_file', 4096) : undefined;
  const method = reader.choice(
    'ssh_login',
    ['agent', 'key', 'password'] as const,
    file === undefined ? 'agent' : 'key',
  );
  if (method === 'key')
    return { host, port, user, login: { method, file: file ?? reader.needed('ssh_key_file', 4096) } };
  reader.refuse(['ssh_key_file'], `ssh_login = ${method}`);
  if (method === 'agent' && !isPasswordTaken) reader.refuse(['password'], 'ssh_login = agent');
  if (method === 'password' && isPasswordTaken) reader.refuse(['ssh_login'], 'user');
  return { host, port, user, login: { method } };
}

/** Reader of one section's values; reports each invalid value with its line. */
class SectionReader {
  readonly section: IniSection;
  failed = false;
  readonly #report: (error: IniError) => void;

  constructor(section: IniSection, report: (error: IniError) => void) {
    this.section = section;
    this.#report = report;
  }

  fail(key: string, code: string, details: IniError['details'] = {}): void {
    this.failed = true;
    const line = this.section.values.get(key)?.line ?? this.section.line;
    this.#report({ line, key, code, details: { key, section: this.section.name, ...details } });
  }

  kind(): ForwardKind {
    const text = this.needed('type', 64).toLowerCase();
    if (this.failed) throw new WrongSection();
    const kind = FORWARD_KINDS.find((known) => known === (text === 'ssh' ? 'ssh-tunnel' : text));
    if (kind !== undefined) return kind;
    this.#wrong('type', text, FORWARD_KINDS.join(', '));
    throw new WrongSection();
  }

  checkKeys(kind: ForwardKind): void {
    for (const key of this.section.values.keys()) {
      if (COMMON.includes(key) || KEYS[kind].includes(key)) continue;
      if (ALL_KEYS.has(key)) this.fail(key, 'ini.key-other', { type: kind });
      else this.fail(key, 'ini.key', { known: [...COMMON, ...KEYS[kind]].join(', ') });
    }
  }

  has(key: string): boolean {
    return this.section.values.has(key);
  }

  /** @param most most characters allowed */
  text(key: string, most = 255): string | undefined {
    const value = this.section.values.get(key);
    if (value === undefined) return undefined;
    if (value.text === '' || value.text.length > most) this.#wrong(key, value.text, `1 to ${most} characters`);
    return value.text;
  }

  needed(key: string, most = 255): string {
    const text = this.text(key, most);
    if (text !== undefined) return text;
    this.fail(key, 'ini.missing');
    return '';
  }

  choice<Choice extends string>(key: string, choices: readonly Choice[], otherwise: Choice): Choice {
    const text = this.text(key)?.toLowerCase();
    if (text === undefined) return otherwise;
    const choice = choices.find((known) => known === text);
    if (choice === undefined) this.#wrong(key, text, choices.join(', '));
    return choice ?? otherwise;
  }

  /** Reports keys that make no sense together with something else in the section. */
  refuse(keys: readonly string[], beside: string): void {
    for (const key of keys) if (this.has(key)) this.fail(key, 'ini.key-beside', { beside });
  }

  /** Reads the keys `<beginning>_host` and `<beginning>_port`. */
  target(beginning: 'gateway' | 'target', port?: number): { host: string; port: number } {
    const host = this.#host(`${beginning}_host`);
    return { host, port: this.#port(`${beginning}_port`, 1, port) };
  }

  /** Reads the listening address: on this device, or at the peer with direction `remote`, which excludes `local_proxy_port`. */
  listen(kind: ForwardKind, direction: 'local' | 'remote' | 'dynamic'): { host: string; port: number } {
    const host = this.has('listen_host') ? this.#host('listen_host') : LOOPBACK;
    if (direction === 'remote') this.refuse(['local_proxy_port'], 'direction = remote');
    else if (this.has('local_proxy_port')) this.refuse(['listen_port'], 'local_proxy_port');
    const key = direction === 'remote' || this.has('listen_port') ? 'listen_port' : 'local_proxy_port';
    return { host, port: this.#port(key, 0, DEFAULT_PORTS[kind]) };
  }

  /** Reads a list of host names, separated by blanks or commas. */
  hosts(key: string): readonly string[] | undefined {
    const text = this.text(key, 4096);
    if (text === undefined) return undefined;
    const names = text.split(/[ \t,]+/).filter((name) => name !== '');
    const isRight =
      names.length > 0 && names.length <= MOST_NAMES && names.every((name) => safeParse(hostText, name).success);
    if (!isRight) this.#wrong(key, text, `1 to ${MOST_NAMES} names with commas between them`);
    return names;
  }

  /** Returns the direction of an SSH tunnel without `direction`: `local` if it names a target, else `dynamic`, as in the documented form. */
  sshDirection(): 'local' | 'dynamic' {
    return this.has('target_host') || this.has('target_port') ? 'local' : 'dynamic';
  }

  #host(key: string): string {
    const text = this.needed(key);
    const plain = /^\[.*\]$/.test(text) ? text.slice(1, -1) : text;
    if (text !== '' && !safeParse(hostText, plain).success) this.#wrong(key, text, 'a name or an address');
    return plain;
  }

  #port(key: string, least: number, otherwise: number | undefined): number {
    if (!this.has(key) && otherwise !== undefined) return otherwise;
    const text = this.needed(key);
    const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
    if (text !== '' && !(port >= least && port <= 65_535)) this.#wrong(key, text, `a number from ${least} to 65535`);
    return port;
  }

  #wrong(key: string, value: string, expected: string): void {
    // A password may be what is wrong.
    const shown = key === 'password' ? '…' : value.slice(0, 60);
    this.fail(key, 'ini.value', { value: shown, expected });
  }
}

/** Writes a rule as keys and values that `readRule` reads back as the same rule; passwords are left out. Used by the export of forwards. Pure. */
export function writeRule(rule: ForwardRule): readonly (readonly [key: string, value: string])[] {
  const isRemote =
    ('direction' in rule && rule.direction === 'remote') || (rule.kind === 'folder' && rule.peer !== undefined);
  return [
    ['type', rule.kind],
    ...('peer' in rule && typeof rule.peer === 'string' ? [['peer', rule.peer] as const] : []),
    ...('direction' in rule ? [['direction', rule.direction] as const] : []),
    ...gatewayOf(rule),
    ['listen_host', rule.listen.host],
    [isRemote ? 'listen_port' : 'local_proxy_port', String(rule.listen.port)],
    ['protocol', 'relay'],
    ...('server' in rule && rule.server !== null ? loginOf(rule.server) : []),
    ...(rule.kind === 'ssh-tunnel' && rule.to !== null ? hostAndPort('target', rule.to) : []),
    ...('user' in rule && rule.user !== null ? [['user', rule.user] as const] : []),
    ...(rule.kind === 'folder' ? [['folder', rule.path] as const] : []),
    ...(rule.kind === 'folder' && (rule.hosts ?? []).length > 0
      ? [['host_names', (rule.hosts ?? []).join(', ')] as const]
      : []),
    ['enabled', rule.enabled ? 'yes' : 'no'],
  ];
}

type Pairs = readonly (readonly [key: string, value: string])[];

function gatewayOf(rule: ForwardRule): Pairs {
  switch (rule.kind) {
    case 'tcp-bridge':
    case 'udp':
    case 'wg-proxy':
      return hostAndPort('gateway', rule.to);
    case 'ssh-tunnel':
    case 'auto':
      return rule.server === null ? [] : hostAndPort('gateway', rule.server);
    case 'socks5':
    case 'http-proxy':
    case 'folder':
      return [];
  }
}

function hostAndPort(beginning: string, { host, port }: Readonly<{ host: string; port: number }>): Pairs {
  return [
    [`${beginning}_host`, host],
    [`${beginning}_port`, String(port)],
  ];
}

function loginOf({ user, login }: SshServer): Pairs {
  return [
    ['ssh_user', user],
    ['ssh_login', login.method],
    ...(login.method === 'key' ? [['ssh_key_file', login.file] as const] : []),
  ];
}
