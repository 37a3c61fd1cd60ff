export { createPageWebRtc } from './page-sockets.ts';
