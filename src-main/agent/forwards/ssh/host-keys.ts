import * as z from 'zod';
import { hostText, port } from '#shared/forward/index.ts';
import type { Clock } from '#shared/clock.ts';
import type { Logger } from '#shared/logger.ts';
import { DocumentStore, type DocumentDefinition, type DocumentFile } from '../../core/store/index.ts';
import { listedName, type KnownHost } from './known-hosts.ts';
import { fingerprintOf, keyType } from './public-key.ts';

/** An SSH server by where it is. Behind a peer the same address is another machine. */
export type SshServerId = Readonly<{ peer: string | null; host: string; port: number }>;

/** Verdict on a key that a server shows. */
export type HostKeyVerdict =
  | Readonly<{ kind: 'known' }>
  | Readonly<{ kind: 'unknown' }>
  /** Another key was known: of the same type, if one of that type was. */
  | Readonly<{ kind: 'changed'; before: string }>
  | Readonly<{ kind: 'revoked' }>;

/** Servers whose keys are kept; the oldest go first. */
const MOST_PINS = 1000;

const pin = z.strictObject({
  peer: z.string().max(64).nullable(),
  host: hostText,
  port,
  /** base64, in SSH's form */
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
 * The keys SSH servers are known by: those a person has trusted here, and, for servers that are reached directly, those of the person's own
 * known_hosts, which is read and never written.
 */
export class HostKeys {
  readonly #document: DocumentStore<z.infer<typeof document>>;
  readonly #clock: Clock;
  readonly #knownHosts: () => readonly KnownHost[];

  /**
   * Loads at once.
   * @param options.knownHosts what the person's known_hosts says now
   * @throws {StoreError} as SettingsFile
   */
  constructor(
    options: Readonly<{ file: DocumentFile; clock: Clock; logger: Logger; knownHosts: () => readonly KnownHost[] }>,
  ) {
    this.#document = new DocumentStore(options.file, DOCUMENT, options.logger);
    this.#clock = options.clock;
    this.#knownHosts = options.knownHosts;
  }

  /** Types of the keys that are known of a server: it is asked for these first, or its other keys would look like a change. */
  types(place: SshServerId): readonly string[] {
    const types = [...this.#pinned(place), ...this.#listed(place)].map((key) => keyType(key) ?? '');
    return [...new Set(types)].filter((type) => type !== '');
  }

  /** @param key as the server shows it; it has not proved yet that it is its own */
  verdict(place: SshServerId, key: Uint8Array): HostKeyVerdict {
    const shown = Buffer.from(key);
    const lines = this.#knownHosts();
    const name = listedName(place.host, place.port);
    const bare = place.host.toLowerCase();
    const equal = (line: KnownHost): boolean => line.key.equals(shown);
    const isNamed = (line: KnownHost): boolean => line.matches(name) || line.matches(bare);
    if (lines.some((line) => line.marker === 'revoked' && equal(line) && isNamed(line))) return { kind: 'revoked' };
    const pinned = this.#pinned(place);
    if (pinned.some((known) => known.equals(shown))) return { kind: 'known' };
    // What a person trusted here is newer than what the file says: against a pin the file does not speak.
    if (pinned.length > 0) return changed(pinned, shown);
    // OpenSSH, too, takes a key that is listed without the port; a different key there tells nothing about another port.
    const isListed = (line: KnownHost): boolean => line.marker === 'none' && equal(line) && isNamed(line);
    // Behind a peer the same name is another machine: the one of that name here must not be let in as the one there.
    if (place.peer === null && lines.some(isListed)) return { kind: 'known' };
    const listed = this.#listed(place);
    return listed.length > 0 ? changed(listed, shown) : { kind: 'unknown' };
  }

  /** From now on this is the server's key, and no other one. @throws {StoreError} `store.write` */
  trust(place: SshServerId, key: Uint8Array): void {
    const others = this.#document.value.hosts.filter((known) => !isSame(known, place));
    const added: Pin = {
      peer: place.peer,
      host: place.host.toLowerCase(),
      port: place.port,
      keys: [Buffer.from(key).toString('base64')],
      trustedAt: Math.floor(this.#clock.now()),
    };
    this.#document.save({ hosts: [...others, added].slice(-MOST_PINS) });
  }

  #pinned(place: SshServerId): readonly Buffer[] {
    const known = this.#document.value.hosts.find((pin) => isSame(pin, place));
    return (known?.keys ?? []).map((key) => Buffer.from(key, 'base64'));
  }

  /** The file's keys of a server; behind a peer its names and addresses may mean other machines than here. */
  #listed(place: SshServerId): readonly Buffer[] {
    if (place.peer !== null) return [];
    const name = listedName(place.host, place.port);
    return this.#knownHosts()
      .filter((line) => line.marker === 'none' && line.matches(name))
      .map((line) => line.key);
  }
}

function isSame(pin: Pin, { peer, host, port }: SshServerId): boolean {
  return pin.peer === peer && pin.host === host.toLowerCase() && pin.port === port;
}

/** Also where only other types are known: the server was asked for those, and a stranger could show any type. */
function changed(known: readonly Buffer[], shown: Buffer): HostKeyVerdict {
  const type = keyType(shown);
  const before = known.find((key) => keyType(key) === type) ?? known[0];
  return before === undefined ? { kind: 'unknown' } : { kind: 'changed', before: fingerprintOf(before) };
}
