import type { SecretLocation, ShellFacts } from '#shared/app-api/index.ts';
import { ClawReachError, errorCode } from '#shared/errors.ts';
import type { Logger } from '#shared/logger.ts';
import { StoreError, type SecretStore } from '#shared/storage.ts';
import type { StoredSecretLocation } from '../ports.ts';
import type { KeyStore } from './key-store.ts';
import type { SafeStorageSecretStore } from './safe-storage-secret-store.ts';

export type MovableSecretOptions = Readonly<{
  /** Store of the plain file. */
  plain: SecretStore;
  keyStore: KeyStore;
  /** Store of the sealed secret; undefined if the key store isn't ready. */
  sealing: SafeStorageSecretStore | undefined;
  location: SecretLocation;
  /** Reason why the secret isn't sealed. */
  problem: ShellFacts['secretStore']['problem'];
  /** The person's choice, for the next start. */
  remembered: StoredSecretLocation;
  logger: Logger;
}>;

/**
 * Store of this device's secret in the location that the person chose, plain file or key store; also moves the secret between both.
 * `chooseSecretStore` returns it; the application's own agent loads and saves the secret with it. Writes and removes the profile's secret files, and
 * stores the person's choice with the window settings.
 */
export class MovableSecret implements SecretStore {
  readonly #options: MovableSecretOptions;
  #location: SecretLocation;
  /** Chain of moves, so that only one runs at a time. */
  #moved: Promise<unknown> = Promise.resolve();

  constructor(options: MovableSecretOptions) {
    this.#options = options;
    this.#location = options.location;
  }

  describe(): string {
    return this.#location === 'file' ? 'file' : (this.#options.keyStore.backend ?? 'unknown');
  }

  get facts(): ShellFacts['secretStore'] {
    const { keyStore, problem } = this.#options;
    return { protection: this.#location === 'file' ? 'file' : 'encrypted', backend: keyStore.backend, problem };
  }

  /** Loads the secret after completing an interrupted move. Never creates one. @throws {StoreError} as both stores do */
  load(): Promise<Uint8Array | undefined> {
    const { plain, sealing } = this.#options;
    if (sealing === undefined) return plain.load();
    return this.#location === 'file' ? sealing.moveToFile() : sealing.load();
  }

  save(secret: Uint8Array): Promise<void> {
    const { plain, sealing } = this.#options;
    return this.#location === 'file' || sealing === undefined ? plain.save(secret) : sealing.save(secret);
  }

  /**
   * Moves the secret to a location and stores that choice.
   * @returns true if the secret was elsewhere before
   * @throws {StoreError} `store.key-store-unavailable`, and as both stores do; the secret then stays where it was
   */
  moveTo(location: SecretLocation): Promise<boolean> {
    const run = this.#moved.then(() => this.#keep(location));
    this.#moved = run.catch(() => undefined);
    return run;
  }

  async #keep(location: SecretLocation): Promise<boolean> {
    const { keyStore, remembered, sealing } = this.#options;
    const isMoving = location !== this.#location;
    if (isMoving && (sealing === undefined || (await keyStore.state()) !== 'ready')) throw unavailable();
    const before = remembered.load() ?? this.#location;
    // Save the choice first, so that the next start completes an interrupted move.
    remembered.save(location);
    if (!isMoving || sealing === undefined) return false;
    try {
      await move(sealing, location);
    } catch (error) {
      this.#remember(before);
      throw error instanceof ClawReachError ? error : unavailable(error);
    }
    this.#location = location;
    return true;
  }

  /** Restores the former choice, so that the next start doesn't repeat a failed move. */
  #remember(location: SecretLocation): void {
    try {
      this.#options.remembered.save(location);
    } catch (error) {
      this.#options.logger.warn('the location of the secret is not remembered', { errorCode: errorCode(error) });
    }
  }
}

async function move(sealing: SafeStorageSecretStore, location: SecretLocation): Promise<void> {
  const secret = await (location === 'file' ? sealing.moveToFile() : sealing.load());
  // Someone removed it while the agent was running.
  if (secret === undefined) throw new StoreError('store.secret-gone', 'there is no secret in this profile any more');
}

function unavailable(cause?: unknown): StoreError {
  return new StoreError('store.key-store-unavailable', 'the key store does not work now', { cause });
}
