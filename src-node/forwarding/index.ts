export { isAnswered } from './is-answered.ts';
export { connectionError, connectTcp, connectToAddresses, type Connected, type ConnectOptions } from './connect-tcp.ts';
export { listeningPorts, type ListeningPort } from './listening-ports.ts';
export { listenTcp, type ListenTcpOptions, type TcpListener } from './listen-tcp.ts';
export { lookupAll } from './lookup-all.ts';
export {
  connectUdp,
  openUdp,
  UDP_QUEUE,
  type ConnectedUdp,
  type ConnectUdpOptions,
  type UdpAddress,
  type UdpSocket,
  type UdpSocketOptions,
} from './udp.ts';
export { ownerIn, socketOwner, type SocketOwner } from './socket-owner.ts';
