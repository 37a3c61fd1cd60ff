export { HopError, parseViaParams, viaParams, type HopStreamParams } from './hop-stream.ts';
export { channelOver } from './stream-channel.ts';
export { HopTransport, type HopTransportOptions } from './hop-transport.ts';
