import * as z from 'zod';
import { RELAY_SERVER_CALLS, type RelayServerView } from '#shared/app-api/index.ts';
import type { Logger } from '#shared/logger.ts';
import { DocumentStore, type DocumentDefinition, type DocumentFile } from '../core/store/index.ts';

const document = z.strictObject({ servers: RELAY_SERVER_CALLS['relayServers.list'].output });
type Book = z.infer<typeof document>;

const DOCUMENT: DocumentDefinition<Book> = {
  name: 'relay servers',
  version: 1,
  schema: document,
  migrations: {},
  initial: () => ({ servers: [] }),
};
/** Most relays that are kept; the oldest go first. */
const MOST = 100;

/** Relays that this device has set up on servers, in `relay-servers.json` of the profile. Has no secrets. */
export class RelayServerBook {
  readonly #store: DocumentStore<Book>;

  /** @throws {StoreError} as `DocumentStore` */
  constructor(file: DocumentFile, logger: Logger) {
    this.#store = new DocumentStore(file, DOCUMENT, logger);
  }

  get all(): readonly RelayServerView[] {
    return this.#store.value.servers;
  }

  /** Saves a relay in the place of the one with its URL. */
  put(view: RelayServerView): void {
    this.#store.save({ servers: [...this.all.filter(({ url }) => url !== view.url), view].slice(-MOST) });
  }

  remove(url: string): void {
    this.#store.save({ servers: this.all.filter((view) => view.url !== url) });
  }
}
