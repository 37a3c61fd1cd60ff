export { OwnPorts } from './own-ports.ts';
export { readPattern } from './pattern.ts';
export { PeerTargets, type PeerTargetsOptions } from './policy.ts';
export { TargetError } from './errors.ts';
export { TARGET_LIMITS, type TargetLimits } from './limits.ts';
export { TargetServer, type DatagramServer, type TargetServerOptions } from './server.ts';
export type { AllowedTarget, Asker, TargetPolicy, TargetUse } from './types.ts';
export type { Lookup } from './names.ts';
