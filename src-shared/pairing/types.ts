import type { Right } from '../app-api/index.ts';
import type { Clock } from '../clock.ts';
import type { CryptoBackend } from '../crypto/index.ts';
import type { DeviceCertificate, DeviceIdentity, PeerId } from '../identity/index.ts';
import type { Mailbox } from './mailbox.ts';
import type { PairingSecret } from './secret.ts';
import type { PairingWords } from './words.ts';

/** Mark of a device that is a browser: `tab` if it keeps its keys until its tab closes only. */
export type BrowserMark = 'kept' | 'tab';

/** Options that both sides of a pairing have. The mailbox is always closed at the end. */
export type PairingContext = Readonly<{
  crypto: CryptoBackend;
  identity: DeviceIdentity;
  clock: Clock;
  /** Name of this device that the other side proposes to its person; 1 to 64 characters, no control characters. */
  name: string;
  /** Ed25519 public key of the relay, 32 bytes, which this side has authenticated; undefined if `mailbox` is a direct connection. */
  relayKey: Uint8Array | undefined;
  mailbox: Mailbox;
  /** Aborting it ends the pairing with `pairing.cancelled` and notifies the other side. */
  signal: AbortSignal;
  /** Reports progress: `joined` when the other side is present, `confirming` when it has proved that it knows the secret. */
  onProgress(step: 'joined' | 'confirming'): void;
  /** Set if this device is a browser, which the other side learns. */
  browser?: BrowserMark | undefined;
  /**
   * Called when the other side has said, authenticated, what it is; undefined for a machine.
   * @throws {PairingError} `pairing.refused` if this device pairs with no browsers
   */
  admit?(browser: BrowserMark | undefined): void;
}>;

/** Other device, as shown to a person who compares it with the other screen before anything is stored. */
export type Candidate = Readonly<{
  peer: DeviceCertificate;
  /** Name that the device gives itself; null until it has sent one. */
  name: string | null;
  words: PairingWords;
  /** Set for a browser. */
  browser?: BrowserMark | undefined;
}>;

/**
 * Asks the person at this device if both screens show the same words. Resolves if the person confirms.
 * @throws {PairingError} `pairing.refused` if the person denies
 */
export type Agree = (candidate: Candidate) => Promise<void>;

/** Form of the invitation: by code, by link, or by peer ID. */
export type InviteMethod = Readonly<{
  /** This side's half of the session ID, 16 random bytes that the relay stores with the mailbox. */
  ownSid: Uint8Array;
}> &
  (
    | Readonly<{ kind: 'code'; nameplate: string; secret: PairingSecret }>
    | Readonly<{ kind: 'link'; psk: Uint8Array }>
    /** By peer ID: the PSK isn't secret, so both people must agree. */
    | Readonly<{ kind: 'id'; psk: Uint8Array; agree: Agree }>
    /** A guest, with the secret of a share, 16 bytes. The person here agrees or not; the guest has said so by opening the link. */
    | Readonly<{ kind: 'guest'; secret: Uint8Array; agree: Agree }>
  );

/** Relay of the inviter, as it names the relay to a joiner over a direct connection. */
export type RelayOffer = Readonly<{
  /** URL with `wss:` or `ws:`, as in a link. */
  url: string;
  /** Ed25519 public key of the relay, 32 bytes. */
  relayKey: Uint8Array;
  /** SHA-256 of the public key in the relay's TLS certificate, 32 bytes. */
  tlsPin: Uint8Array | undefined;
}>;

/** Options of `invite`. */
export type InviteOptions = PairingContext &
  Readonly<{
    method: InviteMethod;
    /**
     * Direct connections on which the same invitation is open, beside the relay's `mailbox`. The invitation runs once, in the one from which the
     * first message comes; the other is closed.
     */
    direct?: Readonly<{ mailbox: Mailbox; ownSid: Uint8Array }> | undefined;
    /** Returns this side's relay for a joiner over a direct connection; undefined without one. */
    relayOffer?(): RelayOffer | undefined;
    /** Rights of the other device here. */
    grants: readonly Right[];
    /**
     * Creates the enrolment of the new device, at most 1024 bytes; undefined if it needs none. If this fails, the pairing fails. The other side's
     * messages wait in the mailbox meanwhile, and `store` is called afterwards.
     */
    enrol(joiner: DeviceCertificate): Promise<Uint8Array | undefined>;
    /**
     * Stores the pairing, before the joiner receives the final confirmation. If this throws, the pairing fails on both sides.
     * @returns function that removes the pairing again, called if the joiner couldn't store it
     */
    store(outcome: PairingOutcome): () => void;
    /** Called when the joiner has confirmed that it stored the pairing. */
    stored(): void;
  }>;

/** Form of the invitation that this side uses. */
export type JoinMethod = Readonly<{
  /** The inviter's half of the session ID, 16 bytes, which the relay returned with the mailbox. */
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
    /** As a guest, with the secret of a share. `agree` gets the words. */
    | Readonly<{ kind: 'guest'; secret: Uint8Array; agree: Agree }>
  );

/** Options of `join`. */
export type JoinOptions = PairingContext &
  Readonly<{
    method: JoinMethod;
    /** Rights of the other device here. */
    grants: readonly Right[];
    /** Stores the pairing. If this throws, the inviter is notified and removes the pairing on its side. */
    store(outcome: PairingOutcome): void;
  }>;

/** Result of a pairing, which each side stores and shows. */
export type PairingOutcome = Readonly<{
  peer: DeviceCertificate;
  /** Name the other side gave itself. */
  name: string;
  /** Rights of this device at the other side. */
  grants: readonly Right[];
  /** Enrolment of this device, if it is the joiner and the inviter created one. */
  enrolment: Uint8Array | undefined;
  /** The inviter's relay, which it named to this joiner over a direct connection. */
  relayOffer?: RelayOffer | undefined;
  /** Set if the other side is a browser. */
  browser?: BrowserMark | undefined;
  /** Pairing words, equal on both screens. */
  words: PairingWords;
  /** Hash of the Noise handshake, 32 bytes, for the audit log. */
  handshakeHash: Uint8Array;
}>;
