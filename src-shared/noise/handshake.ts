import { ByteReader, concatBytes, toUtf8 } from '../bytes/index.ts';
import { ephemeralKey, type AgreementKey, type CryptoBackend } from '../crypto/index.ts';
import { FormatError } from '../errors.ts';
import { NoiseError } from './errors.ts';
import { PATTERNS, protocolName, usesOwnStatic, usesPsk } from './patterns.ts';
import type { HandshakePattern, PatternName, Token } from './patterns.ts';
import { SymmetricState } from './symmetric-state.ts';
import { MAX_MESSAGE, TransportCipher } from './transport-cipher.ts';

const KEY_LENGTH = 32;

/** Options of a `NoiseHandshake`. */
export type NoiseOptions = Readonly<{
  crypto: CryptoBackend;
  pattern: PatternName;
  initiator: boolean;
  prologue: Uint8Array;
  /** This side's static key, if the pattern uses one. */
  staticKey?: AgreementKey;
  /** The other side's static key, 32 bytes, if the pattern requires it before the first message. */
  remoteStatic?: Uint8Array;
  /** Pre-shared key, 32 bytes; required by the psk patterns and forbidden in all others. */
  psk?: Uint8Array;
  /**
   * This side's ephemeral key; random if undefined. Set in tests with published vectors, and by pairing, which restarts a handshake once it has the
   * pre-shared key.
   */
  ephemeral?: AgreementKey;
}>;

/** Ciphers, hash and exporter of a finished handshake. */
export type NoiseResult = Readonly<{
  send: TransportCipher;
  receive: TransportCipher;
  /** Public hash of all messages, 32 bytes, equal on both sides. */
  handshakeHash: Uint8Array;
  /** Derives a further secret that only the two sides know, one for each label. `length` is 1 to 8160 bytes, by default 32. */
  exportSecret(label: string, length?: number): Uint8Array;
}>;

/**
 * HandshakeState of the Noise Protocol Framework (revision 34) for 25519_AESGCM_SHA256. Used for links (pattern IK) and pairing. One object is one
 * side of one handshake; after an error in any message all calls fail. Computes only: the caller sends the messages.
 */
export class NoiseHandshake {
  readonly #crypto: CryptoBackend;
  readonly #pattern: HandshakePattern;
  readonly #initiator: boolean;
  readonly #symmetric: SymmetricState;
  readonly #staticKey: AgreementKey | undefined;
  readonly #psk: Uint8Array | undefined;
  #ephemeral: AgreementKey | undefined;
  #remoteStatic: Uint8Array | undefined;
  #remoteEphemeral: Uint8Array | undefined;
  #next = 0;
  #state: 'ready' | 'busy' | 'failed' | 'split' = 'ready';

