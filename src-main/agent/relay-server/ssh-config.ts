import { matchesGlob } from '../forwards/ssh/index.ts';

/** Settings of `~/.ssh/config` for one host. */
export type SshHost = Readonly<{
  hostName: string;
  user: string | undefined;
  port: number | undefined;
  identityFiles: readonly string[];
  /** Hosts to jump through, in order. */
  jumps: readonly string[];
  /** True if the entry starts a program to connect, which isn't done here. */
  hasProxyCommand: boolean;
}>;

/** Largest text that is read, characters, and most lines. */
const MOST_CHARACTERS = 1_000_000;
const MOST_LINES = 20_000;

type Line = Readonly<{ key: string; values: readonly string[] }>;

/**
 * Finds the settings for a host as ssh_config(5) does: the first value of each counts. Reads `HostName`, `User`, `Port`, `IdentityFile` and
 * `ProxyJump`; blocks of `Match` are left out, since they can run programs, and so are `Include` lines. Pure.
 */
export function resolveHost(text: string, host: string): SshHost {
  const wanted = host.toLowerCase();
  const first = new Map<string, string>();
  const identityFiles: string[] = [];
  let applies = true;
  for (const { key, values } of linesOf(text)) {
    const [value] = values;
    if (key === 'host') applies = matchesPatterns(values, wanted);
    else if (key === 'match') applies = false;
    else if (applies && value !== undefined) {
      if (key === 'identityfile') identityFiles.push(value);
      else if (!first.has(key)) first.set(key, value);
    }
  }
  const port = first.get('port') ?? '';
  const jump = first.get('proxyjump') ?? 'none';
  const command = first.get('proxycommand') ?? 'none';
  return {
    hostName: (first.get('hostname') ?? '%h').replaceAll('%h', host).replaceAll('%%', '%'),
    user: first.get('user'),
    port: /^\d{1,5}$/.test(port) && Number(port) > 0 && Number(port) < 65_536 ? Number(port) : undefined,
    identityFiles: identityFiles.filter((file) => file !== 'none').slice(0, 8),
    jumps: jump.toLowerCase() === 'none' ? [] : jump.split(','),
    hasProxyCommand: command.toLowerCase() !== 'none' && jump.toLowerCase() === 'none',
  };
}

/** Lists the hosts that a configuration names without wildcards, with where they lead. Pure. */
export function sshConfigHosts(text: string): readonly Readonly<{ name: string; host: string; user: string | null }>[] {
  const names = linesOf(text)
    .filter(({ key }) => key === 'host')
    .flatMap(({ values }) => values)
    .filter((name) => /^[A-Za-z0-9][\w.:-]{0,252}$/.test(name));
  return [...new Set(names)].slice(0, 500).map((name) => {
    const { hostName, user } = resolveHost(text, name);
    return { name, host: hostName, user: user ?? null };
  });
}

function linesOf(text: string): readonly Line[] {
  return text
    .slice(0, MOST_CHARACTERS)
    .split('\n', MOST_LINES)
    .flatMap((raw) => {
      const match = /^\s*([A-Za-z][A-Za-z0-9]*)(?:\s*=\s*|\s+)(.*?)\s*$/.exec(raw);
      if (match === null) return [];
      const [, key = '', rest = ''] = match;
      const values = [...rest.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain = '']) => quoted ?? plain);
      return [{ key: key.toLowerCase(), values }];
    });
}

function matchesPatterns(patterns: readonly string[], host: string): boolean {
  let found = false;
  for (const pattern of patterns.map((text) => text.toLowerCase())) {
    const isNegated = pattern.startsWith('!');
    if (!matchesGlob(isNegated ? pattern.slice(1) : pattern, host)) continue;
    if (isNegated) return false;
    found = true;
  }
  return found;
}
