import type { Right } from '../app-api/index.ts';
import type { Clock } from '../clock.ts';
import type { CryptoBackend } from '../crypto/index.ts';
import type { DeviceCertificate, DeviceIdentity, PeerId } from '../identity/index.ts';
import type { Mailbox } from './mailbox.ts';
import type { PairingSecret } from './secret.ts';
import type { PairingWords } from './words.ts';

/** Parts that both sides of a pairing need. The mailbox is always closed at the end. */
export type PairingContext = Readonly<{
  crypto: CryptoBackend;
  identity: DeviceIdentity;
  clock: Clock;
  /** Name of this device that the other side proposes to its person; 1 to 64 characters, no control characters. */
  name: string;
  /** Ed25519 public key of the relay that this side has authenticated, 32 bytes. */
  relayKey: Uint8Array;
  mailbox: Mailbox;
  /** Ends the pairing with `pairing.cancelled` and notifies the other side. */
  signal: AbortSignal;
  /** Reports progress: `joined` once the other side is present, `confirming` once it has proved that it knows the secret. */
  onProgress(step: 'joined' | 'confirming'): void;
}>;

/** The other device, shown for a person to compare with the other screen before anything is stored. */
export type Candidate = Readonly<{
  peer: DeviceCertificate;
  /** Name the device gives itself; null until it has sent one. */
  name: string | null;
  words: PairingWords;
}>;

/**
 * Asks the person here whether both screens show the same. Resolves if they agree.
 * @throws {PairingError} `pairing.refused` if they don't
 */
export type Agree = (candidate: Candidate) => Promise<void>;

export type InviteMethod = Readonly<{
  /** 16 random bytes deposited with the mailbox. */
  ownSid: Uint8Array;
}> &
  (
    | Readonly<{ kind: 'code'; nameplate: string; secret: PairingSecret }>
    | Readonly<{ kind: 'link'; psk: Uint8Array }>
    /** By hand: the PSK isn't secret, and both people have to agree. */
    | Readonly<{ kind: 'id'; psk: Uint8Array; agree: Agree }>
  );

export type InviteOptions = PairingContext &
  Readonly<{
    method: InviteMethod;
    /** Rights of the other device here. */
    grants: readonly Right[];
    /** Makes the enrolment of the new device, at most 1024 bytes; undefined if it needs none. If it throws, the pairing fails. */
    enrol(joiner: DeviceCertificate): Uint8Array | undefined;
    /**
     * Stores the pairing before the joiner learns that it is done. If it throws, the pairing fails for both.
     * @returns a function that undoes it, called if the joiner couldn't store the pairing
     */
    keep(outcome: PairingOutcome): () => void;
    /** Called once the joiner has confirmed that it stored the pairing. */
    kept(): void;
  }>;

export type JoinMethod = Readonly<{
  /** Inviter's 16 bytes, which the relay returned with the claim. */
  inviterSid: Uint8Array;
}> &
  (
    | Readonly<{ kind: 'code'; nameplate: string; secret: PairingSecret }>
    | Readonly<{
        kind: 'link';
        psk: Uint8Array;
        /** Peer ID in the link; no other device may answer. */
        inviter: PeerId;
      }>
    | Readonly<{
        kind: 'id';
        psk: Uint8Array;
        /** Peer ID that the person typed; no other device may answer. */
        inviter: PeerId;
        agree: Agree;
      }>
  );

export type JoinOptions = PairingContext &
  Readonly<{
    method: JoinMethod;
    /** Rights of the other device here. */
    grants: readonly Right[];
    /** Stores the pairing. If it throws, the inviter is notified and undoes its part. */
    keep(outcome: PairingOutcome): void;
  }>;

/** Result that each side pins and shows. */
export type PairingOutcome = Readonly<{
  peer: DeviceCertificate;
  /** Name the other side gave itself. */
  name: string;
  /** Rights of this device at the other side. */
  grants: readonly Right[];
  /** Enrolment of the joiner, if the inviter made one; undefined at the inviter. */
  enrolment: Uint8Array | undefined;
  /** Pairing words, equal on both screens. */
  words: PairingWords;
  /** Hash of the Noise handshake, 32 bytes, for the audit log. */
  handshakeHash: Uint8Array;
}>;
