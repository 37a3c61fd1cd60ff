import * as z from 'zod';
import { safeParse } from '#shared/safe-parse.ts';
import { RelayServerError } from './errors.ts';

const versionName = z.string().regex(/^[0-9A-Za-z][0-9A-Za-z.+-]{0,99}$/);
const rule = z.string().regex(/^\d{1,5}\/(?:tcp|udp)$/);

const record = z.object({
  format: z.literal(1),
  version: z.string().regex(/^[0-9A-Za-z][0-9A-Za-z.+-]{0,63}$/),
  name: versionName,
  port: z.number().int().min(1).max(65_535),
  createdUser: z.boolean(),
  firewall: z.strictObject({ kind: z.enum(['ufw', 'firewalld']), rules: z.array(rule).max(8) }).nullable(),
  installedAt: z.string().max(40),
});
/** Record of an installation, in `installed.json` at the server. */
export type InstallationRecord = z.infer<typeof record>;

/** Facts about a server. */
export type Survey = Readonly<{
  arch: 'x64' | 'arm64';
  /** Free disk, MB. */
  free: number;
  isPortUsed: boolean;
  hasUnit: boolean;
  isActive: boolean;
  hasUser: boolean;
  /** The user was made for a relay: its home is the folder of the data. */
  isOwnUser: boolean;
  hasData: boolean;
  hasBase: boolean;
  record: InstallationRecord | undefined;
  /** Name of the version in use. */
  current: string | undefined;
  firewall: 'ufw' | 'firewalld' | undefined;
}>;

/** Reads `key=value` lines; other lines are an error. Pure. */
export function readFacts(output: string): ReadonlyMap<string, string> {
  const facts = new Map<string, string>();
  for (const line of output.split('\n').filter((text) => text !== '')) {
    const match = /^([a-z0-9.-]{1,32})=([\x20-\x7E]{0,16384})$/.exec(line);
    if (match === null) throw new RelayServerError('relay-server.answers', 'the answer of a command cannot be read');
    const [, key = '', value = ''] = match;
    facts.set(key, value);
  }
  return facts;
}

/**
 * Reads the survey of a server, and checks that a relay can run there. Nothing the server says ends up in a command except names that match a strict
 * pattern. Pure.
 * @throws {RelayServerError} `relay-server.answers`, `relay-server.system`, `relay-server.tools`
 */
export function readSurvey(output: string): Survey {
  const facts = readFacts(output);
  const machine = facts.get('machine') ?? '';
  const arch = /^(?:x86_64|amd64)$/.test(machine) ? 'x64' : /^(?:aarch64|arm64)$/.test(machine) ? 'arm64' : undefined;
  if (facts.get('system') !== 'Linux' || arch === undefined || facts.get('libc') !== 'glibc') {
    const system = `${facts.get('system') ?? '?'} ${machine}${facts.has('libc') ? '' : ', no glibc'}`.slice(0, 60);
    throw new RelayServerError('relay-server.system', 'no relay for this system', { details: { system } });
  }
  const missing = (facts.get('missing') ?? '').trim();
  if (facts.get('systemd') !== 'yes' || missing !== '') {
    const tools = [facts.get('systemd') === 'yes' ? '' : 'systemd', missing]
      .filter((text) => text !== '')
      .join(' ')
      .slice(0, 100);
    throw new RelayServerError('relay-server.tools', 'programs are missing', { details: { tools } });
  }
  const free = Number(facts.get('free'));
  if (!Number.isFinite(free)) throw new RelayServerError('relay-server.answers', 'no free space was reported');
  const current = facts.get('current');
  const firewall = facts.get('firewall');
  return {
    arch,
    free: Math.floor(free / 1024),
    isPortUsed: facts.has('port'),
    hasUnit: facts.has('unit'),
    isActive: facts.has('active'),
    hasUser: facts.has('user'),
    isOwnUser: facts.has('user-own'),
    hasData: facts.has('data'),
    hasBase: facts.has('base'),
    record: readRecord(facts.get('record')),
    current: current !== undefined && versionName.safeParse(current).success ? current : undefined,
    firewall: firewall === 'ufw' || firewall === 'firewalld' ? firewall : undefined,
  };
}

function readRecord(encoded: string | undefined): InstallationRecord | undefined {
  if (encoded === undefined) return undefined;
  try {
    return safeParse(record, JSON.parse(Buffer.from(encoded, 'base64').toString('utf8'))).data;
  } catch {
    return undefined;
  }
}
