import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import type { PasskeyAssertion, PasskeyAttestation } from '#shared/platform/index.ts';

/** Differences from the answer of an honest browser and authenticator. */
export type PasskeyChanges = Readonly<{
  type?: string;
  origin?: string;
  crossOrigin?: boolean;
  rpId?: string;
  /** User present 1, user verified 4 (Web Authentication Level 3, section 6.1). */
  flags?: number;
  counter?: number;
  userHandle?: string;
}>;

/** Passkey without browser or authenticator, which signs anything: an attacker's. ES256. */
export class SoftwarePasskey {
  readonly id: string;
  /** COSE key (RFC 9052 section 7), as the relay stores it. */
  readonly publicKey: Uint8Array;
  readonly #key: KeyObject;

  constructor(id: string) {
    this.id = Buffer.from(id).toString('base64url');
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
    this.publicKey = Buffer.concat([
      Buffer.from('a5010203262001215820', 'hex'),
      Buffer.from(x, 'base64url'),
      Buffer.from('225820', 'hex'),
      Buffer.from(y, 'base64url'),
    ]);
    this.#key = privateKey;
  }

  /** Signs a challenge for an origin such as `http://localhost:7474`. */
  answer(challenge: string, origin: string, changes: PasskeyChanges = {}): PasskeyAssertion {
    const clientData = clientDataOf('webauthn.get', challenge, origin, changes);
    const data = authenticatorData(origin, { flags: 0b101, ...changes });
    const signature = sign('sha256', Buffer.concat([data, sha256(clientData)]), this.#key);
    return {
      ...this.#common,
      response: {
        clientDataJSON: clientData.toString('base64url'),
        authenticatorData: data.toString('base64url'),
        signature: signature.toString('base64url'),
        ...(changes.userHandle === undefined ? {} : { userHandle: changes.userHandle }),
      },
    };
  }

  /** Answers a registration, with the attestation `none`. */
  attest(challenge: string, origin: string, changes: PasskeyChanges = {}): PasskeyAttestation {
    const id = Buffer.from(this.id, 'base64url');
    const length = Buffer.alloc(2);
    length.writeUInt16BE(id.length);
    const data = Buffer.concat([
      authenticatorData(origin, { flags: 0x45, ...changes }),
      // No model of authenticator.
      Buffer.alloc(16),
      length,
      id,
      this.publicKey,
    ]);
    const attestation = Buffer.concat([
      // CBOR: {fmt: 'none', attStmt: {}, authData: bytes of a length below 256}
      Buffer.from('a363666d74646e6f6e656761747453746d74a068617574684461746158', 'hex'),
      Buffer.from([data.length]),
      data,
    ]);
    return {
      ...this.#common,
      response: {
        clientDataJSON: clientDataOf('webauthn.create', challenge, origin, changes).toString('base64url'),
        attestationObject: attestation.toString('base64url'),
      },
    };
  }

  get #common() {
    return { id: this.id, rawId: this.id, type: 'public-key', clientExtensionResults: {} } as const;
  }
}

function clientDataOf(type: string, challenge: string, origin: string, changes: PasskeyChanges): Buffer {
  const { crossOrigin = false } = changes;
  return Buffer.from(
    JSON.stringify({ type: changes.type ?? type, challenge, origin: changes.origin ?? origin, crossOrigin }),
  );
}

function authenticatorData(origin: string, changes: PasskeyChanges & Readonly<{ flags: number }>): Buffer {
  const counter = Buffer.alloc(4);
  counter.writeUInt32BE(changes.counter ?? 0);
  return Buffer.concat([sha256(changes.rpId ?? new URL(origin).hostname), Buffer.from([changes.flags]), counter]);
}

function sha256(bytes: string | Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}
