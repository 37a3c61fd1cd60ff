import { readFileSync, statSync } from 'node:fs';
import type { Clock } from '#shared/clock.ts';
import type { Logger } from '#shared/logger.ts';
import type { DocumentFile } from '../../core/store/index.ts';
import type { SshConnection } from './connection.ts';
import { HostKeys } from './host-keys.ts';
import { parseKnownHosts, type KnownHost } from './known-hosts.ts';
import type { LoginMachine } from './login.ts';

/** Facts about this machine that SSH forwards need: home directory, environment, and the path of the user's `known_hosts`. */
export type SshMachine = LoginMachine & Readonly<{ knownHostsFile: string }>;

/** Largest `known_hosts` file that is read, bytes. */
const MOST_BYTES = 8 * 1024 * 1024;

/**
 * Services that all SSH connections of a device share: known host keys, facts about the machine, and notification of network changes. Created with
 * the agent; SSH tunnels and automatic proxies use them. Reads and writes `ssh-host-keys.json`; reads the user's `known_hosts`, never writes it.
 */
export class SshServices {
  readonly hostKeys: HostKeys;
  readonly machine: SshMachine;
  readonly #connections = new Set<SshConnection>();

  /**
   * Loads the trusted host keys from `file`.
   * @throws {StoreError} as `DocumentStore`
   */
  constructor(options: Readonly<{ file: DocumentFile; machine: SshMachine; clock: Clock; logger: Logger }>) {
    const { file, machine, clock, logger } = options;
    this.machine = machine;
    const knownHosts = new KnownHostsFile(machine.knownHostsFile);
    this.hostKeys = new HostKeys({ file, clock, logger, knownHosts: () => knownHosts.read() });
  }

  /** Registers a connection for `networkChanged`. */
  add(connection: SshConnection): void {
    this.#connections.add(connection);
  }

  remove(connection: SshConnection): void {
    this.#connections.delete(connection);
  }

  /** Notifies all registered connections that the machine changed networks or woke from sleep. */
  networkChanged(): void {
    for (const connection of this.#connections) connection.networkChanged();
  }
}

/** The user's `known_hosts`. Read again whenever the file has changed, since a person may use `ssh` beside this program. */
class KnownHostsFile {
  readonly #path: string;
  #read: Readonly<{ version: string; lines: readonly KnownHost[] }> = { version: '', lines: [] };

  constructor(path: string) {
    this.#path = path;
  }

  /** Returns the lines of the file; empty if the file is missing or unreadable. */
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
