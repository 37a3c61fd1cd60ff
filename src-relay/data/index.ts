export { DataConnection, type DataConnectionOwner } from './data-connection.ts';
export { RawDataConnection } from './raw-data-connection.ts';
export { WebSocketDataConnection } from './websocket-data-connection.ts';
