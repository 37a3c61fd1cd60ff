import { equalBytes, toBase64Url } from '#shared/bytes/index.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { verifyEnrolment, type DeviceIdentity, type Enrolment } from '#shared/identity/index.ts';
import {
  RELAY_VERSIONS,
  admissionProof,
  enrolTicketKey,
  enrolTicketProof,
  helloTranscript,
  othersTranscript,
  welcomeTranscript,
  type AgentMessage,
  type HelloFacts,
  type RelayRole,
} from '#shared/relay-api/index.ts';
import { RelayClientError } from './errors.ts';
import type { EnrolTicket, RelayClientConfig } from './types.ts';

const MAX_ENROLMENTS = 8;
/** Versions of the protocol that added the roles. */
const OLDEST_VERSIONS: Readonly<Record<RelayRole, number>> = { agent: 1, joiner: 1, browser: 3, guest: 4 };

type HelloMessage = Extract<AgentMessage, { type: 'hello' }>;

export type RelayHelloOptions = Readonly<{
  crypto: CryptoBackend;
  identity: DeviceIdentity;
  role: RelayRole;
  /** ID of the share that a guest wants to reach. */
  share?: string | undefined;
  /** Authority that was dialed, and SHA-256 of the TLS key that was seen. Neither comes from the relay's own messages. */
  authority: string;
  tlsPin: Uint8Array;
  config: RelayClientConfig;
  software: string | undefined;
  challenge: Readonly<{
    relayKey: Uint8Array;
    nonce: Uint8Array;
    versions: readonly number[];
    admission: 'token' | 'open';
  }>;
}>;

/**
 * Client's half of the mutual authentication with a relay (PROTOCOL section 7): builds the signed hello message, and checks the relay's proof. Used
 * by `ControlClient`, which sends the message. Reads the admission token and the enrolments through `config`; pure otherwise, but for random
 * bytes.
 */
export class RelayHello {
  readonly message: HelloMessage;
  readonly relayKey: Uint8Array;
  /** Credentials in the message. */
  readonly shown: Readonly<{ admission: boolean; enrolment: boolean }>;
  /** Version of the control protocol. */
  readonly version: number;
  readonly #crypto: CryptoBackend;
  readonly #facts: HelloFacts;

  private constructor(crypto: CryptoBackend, facts: HelloFacts, message: HelloMessage) {
    this.#crypto = crypto;
    this.#facts = facts;
    this.message = message;
    this.relayKey = facts.relayKey;
    this.version = facts.version;
    this.shown = {
      admission: message.admission !== undefined,
      enrolment: message.enrolments !== undefined || message.enrolTicket !== undefined,
    };
  }

  /** Builds and signs the hello message. @throws {RelayClientError} `relay.key-mismatch`, `relay.version` */
  static async create(options: RelayHelloOptions): Promise<RelayHello> {
    const { crypto, identity, role, config, challenge } = options;
    // 1. Check the pinned key before signing anything for the relay.
    if (config.relayKeyPin !== undefined && !equalBytes(config.relayKeyPin, challenge.relayKey)) {
      throw new RelayClientError('relay.key-mismatch', 'the relay announced another key than the pinned one');
    }
    const oldest = OLDEST_VERSIONS[role];
    const version = RELAY_VERSIONS.find((known) => known >= oldest && challenge.versions.includes(known));
    if (version === undefined) {
      throw new RelayClientError('relay.version', `the relay speaks no version of ${RELAY_VERSIONS.join(', ')}`, {
        details: { offered: challenge.versions.join(', ') },
      });
    }
    // 2. Sign for this relay, this address and this connection only.
    const clientNonce = crypto.randomBytes(32);
    const facts: HelloFacts = {
      relayKey: challenge.relayKey,
      authority: options.authority,
      tlsPin: options.tlsPin,
      certificate: identity.certificate,
      role,
      relayNonce: challenge.nonce,
      clientNonce,
      versionsOffered: challenge.versions,
      version,
    };
    const token = role === 'agent' && challenge.admission === 'token' ? config.admission?.() : undefined;
    const isStranger = role === 'joiner' || role === 'guest';
    const ticket = isStranger || version < 3 ? undefined : config.enrolTicket?.();
    // Enrolments of other relays are withheld: the relay must not learn of them, and would reject the hello.
    const enrolments = (isStranger ? [] : (config.enrolments?.() ?? []))
      .filter((enrolment) => isFor(crypto, enrolment, challenge.relayKey))
      .slice(0, MAX_ENROLMENTS);
    return new RelayHello(crypto, facts, {
      type: 'hello',
      version,
      certificate: toBase64Url(identity.certificate),
      nonce: toBase64Url(clientNonce),
      relayKey: toBase64Url(challenge.relayKey),
      authority: options.authority,
      tlsPin: toBase64Url(options.tlsPin),
      role,
      signature: toBase64Url(await identity.sign(helloTranscript(facts))),
      ...(token === undefined ? {} : { admission: toBase64Url(admissionProof(crypto, token, facts)) }),
      ...(enrolments.length === 0 ? {} : { enrolments: enrolments.map((enrolment) => toBase64Url(enrolment)) }),
      ...(ticket === undefined ? {} : { enrolTicket: ticketField(crypto, ticket, facts) }),
      ...(options.share === undefined ? {} : { share: options.share }),
      ...(options.software === undefined ? {} : { software: options.software }),
    });
  }

  /**
   * Checks the relay's proof that it holds its key, for this connection.
   * @throws {RelayClientError} `relay.version`, `relay.welcome-signature`
   */
  check(version: number, signature: Uint8Array): void {
    if (version !== this.version) throw new RelayClientError('relay.version', 'the relay chose a version we did not');
    if (!this.#crypto.ed25519Verify(this.relayKey, welcomeTranscript(this.#facts), signature)) {
      throw new RelayClientError('relay.welcome-signature', 'the relay could not prove its key');
    }
  }

  /**
   * Checks that the relay has signed the list of its other names.
   * @throws {RelayClientError} `relay.welcome-signature`
   */
  checkOthers(urls: readonly string[], signature: Uint8Array): void {
    if (this.#crypto.ed25519Verify(this.relayKey, othersTranscript(this.relayKey, urls), signature)) return;
    throw new RelayClientError('relay.welcome-signature', 'the relay did not sign its other names');
  }
}

function ticketField(
  crypto: CryptoBackend,
  { id, secret }: EnrolTicket,
  facts: HelloFacts,
): NonNullable<HelloMessage['enrolTicket']> {
  const proof = enrolTicketProof(crypto, enrolTicketKey(crypto, secret), facts);
  return { id: toBase64Url(id), proof: toBase64Url(proof) };
}

/** Reports whether an enrolment is for this relay. */
function isFor(crypto: CryptoBackend, enrolment: Uint8Array, relayKey: Uint8Array): boolean {
  const verified = tryEnrolment(crypto, enrolment);
  return verified !== undefined && equalBytes(verified.relayKey, relayKey);
}

/**
 * Parses and verifies an enrolment; undefined if it is invalid or of an unknown version. Used by `RelayHello`, and by the network module to name the
 * peer that enrolled this device as a pending member. Pure.
 */
export function tryEnrolment(crypto: CryptoBackend, encoded: Uint8Array): Enrolment | undefined {
  try {
    return verifyEnrolment(crypto, encoded);
  } catch (error) {
    if (error instanceof ClawReachError) return undefined;
    throw error;
  }
}
