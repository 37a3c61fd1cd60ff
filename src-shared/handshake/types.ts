import type { DeviceCertificate } from '../identity/index.ts';
import type { NoiseResult } from '../noise/index.ts';
import { MAX_MESSAGE } from '../noise/index.ts';
import type { HandshakeLimits, HandshakeOffer } from './payloads.ts';

/**
 * Result of a handshake after message 2: ciphers and facts about the other side. The responder acts on it only after the first record has
 * authenticated (PROTOCOL section 3).
 */
export type Established = NoiseResult &
  Readonly<{
    /** Verified certificate of the other side. If its `generation` is above the pinned one, the pin should be updated. */
    peer: DeviceCertificate;
    /** 16 bytes, chosen by the initiator. */
    sessionId: Uint8Array;
    version: number;
    /** Limits of the other side's receiver. */
    limits: HandshakeLimits;
    /** Seconds by which the other side's clock is ahead; negative if it is behind. */
    clockSkew: number;
  }>;

/** Largest `clockSkew`, in seconds, that causes no warning. A larger one warns the person of a wrong clock but never rejects the handshake. */
export const CLOCK_WINDOW = 10 * 60;

/** Versions and limits that this program offers as initiator and accepts as responder. */
export const OFFER: HandshakeOffer = { versions: [1], limits: { record: MAX_MESSAGE } };
