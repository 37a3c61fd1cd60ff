export { ControlSocket } from './control-connection.ts';
export { sealTicketKey } from './enrol-tickets.ts';
export { Hub, type HubObserver, type HubOptions } from './hub.ts';
export type { MemberRemoval } from './member-changes.ts';
export type { LiveLink } from './peer-connections.ts';
export type { InstanceReceiver } from './message-forwarder.ts';
