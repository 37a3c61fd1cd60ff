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
/** Most open files of a process that are looked at. */
const MOST_DESCRIPTORS = 16_384;
/** Longest run of a program of the system, ms, and most characters that it prints. */
const LOOK_TIMEOUT = 2000;
const MOST_OUTPUT = 1024 * 1024;
/** State of a listening TCP socket in the kernel's tables. */
const LISTENING = '0A';
/** Name of this program. */
export const OWN_PROGRAM = 'ClawReach';

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
  const inodes = new Set(tables.flatMap((text) => inodesIn(text, protocol, port)));
  const [program] = (await programsOf(inodes, 1)).values();
  return program;
}

/**
 * Returns the names of the programs that hold sockets, by the sockets' inodes, from `/proc`. Those of other users' programs are missing.
 * @param most number of sockets after which it stops
 */
export async function programsOf(
  inodes: ReadonlySet<string>,
  most: number = inodes.size,
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  if (inodes.size === 0) return found;
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).slice(-MOST_PROCESSES);
  for (const pid of pids) {
    const held = await heldBy(pid, inodes);
    const program = held.length === 0 ? undefined : await programOf(pid);
    if (program !== undefined) for (const inode of held) found.set(inode, program);
    if (found.size >= most) break;
  }
  return found;
}

async function programOf(pid: string): Promise<string | undefined> {
  if (Number(pid) === process.pid) return OWN_PROGRAM;
  const program = await readlink(`/proc/${pid}/exe`).catch(() => '');
  return cleanProgram(basename(program.replace(/ \(deleted\)$/, '')));
}

/** Returns the inodes of the sockets that hold a port, from the text of a kernel's table such as `/proc/net/tcp`. Pure. */
export function inodesIn(table: string, protocol: PortProtocol, port: number): readonly string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return table.split('\n').flatMap((line) => {
    const [, near = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/);
    const isHeld = near.endsWith(suffix) && (protocol === 'udp' || state === LISTENING);
    return isHeld && /^[1-9]\d*$/.test(inode) ? [inode] : [];
  });
}

/** Returns the text of one of the kernel's tables of sockets, such as `tcp6`; empty if it can't be read. */
export async function readTable(name: string): Promise<string> {
  const text = await readFile(`/proc/net/${name}`, 'utf8').catch(() => '');
  return text.slice(0, MOST_TABLE);
}

/** Returns those of the sockets that a process holds. None for processes of other users, which can't be read. */
async function heldBy(pid: string, inodes: ReadonlySet<string>): Promise<readonly string[]> {
  const folder = `/proc/${pid}/fd`;
  const descriptors = await readdir(folder).catch(() => []);
  const targets = await Promise.all(
    descriptors.slice(0, MOST_DESCRIPTORS).map((one) => readlink(`${folder}/${one}`).catch(() => '')),
  );
  return targets.flatMap((target) => {
    const [, inode] = /^socket:\[(\d+)\]$/.exec(target) ?? [];
    return inode !== undefined && inodes.has(inode) ? [inode] : [];
  });
}

async function ownerByLsof(protocol: PortProtocol, port: number): Promise<string | undefined> {
  const state = protocol === 'tcp' ? ['-sTCP:LISTEN'] : [];
  const args = ['-nP', `-i${protocol.toUpperCase()}:${port}`, ...state, '-Fpc'];
  const output = await outputOf('lsof', args);
  return output === undefined ? undefined : programIn(output);
}

/** Returns what a program of the system prints; undefined if it fails or takes more than 2 s. */
export function outputOf(program: string, args: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    const options = { timeout: LOOK_TIMEOUT, maxBuffer: MOST_OUTPUT, windowsHide: true };
    execFile(program, args, options, (error, output) => resolve(error === null ? output : undefined));
  });
}

/** Returns the first program in the output of `lsof -Fpc`. Pure. */
export function programIn(output: string): string | undefined {
  const lines = output.split('\n');
  const pid = lines.find((line) => line.startsWith('p'))?.slice(1);
  if (pid !== undefined && Number(pid) === process.pid) return OWN_PROGRAM;
  const command = lines.find((line) => line.startsWith('c'))?.slice(1);
  return command === undefined ? undefined : cleanProgram(command);
}

/** Drops what no program's name has. @returns undefined if nothing is left */
export function cleanProgram(name: string): string | undefined {
  const clean = name.replaceAll(/[^\p{L}\p{N} ._+-]/gu, '').slice(0, LONGEST_NAME);
  return clean === '' ? undefined : clean;
}
