export { makeCertificate, type GatewayCertificate } from './certificate.ts';
export type { Approval, ApprovalKind, Decision } from './approvals.ts';
export type { Script } from './chats.ts';
export type { Connection } from './connection.ts';
export { GatewayDouble, type GatewayDoubleOptions } from './double.ts';
export { MethodError, type ErrorShape, type Frame, type Json } from './frames.ts';
export { RawClient, RawDevice, type RawClose, type RawConnect } from './raw-client.ts';
export type { GatewayRecord, RecordedConnect, RecordedFrame } from './record.ts';
export type { ConnectParams, PairedDevice, PendingDevice, PendingSurface } from './types.ts';
