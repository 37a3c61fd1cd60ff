import { join } from 'node:path';
import { cleanProgram, outputOf, OWN_PROGRAM, programsOf, readTable } from './port-owner.ts';

/** TCP port of this machine on which a program listens. */
export type ListeningPort = Readonly<{
  port: number;
  /** Name of the program, such as `postgres`; undefined if the system doesn't tell, for example for programs of other users. */
  program?: string | undefined;
}>;

type Listener = Readonly<{ port: number; holder: string }>;

/** State of a listening TCP socket in the kernel's tables. */
const LISTENING = '0A';
/** Addresses in the kernel's notation that `localhost` reaches: all addresses, 127.0.0.1 and ::1, the first two also as mapped IPv6. */
const LOCAL = /^(?:0{8}|0100007F|0{32}|0{24}01000000|0{16}FFFF0000(?:0{8}|0100007F)):([0-9A-F]{4})$/;
/** The same as programs print them. */
const LOCAL_NAME = /^(?:\*|0\.0\.0\.0|127\.0\.0\.1|\[::\]|\[::1\]):(\d{1,5})$/;

/**
 * Lists the TCP ports of this machine that programs listen on and `localhost` reaches, with the programs' names, lowest port first. Reads `/proc` on
 * Linux; asks `lsof` on macOS, `netstat` and `tasklist` on Windows. Never rejects; empty where the system doesn't tell.
 */
export async function listeningPorts(platform: NodeJS.Platform = process.platform): Promise<readonly ListeningPort[]> {
  try {
    if (platform === 'linux') return await portsInProc();
    if (platform === 'darwin')
      return portsInLsof((await outputOf('lsof', ['-nP', '-iTCP', '-sTCP:LISTEN', '-Fpcn'])) ?? '');
    return platform === 'win32' ? await portsByNetstat() : [];
  } catch {
    return [];
  }
}

async function portsInProc(): Promise<readonly ListeningPort[]> {
  const tables = await Promise.all(['tcp', 'tcp6'].map(readTable));
  const listeners = tables.flatMap(listenersIn);
  return named(listeners, await programsOf(new Set(listeners.map(({ holder }) => holder))));
}

/** Returns the listening sockets that `localhost` reaches, with their inodes, from the text of a kernel's table such as `/proc/net/tcp`. Pure. */
export function listenersIn(table: string): readonly Listener[] {
  return table.split('\n').flatMap((line) => {
    const [, near = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/);
    const [, port] = LOCAL.exec(near) ?? [];
    const isOne = port !== undefined && state === LISTENING && /^[1-9]\d*$/.test(inode);
    return isOne ? [{ port: Number.parseInt(port, 16), holder: inode }] : [];
  });
}

/** Returns the ports in the output of `lsof -Fpcn`. Pure. */
export function portsInLsof(output: string): readonly ListeningPort[] {
  const listeners: Listener[] = [];
  const programs = new Map<string, string>();
  let pid = '';
  for (const line of output.split('\n')) {
    const rest = line.slice(1);
    if (line.startsWith('p')) pid = rest;
    else if (line.startsWith('c')) keep(programs, pid, rest);
    else if (line.startsWith('n')) listeners.push(...listenerAt(rest, pid));
  }
  return named(listeners, programs);
}

async function portsByNetstat(): Promise<readonly ListeningPort[]> {
  const folder = join(process.env['SystemRoot'] ?? 'C:\\Windows', 'System32');
  const [sockets, programs] = await Promise.all([
    outputOf(join(folder, 'netstat.exe'), ['-a', '-n', '-o', '-p', 'TCP']),
    outputOf(join(folder, 'tasklist.exe'), ['/fo', 'csv', '/nh']),
  ]);
  return portsInNetstat(sockets ?? '', programs ?? '');
}

/**
 * Returns the ports in the output of Windows' `netstat -ano`, with the names from `tasklist /fo csv`. The word for the state depends on the language;
 * a listening socket is one whose other end is port 0. Pure.
 */
export function portsInNetstat(sockets: string, programs: string): readonly ListeningPort[] {
  const listeners = sockets.split('\n').flatMap((line) => {
    const [protocol, near = '', far = '', , pid = ''] = line.trim().split(/\s+/);
    return protocol === 'TCP' && far.endsWith(':0') && /^\d+$/.test(pid) ? listenerAt(near, pid) : [];
  });
  const names = new Map<string, string>();
  for (const line of programs.split('\n')) {
    const [, name, pid] = /^"([^"]*)","(\d+)"/.exec(line) ?? [];
    if (name !== undefined && pid !== undefined) keep(names, pid, name.replace(/\.exe$/i, ''));
  }
  return named(listeners, names);
}

function keep(programs: Map<string, string>, pid: string, name: string): void {
  const program = Number(pid) === process.pid ? OWN_PROGRAM : cleanProgram(name);
  if (program !== undefined) programs.set(pid, program);
}

function listenerAt(address: string, holder: string): readonly Listener[] {
  const port = Number(LOCAL_NAME.exec(address)?.[1]);
  return port >= 1 && port <= 65_535 ? [{ port, holder }] : [];
}

/** Joins listeners and the programs of their holders: one entry for each port. */
function named(listeners: readonly Listener[], programs: ReadonlyMap<string, string>): readonly ListeningPort[] {
  const ports = new Map<number, ListeningPort>();
  for (const { port, holder } of listeners) {
    const program = programs.get(holder) ?? ports.get(port)?.program;
    ports.set(port, program === undefined ? { port } : { port, program });
  }
  return [...ports.values()].toSorted((one, other) => one.port - other.port);
}
