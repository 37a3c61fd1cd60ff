import { readFileSync, statSync } from 'node:fs';
import type { Clock } from '#shared/clock.ts';
import type { Logger } from '#shared/logger.ts';
import type { DocumentFile } from '../../core/store/index.ts';
import type { SshConnection } from './connection.ts';
import { HostKeys } from './host-keys.ts';
import { parseKnownHosts, type KnownHost } from './known-hosts.ts';
import type { LoginMachine } from './login.ts';

/** Facts about this machine that tunnels need. */
export type SshMachine = LoginMachine & Readonly<{ knownHostsFile: string }>;

/** Bytes of a known_hosts file that are read. */
const MOST_BYTES = 8 * 1024 * 1024;

/** Services that all SSH tunnels of a device share. */
export class SshParts {
  readonly hostKeys: HostKeys;
  readonly machine: SshMachine;
  readonly #connections = new Set<SshConnection>();

  /** Loads the keys that are trusted. @throws {StoreError} as SettingsFile */
  constructor(options: Readonly<{ file: DocumentFile; machine: SshMachine; clock: Clock; logger: Logger }>) {
    const { file, machine, clock, logger } = options;
    this.machine = machine;
    const knownHosts = new KnownHostsFile(machine.knownHostsFile);
    this.hostKeys = new HostKeys({ file, clock, logger, knownHosts: () => knownHosts.read() });
  }

  add(connection: SshConnection): void {
    this.#connections.add(connection);
  }

  remove(connection: SshConnection): void {
    this.#connections.delete(connection);
  }

  /** The machine is in another network, or slept. */
  networkChanged(): void {
    for (const connection of this.#connections) connection.networkChanged();
  }
}

/** Read anew when it is another one: a person may use `ssh` beside this program. */
class KnownHostsFile {
  readonly #path: string;
  #read: Readonly<{ version: string; lines: readonly KnownHost[] }> = { version: '', lines: [] };

  constructor(path: string) {
    this.#path = path;
  }

  /** Nothing where there is no file, or none that can be read. */
  read(): readonly KnownHost[] {
    try {
      const { mtimeMs, size, ino } = statSync(this.#path);
      const version = `${mtimeMs} ${size} ${ino}`;
      if (version !== this.#read.version && size <= MOST_BYTES)
        this.#read = { version, lines: parseKnownHosts(readFileSync(this.#path, 'utf8')) };
      return this.#read.lines;
    } catch {
      return [];
    }
  }
}
