import { equalBytes, toBase64Url } from '#shared/bytes/index.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { verifyEnrolment, type DeviceIdentity } from '#shared/identity/index.ts';
import {
  admissionProof,
  helloTranscript,
  welcomeTranscript,
  type AgentMessage,
  type HelloFacts,
} from '#shared/relay-api/index.ts';
import { RelayClientError } from './errors.ts';
import type { RelayClientConfig } from './types.ts';

/** The version this client speaks. */
const VERSION = 1;
const MAX_ENROLMENTS = 8;

export type HelloOptions = Readonly<{
  crypto: CryptoBackend;
  identity: DeviceIdentity;
  role: 'agent' | 'joiner';
  /** What was dialled, and what its TLS showed: never what the relay says of itself. */
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

/** Our half of the mutual authentication with a relay (PROTOCOL section 8), and the check of its half. */
export class Hello {
  readonly message: Extract<AgentMessage, { type: 'hello' }>;
  readonly relayKey: Uint8Array;
  readonly admissionGiven: boolean;
  readonly #crypto: CryptoBackend;
  readonly #facts: HelloFacts;

  /** @throws {RelayClientError} `relay.key-mismatch`, `relay.version` */
  constructor(options: HelloOptions) {
    const { crypto, identity, role, config, challenge } = options;
    // 1. The relay we know, before anything is signed for it.
    if (config.relayKeyPin !== undefined && !equalBytes(config.relayKeyPin, challenge.relayKey)) {
      throw new RelayClientError('relay.key-mismatch', 'the relay announced another key than the pinned one');
    }
    if (!challenge.versions.includes(VERSION)) {
      throw new RelayClientError('relay.version', 'the relay does not speak version 1', {
        details: { offered: challenge.versions.join(', ') },
      });
    }
    // 2. A signature for this relay, this address and this connection only.
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
      version: VERSION,
    };
    const token = role === 'agent' && challenge.admission === 'token' ? config.admission?.() : undefined;
    // Those of other relays are none of its business, and it would refuse us for them.
    const enrolments = (role === 'agent' ? (config.enrolments?.() ?? []) : [])
      .filter((enrolment) => isFor(crypto, enrolment, challenge.relayKey))
      .slice(0, MAX_ENROLMENTS);
    this.#crypto = crypto;
    this.#facts = facts;
    this.relayKey = challenge.relayKey;
    this.admissionGiven = token !== undefined;
    this.message = {
      type: 'hello',
      version: VERSION,
      certificate: toBase64Url(identity.certificate),
      nonce: toBase64Url(clientNonce),
      relayKey: toBase64Url(challenge.relayKey),
      authority: options.authority,
      tlsPin: toBase64Url(options.tlsPin),
      role,
      signature: toBase64Url(crypto.ed25519Sign(identity.signingSeed, helloTranscript(facts))),
      ...(token === undefined ? {} : { admission: toBase64Url(admissionProof(crypto, token, facts)) }),
      ...(enrolments.length === 0 ? {} : { enrolments: enrolments.map((enrolment) => toBase64Url(enrolment)) }),
      ...(options.software === undefined ? {} : { software: options.software }),
    };
  }

  /**
   * The relay's proof that it holds the key it announced, for this very connection.
   * @throws {RelayClientError} `relay.version`, `relay.welcome-signature`
   */
  check(version: number, signature: Uint8Array): void {
    if (version !== VERSION) throw new RelayClientError('relay.version', 'the relay chose a version we did not');
    if (!this.#crypto.ed25519Verify(this.relayKey, welcomeTranscript(this.#facts), signature)) {
      throw new RelayClientError('relay.welcome-signature', 'the relay could not prove its key');
    }
  }
}

/** Whether an enrolment is for this relay; what is no enrolment is for none. */
function isFor(crypto: CryptoBackend, enrolment: Uint8Array, relayKey: Uint8Array): boolean {
  try {
    return equalBytes(verifyEnrolment(crypto, enrolment).relayKey, relayKey);
  } catch (error) {
    if (error instanceof ClawReachError) return false;
    throw error;
  }
}
