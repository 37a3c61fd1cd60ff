export { HopError } from './errors.ts';
export { parseViaParams, viaParams, type HopStreamParams } from './params.ts';
export { channelOver } from './stream-channel.ts';
export { HopTransport, type HopTransportOptions } from './transport.ts';
