import * as z from 'zod';
import type { DocumentDefinition } from '../../core/store/index.ts';
import { toHex } from '#shared/bytes/index.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import type { Workflow } from '#shared/app-api/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { Logger } from '#shared/logger.ts';
import { openClawError } from '#shared/openclaw/prompts/index.ts';
import { looksLike } from '#shared/visible-text/index.ts';
import { DocumentStore, SecretBox, type DocumentFile } from '../../core/store/index.ts';

/** Most saved OpenClaws of peers. */
export const MOST_REMOTES = 64;
/** Most characters of all workflows together, as JSON. */
export const MOST_WORKFLOW_TEXT = 1_048_576;

const sealed = (most: number) =>
  z
    .string()
    .max(most)
    .regex(/^[A-Za-z0-9_-]+$/);

const remotesDocument = z.strictObject({
  /** Sealed one by one, since they reveal which peers and gateways a person uses. */
  remotes: z.array(z.strictObject({ id: z.string().regex(/^[0-9a-f]{16}$/), sealed: sealed(4096) })).max(MOST_REMOTES),
  /** Sealed together, since prompts may contain secrets. */
  workflows: sealed(8 * MOST_WORKFLOW_TEXT).nullable(),
});
export type RemotesDocument = z.infer<typeof remotesDocument>;

/** Definition of the document `remotes.json`. */
export const REMOTES_DOCUMENT: DocumentDefinition<RemotesDocument> = {
  name: 'remotes',
  version: 1,
  schema: remotesDocument,
  migrations: {},
  initial: () => ({ remotes: [], workflows: null }),
};

/** OpenClaw of a peer, saved under a name. */
export type SavedOpenClaw = Readonly<{
  id: string;
  name: string;
  peerId: PeerId;
  /** Name of the peer's gateway; null for its default one. */
  gateway: string | null;
}>;

const saved = z.strictObject({ name: z.string(), peerId: z.string(), gateway: z.string().nullable() });
const WORKFLOWS = 'workflows';

/** Saved OpenClaws of peers and this device's workflows; reads and writes `remotes.json`, encrypted. */
export class OpenClawBook {
  readonly #document: DocumentStore<RemotesDocument>;
  readonly #box: SecretBox;
  readonly #crypto: CryptoBackend;
  #remotes: readonly SavedOpenClaw[];
  #workflows: readonly Workflow[];

  /** Loads the file, leaving out entries that this device can't unseal. @throws {StoreError} as SettingsFile */
  constructor(
    options: Readonly<{ file: DocumentFile; crypto: CryptoBackend; masterSecret: Uint8Array; logger: Logger }>,
  ) {
    this.#crypto = options.crypto;
    this.#box = new SecretBox(options.crypto, options.masterSecret, 'clawreach remote secrets 1');
    this.#document = new DocumentStore(options.file, REMOTES_DOCUMENT, options.logger);
    this.#remotes = this.#document.value.remotes.flatMap(({ id, sealed }) => this.#open(id, sealed) ?? []);
    const { workflows } = this.#document.value;
    const text = workflows === null ? null : this.#box.open(WORKFLOWS, workflows);
    this.#workflows = text === null ? [] : (JSON.parse(text) as Workflow[]);
  }

  /** Returns the saved OpenClaws of peers. */
  remotes(): readonly SavedOpenClaw[] {
    return this.#remotes;
  }

  /**
   * Saves an entry.
   * @param id the entry to replace
   * @throws {OpenClawError} `remote.unknown`, `remote.exists`, `remote.too-many-saved`; {StoreError}
   */
  save(remote: Omit<SavedOpenClaw, 'id'>, id?: string): SavedOpenClaw {
    if (id !== undefined) this.#require(id);
    const former = this.#remotes.find((other) => other.id === id);
    const same = this.#remotes.find((other) => other.id !== id && looksLike(other.name, remote.name));
    if (same !== undefined && former?.name !== remote.name)
      throw openClawError('remote.exists', 'another remote has that name', { name: remote.name });
    if (id === undefined && this.#remotes.length >= MOST_REMOTES)
      throw openClawError('remote.too-many-saved', 'too many remotes', { most: MOST_REMOTES });
    const added: SavedOpenClaw = { ...remote, id: id ?? toHex(this.#crypto.randomBytes(8)) };
    const others = this.#remotes.filter((other) => other.id !== added.id);
    this.#write([...others, added], this.#workflows);
    return added;
  }

  /** Removes an entry. @throws {OpenClawError} `remote.unknown`; {StoreError} */
  remove(id: string): void {
    this.#require(id);
    this.#write(
      this.#remotes.filter((other) => other.id !== id),
      this.#workflows,
    );
  }

  /** Returns this device's workflows. */
  workflows(): readonly Workflow[] {
    return this.#workflows;
  }

  /** Replaces all workflows. @throws {OpenClawError} `remote.exists` for a duplicate name, `remote.too-many-saved`; {StoreError} */
  setWorkflows(workflows: readonly Workflow[]): void {
    const names = new Set<string>();
    for (const { name } of workflows) {
      if (names.has(name)) throw openClawError('remote.exists', 'two workflows have one name', { name });
      names.add(name);
    }
    if (JSON.stringify(workflows).length > MOST_WORKFLOW_TEXT)
      throw openClawError('remote.too-many-saved', 'the workflows are too long', { most: MOST_WORKFLOW_TEXT });
    this.#write(this.#remotes, workflows);
  }

  #require(id: string): void {
    if (!this.#remotes.some((remote) => remote.id === id))
      throw openClawError('remote.unknown', 'there is no such remote', { name: id });
  }

  #open(id: string, sealed: string): SavedOpenClaw | undefined {
    const text = this.#box.open(id, sealed);
    if (text === null) return undefined;
    const { name, peerId, gateway } = saved.parse(JSON.parse(text));
    return { id, name, peerId: peerId as PeerId, gateway };
  }

  #write(remotes: readonly SavedOpenClaw[], workflows: readonly Workflow[]): void {
    this.#document.save({
      remotes: remotes.map(({ id, ...rest }) => ({ id, sealed: this.#box.seal(id, JSON.stringify(rest)) })),
      workflows: workflows.length === 0 ? null : this.#box.seal(WORKFLOWS, JSON.stringify(workflows)),
    });
    this.#remotes = remotes;
    this.#workflows = workflows;
  }
}
