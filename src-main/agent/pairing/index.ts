export { AddingService, type AddingOptions } from './adding-service.ts';
export { createPairing } from './module.ts';
export type { DirectNetwork } from './direct/direct-joiner.ts';
export { ENROLMENT_LIFE, JoinerRegistration } from './joiner-registration.ts';
export { PairingService } from './pairing-service.ts';
export type {
  InviterRelay,
  JoinerPin,
  JoinerRelay,
  JoinTarget,
  PairedThrough,
  PairingDone,
  PairingServiceOptions,
} from './pairing-service.ts';
