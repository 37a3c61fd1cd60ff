import { execFile } from 'node:child_process';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { basename } from 'node:path';

/** Protocol of a local port. */
export type PortProtocol = 'tcp' | 'udp';

/** Longest name of a program, characters. */
const LONGEST_NAME = 64;
/** Limit of characters read from one table, and of processes that are looked at. */
const MOST_TABLE = 4 * 1024 * 1024;
const MOST_PROCESSES = 4096;
/** Longest run of `lsof`, ms. */
const LSOF_TIMEOUT = 2000;
/** State of a listening TCP socket in the kernel's tables. */
const LISTENING = '0A';

/**
 * Returns the name of the program that holds a port of this machine, such as `postgres`; undefined if the system doesn't tell, for example for
 * programs of other users. Reads `/proc` on Linux, and asks `lsof` on macOS. Never rejects.
 */
export async function portOwner(
  protocol: PortProtocol,
  port: number,
  platform: NodeJS.Platform = process.platform,
): Promise<string | undefined> {
  try {
    if (platform === 'linux') return await ownerInProc(protocol, port);
    return platform === 'darwin' ? await ownerByLsof(protocol, port) : undefined;
  } catch {
    return undefined;
  }
}

async function ownerInProc(protocol: PortProtocol, port: number): Promise<string | undefined> {
  const tables = await Promise.all([protocol, `${protocol}6`].map(readTable));
  const sockets = new Set(tables.flatMap((text) => inodesIn(text, protocol, port)).map((inode) => `socket:[${inode}]`));
  if (sockets.size === 0) return undefined;
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).slice(-MOST_PROCESSES);
  for (const pid of pids) {
    if (!(await holdsOne(pid, sockets))) continue;
    if (Number(pid) === process.pid) return 'ClawReach';
    const program = await readlink(`/proc/${pid}/exe`);
    return cleanProgram(basename(program.replace(/ \(deleted\)$/, '')));
  }
  return undefined;
}

/** Returns the inodes of the sockets that hold a port, from the text of a kernel's table such as `/proc/net/tcp`. Pure. */
export function inodesIn(table: string, protocol: PortProtocol, port: number): readonly string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return table
    .slice(0, MOST_TABLE)
    .split('\n')
    .flatMap((line) => {
      const [, near = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/);
      const isHeld = near.endsWith(suffix) && (protocol === 'udp' || state === LISTENING);
      return isHeld && /^[1-9]\d*$/.test(inode) ? [inode] : [];
    });
}

async function readTable(name: string): Promise<string> {
  return await readFile(`/proc/net/${name}`, 'utf8').catch(() => '');
}

/** Reports whether a process holds one of the sockets. False for processes of other users, which can't be read. */
async function holdsOne(pid: string, sockets: ReadonlySet<string>): Promise<boolean> {
  const folder = `/proc/${pid}/fd`;
  const descriptors = await readdir(folder).catch(() => []);
  for (const descriptor of descriptors) {
    const target = await readlink(`${folder}/${descriptor}`).catch(() => '');
    if (sockets.has(target)) return true;
  }
  return false;
}

function ownerByLsof(protocol: PortProtocol, port: number): Promise<string | undefined> {
  const state = protocol === 'tcp' ? ['-sTCP:LISTEN'] : [];
  const args = ['-nP', `-i${protocol.toUpperCase()}:${port}`, ...state, '-Fpc'];
  return new Promise((resolve) => {
    execFile('lsof', args, { timeout: LSOF_TIMEOUT, maxBuffer: 64 * 1024 }, (error, output) =>
      resolve(error === null ? programIn(output) : undefined),
    );
  });
}

/** Returns the first program in the output of `lsof -Fpc`. Pure. */
export function programIn(output: string): string | undefined {
  const lines = output.split('\n');
  const pid = lines.find((line) => line.startsWith('p'))?.slice(1);
  if (pid !== undefined && Number(pid) === process.pid) return 'ClawReach';
  const command = lines.find((line) => line.startsWith('c'))?.slice(1);
  return command === undefined ? undefined : cleanProgram(command);
}

/** Drops what no program's name has. @returns undefined if nothing is left */
function cleanProgram(name: string): string | undefined {
  const clean = name.replaceAll(/[^\p{L}\p{N} ._+-]/gu, '').slice(0, LONGEST_NAME);
  return clean === '' ? undefined : clean;
}
