import { createHmac, timingSafeEqual } from 'node:crypto';
import { keyType } from './public-key.ts';

/** A line of OpenSSH's known_hosts (sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT") that tells a key of a host. */
export type KnownHost = Readonly<{
  /** `revoked`: the key must not be trusted, for these hosts. */
  marker: 'none' | 'revoked';
  matches: (name: string) => boolean;
  type: string;
  key: Buffer;
}>;

const DEFAULT_PORT = 22;
/** Lines and characters that are looked at, of a file that others may have filled. */
const MOST_LINES = 100_000;
const LONGEST_LINE = 16_384;

/**
 * Reads what it understands and leaves out the rest, as OpenSSH does: comments, damaged lines, and lines of certificate authorities, whose
 * certificates are not accepted here.
 */
export function parseKnownHosts(text: string): readonly KnownHost[] {
  return text
    .split('\n', MOST_LINES)
    .filter((line) => line.length <= LONGEST_LINE)
    .flatMap((line) => parseLine(line.trim()) ?? []);
}

/** The name under which a host is listed: alone at port 22, else `[host]:port`. */
export function listedName(host: string, port: number): string {
  const name = host.toLowerCase();
  return port === DEFAULT_PORT ? name : `[${name}]:${port}`;
}

function parseLine(line: string): KnownHost | undefined {
  if (line === '' || line.startsWith('#')) return undefined;
  const words = line.split(/[ \t]+/);
  const marker = words[0]?.startsWith('@') === true ? words.shift() : undefined;
  if (marker !== undefined && marker !== '@revoked') return undefined;
  const [hosts, type, encoded] = words;
  if (hosts === undefined || type === undefined || encoded === undefined) return undefined;
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(encoded)) return undefined;
  const key = Buffer.from(encoded, 'base64');
  // What the line says and what the key says must be the same.
  if (keyType(key) !== type) return undefined;
  const matches = hosts.startsWith('|') ? hashedMatcher(hosts) : patternMatcher(hosts);
  if (matches === undefined) return undefined;
  return { marker: marker === undefined ? 'none' : 'revoked', matches, type, key };
}

/** `|1|salt|hash`: HMAC-SHA1 of the name, so that the file does not tell where a person goes. */
function hashedMatcher(hosts: string): ((name: string) => boolean) | undefined {
  const [, version, salt, hash, rest] = hosts.split('|');
  if (version !== '1' || salt === undefined || hash === undefined || rest !== undefined) return undefined;
  const saltBytes = Buffer.from(salt, 'base64');
  const hashBytes = Buffer.from(hash, 'base64');
  if (saltBytes.length === 0 || hashBytes.length !== 20) return undefined;
  return (name) => timingSafeEqual(createHmac('sha1', saltBytes).update(name.toLowerCase()).digest(), hashBytes);
}

/** Names with `*` and `?`, separated by commas; one that begins with `!` and matches excludes the line. */
function patternMatcher(hosts: string): (name: string) => boolean {
  const patterns = hosts
    .toLowerCase()
    .split(',')
    .filter((pattern) => pattern !== '');
  return (name) => {
    const wanted = name.toLowerCase();
    let found = false;
    for (const pattern of patterns) {
      const negated = pattern.startsWith('!');
      if (!matchesGlob(negated ? pattern.slice(1) : pattern, wanted)) continue;
      if (negated) return false;
      found = true;
    }
    return found;
  };
}

/** Without regular expressions: a line of somebody else must not make the match take long. */
function matchesGlob(pattern: string, name: string): boolean {
  let at = 0;
  let star = -1;
  let mark = 0;
  for (let place = 0; place < name.length;) {
    if (at < pattern.length && (pattern[at] === '?' || pattern[at] === name[place]) && pattern[at] !== '*') {
      at += 1;
      place += 1;
    } else if (pattern[at] === '*') {
      star = at;
      mark = place;
      at += 1;
    } else if (star >= 0) {
      at = star + 1;
      mark += 1;
      place = mark;
    } else return false;
  }
  while (pattern[at] === '*') at += 1;
  return at === pattern.length;
}
