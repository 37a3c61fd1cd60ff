export {
  equalIp,
  formatIp,
  ipFamily,
  isInNetwork,
  isLoopbackHost,
  isLoopbackIp,
  parseIp,
  parseLooseIpv4,
  parseNetwork,
} from './address.ts';
export type { IpAddress, IpNetwork } from './address.ts';
export { addressGroup } from './address-group.ts';
export { CONNECTION_CODES, ForwardError } from './errors.ts';
export { UNREACHABLE_CODES, type ConnectionCode, type UnreachableCode } from './errors.ts';
export {
  hostText,
  MAX_HOST,
  parseAssociatedReply,
  parseConnectedReply,
  parseListeningReply,
  parseTcpParams,
  parseUdpParams,
  port,
  TCP_RESET_CANCELLED,
  RESET_CONNECTION,
  tcpParams,
  udpParams,
} from './params.ts';
export { METADATA_NAMES, METADATA_NETWORKS } from './metadata-services.ts';
export { readEndpoint, writeEndpoint, type Endpoint } from './endpoint.ts';
export type { AssociatedReply, ConnectedReply, ListeningReply, Target, TcpParams, UdpParams } from './params.ts';
