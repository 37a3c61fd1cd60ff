import { execFile } from 'node:child_process';
import { open, readlink, stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { cleanProgram, DIRECTORY, MAX_FOLDER_CHARACTERS } from '#shared/terminal/index.ts';
import type { Foreground, ReadForeground } from './foreground.ts';
import { programName } from '../pty-host/pty-request.ts';

/** Most bytes read from a file in `/proc`; a command line may be megabytes long. */
const MAX_READ = 4096;
/** Longest time for `ps`, ms. */
const PATIENCE = 2000;
/** Most children of a shell searched for a member of a group whose leader has ended. */
const MAX_CHILDREN = 64;

const run = promisify(execFile);

/**
 * Reads the foreground programs of terminals from the system: from `/proc` on Linux, from `ps` on macOS, none on Windows. The PTY host isn't
 * involved, so terminals left by an agent of another version are found too. Called for each list of terminals.
 */
export const readForeground: ReadForeground = async (pids) => {
  if (pids.length === 0 || process.platform === 'win32') return new Map();
  if (process.platform !== 'linux') return parsePs(await askPs(), pids);
  const found = await Promise.all(pids.map(async (pid) => [pid, await foregroundOf(pid)] as const));
  return new Map(found.flatMap(([pid, foreground]) => (foreground === undefined ? [] : [[pid, foreground] as const])));
};

/**
 * Parses the output of `ps -o pid=,pgid=,tpgid=,stat=,comm=` for all processes.
 * @param pids first programs of the terminals
 */
export function parsePs(text: string, pids: readonly number[]): ReadonlyMap<number, Foreground> {
  const all = text.split('\n').flatMap((line) => {
    const [, pid, group, foreground, state, file] =
      /^\s*(\d+)\s+(\d+)\s+(-?\d+)\s+(\S+)\s+(\S.*)$/.exec(line.trimEnd()) ?? [];
    if (pid === undefined || file === undefined || state?.startsWith('Z') === true) return [];
    return [{ pid: Number(pid), group: Number(group), foreground: Number(foreground), file }];
  });
  const found = new Map<number, Foreground>();
  for (const { pid, foreground } of all) {
    if (!pids.includes(pid) || foreground <= 0) continue;
    const members = all.filter(({ group }) => group === foreground);
    const leader = members.find((member) => member.pid === foreground) ?? members[0];
    found.set(pid, { isFirst: foreground === pid, name: nameFrom('', [leader?.file ?? ''], foreground) });
  }
  return found;
}

async function askPs(): Promise<string> {
  try {
    const { stdout } = await run('/bin/ps', ['-axo', 'pid=,pgid=,tpgid=,stat=,comm='], { timeout: PATIENCE });
    return stdout;
  } catch {
    return '';
  }
}

async function foregroundOf(pid: number): Promise<Foreground | undefined> {
  const group = (await statOf(pid))?.foreground ?? 0;
  if (group <= 0) return undefined;
  const leader = await statOf(group);
  const member = leader === undefined || leader.isEnded ? await memberOf(group, pid) : { pid: group, ...leader };
  // Not every system shows the processes of other users.
  const words = member === undefined ? [] : (await readStart(member.pid, 'cmdline')).split('\0');
  // A program of another user hides its folder; its shell's is the next best.
  const folder = (await folderOf(member?.pid ?? pid)) ?? (await folderOf(pid));
  return { isFirst: group === pid, name: nameFrom(member?.name ?? '', words, group), folder };
}

/** Finds a running member of a group whose leader has ended, for example in a pipeline. */
async function memberOf(group: number, shell: number): Promise<(Stat & Readonly<{ pid: number }>) | undefined> {
  const children = (await readStart(shell, `task/${shell}/children`)).trim().split(' ');
  for (const child of children.slice(0, MAX_CHILDREN)) {
    const pid = Number(child);
    const stat = await statOf(pid);
    if (stat?.group === group && !stat.isEnded) return { pid, ...stat };
  }
  return undefined;
}

/** Reads the working directory of a process; undefined if that fails, or if the folder was removed. */
async function folderOf(pid: number): Promise<string | undefined> {
  try {
    const folder = await readlink(`/proc/${pid}/cwd`);
    // In a container, the path means another folder, or none.
    const [meant, found] = await Promise.all([stat(`/proc/${pid}/cwd`), stat(folder)]);
    if (meant.dev !== found.dev || meant.ino !== found.ino) return undefined;
    return folder.length > MAX_FOLDER_CHARACTERS || !DIRECTORY.test(folder) || folder.endsWith(' (deleted)')
      ? undefined
      : folder;
  } catch {
    return undefined;
  }
}

type Stat = Readonly<{ name: string; isEnded: boolean; group: number; foreground: number }>;

/** Reads `/proc/PID/stat`, see proc_pid_stat(5). */
async function statOf(pid: number): Promise<Stat | undefined> {
  const text = await readStart(pid, 'stat');
  // The name of the program, in brackets, may hold anything.
  const end = text.lastIndexOf(')');
  if (end < 0) return undefined;
  const [state = '', , group, , , foreground] = text.slice(end + 2).split(' ');
  return {
    name: text.slice(text.indexOf('(') + 1, end),
    isEnded: /[ZX]/.test(state),
    group: Number(group),
    foreground: Number(foreground),
  };
}

/** Reads the start of a file in `/proc/PID`; returns an empty text if that fails. */
async function readStart(pid: number, name: string): Promise<string> {
  try {
    const file = await open(`/proc/${pid}/${name}`);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(MAX_READ), 0, MAX_READ);
      return buffer.toString('utf8', 0, bytesRead);
    } finally {
      await file.close();
    }
  } catch {
    return '';
  }
}

/**
 * Returns the name of a program. The system's own name is truncated, but a script has the name that the person typed when its command line begins
 * with the interpreter; so the system's name tells which word of the command line to take.
 */
function nameFrom(system: string, words: readonly string[], group: number): string {
  const names = words.slice(0, 2).map((word) => programName(word).replace(/^-/, ''));
  const meant = names.find((name) => system !== '' && name.startsWith(system)) ?? (names[0] || system);
  return cleanProgram(meant) || `pid ${group}`;
}
