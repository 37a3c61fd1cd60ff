export { connectionError, connectTcp, connectToAddresses, type Connected, type ConnectOptions } from './connect-tcp.ts';
export { lookupAll } from './lookup.ts';
