export type { DeviceCertificate, DeviceIdentity, PeerId } from './types.ts';
