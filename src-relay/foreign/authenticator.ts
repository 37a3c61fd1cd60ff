import { equalBytes, fromHex } from '#shared/bytes/index.ts';
import { requestSignature, type SignedObject } from '#shared/foreign/index.ts';
import { TokenBuckets } from '../limits/index.ts';
import type { ForeignContext } from './context.ts';
import { openKey } from './instance-keys.ts';
import { findActiveInstance, noteAhead, type InstanceRow } from './instance-rows.ts';
import { NonceBook } from './nonce-book.ts';
import { ForeignRefusal } from './refusal.ts';

/** Key that no instance has: a request of an unknown instance takes the same steps. */
const NO_KEY = new Uint8Array(32);

/** Fields by which a request is checked. Its signature covers all fields of the object. */
export type SignedFields = Readonly<{ timestamp: number; nonce: string; signature: string }>;

/** Checks who has signed a request. Created by `startForeign`. Reads the database, and writes it for a clock that is ahead. */
export class Authenticator {
  readonly #context: ForeignContext;
  readonly #nonces: NonceBook;
  readonly #rate: TokenBuckets;
  /** Newest time ahead of the clock, Unix s, that each instance had sent before this start: noted before this run stores a newer one. */
  readonly #aheadBefore = new Map<string, number>();

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
    // 2. Clock. Nonces from before the start are forgotten, so requests from before it are refused.
    const now = clock.now();
    const at = timestamp * 1000;
    if (Math.abs(at - now) > limits.clockSkew)
      throw new ForeignRefusal('clock', "The timestamp differs from the relay's time by more than five minutes.");
    if (at < startedAt || timestamp <= (this.#aheadBefore.get(row.id) ?? row.ahead))
      throw new ForeignRefusal('clock', 'The timestamp is from before the start of the relay.');
    // 3. Nonce and rate. A copy of an earlier request takes nothing from the rate.
    if (this.#nonces.has(instance, nonce)) throw new ForeignRefusal('replay', 'The nonce was used before.');
    this.takeRate(instance);
    if (!this.#nonces.add(instance, nonce, clock.monotonic()))
      throw new ForeignRefusal('rate', 'The relay has too many requests now.', 60_000);
    // 4. A request that is ahead of the relay's clock would count again after a restart.
    if (at > now) {
      if (!this.#aheadBefore.has(row.id)) this.#aheadBefore.set(row.id, row.ahead);
      await store.transact((transaction) => noteAhead(transaction, row.id, timestamp));
    }
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

  /** Drops what has recovered. */
  sweep(): void {
    const now = this.#context.clock.monotonic();
    this.#rate.sweep(now);
    this.#nonces.sweep(now);
  }
}
