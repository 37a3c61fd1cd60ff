import * as z from 'zod';
import { MOST_PLAIN_RELAYS, PLAIN_RELAY_RIGHTS, type Grant, type Right } from '#shared/app-api/index.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import { peerIdFromBytes, type PeerId } from '#shared/identity/index.ts';
import type { Logger } from '#shared/logger.ts';
import { PLAIN_RELAY_KINDS, plainRelayError } from '#shared/plain-relay/index.ts';
import type { Principal, PrincipalBook } from '../../core/principals/index.ts';
import { DocumentStore, type DocumentDefinition, type DocumentFile } from '../../core/store/index.ts';
import type { PeerChange } from '../../peers/index.ts';

/** Longest host in a name; a longer one is cut. */
const MOST_HOST = 100;

const right = z.enum(PLAIN_RELAY_RIGHTS);
const relay = z.strictObject({
  id: z.string().regex(/^[0-9A-HJKMNP-TV-Z]{56}$/),
  name: z.string().min(1).max(128),
  /** URL that a person has accepted. The token goes to no other. */
  url: z.string().max(300),
  /** Name of this device at the relay. */
  deviceName: z.string().min(1).max(128),
  kind: z.enum(PLAIN_RELAY_KINDS),
  config: z.string().max(4096),
  enabled: z.boolean(),
  insecure: z.boolean(),
  /** SHA-256 of the key of the relay's own certificate, hexadecimal. */
  pin: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .nullable(),
  addedAt: z.number().int(),
  grants: z.partialRecord(
    right,
    z.strictObject({ decision: z.enum(['allow', 'ask', 'deny']), expiresAt: z.number().int().nullable() }),
  ),
  ignoredRequests: z.array(right).max(PLAIN_RELAY_RIGHTS.length),
});
/** Plain relay that a person has accepted, as stored. It has no token: that is in the file `config`. */
export type PlainRelayRecord = Readonly<z.infer<typeof relay>> & Readonly<{ id: PeerId }>;

const document = z.strictObject({ relays: z.array(relay).max(MOST_PLAIN_RELAYS) });
type PlainRelaysDocument = z.infer<typeof document>;

/** Format of the document `plain-relays`. */
const PLAIN_RELAYS_DOCUMENT: DocumentDefinition<PlainRelaysDocument> = {
  name: 'plain-relays',
  version: 1,
  schema: document,
  migrations: {},
  initial: () => ({ relays: [] }),
};

/** Facts about a relay that a person accepts. `host`: for the name. */
export type NewPlainRelay = Omit<PlainRelayRecord, 'id' | 'name' | 'grants' | 'ignoredRequests' | 'enabled'> &
  Readonly<{ host: string }>;

/**
 * Plain relays that a person has accepted, with their rights, in the document `plain-relays` of the profile. Each is a principal. Changed by the app
 * API's calls, by decisions on rights, and by nothing that a relay sends.
 */
export class PlainRelayBook implements PrincipalBook {
  readonly #document: DocumentStore<PlainRelaysDocument>;
  readonly #crypto: CryptoBackend;
  readonly #listeners = new Set<(change: PeerChange) => void>();

  /** Loads the document. @throws {StoreError} as `DocumentStore` */
  constructor({ file, crypto, logger }: Readonly<{ file: DocumentFile; crypto: CryptoBackend; logger: Logger }>) {
    this.#document = new DocumentStore(file, PLAIN_RELAYS_DOCUMENT, logger);
    this.#crypto = crypto;
  }

  /** All plain relays, oldest first. */
  get relays(): readonly PlainRelayRecord[] {
    return this.#document.value.relays.map((stored) => ({ ...stored, id: stored.id as PeerId }));
  }

