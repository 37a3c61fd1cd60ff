import {
  forwardRule,
  type CallInput,
  type CallOutput,
  type ForwardRule,
  type ForwardView,
  type SshServer,
} from '#shared/app-api/index.ts';
import { firstHidden, looksLike } from '#shared/visible-text/index.ts';
import { IPV4_ANY, IPV4_LOOPBACK, type Draft } from './draft.ts';
import { listensElsewhere } from './kinds.ts';
import { safeParse } from '#shared/safe-parse.ts';

/**
 * Field of the form of a forward, by which problems are reported. The functions of this file check that form and convert it to the rule that the
 * agent saves; all are pure.
 */
export type ForwardField =
  | 'name'
  | 'peer'
  | 'listenHost'
  | 'listenPort'
  | 'targetHost'
  | 'targetPort'
  | 'serverHost'
  | 'serverPort'
  | 'serverUser'
  | 'keyFile'
  | 'user'
  | 'password'
  | 'path'
  | 'hosts';

/** Problem of one typed value. `name` is the forward that already uses the port, or the invalid host name. `cause` is what the agent has found. */
export type DraftProblem =
  | Readonly<{
      kind:
        | 'name-empty'
        | 'name-long'
        | 'name-hidden'
        | 'name-taken'
        | 'peer-missing'
        | 'host-missing'
        | 'host-invalid'
        | 'port-missing'
        | 'port-invalid'
        | 'listen-invalid'
        | 'user-missing'
        | 'password-missing'
        | 'file-missing'
        | 'file-invalid'
        | 'folder-missing'
        | 'hosts-many'
        | 'too-long';
    }>
  | Readonly<{ kind: 'port-taken' | 'hosts-invalid'; name: string }>
  | Readonly<{ kind: 'port-unusable' | 'folder-unusable'; cause: PortCause }>;

/** Reason why no forward can listen at a port of this machine or serve a folder, as the agent says it. */
export type PortCause = NonNullable<CallOutput<'forwards.checkPort'>['problem']>;

/** First problem of each invalid field; valid fields are left out. */
export type DraftProblems = Readonly<Partial<Record<ForwardField, DraftProblem>>>;

const HOST = /^[A-Za-z0-9._:%~-]{1,255}$/;
/** Approximates an IPv6 address, to tell it from a name with a port; the agent checks it exactly. */
const IPV6 = /^(?=[^:]*:[^:]*:)[0-9A-Fa-f:.]{2,45}(?:%[A-Za-z0-9._~-]{1,32})?$/;

/** Reports whether a forward of this kind has one fixed target, so the form shows the target's fields. */
export function hasTarget({ kind, direction }: Draft): boolean {
  if (kind === 'ssh-tunnel') return direction !== 'dynamic';
  return kind === 'port-here' || kind === 'port-there' || kind === 'udp' || kind === 'wg-proxy';
}
/** Reports whether this kind is a proxy, which can demand a user name and password of programs. */
export function hasProxyLogin({ kind }: Draft): boolean {
  return kind === 'socks5' || kind === 'http-proxy' || kind === 'auto';
}
/** Reports whether the forward's single password is the one that programs send to the proxy, and not the SSH server's. */
export function isPasswordOfProxy(draft: Draft): boolean {
  return hasProxyLogin(draft) && draft.hasUser;
}
/** Reports whether the forward goes through an SSH server. */
export function hasServer({ kind, hasServer: wanted }: Draft): boolean {
  return kind === 'ssh-tunnel' || (kind === 'auto' && wanted);
}

