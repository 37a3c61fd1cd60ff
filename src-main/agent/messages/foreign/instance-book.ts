import * as z from 'zod';
import { agentName, type Grant, type Right } from '#shared/app-api/index.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import { concatBytes, fromHex, toUtf8 } from '#shared/bytes/index.ts';
import { instanceId } from '#shared/foreign/index.ts';
import { labelled, peerIdFromBytes, type PeerId } from '#shared/identity/index.ts';
import type { Logger } from '#shared/logger.ts';
import { cleanLine, NAME_LIMIT } from '#shared/visible-text/index.ts';
import {
  FOREIGN_KEPT,
  FOREIGN_SEEN,
  isCalled,
  MOST_AGENTS,
  programAddress,
  programName,
} from '#shared/messages/index.ts';
import type { Principal, PrincipalBook } from '../../core/principals/index.ts';
import { DocumentStore, type DocumentDefinition, type DocumentFile } from '../../core/store/index.ts';
import type { PeerChange } from '../../peers/index.ts';
import { MessageError } from '../errors.ts';

const LABEL = labelled('clawreach foreign instance 1');
/** Most instances that an error names. */
const MOST_NAMED = 8;

const record = z.strictObject({
  id: z.string().regex(/^[0-9A-HJKMNP-TV-Z]{56}$/),
  /** Address of the relay that vouches for it. */
  relay: z.string().max(300),
  name: instanceId,
  /** Decision of a person on the right `message`; undefined: none. */
  grant: z
    .strictObject({ decision: z.enum(['allow', 'ask', 'deny']), expiresAt: z.number().int().nullable() })
    .optional(),
  /** Set if a person ignores its requests. */
  isIgnored: z.literal(true).optional(),
  /** Agents of this device that were told that the relay can read what they write to it. */
  told: z.array(agentName).max(MOST_AGENTS),
});
const document = z.strictObject({ instances: z.array(record).max(FOREIGN_KEPT) });
type InstancesDocument = z.infer<typeof document>;

/** Foreign instance as this device knows it. */
export type InstanceRecord = Readonly<Omit<z.infer<typeof record>, 'id'>> & Readonly<{ id: PeerId }>;
/** Facts by which the relay names an instance. `key`: ID of its key. */
export type NamedInstance = Readonly<{ relayKey: Uint8Array; relay: string; name: string; key: string }>;

/** Definition of the document `instances.json`. */
const INSTANCES_DOCUMENT: DocumentDefinition<InstancesDocument> = {
  name: 'instances',
  version: 1,
  schema: document,
  migrations: {},
  initial: () => ({ instances: [] }),
};

/**
 * Foreign instances that this device knows, each a principal with at most the right `message`. Those on which a person has decided, and with which
 * messages were exchanged, are in the document `instances` of the profile; others are in memory while the agent runs. The relay can name instances, and
 * change nothing else here.
 */
export class InstanceBook implements PrincipalBook {
  readonly #document: DocumentStore<InstancesDocument>;
  readonly #crypto: Pick<CryptoBackend, 'sha256'>;
  readonly #listeners = new Set<(change: PeerChange) => void>();
  /** Instances that aren't in the document, in the order in which the relay named them. */
  readonly #seen = new Map<PeerId, InstanceRecord>();

  /** Loads the document. @throws {StoreError} as `DocumentStore` */
  constructor({ file, crypto, logger }: Readonly<{ file: DocumentFile; crypto: CryptoBackend; logger: Logger }>) {
    this.#document = new DocumentStore(file, INSTANCES_DOCUMENT, logger);
    this.#crypto = crypto;
  }

