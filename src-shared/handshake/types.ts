import type { DeviceCertificate } from '../identity/index.ts';
import type { NoiseResult } from '../noise/index.ts';
import { MAX_MESSAGE } from '../noise/index.ts';
import type { HandshakeLimits, HandshakeOffer } from './payloads.ts';

/** What both sides have after message 2. The responder acts only when the first record has opened (PROTOCOL section 3). */
export type Established = NoiseResult &
  Readonly<{
    /** The other side, verified. Its `generation` may be higher than the pinned one: then the pin should be updated. */
    peer: DeviceCertificate;
    /** 16 bytes, chosen by the initiator. */
    sessionId: Uint8Array;
    version: number;
    /** What the other side takes. */
    limits: HandshakeLimits;
    /** Seconds by which the other side's clock is ahead of ours, negative when behind. */
    clockSkew: number;
  }>;

/** Beyond so many seconds of `clockSkew` a person should be told that a clock is wrong; nothing is refused for it. */
export const CLOCK_WINDOW = 10 * 60;

/** What this program offers as initiator and chooses from as responder. */
export const OFFER: HandshakeOffer = { versions: [1], limits: { record: MAX_MESSAGE } };
