import type { Command } from 'commander';
import { UsageError } from '../../errors.ts';
import { parseWhole } from '../registry.ts';
import { parseHostPort, type HostPort } from './host-port.ts';

/** Default address that forwards listen on: this machine only. */
export const LOOPBACK = '127.0.0.1';

/**
 * Adds `--port` and `--listen` to a command. Used by commands that create a forward.
 * @param defaultPort the default port, as a phrase for the help
 * @param canReverse true if the command also has `--reverse`, with which the other machine listens
 */
export function addListenOptions(command: Command, defaultPort: string, canReverse = false): Command {
  return command
    .option(
      '--port <n>',
      `port to listen on${canReverse ? ', here or with --reverse on the other machine' : ''}; 0 takes any free one (${defaultPort})`,
      parseWhole(0, 65_535),
    )
    .option(
      '--listen <host:port>',
      canReverse
        ? `address to listen on instead of ${LOOPBACK}, here or with --reverse on the other machine`
        : `address of this machine to listen on instead of ${LOOPBACK}`,
    );
}

/**
 * Returns the address to listen on from `--port` or `--listen`.
 * @throws {UsageError} `usage.listen` if both are given
 */
export function readListen(
  { port, listen }: Readonly<{ port?: number; listen?: string }>,
  defaultPort: number,
): HostPort {
  if (listen === undefined) return { host: LOOPBACK, port: port ?? defaultPort };
  if (port !== undefined) throw new UsageError('usage.listen', '--listen already contains the port');
  return parseHostPort(LOOPBACK, 0)(listen);
}
