import type { ForwardView, SshServer } from '#shared/app-api/index.ts';
import { formKindOf, type FormKind } from './kinds.ts';

export const IPV4_LOOPBACK = '127.0.0.1';
export const ANYWHERE = '0.0.0.0';

export type ListenScope = 'loopback' | 'any' | 'address';

/** Values of a form as they are typed, including fields that this kind doesn't show. */
export type Draft = Readonly<{
  kind: FormKind;
  name: string;
  enabled: boolean;
  /** Peer ID; empty for none. */
  peer: string;
  listenScope: ListenScope;
  /** Used with the scope `address`. */
  listenHost: string;
  listenPort: string;
  /** The person has edited the local port, which no longer follows the target's. */
  isPortEdited: boolean;
  targetHost: string;
  targetPort: string;
  direction: 'local' | 'remote' | 'dynamic';
  hasServer: boolean;
  serverHost: string;
  serverPort: string;
  serverUser: string;
  login: SshServer['login']['method'];
  keyFile: string;
  hasUser: boolean;
  user: string;
  /** Newly typed password; the saved one is never here. */
  password: string;
  forgetPassword: boolean;
  path: string;
  /** Host names of a folder, separated by blanks or commas. */
  hosts: string;
}>;

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

/** Creates an empty form with defaults for everything that has one. */
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

/** Creates the form of an existing rule. */
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

/** Changes some fields, and those that follow from them. */
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

/** Changes a form for a new rule; a name that wasn't edited follows the peer. */
export function changeNew(
  draft: Draft,
  fields: Partial<Draft>,
  nameOf: (kind: FormKind, peer: string) => string,
): Draft {
  const { peer } = fields;
  const isOurs = peer !== undefined && fields.name === undefined && draft.name === nameOf(draft.kind, draft.peer);
  return change(draft, isOurs ? { ...fields, name: nameOf(draft.kind, peer) } : fields);
}

/** Splits `db.lan:5432` that was typed or pasted in one piece. A bare IPv6 address has no port. */
export function splitTargetHost(draft: Draft): Draft {
  const [, bracketed, name, port] = HOST_AND_PORT.exec(draft.targetHost.trim()) ?? [];
  const targetHost = bracketed ?? name;
  return targetHost === undefined || port === undefined ? draft : change(draft, { targetHost, targetPort: port });
}

const HOST_AND_PORT = /^(?:\[([^\s\]]+)\]|([^\s:/[\]]+)):(\d{1,5})$/;

/** Reports whether the local port follows the target's. Ports below 1024 need administrator rights. */
function follows({ kind, isPortEdited, targetPort }: Draft): boolean {
  return (
    !isPortEdited && (kind === 'port-here' || kind === 'port-there' || kind === 'udp') && !(Number(targetPort) < 1024)
  );
}

function listenScopeOf(host: string): ListenScope {
  if (host === IPV4_LOOPBACK) return 'loopback';
  return host === ANYWHERE ? 'any' : 'address';
}

/** Returns the wanted port, or the next one that no other rule uses. */
export function freePort(wanted: string, taken: readonly number[]): string {
  if (wanted === '') return '';
  let port = Number(wanted);
  while (taken.includes(port) && port < 65_535) port += 1;
  return String(port);
}

/** Returns a name that no other rule has. */
export function uniqueForwardName(wanted: string, taken: readonly string[]): string {
  const short = [...wanted].slice(0, 58).join('');
  const lower = new Set(taken.map((name) => name.toLowerCase()));
  let name = short;
  for (let count = 2; lower.has(name.toLowerCase()); count += 1) name = `${short} ${count}`;
  return name;
}

/** Lists the local ports of all rules. */
export function takenPorts(forwards: readonly ForwardView[]): number[] {
  return forwards.map(({ rule }) => rule.listen.port);
}
