import type { SecretLocation, ShellFacts } from '#shared/app-api/index.ts';
import { ClawReachError, errorCode } from '#shared/errors.ts';
import type { Logger } from '#shared/logger.ts';
import { StoreError, type SecretStore } from '#shared/storage.ts';
import type { RememberedSecretPlace } from '../ports.ts';
import type { KeyStore } from './key-store.ts';
import type { SafeStorageSecretStore } from './safe-storage-secret-store.ts';

export type KeptSecretOptions = Readonly<{
  /** The plain file, which does not know of another place. */
  plain: SecretStore;
  keyStore: KeyStore;
  /** Both places and the ways between them; undefined where the key store is not ready. */
  sealing: SafeStorageSecretStore | undefined;
  place: SecretLocation;
  /** Why there is no sealing. */
  problem: ShellFacts['secretStore']['problem'];
  /** The person's choice, for the next start. */
  remembered: RememberedSecretPlace;
  logger: Logger;
}>;

/** The secret of this device in the one of two places that the person wants, and its way to the other. */
export class KeptSecret implements SecretStore {
  readonly #options: KeptSecretOptions;
  #place: SecretLocation;
  /** One move after the other. */
  #moved: Promise<unknown> = Promise.resolve();

  constructor(options: KeptSecretOptions) {
    this.#options = options;
    this.#place = options.place;
  }

  describe(): string {
    return this.#place === 'file' ? 'file' : (this.#options.keyStore.backend ?? 'unknown');
  }

  get facts(): ShellFacts['secretStore'] {
    const { keyStore, problem } = this.#options;
    return { protection: this.#place === 'file' ? 'file' : 'encrypted', backend: keyStore.backend, problem };
  }

  /** Ends a move that was cut off. @throws {StoreError} as the places do; never makes a secret */
  load(): Promise<Uint8Array | undefined> {
    const { plain, sealing } = this.#options;
    if (sealing === undefined) return plain.load();
    return this.#place === 'file' ? sealing.moveToFile() : sealing.load();
  }

  save(secret: Uint8Array): Promise<void> {
    const { plain, sealing } = this.#options;
    return this.#place === 'file' || sealing === undefined ? plain.save(secret) : sealing.save(secret);
  }

  /**
   * Moves the secret there now, and keeps it there from now on.
   * @returns whether it lay elsewhere. @throws {StoreError} `store.key-store-unavailable`, and as the places do: it is where it was then
   */
  keep(place: SecretLocation): Promise<boolean> {
    const run = this.#moved.then(() => this.#keep(place));
    this.#moved = run.catch(() => undefined);
    return run;
  }

  async #keep(place: SecretLocation): Promise<boolean> {
    const { keyStore, remembered, sealing } = this.#options;
    const isMoving = place !== this.#place;
    if (isMoving && (sealing === undefined || (await keyStore.state()) !== 'ready')) throw unavailable();
    const before = remembered.load() ?? this.#place;
    // The choice first: cut off after this, the next start ends the move.
    remembered.save(place);
    if (!isMoving || sealing === undefined) return false;
    try {
      await move(sealing, place);
    } catch (error) {
      this.#remember(before);
      throw error instanceof ClawReachError ? error : unavailable(error);
    }
    this.#place = place;
    return true;
  }

  /** The next start does not try again what has just failed. */
  #remember(place: SecretLocation): void {
    try {
      this.#options.remembered.save(place);
    } catch (error) {
      this.#options.logger.warn('the place of the secret is not remembered', { errorCode: errorCode(error) });
    }
  }
}

async function move(sealing: SafeStorageSecretStore, place: SecretLocation): Promise<void> {
  const secret = await (place === 'file' ? sealing.moveToFile() : sealing.load());
  // Somebody has taken it away under a running agent.
  if (secret === undefined) throw new StoreError('store.secret-gone', 'there is no secret in this profile any more');
}

function unavailable(cause?: unknown): StoreError {
  return new StoreError('store.key-store-unavailable', 'the key store does not work now', { cause });
}
