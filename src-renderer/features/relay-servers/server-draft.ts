import type { RelayServerInput } from '#shared/app-api/index.ts';
import { hostText } from '#shared/forward/index.ts';

export const LOGINS = ['auto', 'agent', 'key', 'password'] as const;
export type LoginMethod = (typeof LOGINS)[number];

/** Texts of the form for a server. */
export type ServerDraft = Readonly<{
  /** Name, address or entry of `~/.ssh/config`; a user before `@` and a port after `:` may be typed too. */
  host: string;
  user: string;
  port: string;
  login: LoginMethod;
  keyFile: string;
  address: string;
  relayPort: string;
}>;
export type DraftField = Exclude<keyof ServerDraft, 'login'>;

export const EMPTY_DRAFT: ServerDraft = {
  host: '',
  user: '',
  port: '',
  login: 'auto',
  keyFile: '',
  address: '',
  relayPort: '',
};

const USER = /^[A-Za-z0-9_][A-Za-z0-9_.@\\-]{0,63}\$?$/;
const SERVER =
  /^(?:ssh:\/\/)?(?:([^@\s]+)@)?(\[[0-9A-Fa-f:.]+\]|[0-9A-Fa-f]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*|[^:\s[\]/]+)(?::(\d{1,5}))?\/?$/;

/** Fills the form with a server. Pure. */
export function draftOf({ host, user, port, login, address, relayPort }: RelayServerInput): ServerDraft {
  return {
    host,
    user: user ?? '',
    port: String(port ?? ''),
    login: login?.method ?? 'auto',
    keyFile: login?.method === 'key' ? login.file : '',
    address: address ?? '',
    relayPort: String(relayPort ?? ''),
  };
}

/**
 * Reads the form. A user and a port in the first field count unless they have fields of their own. Pure.
 * @returns the server, and the fields that can't be used; the server only counts if there are none
 */
export function readDraft(
  draft: ServerDraft,
): Readonly<{ server: RelayServerInput; problems: ReadonlyMap<DraftField, 'empty' | 'invalid'> }> {
  const problems = new Map<DraftField, 'empty' | 'invalid'>();
  const typed = draft.host.trim();
  const [, typedUser, bracketed = '', typedPort] = SERVER.exec(typed) ?? [];
  const host = bracketed.replace(/^\[|\]$/g, '');
  if (typed === '') problems.set('host', 'empty');
  else if (!hostText.safeParse(host).success || host.startsWith('-')) problems.set('host', 'invalid');
  const ownUser = draft.user.trim();
  const user = ownUser === '' ? typedUser : ownUser;
  if (user !== undefined && !USER.test(user)) problems.set(ownUser === '' ? 'host' : 'user', 'invalid');
  const readPort = (value: string, field: DraftField): number | undefined => {
    if (value.trim() === '') return undefined;
    const port = /^\d{1,5}$/.test(value.trim()) ? Number(value) : 0;
    if (port < 1 || port > 65_535) problems.set(field, 'invalid');
    return port;
  };
  const port = readPort(draft.port, 'port') ?? readPort(typedPort ?? '', 'host');
  const relayPort = readPort(draft.relayPort, 'relayPort');
  const address = draft.address.trim().replace(/^\[|\]$/g, '');
  if (address !== '' && (!hostText.safeParse(address).success || address.startsWith('-')))
    problems.set('address', 'invalid');
  const file = draft.keyFile.trim();
  if (draft.login === 'key' && !/^(?:~\/|\/|[A-Za-z]:[\\/])./.test(file)) problems.set('keyFile', 'invalid');
  const server: RelayServerInput = {
    host,
    ...(user === undefined ? {} : { user }),
    ...(port === undefined ? {} : { port }),
    ...(draft.login === 'auto'
      ? {}
      : { login: draft.login === 'key' ? { method: 'key', file } : { method: draft.login } }),
    ...(address === '' ? {} : { address }),
    ...(relayPort === undefined ? {} : { relayPort }),
  };
  return { server, problems };
}

/** Names a server for a person: `ada@relay.example:2222`. Pure. */
export function serverName({ host, user, port }: RelayServerInput): string {
  const shown = port !== undefined && host.includes(':') ? `[${host}]` : host;
  return `${user === undefined ? '' : `${user}@`}${shown}${port === undefined ? '' : `:${port}`}`;
}
