import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { TokenFileError } from './errors.ts';

/** Largest token file, bytes. */
const MOST_BYTES = 16 * 1024;
const LOOPBACK = /^http:\/\/(127\.0\.0\.1|\[::1\]|localhost):(\d{1,5})\/?$/;

/** Name of an agent of this machine. */
export const AGENT_NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/;

/** Place of the API, and the token of its agent. */
export type TokenFile = Readonly<{
  agent: string;
  socket: string;
  http: Readonly<{ host: string; port: number }> | undefined;
  token: string;
}>;

/** Returns the usual path of an agent's token file, in the same profile as that of the commands. */
export function usualTokenFile(agent: string): string {
  return join(profile(), 'agents', `${agent}.token`);
}

/**
 * Reads a token file that only its owner can read.
 * @param inProfile profile in which it is, to be named if there is none
 * @throws {TokenFileError} with `details.missing` if there is none
 */
export function readTokenFile(path: string, inProfile?: string): TokenFile {
  const broken = (text: string, details = {}): TokenFileError =>
    new TokenFileError('client.token-file', `${path} ${text}`, details);
  const value = parsed(readOwn(path, broken, inProfile));
  const { version, agent, socket, http, token } = value;
  if (version !== 1 || typeof agent !== 'string' || !AGENT_NAME.test(agent) || typeof socket !== 'string')
    throw broken('is no token file of this version');
  if (typeof token !== 'string' || !/^[A-Za-z0-9_-]{43}$/.test(token)) throw broken('has no token');
  if (http === null || http === undefined) return { agent, socket, http: undefined, token };
  const [, host = '', port = '0'] = (typeof http === 'string' ? LOOPBACK.exec(http) : null) ?? [];
  if (Number(port) < 1 || Number(port) > 65_535)
    throw new TokenFileError('client.address', `${path} names an address that is not on this machine`);
  return { agent, socket, http: { host: host === '[::1]' ? '::1' : '127.0.0.1', port: Number(port) }, token };
}

/** Returns the profile directory of ClawReach, the same as for its commands. */
export function profile(): string {
  const { env, platform } = process;
  if (env['CLAWREACH_PROFILE']) return resolve(env['CLAWREACH_PROFILE']);
  if (platform === 'win32') return join(env['APPDATA'] || join(homedir(), 'AppData', 'Roaming'), 'ClawReach');
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'ClawReach');
  const configured = env['XDG_CONFIG_HOME'];
  return join(
    configured !== undefined && isAbsolute(configured) ? configured : join(homedir(), '.config'),
    'clawreach',
  );
}

function readOwn(
  path: string,
  broken: (text: string, details?: object) => TokenFileError,
  inProfile: string | undefined,
): string {
  const isWindows = process.platform === 'win32';
  let file: number;
  try {
    // Not blocking: a pipe in its place would wait for a writer.
    file = openSync(path, isWindows ? 'r' : constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    const place = inProfile === undefined ? '' : `. The profile is ${inProfile}; CLAWREACH_PROFILE names another one`;
    if (code === 'ENOENT')
      throw broken(`doesn't exist; add the agent with \`clawreach agent add NAME\`${place}`, { missing: true });
    throw broken(`can't be opened: ${code}`);
  }
  try {
    const facts = fstatSync(file);
    if (!facts.isFile()) throw broken('is no file');
    if (!isWindows && facts.uid !== process.geteuid?.()) throw broken('belongs to someone else');
    if (!isWindows && (facts.mode & 0o077) !== 0)
      throw broken(
        'can be read by others: run `chmod 600` on it, and renew it with `clawreach agent token NAME --renew`',
      );
    const bytes = Buffer.alloc(MOST_BYTES + 1);
    const length = readSync(file, bytes, 0, bytes.length, 0);
    if (length > MOST_BYTES) throw broken('is too large for a token file');
    return bytes.toString('utf8', 0, length);
  } finally {
    closeSync(file);
  }
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
  } catch {
    return {};
  }
}
