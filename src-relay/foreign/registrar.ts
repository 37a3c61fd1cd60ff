import { equalBytes, fromBase64Url, toBase64Url } from '#shared/bytes/index.ts';
import type { RegisterRequest, SignedObject } from '#shared/foreign/index.ts';
import { cleanLine } from '#shared/visible-text/index.ts';
import type { Authenticator } from './authenticator.ts';
import type { ConnectionFacts } from './connections.ts';
import type { ForeignContext } from './context.ts';
import { pinPublicKey } from './instance-rows.ts';
import { ForeignRefusal } from './refusal.ts';
import type { Tallies } from './tallies.ts';

/** Length of the ID of a registration, bytes. */
const SESSION_LENGTH = 16;
/** Longest name that a program gives itself, characters. */
const LONGEST_NAME = 100;

/** Registers instances: over HTTP to check key and clock, and on a WebSocket before its messages. Reads and writes the database. */
export class Registrar {
  readonly #context: ForeignContext;
  readonly #authenticator: Authenticator;
  readonly #tallies: Tallies;
  readonly #pinned: (id: string, publicKey: Uint8Array) => void;

  /** @param pinned called with the public key that an instance has registered */
  constructor(
    context: ForeignContext,
    authenticator: Authenticator,
    tallies: Tallies,
    pinned: (id: string, publicKey: Uint8Array) => void,
  ) {
    this.#context = context;
    this.#authenticator = authenticator;
    this.#tallies = tallies;
    this.#pinned = pinned;
  }

  /**
   * Checks a register, and pins its public key if it is the first one.
   * @param object as it was received
   * @throws {ForeignRefusal} as `Authenticator.check`, and `public-key`
   */
  async register(request: string, object: SignedObject, fields: RegisterRequest): Promise<ConnectionFacts> {
    const { crypto, store } = this.#context;
    const row = await this.#authenticator.check(fields.instance_id, request, object, fields);
    let publicKey = row.public_key;
    if (fields.public_key !== undefined) {
      const given = fromBase64Url(fields.public_key);
      publicKey ??= await store.transact((transaction) => pinPublicKey(transaction, row.id, given));
      if (publicKey === null || !equalBytes(publicKey, given))
        throw new ForeignRefusal(
          'public-key',
          'The instance has another public key. A new key of the instance ends it.',
        );
      this.#pinned(row.id, publicKey);
    }
    this.#tallies.heard(row);
    return {
      row,
      session: toBase64Url(crypto.randomBytes(SESSION_LENGTH)),
      agents: fields.agents,
      reportedName: fields.name === undefined ? undefined : cleanLine(fields.name, LONGEST_NAME),
      publicKey,
    };
  }
}
