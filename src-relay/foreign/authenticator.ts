import { equalBytes, fromHex } from '#shared/bytes/index.ts';
import { errorMessage } from '#shared/errors.ts';
import { requestSignature, type SignedObject } from '#shared/foreign/index.ts';
import { TokenBuckets } from '../limits/index.ts';
import type { ForeignContext } from './context.ts';
import { openKey } from './instance-keys.ts';
import { findActiveInstance, type InstanceRow } from './instance-rows.ts';
import { NonceBook } from './nonce-book.ts';
import { findNonces, forgetNonces, keepNonce } from './nonce-rows.ts';
import { ForeignRefusal } from './refusal.ts';

/** Key that no instance has: a request of an unknown instance takes the same steps. */
const NO_KEY = new Uint8Array(32);

/** Fields by which a request is checked. Its signature covers all fields of the object. */
export type SignedFields = Readonly<{ timestamp: number; nonce: string; signature: string }>;

/** Pause between two removals of nonces from the database, ms. */
const FORGET_PAUSE = 60_000;

/** Checks who has signed a request. Created by `startForeign`. Reads the database, and writes it for a clock that is ahead. */
export class Authenticator {
  readonly #context: ForeignContext;
  readonly #nonces: NonceBook;
  readonly #rate: TokenBuckets;
  /** Resolves when the nonces of an earlier run that still count are known. */
  #restored: Promise<void> | undefined;
  #forgottenAt = 0;

  constructor(context: ForeignContext) {
    this.#context = context;
    this.#nonces = new NonceBook(context.limits);
    this.#rate = new TokenBuckets(context.rates.messagesPerInstance);
  }

  /** Nonces that are remembered. */
  get nonces(): number {
    return this.#nonces.size;
  }

  /**
   * Checks a signed request, in this order: key, clock, nonce, rate.
   * @param request method and path, such as `POST /api/v1/send`
   * @param object as it was received
   * @throws {ForeignRefusal} `signature`, `clock`, `replay`, `rate`
   */
  async check(
    instance: string,
    request: string,
    object: SignedObject,
    { timestamp, nonce, signature }: SignedFields,
  ): Promise<InstanceRow> {
    const { store, crypto, clock, limits, startedAt } = this.#context;
    // 1. Key. An unknown instance and a wrong key are answered alike.
    const row = await store.read((database) => findActiveInstance(database, instance));
    const key = (row === undefined ? undefined : this.#keyOf(row)) ?? NO_KEY;
    const isRight = equalBytes(requestSignature(crypto, key, request, object), fromHex(signature));
    if (row === undefined || key === NO_KEY || !isRight)
      throw new ForeignRefusal('signature', 'The signature is wrong, or this relay has no such instance.');
    // 2. Clock. Nonces from before the start are forgotten unless they were ahead of it, so requests from before it are refused.
    const now = clock.now();
    const at = timestamp * 1000;
    if (Math.abs(at - now) > limits.clockSkew)
      throw new ForeignRefusal('clock', "The timestamp differs from the relay's time by more than five minutes.");
    if (at < startedAt) throw new ForeignRefusal('clock', 'The timestamp is from before the start of the relay.');
    await this.#restore();
    // 3. Nonce and rate. A copy of an earlier request takes nothing from the rate.
    if (this.#nonces.has(instance, nonce)) throw new ForeignRefusal('replay', 'The nonce was used before.');
    this.takeRate(instance);
    if (!this.#nonces.add(row, nonce, clock.monotonic()))
      throw new ForeignRefusal('rate', 'The relay has too many requests now.', 60_000);
    // 4. A request that is ahead of the relay's clock would count again after a restart.
    if (at > now) await store.transact((transaction) => keepNonce(transaction, { instance, nonce, timestamp }));
    return row;
  }

  /** Takes a message from the rate of an instance. @throws {ForeignRefusal} `rate` */
  takeRate(instance: string): void {
    const wait = this.#rate.take(instance, this.#context.clock.monotonic());
    if (wait > 0) throw new ForeignRefusal('rate', 'The instance sends too many messages.', wait);
  }

  /** Returns the key of an instance; undefined if the relay has another seal key than the one that it was sealed with. */
  #keyOf(row: InstanceRow): Uint8Array | undefined {
    try {
      return openKey(this.#context.sealer, row.id, row.sealed);
    } catch {
      this.#context.logger.error('key of an instance not opened: it was sealed with another seal key', {
        instance: row.id,
      });
      return undefined;
    }
  }

  /** Drops what has recovered, and what no longer counts. Doesn't reject. */
  async sweep(): Promise<void> {
    const { clock, limits, logger, store } = this.#context;
    const now = clock.monotonic();
    this.#rate.sweep(now);
    this.#nonces.sweep(now);
    if (now - this.#forgottenAt < FORGET_PAUSE) return;
    this.#forgottenAt = now;
    // A request counts until `clockSkew` after its time; twice that, for a clock that is set back.
    const limit = Math.floor((clock.now() - 2 * limits.clockSkew) / 1000);
    try {
      await store.transact((transaction) => forgetNonces(transaction, limit));
    } catch (error) {
      logger.error('nonces not removed', { message: errorMessage(error) });
    }
  }

  /** Reads the nonces of requests that were ahead of the clock of an earlier run, once. @throws errors of the database */
  async #restore(): Promise<void> {
    this.#restored ??= this.#readNonces();
    try {
      await this.#restored;
    } catch (error) {
      this.#restored = undefined;
      throw error;
    }
  }

  async #readNonces(): Promise<void> {
    const { clock, startedAt, store } = this.#context;
    const rows = await store.read((database) => findNonces(database, Math.floor(startedAt / 1000)));
    for (const { id, project, nonce } of rows) this.#nonces.restore({ id, project }, nonce, clock.monotonic());
  }
}
