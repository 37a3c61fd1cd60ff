export type { ByteChannel, ChannelHandlers } from './channel.ts';
export { LinkError } from './errors.ts';
export { DEFAULT_LINK_LIMITS } from './limits.ts';
export type { LinkLimits } from './limits.ts';
export { createMemoryChannelPair } from './memory-channel.ts';
export type { MemoryChannelOptions } from './memory-channel.ts';
export { createSession } from './session.ts';
export type {
  LinkPath,
  LinkSession,
  PathEvent,
  PathState,
  RecordCipher,
  RoundTrips,
  SessionOptions,
} from './session-types.ts';
export { STREAM_KINDS } from './types.ts';
export type {
  IncomingStream,
  LinkStream,
  OutgoingStream,
  PathKind,
  Session,
  SessionEnd,
  SessionRole,
  SessionStatistics,
  StreamKind,
  StreamPriority,
} from './types.ts';
