/** docs/LIMITS.md, "Through another peer". Times in ms. */
export const HOP_LIMITS = {
  /** Ways through this device at a time: of one opener, and in all. */
  middlePerOpener: 8,
  middle: 32,
  /** What the target has to take the stream. */
  middleOpen: 10_000,
  /** Ways that end here, of one middle peer. */
  targetPerMiddle: 8,
  /** From the stream to the handshake's answer, at the target. */
  targetAnswer: 5000,
  /** From OPEN to message 2, at the dialler, when nobody is asked. */
  dial: 15_000,
  /** The same while a person at the middle peer is asked: they have two minutes. */
  dialWhileAsked: 135_000,
} as const;
