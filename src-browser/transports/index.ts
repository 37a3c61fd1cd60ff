export { MessageTransport } from './message-transport.ts';
