export { ViaError } from './errors.ts';
export { parseViaParams, type ViaParams } from './params.ts';
export { channelOver } from './stream-channel.ts';
export { ViaTransport, type ViaTransportOptions } from './transport.ts';
