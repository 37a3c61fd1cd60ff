export { ChannelMailbox } from './direct/channel-mailbox.ts';
export { AddingService, type AddingOptions } from './adding-service.ts';
export { createPairing } from './module.ts';
export type { NameLookup } from './direct/inviter-address.ts';
export type { DirectNetwork } from './direct/direct-joiner.ts';
export { ENROLMENT_LIFE, JoinerRegistration } from './joiner-registration.ts';
export { PairingService } from './pairing-service.ts';
export type {
  AwayRelay,
  InviterRelay,
  JoinerPin,
  JoinerRelay,
  JoinTarget,
  PairedThrough,
  PairingDone,
  PairingServiceOptions,
} from './pairing-service.ts';