/** Parses a typed host into the agent's form: without brackets, international names as punycode. Undefined when it is invalid. */
export function parseTypedHost(typed: string): string | undefined {
  const plain = typed.trim().replace(/^\[(.*)\]$/, '$1');
  if (plain.includes(':')) return IPV6.test(plain) ? plain : undefined;
  if (HOST.test(plain)) return plain;
  if (/[\s/?#@\\:]/.test(plain) || plain === '') return undefined;
  try {
    const { hostname } = new URL(`http://${plain}`);
    return HOST.test(hostname) ? hostname : undefined;
  } catch {
    return undefined;
  }
}

function readPort(typed: string): number | undefined {
  return /^\d{1,5}$/.test(typed.trim()) ? Number(typed) : undefined;
}

/**
 * Checks all fields of the form as typed. The agent checks the saved rule again.
 * @param others saved forwards except the edited one; their names and ports are taken
 * @param before edited forward as saved; undefined for a new one
 */
export function checkDraft(
  draft: Draft,
  others: readonly ForwardView[],
  before: ForwardView | undefined,
): DraftProblems {
  const found: [ForwardField, DraftProblem | undefined][] = [
    ['name', checkName(draft.name, others)],
    ['listenPort', checkListen(draft, others)],
    ['listenHost', draft.listenScope === 'address' ? checkHost(draft.listenHost) : undefined],
  ];
  if (needsPeer(draft) && draft.peer === '') found.push(['peer', { kind: 'peer-missing' }]);
  if (hasTarget(draft)) {
    found.push(['targetHost', checkHost(draft.targetHost)], ['targetPort', checkPort(draft.targetPort)]);
  }
  if (hasServer(draft)) {
    found.push(['serverHost', checkHost(draft.serverHost)], ['serverPort', checkPort(draft.serverPort)]);
    found.push(['serverUser', checkText(draft.serverUser, 128, 'user-missing')]);
    if (draft.login === 'key') found.push(['keyFile', checkKeyFile(draft.keyFile)]);
  }
  if (hasProxyLogin(draft) && draft.hasUser) found.push(['user', checkText(draft.user, 255, 'user-missing')]);
  if (draft.password.length > 255) found.push(['password', { kind: 'too-long' }]);
  else if (draft.password === '' && needsPassword(draft, before))
    found.push(['password', { kind: 'password-missing' }]);
  if (draft.kind === 'folder')
    found.push(['path', checkText(draft.path, 4096, 'folder-missing')], ['hosts', checkHosts(draft)]);
  return Object.fromEntries(found.filter(([, problem]) => problem !== undefined)) as DraftProblems;
}

/** Reports whether this kind needs a peer; the others work without one. */
export function needsPeer({ kind }: Draft): boolean {
  return kind !== 'folder' && kind !== 'ssh-tunnel';
}

/** Reports whether the saved password stays valid: the form still uses it for the same login, and the person doesn't delete it. */
export function keepsPassword(draft: Draft, before: ForwardView | undefined): boolean {
  if (before?.hasPassword !== true || draft.forgetPassword) return false;
  const previous = before.rule;
  const wasOfProxy = 'user' in previous && previous.user !== null;
  if (isPasswordOfProxy(draft)) return wasOfProxy || !('server' in previous);
  if (wasOfProxy || !('server' in previous) || previous.server === null) return false;
  return hasServer(draft) && previous.server.login.method === draft.login;
}

function needsPassword(draft: Draft, before: ForwardView | undefined): boolean {
  if (keepsPassword(draft, before)) return false;
  if (isPasswordOfProxy(draft)) return true;
  return hasServer(draft) && draft.login === 'password';
}

function checkName(name: string, others: readonly ForwardView[]): DraftProblem | undefined {
  const wanted = name.trim();
  if (!/[\p{L}\p{N}]/u.test(wanted)) return { kind: 'name-empty' };
  if (firstHidden(wanted) !== undefined) return { kind: 'name-hidden' };
  if (wanted.length > 64) return { kind: 'name-long' };
  const taken = others.some(({ rule }) => looksLike(rule.name, wanted));
  return taken ? { kind: 'name-taken' } : undefined;
}

function checkHost(host: string): DraftProblem | undefined {
  if (host.trim() === '') return { kind: 'host-missing' };
  return parseTypedHost(host) === undefined ? { kind: 'host-invalid' } : undefined;
}

function checkPort(typed: string): DraftProblem | undefined {
  if (typed.trim() === '') return { kind: 'port-missing' };
  const port = readPort(typed);
  return port === undefined || port < 1 || port > 65_535 ? { kind: 'port-invalid' } : undefined;
}

function checkListen(draft: Draft, others: readonly ForwardView[]): DraftProblem | undefined {
  if (draft.listenPort.trim() === '') return undefined;
  const port = readPort(draft.listenPort);
  if (port === undefined || port > 65_535) return { kind: 'listen-invalid' };
  if (port === 0 || isElsewhere(draft)) return undefined;
  const isUdp = protocolOf(draft) === 'udp';
  const taken = others.find(
    ({ rule }) =>
      rule.listen.port === port &&
      rule.listen.host === listenHostOf(draft) &&
      !listensElsewhere(rule) &&
      (rule.kind === 'udp' || rule.kind === 'wg-proxy') === isUdp,
  );
  return taken === undefined ? undefined : { kind: 'port-taken', name: taken.rule.name };
}

function protocolOf({ kind }: Draft): 'tcp' | 'udp' {
  return kind === 'udp' || kind === 'wg-proxy' ? 'udp' : 'tcp';
}

/**
 * Returns the port of this machine that the agent has to check before the form is saved; undefined if there is none: the port is opened elsewhere, it
 * is chosen at the start, this forward holds it already, or the form has a problem that comes first.
 */
export function portToCheck(
  draft: Draft,
  others: readonly ForwardView[],
  before: ForwardView | undefined,
): CallInput<'forwards.checkPort'> | undefined {
  const port = readPort(draft.listenPort);
  if (port === undefined || port === 0 || isElsewhere(draft) || !draft.enabled) return undefined;
  if (checkListen(draft, others) !== undefined) return undefined;
  if (draft.listenScope === 'address' && checkHost(draft.listenHost) !== undefined) return undefined;
  if (before?.rule.enabled === true && before.rule.listen.port === port && !listensElsewhere(before.rule))
    return undefined;
  return { host: listenHostOf(draft), port, protocol: protocolOf(draft) };
}

/** Reports whether the port is opened on another machine: the peer or the SSH server. */
export function isElsewhere({ kind, direction, peer }: Draft): boolean {
  if (kind === 'folder') return peer !== '';
  return kind === 'port-there' || (kind === 'ssh-tunnel' && direction === 'remote');
}

function checkText(value: string, most: number, missing: 'user-missing' | 'folder-missing'): DraftProblem | undefined {
  if (value.trim() === '') return { kind: missing };
  return value.length > most ? { kind: 'too-long' } : undefined;
}

/** Most host names of one folder. */
const MOST_HOSTS = 16;

/** Splits the field of host names at blanks, commas and semicolons. */
function namesOf({ hosts }: Draft): readonly string[] {
  return hosts.split(/[\s,;]+/).filter((name) => name !== '');
}

function checkHosts(draft: Draft): DraftProblem | undefined {
  const names = namesOf(draft);
  const invalid = names.find((name) => parseTypedHost(name) === undefined);
  if (invalid !== undefined) return { kind: 'hosts-invalid', name: invalid.slice(0, 64) };
  return names.length > MOST_HOSTS ? { kind: 'hosts-many' } : undefined;
}

function checkKeyFile(file: string): DraftProblem | undefined {
  if (file.trim() === '') return { kind: 'file-missing' };
  return /^(?:~?\/|~\\|\\\\|[A-Za-z]:[\\/])/.test(file.trim()) ? undefined : { kind: 'file-invalid' };
}

function listenHostOf({ listenScope, listenHost }: Draft): string {
  if (listenScope === 'loopback') return IPV4_LOOPBACK;
  return listenScope === 'any' ? IPV4_ANY : (parseTypedHost(listenHost) ?? IPV4_LOOPBACK);
}

/** Converts the form to the rule that the agent saves; undefined while the form has problems. */
export function ruleOf(draft: Draft): ForwardRule | undefined {
  const { kind, peer, direction, enabled } = draft;
  const name = draft.name.trim();
  const listen = {
    host: listenHostOf(draft),
    port: readPort(draft.listenPort.trim() === '' ? '0' : draft.listenPort),
  };
  const to = { host: parseTypedHost(draft.targetHost), port: readPort(draft.targetPort) };
  const user = draft.hasUser ? draft.user.trim() : null;
  const common = { name, enabled, listen };
  const hosts = namesOf(draft).map(parseTypedHost);
  const parsed = safeParse(forwardRule, wanted());
  return parsed.success ? parsed.data : undefined;

  function wanted(): unknown {
    switch (kind) {
      case 'socks5':
      case 'http-proxy':
        return { kind, ...common, peer, user };
      case 'port-here':
        return { kind: 'tcp-bridge', ...common, peer, direction: 'local', to };
      case 'port-there':
        return { kind: 'tcp-bridge', ...common, peer, direction: 'remote', to };
      case 'udp':
      case 'wg-proxy':
        return { kind, ...common, peer, to };
      case 'ssh-tunnel':
        return {
          kind,
          ...common,
          peer: peer === '' ? null : peer,
          server: serverOf(draft),
          direction,
          to: direction === 'dynamic' ? null : to,
        };
      case 'auto':
        return { kind, ...common, peer, server: draft.hasServer ? serverOf(draft) : null, user };
      case 'folder':
        return {
          kind,
          ...common,
          ...(peer !== '' && { peer }),
          path: draft.path.trim(),
          ...(hosts.length > 0 && { hosts }),
        };
    }
  }
}

function serverOf(draft: Draft): Readonly<Record<string, unknown>> {
  const login: Readonly<Record<SshServer['login']['method'], unknown>> = {
    agent: { method: 'agent' },
    key: { method: 'key', file: draft.keyFile.trim() },
    password: { method: 'password' },
  };
  return {
    host: parseTypedHost(draft.serverHost),
    port: readPort(draft.serverPort),
    user: draft.serverUser.trim(),
    login: login[draft.login],
  };
}

/**
 * Returns the password for the call that saves the forward: a new one, null to delete the saved one, or no field to leave the saved one unchanged.
 */
export function passwordOf(draft: Draft, before: ForwardView | undefined): Readonly<{ password?: string | null }> {
  const takes = isPasswordOfProxy(draft) || (hasServer(draft) && draft.login !== 'agent');
  if (takes && draft.password !== '') return { password: draft.password };
  if (before?.hasPassword !== true) return {};
  return keepsPassword(draft, before) ? {} : { password: null };
}
