export { DataConnection, type DataConnectionOwner } from './link-end.ts';
export { RawDataConnection } from './raw-end.ts';
export { WebSocketDataConnection } from './websocket-end.ts';
