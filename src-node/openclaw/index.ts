export { createGatewayMachine, probeGateway, type GatewayMachineOptions } from './gateway-machine.ts';
export { Announcements, GATEWAY_SERVICE } from './announcements.ts';
export { discover, type DiscoverOptions } from './discover.ts';
export { findOtherNode, type OtherNodeOptions } from './find-other-node.ts';
export { readPs, listRunningPrograms, type RunningProgram } from './running-nodes.ts';
export { GATEWAY_SOCKET_LIMITS, openPinnedSocket, type PinnedSocketOptions } from './pinned-socket.ts';
