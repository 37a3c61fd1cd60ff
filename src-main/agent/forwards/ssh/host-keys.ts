import * as z from 'zod';
import { hostText, port } from '#shared/forward/index.ts';
import type { Clock } from '#shared/clock.ts';
import type { Logger } from '#shared/logger.ts';
import { DocumentStore, type DocumentDefinition, type DocumentFile } from '../../core/store/index.ts';
import { listedName, type KnownHost } from './known-hosts.ts';
import { fingerprintOf, keyType } from './public-key.ts';

/** Identity of an SSH server, under which its keys are saved. The same address behind another peer is another server. */
export type SshServerId = Readonly<{ peer: string | null; host: string; port: number }>;

/** Result of checking the host key that a server presents. */
export type HostKeyVerdict =
  | Readonly<{ kind: 'known' }>
  | Readonly<{ kind: 'unknown' }>
  /** Another key is known; `before` is its fingerprint, of a key of the same type if one is known. */
  | Readonly<{ kind: 'changed'; before: string }>
  | Readonly<{ kind: 'revoked' }>;

/** Most servers whose keys are saved; the oldest are dropped first. */
const MOST_PINS = 1000;

const pin = z.strictObject({
  peer: z.string().max(64).nullable(),
  host: hostText,
  port,
  /** Trusted public keys in SSH wire format, base64. */
  keys: z
    .array(
      z
        .string()
        .max(4096)
        .regex(/^[A-Za-z0-9+/]+={0,2}$/),
    )
    .min(1)
    .max(8),
  trustedAt: z.number().int(),
});
type Pin = z.infer<typeof pin>;

const document = z.strictObject({ hosts: z.array(pin).max(MOST_PINS) });

const DOCUMENT: DocumentDefinition<z.infer<typeof document>> = {
  name: 'ssh host keys',
  version: 1,
  schema: document,
  migrations: {},
  initial: () => ({ hosts: [] }),
};

/**
 * Known host keys of SSH servers: those that a person has trusted here, saved in `ssh-host-keys.json` of the profile, and for servers reached
 * directly those of the person's `known_hosts`, which is read and never written.
 */
export class HostKeys {
  readonly #document: DocumentStore<z.infer<typeof document>>;
  readonly #clock: Clock;
  readonly #knownHosts: () => readonly KnownHost[];

  /**
   * Loads the saved keys from disk.
   * @param options.knownHosts returns the current lines of the person's `known_hosts`
   * @throws {StoreError} as `DocumentStore`
   */
  constructor(
    options: Readonly<{ file: DocumentFile; clock: Clock; logger: Logger; knownHosts: () => readonly KnownHost[] }>,
  ) {
    this.#document = new DocumentStore(options.file, DOCUMENT, options.logger);
    this.#clock = options.clock;
    this.#knownHosts = options.knownHosts;
  }

  /** Returns the types of the keys known for a server. The server is asked for these types first: a key of another type would look like a change. */
  types(server: SshServerId): readonly string[] {
    const types = [...this.#pinned(server), ...this.#listed(server)].map((key) => keyType(key) ?? '');
    return [...new Set(types)].filter((type) => type !== '');
  }

  /**
   * Checks the key that a server presents.
   * @param key in SSH wire format; the server has yet to prove that it holds the private key
   */
  verdict(server: SshServerId, key: Uint8Array): HostKeyVerdict {
    const shown = Buffer.from(key);
    const lines = this.#knownHosts();
    const name = listedName(server.host, server.port);
    const bare = server.host.toLowerCase();
    const equal = (line: KnownHost): boolean => line.key.equals(shown);
    const isNamed = (line: KnownHost): boolean => line.matches(name) || line.matches(bare);
    if (lines.some((line) => line.marker === 'revoked' && equal(line) && isNamed(line))) return { kind: 'revoked' };
    const pinned = this.#pinned(server);
    if (pinned.some((known) => known.equals(shown))) return { kind: 'known' };
    // A key that a person trusted here is newer than the file and overrides it.
    if (pinned.length > 0) return changed(pinned, shown);
    // OpenSSH, too, takes a key that is listed without the port; a different key listed that way says nothing about another port.
    const isListed = (line: KnownHost): boolean => line.marker === 'none' && equal(line) && isNamed(line);
    // Behind a peer the same name is another machine, so the file of this machine says nothing about it.
    if (server.peer === null && lines.some(isListed)) return { kind: 'known' };
    const listed = this.#listed(server);
    return listed.length > 0 ? changed(listed, shown) : { kind: 'unknown' };
  }

  /**
   * Saves a key as the only trusted one of a server.
   * @throws {StoreError} `store.write`
   */
  trust(server: SshServerId, key: Uint8Array): void {
    const others = this.#document.value.hosts.filter((known) => !isSame(known, server));
    const added: Pin = {
      peer: server.peer,
      host: server.host.toLowerCase(),
      port: server.port,
      keys: [Buffer.from(key).toString('base64')],
      trustedAt: Math.floor(this.#clock.now()),
    };
    this.#document.save({ hosts: [...others, added].slice(-MOST_PINS) });
  }

  #pinned(server: SshServerId): readonly Buffer[] {
    const known = this.#document.value.hosts.find((pin) => isSame(pin, server));
    return (known?.keys ?? []).map((key) => Buffer.from(key, 'base64'));
  }

  /** Returns the keys that `known_hosts` lists for a server; none behind a peer, where names and addresses may mean other machines. */
  #listed(server: SshServerId): readonly Buffer[] {
    if (server.peer !== null) return [];
    const name = listedName(server.host, server.port);
    return this.#knownHosts()
      .filter((line) => line.marker === 'none' && line.matches(name))
      .map((line) => line.key);
  }
}

function isSame(pin: Pin, { peer, host, port }: SshServerId): boolean {
  return pin.peer === peer && pin.host === host.toLowerCase() && pin.port === port;
}

/**
 * Verdict on a key that differs from the known ones. A key of an unknown type counts as changed too: the server was asked for the known types, and an
 * attacker could present any type.
 */
function changed(known: readonly Buffer[], shown: Buffer): HostKeyVerdict {
  const type = keyType(shown);
  const before = known.find((key) => keyType(key) === type) ?? known[0];
  return before === undefined ? { kind: 'unknown' } : { kind: 'changed', before: fingerprintOf(before) };
}
