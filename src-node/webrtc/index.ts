export { isDescription } from './description.ts';
export { WebRtcError } from './errors.ts';
export { createWebRtcSockets, type WebRtcSocketsOptions } from './sockets.ts';
export type { WebRtcConnection, WebRtcDescription, WebRtcOptions, WebRtcSockets } from './types.ts';
