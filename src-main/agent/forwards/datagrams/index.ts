export { AssociationServer, type AssociationServerOptions } from './association-server.ts';
export { DatagramRule } from './datagram-rule.ts';
export { flowsOf } from './flows.ts';
export { DATAGRAM_LIMITS } from './limits.ts';
export { SocksClient, type OwnerOf } from './socks-client.ts';
export { SocksAssociations } from './socks-associations.ts';
