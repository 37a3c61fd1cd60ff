export { connectionError, connectTcp, connectToAddresses, type Connected, type ConnectOptions } from './connect-tcp.ts';
export { listenTcp, type ListenTcpOptions, type TcpListener } from './listen-tcp.ts';
export { lookupAll } from './lookup.ts';