  /** All instances: first those in the document. */
  get instances(): readonly InstanceRecord[] {
    return [...this.#kept, ...this.#seen.values()];
  }

  /**
   * Returns the instance that the relay names, which is added if it is new. Another key, and another relay, make another instance: nothing that was
   * decided counts for it.
   * @param mayDrop reports whether an instance that was named before may be forgotten for this one
   * @returns undefined if too many were named
   */
  see({ relayKey, relay, name, key }: NamedInstance, mayDrop: (id: PeerId) => boolean): InstanceRecord | undefined {
    const id = peerIdFromBytes(this.#crypto.sha256(concatBytes(LABEL, relayKey, fromHex(key), toUtf8(name))));
    const known = this.find(id);
    if (known !== undefined) return known;
    if (this.#seen.size >= FOREIGN_SEEN) {
      const oldest = [...this.#seen.keys()].find((seen) => mayDrop(seen));
      if (oldest === undefined) return undefined;
      this.#seen.delete(oldest);
      this.#emit({ kind: 'removed', peerId: oldest });
    }
    const added: InstanceRecord = { id, relay: relay.slice(0, 300), name, told: [] };
    this.#seen.set(id, added);
    this.#emit({ kind: 'added', peerId: id });
    return added;
  }

  /** Returns an instance by its ID. */
  find(id: PeerId): InstanceRecord | undefined {
    const kept = this.#document.value.instances.find((known) => known.id === id);
    return this.#seen.get(id) ?? (kept === undefined ? undefined : { ...kept, id });
  }

  /**
   * Finds the instance that is meant: by its whole ID, or as `programAddress` names it, also without `program:`.
   * @throws {MessageError} `message.unknown-instance`; `message.ambiguous-instance`: none of several that fit is guessed, since each has decisions of its own
   */
  named(reference: string): InstanceRecord {
    const { instances } = this;
    const text = programName(reference) ?? reference.trim();
    const found = instances.filter((known) => known.id === text.toUpperCase() || isCalled(known, text));
    const [only] = found;
    const name = cleanLine(text, NAME_LIMIT);
    if (only === undefined)
      throw new MessageError('message.unknown-instance', 'no such instance', { details: { name } });
    if (found.length === 1) return only;
    const candidates = found.slice(0, MOST_NAMED).map(({ id, relay }) => `${this.addressOf(id)} (${relay})`);
    throw new MessageError('message.ambiguous-instance', 'more than one instance is called so', {
      details: { name, candidates: candidates.join(', ') },
    });
  }

  /** Returns what the address of an instance begins with here; undefined if it isn't known. */
  addressOf(id: PeerId): string | undefined {
    const known = this.find(id);
    if (known === undefined) return undefined;
    return programAddress(known, !this.instances.some((other) => other.name === known.name && other.id !== id));
  }

  /** Reports whether an instance has this name. */
  hasName(name: string): boolean {
    return this.instances.some((known) => known.name === name);
  }

  /** Keeps an instance, since messages are exchanged with it. @throws {MessageError} `message.instances`; {StoreError} `store.write` */
  keep(id: PeerId): void {
    if (this.#seen.has(id)) this.#change(id, (known) => known);
  }

  /** Reports whether an agent was told that the relay can read what it writes to the instance. */
  wasTold(id: PeerId, agent: string): boolean {
    return this.find(id)?.told.includes(agent) === true;
  }

  /** Notes that an agent was told, and wants to write all the same. @throws as `keep` */
  tell(id: PeerId, agent: string): void {
    if (this.wasTold(id, agent)) return;
    this.#change(id, (known) => ({ ...known, told: [...known.told, agent].slice(-MOST_AGENTS) }));
  }

  /** Forgets what a removed agent was told. @throws {StoreError} `store.write` */
  agentRemoved(agent: string): void {
    const { instances } = this.#document.value;
    if (!instances.some(({ told }) => told.includes(agent))) return;
    this.#document.save({
      instances: instances.map((known) => ({ ...known, told: known.told.filter((name) => name !== agent) })),
    });
  }

  /** Forgets an instance and its rights. @throws {MessageError} `message.unknown-instance`; {StoreError} `store.write` */
  remove(id: PeerId): void {
    this.#require(id);
    this.#seen.delete(id);
    this.#save(this.#kept.filter((known) => known.id !== id));
    this.#emit({ kind: 'removed', peerId: id });
  }

  get(peerId: PeerId): Principal | undefined {
    const found = this.find(peerId);
    return found === undefined ? undefined : principalOf(found);
  }

  list(): readonly Principal[] {
    return this.instances.map(principalOf);
  }

  /** Sets the decision on the right `message`. @throws {RangeError} for another right; {MessageError}; {StoreError} `store.write` */
  setGrant(peerId: PeerId, right: Right, grant: Grant | undefined): void {
    requireMessage(right);
    this.#change(peerId, ({ grant: _before, isIgnored: _ignored, ...known }) =>
      grant === undefined ? known : { ...known, grant },
    );
  }

  ignoreRequests(peerId: PeerId, right: Right): void {
    requireMessage(right);
    this.#change(peerId, (known) => ({ ...known, isIgnored: true }));
  }

  /** Does nothing: an instance has no pairing words. */
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

  get #kept(): readonly InstanceRecord[] {
    return this.#document.value.instances.map((known) => ({ ...known, id: known.id as PeerId }));
  }

  #change(id: PeerId, change: (known: InstanceRecord) => InstanceRecord): void {
    const known = this.#require(id);
    const kept = this.#kept;
    const isNew = !kept.some((one) => one.id === id);
    if (isNew && kept.length >= FOREIGN_KEPT)
      throw new MessageError('message.instances', 'too many instances are known', { details: { most: FOREIGN_KEPT } });
    const changed = change(known);
    this.#save(isNew ? [...kept, changed] : kept.map((one) => (one.id === id ? changed : one)));
    this.#seen.delete(id);
    this.#emit({ kind: 'updated', peerId: id });
  }

  #require(id: PeerId): InstanceRecord {
    const known = this.find(id);
    if (known === undefined)
      throw new MessageError('message.unknown-instance', 'no such instance', { details: { name: id.slice(0, 7) } });
    return known;
  }

  #save(instances: readonly InstanceRecord[]): void {
    this.#document.save({ instances: instances.map((known) => structuredClone({ ...known })) });
  }

  #emit(change: PeerChange): void {
    for (const listener of this.#listeners) listener(change);
  }
}

/** Beginning of the name of every instance where its rights are decided, so that none looks like a paired machine. It stays in English, as of plain relays. */
const NAME = 'Program ';

function principalOf({ id, name, grant, isIgnored }: InstanceRecord): Principal {
  return {
    peerId: id,
    name: `${NAME}${name}`,
    grants: grant === undefined ? {} : { message: grant },
    ignoredRequests: isIgnored === true ? ['message'] : [],
    pairing: null,
    foreign: true,
  };
}

/** @throws {RangeError} */
function requireMessage(right: Right): void {
  if (right !== 'message') throw new RangeError(`a foreign instance has no right ${right}`);
}