  /** @throws {RangeError} when a key the pattern needs is missing, superfluous or of a wrong length */
  constructor(options: NoiseOptions) {
    this.#crypto = options.crypto;
    this.#pattern = PATTERNS[options.pattern];
    this.#initiator = options.initiator;
    const { preMessages } = this.#pattern;
    requireKey('static key', options.staticKey?.publicKey, usesOwnStatic(this.#pattern, options.initiator));
    requireKey(
      'remote static key',
      options.remoteStatic,
      options.initiator ? preMessages.responder : preMessages.initiator,
    );
    requireKey('psk', options.psk, usesPsk(this.#pattern));
    this.#staticKey = options.staticKey;
    this.#psk = options.psk?.slice();
    this.#remoteStatic = options.remoteStatic?.slice();
    this.#ephemeral = options.ephemeral;

    this.#symmetric = new SymmetricState(options.crypto, protocolName(options.pattern));
    this.#symmetric.mixHash(options.prologue);
    const own = options.staticKey?.publicKey;
    if (preMessages.initiator) this.#symmetric.mixHash(present(options.initiator ? own : this.#remoteStatic));
    if (preMessages.responder) this.#symmetric.mixHash(present(options.initiator ? this.#remoteStatic : own));
  }

  /** Static key of the other side; undefined until it is known. */
  get remoteStatic(): Uint8Array | undefined {
    return this.#remoteStatic?.slice();
  }

  /** Ephemeral key of the other side; undefined until it is known. */
  get remoteEphemeral(): Uint8Array | undefined {
    return this.#remoteEphemeral?.slice();
  }

  /** True once all messages have been exchanged. */
  get finished(): boolean {
    return this.#next === this.#pattern.messages.length && (this.#state === 'ready' || this.#state === 'split');
  }

  /**
   * Creates this side's next message. Its payload is encrypted once the pattern has a key.
   * @throws {NoiseError} `noise.order`, `noise.finished`, `noise.failed`
   * @throws {RangeError} if the message would be longer than 65 535 bytes
   * @throws {AuthenticationError} `crypto.low-order` for an invalid key of the other side
   */
  async writeMessage(payload: Uint8Array): Promise<Uint8Array> {
    const tokens = this.#begin(true);
    try {
      const pieces: Uint8Array[] = [];
      for (const token of tokens) {
        if (token === 'e') pieces.push(this.#writeEphemeral());
        else if (token === 's') pieces.push(this.#symmetric.encryptAndHash(present(this.#staticKey).publicKey));
        else await this.#mix(token);
      }
      const length = pieces.reduce((sum, piece) => sum + piece.length, payload.length + this.#symmetric.overhead);
      if (length > MAX_MESSAGE) throw new RangeError(`a handshake message has at most ${MAX_MESSAGE} bytes`);
      pieces.push(this.#symmetric.encryptAndHash(payload));
      this.#complete();
      return concatBytes(...pieces);
    } catch (error) {
      this.#fail();
      throw error;
    }
  }

  /**
   * Reads the other side's next message and returns its payload.
   * @throws {NoiseError} `noise.order`, `noise.finished`, `noise.failed`
   * @throws {FormatError} `format.short`, `format.noise-message`
   * @throws {AuthenticationError} `crypto.open`, `crypto.low-order`
   */
  async readMessage(message: Uint8Array): Promise<Uint8Array> {
    const tokens = this.#begin(false);
    try {
      if (message.length > MAX_MESSAGE)
        throw new FormatError('format.noise-message', 'a handshake message is too long');
      // A copy: the caller's array may change while a Diffie-Hellman is awaited.
      const reader = new ByteReader(message.slice());
      for (const token of tokens) {
        if (token === 'e') this.#readEphemeral(reader.bytes(KEY_LENGTH));
        else if (token === 's') this.#readStatic(reader.bytes(KEY_LENGTH + this.#symmetric.overhead));
        else await this.#mix(token);
      }
      const payload = this.#symmetric.decryptAndHash(reader.rest());
      this.#complete();
      return payload;
    } catch (error) {
      this.#fail();
      throw error;
    }
  }

  /**
   * Returns the result, once, after the last message.
   * @throws {NoiseError} `noise.order` before the last message, `noise.finished` the second time,
   * `noise.failed`
   */
  finish(): NoiseResult {
    if (this.#state === 'failed') throw new NoiseError('noise.failed', 'the handshake has failed');
    if (this.#state === 'split') throw new NoiseError('noise.finished', 'the handshake was finished before');
    if (!this.finished) throw new NoiseError('noise.order', 'the handshake is not finished');
    this.#state = 'split';
    const crypto = this.#crypto;
    const handshakeHash = this.#symmetric.hash;
    const { initiatorKey, responderKey, exporter } = this.#symmetric.split();
    const forInitiator = new TransportCipher(crypto, initiatorKey);
    const forResponder = new TransportCipher(crypto, responderKey);
    initiatorKey.fill(0);
    responderKey.fill(0);
    this.#forget();
    return {
      send: this.#initiator ? forInitiator : forResponder,
      receive: this.#initiator ? forResponder : forInitiator,
      handshakeHash,
      exportSecret: (label, length = 32) => crypto.hkdfSha256(exporter, new Uint8Array(0), toUtf8(label), length),
    };
  }

  /** Checks whose turn it is and locks the state until `#complete` or `#fail`. */
  #begin(writing: boolean): readonly Token[] {
    if (this.#state === 'failed') throw new NoiseError('noise.failed', 'the handshake has failed');
    if (this.#state === 'busy')
      throw new NoiseError('noise.order', 'another message of this handshake is being processed');
    const tokens = this.#pattern.messages[this.#next];
    if (tokens === undefined) throw new NoiseError('noise.finished', 'the handshake has no more messages');
    const ours = (this.#next % 2 === 0) === this.#initiator;
    if (ours !== writing) throw new NoiseError('noise.order', 'it is the other side’s turn');
    this.#state = 'busy';
    return tokens;
  }

  #complete(): void {
    this.#next += 1;
    this.#state = 'ready';
  }

  #fail(): void {
    this.#state = 'failed';
    this.#forget();
  }

  #forget(): void {
    this.#ephemeral = undefined;
    this.#psk?.fill(0);
  }

  #writeEphemeral(): Uint8Array {
    const ephemeral = this.#ephemeral ?? ephemeralKey(this.#crypto);
    this.#ephemeral = ephemeral;
    this.#mixEphemeral(ephemeral.publicKey);
    return ephemeral.publicKey;
  }

  #readEphemeral(publicKey: Uint8Array): void {
    this.#remoteEphemeral = publicKey;
    this.#mixEphemeral(publicKey);
  }

  /** Mixes an ephemeral key into the hash, and in psk handshakes into the key as well, so that no two handshakes share one (section 9.2). */
  #mixEphemeral(publicKey: Uint8Array): void {
    this.#symmetric.mixHash(publicKey);
    if (this.#psk !== undefined) this.#symmetric.mixKey(publicKey);
  }

  #readStatic(encrypted: Uint8Array): void {
    this.#remoteStatic = this.#symmetric.decryptAndHash(encrypted);
  }

  async #mix(token: 'ee' | 'es' | 'se' | 'ss' | 'psk'): Promise<void> {
    if (token === 'psk') {
      this.#symmetric.mixKeyAndHash(present(this.#psk));
      return;
    }
    // The first letter is the initiator's key, the second the responder's.
    const ownLetter = token.charAt(this.#initiator ? 0 : 1);
    const remoteLetter = token.charAt(this.#initiator ? 1 : 0);
    const own = present(ownLetter === 'e' ? this.#ephemeral : this.#staticKey);
    const remote = present(remoteLetter === 'e' ? this.#remoteEphemeral : this.#remoteStatic);
    const secret = await own.agree(remote);
    this.#symmetric.mixKey(secret);
    secret.fill(0);
  }
}

function requireKey(name: string, key: Uint8Array | undefined, needed: boolean): void {
  if (needed !== (key !== undefined)) throw new RangeError(`this pattern needs ${needed ? 'a' : 'no'} ${name}`);
  if (key !== undefined && key.length !== KEY_LENGTH) throw new RangeError(`a ${name} has ${KEY_LENGTH} bytes`);
}

/** Returns a key that must exist at this point, by the checks of the constructor and the order of tokens. */
function present<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new TypeError('a handshake pattern uses a key before it is known');
  return value;
}
