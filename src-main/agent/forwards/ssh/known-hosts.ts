import { createHmac, timingSafeEqual } from 'node:crypto';
import { keyType } from './public-key.ts';

/** One line of OpenSSH's `known_hosts` (sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT"): a key and the hosts that have it. */
export type KnownHost = Readonly<{
  /** `revoked`: the key must never be trusted for these hosts. */
  marker: 'none' | 'revoked';
  matches: (name: string) => boolean;
  type: string;
  key: Buffer;
}>;

const DEFAULT_PORT = 22;
/** Most lines read, and most characters per line (`LONGEST_LINE`): other programs may have written the file. */
const MOST_LINES = 100_000;
const LONGEST_LINE = 16_384;

/**
 * Parses the text of a `known_hosts` file. Skips comments, damaged lines and lines of certificate authorities, whose certificates are not accepted
 * here. Pure.
 */
export function parseKnownHosts(text: string): readonly KnownHost[] {
  return text
    .split('\n', MOST_LINES)
    .filter((line) => line.length <= LONGEST_LINE)
    .flatMap((line) => parseLine(line.trim()) ?? []);
}

/** Returns the name under which `known_hosts` lists a host: the host alone for port 22, else `[host]:port`. */
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
  // The type in the line and the type in the key must agree.
  if (keyType(key) !== type) return undefined;
  const matches = hosts.startsWith('|') ? hashedMatcher(hosts) : patternMatcher(hosts);
  if (matches === undefined) return undefined;
  return { marker: marker === undefined ? 'none' : 'revoked', matches, type, key };
}

/** Matcher for a hashed host, `|1|salt|hash`: HMAC-SHA1 of the name, so that the file does not reveal which hosts a person uses. */
function hashedMatcher(hosts: string): ((name: string) => boolean) | undefined {
  const [, version, salt, hash, rest] = hosts.split('|');
  if (version !== '1' || salt === undefined || hash === undefined || rest !== undefined) return undefined;
  const saltBytes = Buffer.from(salt, 'base64');
  const hashBytes = Buffer.from(hash, 'base64');
  if (saltBytes.length === 0 || hashBytes.length !== 20) return undefined;
  return (name) => timingSafeEqual(createHmac('sha1', saltBytes).update(name.toLowerCase()).digest(), hashBytes);
}

/** Matcher for a list of names separated by commas, with `*` and `?`. A matching name that begins with `!` excludes the line. */
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

/** Matches a name against a pattern in bounded time. Regular expressions are avoided: a crafted line could make them run for very long. */
export function matchesGlob(pattern: string, name: string): boolean {
  let at = 0;
  let star = -1;
  let mark = 0;
  for (let position = 0; position < name.length;) {
    if (at < pattern.length && (pattern[at] === '?' || pattern[at] === name[position]) && pattern[at] !== '*') {
      at += 1;
      position += 1;
    } else if (pattern[at] === '*') {
      star = at;
      mark = position;
      at += 1;
    } else if (star >= 0) {
      at = star + 1;
      mark += 1;
      position = mark;
    } else return false;
  }
  while (pattern[at] === '*') at += 1;
  return at === pattern.length;
}
