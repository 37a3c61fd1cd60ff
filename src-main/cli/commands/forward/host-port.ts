import { InvalidArgumentError } from 'commander';
import { hostText } from '#shared/forward/index.ts';
import { safeParse } from '#shared/safe-parse.ts';

/** A host and a port. An IPv6 address has no brackets here. */
export type HostPort = Readonly<{ host: string; port: number }>;

/**
 * Returns an option parser for a host and a port, such as `db.example:5432` or `[::1]:5432`. Pure.
 * @param defaultHost the host of a bare port such as `5432`; without it a bare port is an error
 * @param lowestPort 0 if the port may be 0, which stands for any free one
 * @throws {InvalidArgumentError} from the parser
 */
export function parseHostPort(defaultHost: string | undefined, lowestPort: 0 | 1): (text: string) => HostPort {
  const expected = defaultHost === undefined ? 'host:port' : 'port or host:port';
  return (text) => {
    const [, bracketed, plain, digits = ''] = /^(?:(?:\[([^\][]+)\]|([^:\][]+)):)?(\d{1,5})$/.exec(text.trim()) ?? [];
    const host = bracketed ?? plain ?? defaultHost;
    const port = digits === '' ? Number.NaN : Number(digits);
    if (host === undefined || !safeParse(hostText, host).success || !(port >= lowestPort && port <= 65_535)) {
      throw new InvalidArgumentError(`Expected ${expected}, a port from ${lowestPort} to 65535, IPv6 in brackets.`);
    }
    return { host, port };
  };
}

/** Formats as `host:port`, with an IPv6 address in brackets. */
export function formatEndpoint({ host, port }: HostPort): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** The address of an SSH server. Without a user, the name of this machine's user is used. */
export type SshAddress = Readonly<{ user: string | undefined; host: string; port: number }>;

/**
 * Parses `user@host` or `user@host:port`; the default port is 22.
 * @throws {InvalidArgumentError}
 */
export function parseSshAddress(text: string): SshAddress {
  const at = text.lastIndexOf('@');
  const user = at < 0 ? undefined : text.slice(0, at);
  const rest = text.slice(at + 1);
  const hasPort = /^\[[^\][]+\]:\d+$|^[^:\][]+:\d+$/.test(rest);
  const { host, port } = parseHostPort(undefined, 1)(hasPort ? rest : `${rest}:22`);
  if (user === '' || (user !== undefined && user.length > 128)) {
    throw new InvalidArgumentError('Expected user@host or user@host:port.');
  }
  return { user, host, port };
}