  /**
   * Adds a relay that a person has accepted. One with the same configuration file is replaced, and its rights return to undecided if its URL differs.
   * @throws {PlainRelayError} `plain.too-many`; {StoreError}
   */
  add({ host, ...facts }: NewPlainRelay): PlainRelayRecord {
    const before = this.relays.find(({ config }) => config === facts.config);
    const others = this.relays.filter(({ id }) => id !== before?.id);
    if (others.length >= MOST_PLAIN_RELAYS)
      throw plainRelayError('plain.too-many', 'too many plain relays', { most: MOST_PLAIN_RELAYS });
    const kept = before?.url === facts.url && before.kind === facts.kind ? before : undefined;
    const added: PlainRelayRecord = {
      ...facts,
      // Random, so it is the hash of no key that anyone has.
      id: kept?.id ?? peerIdFromBytes(this.#crypto.randomBytes(32)),
      name: kept?.name ?? freeName(host, others),
      enabled: true,
      grants: kept?.grants ?? {},
      ignoredRequests: kept?.ignoredRequests ?? [],
    };
    this.#save([...others, added]);
    if (before !== undefined && kept === undefined) this.#emit({ kind: 'removed', peerId: before.id });
    this.#emit({ kind: kept === undefined ? 'added' : 'updated', peerId: added.id });
    return added;
  }

  /** Switches a relay on or off. @throws {PlainRelayError} `plain.unknown`; {StoreError} */
  enable(id: PeerId, enabled: boolean): void {
    this.#change(id, (known) => ({ ...known, enabled }));
  }

  /** Removes a relay and its rights. @throws {PlainRelayError} `plain.unknown`; {StoreError} */
  remove(id: PeerId): void {
    this.#require(id);
    this.#save(this.relays.filter((other) => other.id !== id));
    this.#emit({ kind: 'removed', peerId: id });
  }

  /** Finds the relay that a person means: by name, host, or the beginning of its ID. @throws {PlainRelayError} `plain.unknown` */
  find(reference: string): PlainRelayRecord {
    const wanted = reference.trim().toLowerCase();
    const { relays } = this;
    const exact = relays.find(({ name }) => [name.toLowerCase(), hostOf(name).toLowerCase()].includes(wanted));
    const byId = relays.filter(({ id }) => wanted.length >= 4 && id.toLowerCase().startsWith(wanted));
    const found = exact ?? (byId.length === 1 ? byId[0] : undefined);
    if (found === undefined) throw plainRelayError('plain.unknown', 'no such plain relay', { name: reference });
    return found;
  }

  get(peerId: PeerId): Principal | undefined {
    const found = this.relays.find(({ id }) => id === peerId);
    return found === undefined ? undefined : principalOf(found);
  }

  list(): readonly Principal[] {
    return this.relays.map(principalOf);
  }

  setGrant(peerId: PeerId, held: Right, grant: Grant | undefined): void {
    const plain = plainRight(held);
    this.#change(peerId, (known) => {
      const { [plain]: _before, ...grants } = known.grants;
      return {
        ...known,
        grants: grant === undefined ? grants : { ...grants, [plain]: grant },
        ignoredRequests: known.ignoredRequests.filter((ignored) => ignored !== plain),
      };
    });
  }

  ignoreRequests(peerId: PeerId, held: Right): void {
    const plain = plainRight(held);
    this.#change(peerId, (known) => ({
      ...known,
      ignoredRequests: [...known.ignoredRequests.filter((ignored) => ignored !== plain), plain],
    }));
  }

  /** Does nothing: a plain relay has no pairing words. */
  requireCompared(_peerId: PeerId): void {
    // There is nothing to compare.
  }

  /** Returns false: a relay removes peers only. */
  isSuspended(): boolean {
    return false;
  }

  onChange(listener: (change: PeerChange) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #change(id: PeerId, change: (known: PlainRelayRecord) => PlainRelayRecord): void {
    this.#require(id);
    this.#save(this.relays.map((known) => (known.id === id ? change(known) : known)));
    this.#emit({ kind: 'updated', peerId: id });
  }

  #require(id: PeerId): void {
    if (!this.relays.some((known) => known.id === id))
      throw plainRelayError('plain.unknown', 'no such plain relay', { name: id.slice(0, 7) });
  }

  #save(relays: readonly PlainRelayRecord[]): void {
    this.#document.save({ relays: relays.map((known) => structuredClone({ ...known })) });
  }

  #emit(change: PeerChange): void {
    for (const listener of this.#listeners) listener(change);
  }
}

/** Beginning of every plain relay's name. It stays in English, since audit log and history keep it. */
const NAME = 'Plain relay ';

function freeName(host: string, others: readonly PlainRelayRecord[]): string {
  const name = `${NAME}${host.slice(0, MOST_HOST)}`;
  const isFree = (wanted: string): boolean => !others.some((other) => other.name === wanted);
  if (isFree(name)) return name;
  for (let number = 2; ; number += 1) if (isFree(`${name} ${number}`)) return `${name} ${number}`;
}

function hostOf(name: string): string {
  return name.slice(NAME.length);
}

function principalOf({ id, name, grants, ignoredRequests }: PlainRelayRecord): Principal {
  return { peerId: id, name, grants: { ...grants }, ignoredRequests, pairing: null, relayReads: true };
}

/** Narrows a right to those that a plain relay can have. @throws {RangeError} */
function plainRight(held: Right): (typeof PLAIN_RELAY_RIGHTS)[number] {
  const plain = PLAIN_RELAY_RIGHTS.find((known) => known === held);
  if (plain === undefined) throw new RangeError(`a plain relay has no right ${held}`);
  return plain;
}
