export { NoiseHandshake, type NoiseOptions, type NoiseResult } from './handshake.ts';
export { NoiseError } from './errors.ts';
export { PATTERNS, type PatternName } from './patterns.ts';
export {
  MAX_MESSAGE,
  MAX_PLAINTEXT,
  REKEY_LIMITS,
  TAG_LENGTH,
  TransportCipher,
  type RekeyLimits,
} from './transport-cipher.ts';
