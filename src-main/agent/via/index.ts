export { ViaError } from './errors.ts';
export { parseViaParams, viaParams, type ViaParams } from './params.ts';
export { channelOver } from './stream-channel.ts';
export { ViaTransport, type ViaTransportOptions } from './transport.ts';
