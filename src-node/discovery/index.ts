export { DiscoveryError } from './errors.ts';
export { broadcastAddress, findLanInterfaces, isNeighbour, lanInterfaces, leadsIntoLan } from './lan-interfaces.ts';
export { createLanSockets } from './multicast-socket.ts';
export {
  announcementPacket,
  containsServiceName,
  hostQuestionPacket,
  questionPacket,
  readHostAddresses,
  readPacket,
  LAN_SERVICE,
  type LanMessage,
  type LanAnnouncement,
} from './lan-packets.ts';
export type { LanInterface, LanSocket, LanSocketOptions, LanSockets, LanSource } from './types.ts';
