import type { ForwardView, SshServer } from '#shared/app-api/index.ts';
import { formKindOf, type FormKind } from './kinds.ts';

/** Address at which only programs on the same machine reach a port. */
export const IPV4_LOOPBACK = '127.0.0.1';
/** Address at which a port accepts connections from every network. */
export const IPV4_ANY = '0.0.0.0';

/** Programs that reach the port: those on its machine, those in every network, or those at one address. */
export type ListenScope = 'loopback' | 'any' | 'address';

/**
 * Contents of the form of a forward, as typed; also the fields that the chosen kind doesn't show. The page Forwards fills it for its examples too.
 * The functions of this file are pure.
 */
export type Draft = Readonly<{
  kind: FormKind;
  name: string;
  /** The forward starts as soon as it is saved. */
  enabled: boolean;
  /** Peer ID; empty for none. With a folder, the peer on whose port it is served. */
  peer: string;
  listenScope: ListenScope;
  /** Address at which the port is opened; used only with the scope `address`. */
  listenHost: string;
  /** Port that programs connect to; empty or `0` lets the system choose one. */
  listenPort: string;
  /** The person has typed a local port. Otherwise the local port is set to the target's. */
  isPortEdited: boolean;
  targetHost: string;
  targetPort: string;
  /**
   * Direction of an SSH tunnel. `local`: port here, target behind the server; `remote`: port on the server, target behind this machine; `dynamic`:
   * SOCKS proxy here.
   */
  direction: 'local' | 'remote' | 'dynamic';
  /** An automatic forward falls back to an SSH server. */
  hasServer: boolean;
  serverHost: string;
  serverPort: string;
  serverUser: string;
  /** Login at the SSH server. */
  login: SshServer['login']['method'];
  /** Path of the SSH key on this machine. */
  keyFile: string;
  /** Programs log in to the proxy with `user` and `password`. */
  hasUser: boolean;
  user: string;
  /** Newly typed password. The saved one never reaches the window. */
  password: string;
  /** Deletes the saved passphrase of the SSH key. */
  forgetPassword: boolean;
  /** Path of the folder on this machine. */
  path: string;
  /** Host names at which the folder is served, separated by blanks, commas or semicolons. */
  hosts: string;
}>;

/** Local port that the form proposes for each kind; empty where the target's port is proposed. */
const PORTS: Readonly<Record<FormKind, string>> = {
  socks5: '1080',
  'http-proxy': '8080',
  'port-here': '',
  'port-there': '',
  udp: '',
  'wg-proxy': '51820',
  'ssh-tunnel': '1080',
  auto: '1080',
  folder: '8000',
};

/**
 * Creates the form of a new forward, filled with defaults.
 * @param peer ID of the peer; empty for none
 * @param taken local ports of the other forwards
 */
export function newDraft(kind: FormKind, peer: string, name: string, taken: readonly number[] = []): Draft {
  return {
    kind,
    name,
    enabled: true,
    peer,
    listenScope: 'loopback',
    listenHost: '',
    listenPort: freePort(PORTS[kind], taken),
    isPortEdited: false,
    targetHost: kind === 'port-here' || kind === 'port-there' || kind === 'ssh-tunnel' ? 'localhost' : '',
    targetPort: kind === 'wg-proxy' ? '51820' : '',
    direction: 'dynamic',
    hasServer: false,
    serverHost: '',
    serverPort: '22',
    serverUser: '',
    login: 'agent',
    keyFile: '',
    hasUser: false,
    user: '',
    password: '',
    forgetPassword: false,
    path: '',
    hosts: '',
  };
}

