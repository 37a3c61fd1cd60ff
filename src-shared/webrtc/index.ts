export { composeCandidate, readCandidate } from './candidates.ts';
export { guarded, NEGOTIATED_CHANNEL, type DataChannel } from './data-channel.ts';
export { CHANNEL_WINDOW, WebRtcChannel } from './webrtc-channel.ts';
export { composeSdp, isDescription, LONGEST_MESSAGE, readDescription } from './description.ts';
export { WebRtcError } from './errors.ts';
export type { WebRtcConnection, WebRtcDescription, WebRtcOptions, WebRtcSockets } from './types.ts';
