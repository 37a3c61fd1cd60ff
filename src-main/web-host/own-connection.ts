import { readFileSync } from 'node:fs';

/** A connection whose both ends are in use, in the kernel's tables. */
const ESTABLISHED = '01';
/** Of an end that its program has closed already: the kernel lists it as root's, whoever that was. */
export const NOBODY = -1;

/** The kernel writes a table piece by piece, and can leave a line out where connections come and go meanwhile. */
const MOST_READINGS = 3;

export type ConnectionPorts = Readonly<{ remotePort: number; localPort: number }>;

/**
 * Whose program is at the other end of a connection within this machine. The link of the window is in the command line of the browser that is
 * started with it, and other accounts can read that on Linux; the kernel's tables of connections tell that a connection is not theirs.
 * A connection that they don't list is not one's own: its other end is gone, in another system, or unknown. On other systems the token alone decides.
 */
export function isOwnConnection(
  { remotePort, localPort }: ConnectionPorts,
  readTables: () => string = readBothTables,
): boolean {
  const own = process.getuid?.();
  if (process.platform !== 'linux' || own === undefined) return true;
  for (let reading = 0; reading < MOST_READINGS; reading += 1) {
    const owners = findOwners(readTables(), { from: remotePort, to: localPort });
    // Root can do everything anyway, and forwards for others: the bridge between Windows and its Linux, for one.
    if (owners.length > 0) return owners.every((uid) => uid === own || uid === 0);
  }
  return false;
}

/**
 * The accounts that have the ends at `from` of connections from this port to that one, whatever the addresses are written like, as the kernel
 * lists them (proc(5), /proc/net/tcp: `sl local_address rem_address st tx:rx tr:tm retrnsmt uid …`, ports in hexadecimal). `NOBODY` for an end that
 * is closed: who sends something and hangs up at once must not be taken for root.
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
      return [state === ESTABLISHED ? Number(uid) : NOBODY];
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
