export type { DialedUdp } from './dial-udp.ts';
export { UdpError } from './errors.ts';
export { UDP_LIMITS } from './limits.ts';
export { isUdpOffer, udpPathParams } from './params.ts';
export { UdpTransport, type UdpTransportOptions } from './udp-transport.ts';
