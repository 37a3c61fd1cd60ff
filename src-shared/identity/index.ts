export type {
  Claim,
  ClaimEnd,
  DeviceCertificate,
  DeviceIdentity,
  EnrolledRole,
  Enrolment,
  PeerId,
  Removal,
} from './types.ts';
export {
  formatPeerId,
  parsePeerId,
  PEER_ID_LENGTH,
  peerIdBytes,
  peerIdFromBytes,
  peerIdOf,
  shortPeerId,
} from './peer-id.ts';
export {
  CERTIFICATE_LENGTH,
  certificateFacts,
  unsignedCertificate,
  verifyCertificate,
  type CertificateFacts,
  type UnsignedCertificate,
} from './certificate.ts';
export { createIdentity, MASTER_SECRET_LENGTH } from './device.ts';
export { labelled } from './label.ts';
export { safetyNumber } from './safety-number.ts';
export {
  ENROLMENT_LENGTH,
  REMOVAL_LENGTH,
  signEnrolment,
  signRemoval,
  verifyEnrolment,
  verifyRemoval,
  type EnrolmentFacts,
  type RemovalFacts,
} from './membership.ts';
export {
  INTRODUCED_RIGHTS,
  INTRODUCTION_END_LENGTH,
  INTRODUCTION_LENGTH,
  signIntroduction,
  signIntroductionEnd,
  verifyIntroduction,
  verifyIntroductionEnd,
  type IntroducedRight,
  type Introduction,
  type IntroductionEnd,
  type IntroductionEndFacts,
  type IntroductionFacts,
} from './introduction.ts';
export {
  CLAIM_END_LENGTH,
  CLAIM_LENGTH,
  signClaim,
  signClaimEnd,
  verifyClaim,
  verifyClaimEnd,
  type ClaimEndFacts,
  type ClaimFacts,
} from './claim.ts';
