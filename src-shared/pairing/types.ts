import type { Right } from '../app-api/index.ts';
import type { Clock } from '../clock.ts';
import type { CryptoBackend } from '../crypto/index.ts';
import type { DeviceCertificate, DeviceIdentity, PeerId } from '../identity/index.ts';
import type { Mailbox } from './mailbox.ts';
import type { PairingSecret } from './secret.ts';
import type { PairingWords } from './words.ts';

/** What both sides of a pairing need. The mailbox is closed at the end, however it ends. */
export type PairingContext = Readonly<{
  crypto: CryptoBackend;
  identity: DeviceIdentity;
  clock: Clock;
  /** This device's name as the other side will propose it to its person; 1 to 64 characters, none of them control characters. */
  name: string;
  /** Ed25519 public key of the relay as authenticated by this side, 32 bytes. */
  relayKey: Uint8Array;
  mailbox: Mailbox;
  /** Ends the pairing as `pairing.cancelled` and tells the other side. */
  signal: AbortSignal;
  /** `joined`: the other side is there; `confirming`: it has proven that it knows the secret. */
  onProgress(step: 'joined' | 'confirming'): void;
}>;

/** Whom a person is to compare with what the other screen shows, before anything is kept. */
export type Candidate = Readonly<{
  peer: DeviceCertificate;
  /** As it calls itself; null where it has not said so yet. */
  name: string | null;
  words: PairingWords;
}>;

/**
 * Asks the person here whether both screens show the same. Resolves with a yes.
 * @throws {PairingError} `pairing.refused` for a no
 */
export type Agree = (candidate: Candidate) => Promise<void>;

export type InviteMethod = Readonly<{
  /** The 16 random bytes deposited with the mailbox. */
  ownSid: Uint8Array;
}> &
  (
    | Readonly<{ kind: 'code'; nameplate: string; secret: PairingSecret }>
    | Readonly<{ kind: 'link'; psk: Uint8Array }>
    /** By hand: the PSK is nothing secret, and both people agree. */
    | Readonly<{ kind: 'id'; psk: Uint8Array; agree: Agree }>
  );

export type InviteOptions = PairingContext &
  Readonly<{
    method: InviteMethod;
    /** What the other device will be allowed here. */
    grants: readonly Right[];
    /** The enrolment to hand to this new device, at most 1024 bytes; undefined where none is needed. May throw: the pairing then fails. */
    enrol(joiner: DeviceCertificate): Uint8Array | undefined;
    /**
     * Stores the pairing before the joiner hears that it is done. May throw: the pairing then fails for both.
     * @returns takes it back, where the joiner says that it could not store it
     */
    keep(outcome: PairingOutcome): () => void;
    /** The joiner has said that it has stored the pairing. */
    kept(): void;
  }>;

export type JoinMethod = Readonly<{
  /** The inviter's 16 bytes, as the relay gave them with the claim. */
  inviterSid: Uint8Array;
}> &
  (
    | Readonly<{ kind: 'code'; nameplate: string; secret: PairingSecret }>
    | Readonly<{
        kind: 'link';
        psk: Uint8Array;
        /** The peer id in the link: nobody else may answer. */
        inviter: PeerId;
      }>
    | Readonly<{
        kind: 'id';
        psk: Uint8Array;
        /** The peer id that the person has typed: nobody else may answer. */
        inviter: PeerId;
        agree: Agree;
      }>
  );

export type JoinOptions = PairingContext &
  Readonly<{
    method: JoinMethod;
    /** What the other device will be allowed here. */
    grants: readonly Right[];
    /** Stores the pairing. May throw: the inviter is told, and takes back its part. */
    keep(outcome: PairingOutcome): void;
  }>;

/** What each side may pin and show. */
export type PairingOutcome = Readonly<{
  peer: DeviceCertificate;
  /** The name the other side gave itself. */
  name: string;
  /** What the other side granted us. */
  grants: readonly Right[];
  /** For the joiner, where the inviter enrolled it; undefined for the inviter. */
  enrolment: Uint8Array | undefined;
  /** The same on both screens. */
  words: PairingWords;
  /** Of the Noise handshake, 32 bytes; for the audit log. */
  handshakeHash: Uint8Array;
}>;
