export { createGatewayMachine, probeGateway, type GatewayMachineOptions } from './machine.ts';
export { Announcements, GATEWAY_SERVICE } from './announcements.ts';
export { discover, type DiscoverOptions } from './discover.ts';
export { otherNode, type OtherNodeOptions } from './other-node.ts';
export { readPs, runningPrograms, type RunningProgram } from './running-nodes.ts';
export { GATEWAY_SOCKET_LIMITS, openPinnedSocket, type PinnedSocketOptions } from './pinned-socket.ts';
