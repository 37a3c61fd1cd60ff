export { ENROLMENT_LIFE, PairingService } from './pairing-service.ts';
export type { InviterRelay, JoinerRelay, JoinTarget, PairingDone, PairingServiceOptions } from './pairing-service.ts';
