import { readFileSync } from 'node:fs';

/** State of an established connection in the kernel's tables. */
const ESTABLISHED = '01';
/** Owner given for a closed end of a connection, which the kernel lists as root's, regardless of its real owner. */
export const UNKNOWN_OWNER = -1;

/** Number of attempts, since the kernel writes its table in pieces and can omit a line while connections change. */
const MAX_READINGS = 3;

export type ConnectionPorts = Readonly<{ remotePort: number; localPort: number }>;

/**
 * Tells whether a local connection comes from a program of the same user. The web host asks for each request. On Linux other accounts can read the
 * window's link in the browser's command line, but the kernel's tables (`/proc/net/tcp`), which this function reads, show the owner of a connection.
 * A connection that isn't listed is not accepted: its other end is closed, in another system, or unknown. On other systems only the token decides.
 */
export function isSameUser(
  { remotePort, localPort }: ConnectionPorts,
  readTables: () => string = readBothTables,
): boolean {
  const ownUid = process.getuid?.();
  if (process.platform !== 'linux' || ownUid === undefined) return true;
  for (let reading = 0; reading < MAX_READINGS; reading += 1) {
    const owners = findOwners(readTables(), { from: remotePort, to: localPort });
    // Root can do anything anyway, and forwards for others, such as the bridge between Windows and its Linux.
    if (owners.length > 0) return owners.every((uid) => uid === ownUid || uid === 0);
  }
  return false;
}

/**
 * Returns the accounts that own the ends at port `from` of connections to port `to`, in any notation of the addresses, from the kernel's tables
 * (proc(5), /proc/net/tcp: `sl local_address rem_address st tx:rx tr:tm retrnsmt uid …`, ports in hexadecimal). `UNKNOWN_OWNER` stands for a closed
 * end, so that a client that sends and hangs up isn't taken for root. Pure.
 */
export function findOwners(tables: string, ports: Readonly<{ from: number; to: number }>): readonly number[] {
  const ending = (port: number): string => `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const [from, to] = [ending(ports.from), ending(ports.to)];
  return tables
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local, remote]) => local?.endsWith(from) === true && remote?.endsWith(to) === true)
    .flatMap(({ 3: state, 7: uid = '' }) => {
      if (!/^\d+$/.test(uid)) return [];
      return [state === ESTABLISHED ? Number(uid) : UNKNOWN_OWNER];
    });
}

function readBothTables(): string {
  return ['/proc/net/tcp', '/proc/net/tcp6'].map((path) => readTable(path)).join('\n');
}

function readTable(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
