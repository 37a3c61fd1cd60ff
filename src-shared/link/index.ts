export type { ByteChannel, ChannelHandlers } from './channel.ts';
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