/** Creates the form of a saved forward. */
export function forwardDraft({ rule }: ForwardView): Draft {
  const empty = newDraft(formKindOf(rule), 'peer' in rule ? (rule.peer ?? '') : '', rule.name);
  const { host, port } = rule.listen;
  const listenScope = listenScopeOf(host);
  const to = 'to' in rule ? rule.to : null;
  const server = 'server' in rule ? rule.server : null;
  const user = 'user' in rule ? rule.user : null;
  return {
    ...empty,
    enabled: rule.enabled,
    listenScope,
    listenHost: listenScope === 'address' ? host : '',
    listenPort: String(port),
    isPortEdited: true,
    ...(to !== null && { targetHost: to.host, targetPort: String(to.port) }),
    ...('direction' in rule && { direction: rule.direction }),
    ...(server !== null && {
      hasServer: true,
      serverHost: server.host,
      serverPort: String(server.port),
      serverUser: server.user,
      login: server.login.method,
      ...(server.login.method === 'key' && { keyFile: server.login.file }),
    }),
    ...(user !== null && { hasUser: true, user }),
    ...(rule.kind === 'folder' && { path: rule.path, hosts: (rule.hosts ?? []).join(', ') }),
  };
}

/** Changes fields, and those that depend on them: the local port is set to the target's until the person edits it. */
export function change(draft: Draft, fields: Partial<Draft>): Draft {
  const wanted = { ...draft, ...fields };
  // A rule has one password, and with a user it is the proxy's.
  const next: Draft =
    wanted.kind === 'auto' && fields.hasUser !== undefined
      ? { ...wanted, password: '', login: wanted.hasUser && wanted.login === 'password' ? 'agent' : wanted.login }
      : wanted;
  if (fields.listenPort !== undefined) return { ...next, isPortEdited: true };
  return follows(next) && next.targetPort !== draft.targetPort ? { ...next, listenPort: next.targetPort } : next;
}

/** Reports whether a machine names itself by this host. */
export function isItself(host: string): boolean {
  return ITSELF.test(host.trim());
}

const ITSELF = /^(?:localhost|127\.0\.0\.1|\[?::1\]?)$/iu;

/** Moves a port that was typed or pasted with the host, as in `db.lan:5432`, to the field of the port. A bare IPv6 address has no port. */
export function splitTargetHost(draft: Draft): Draft {
  const [, bracketed, name, port] = HOST_AND_PORT.exec(draft.targetHost.trim()) ?? [];
  const targetHost = bracketed ?? name;
  return targetHost === undefined || port === undefined ? draft : change(draft, { targetHost, targetPort: port });
}

const HOST_AND_PORT = /^(?:\[([^\s\]]+)\]|([^\s:/[\]]+)):(\d{1,5})$/;

/** Reports whether the local port is set to the target's. Ports below 1024 need administrator rights, so they aren't proposed. */
function follows({ kind, isPortEdited, targetPort }: Draft): boolean {
  return (
    !isPortEdited && (kind === 'port-here' || kind === 'port-there' || kind === 'udp') && !(Number(targetPort) < 1024)
  );
}

function listenScopeOf(host: string): ListenScope {
  if (host === IPV4_LOOPBACK) return 'loopback';
  return host === IPV4_ANY ? 'any' : 'address';
}

/** Returns the wanted port, or the next higher one that no other forward uses; empty stays empty. */
export function freePort(wanted: string, taken: readonly number[]): string {
  if (wanted === '') return '';
  let port = Number(wanted);
  while (taken.includes(port) && port < 65_535) port += 1;
  return String(port);
}

/**
 * Returns the wanted name, shortened, and with a number if another forward has the same name.
 * @param numbered returns the name with a number inside; undefined: the number is at its end
 */
export function uniqueForwardName(
  wanted: string,
  taken: readonly string[],
  numbered?: (count: number) => string,
): string {
  const short = [...wanted].slice(0, 58).join('');
  const lower = new Set(taken.map((name) => name.toLowerCase()));
  let name = short;
  for (let count = 2; lower.has(name.toLowerCase()); count += 1)
    // Where the end is cut, a number inside may make no difference.
    name = numbered === undefined || numbered(count).length > 58 ? `${short} ${count}` : numbered(count);
  return name;
}

/** Lists the local ports of all saved forwards. */
export function takenPorts(forwards: readonly ForwardView[]): number[] {
  return forwards.map(({ rule }) => rule.listen.port);
}
