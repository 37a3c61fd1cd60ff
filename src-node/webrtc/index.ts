export { createWebRtcSockets, type WebRtcSocketsOptions } from './sockets.ts';
