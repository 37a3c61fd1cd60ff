export { isPortsRequest, requestPorts } from './messages.ts';
export { PortsServer, type PortsServerOptions } from './server.ts';
