export { LinkEnd, type LinkEndOwner } from './link-end.ts';
export { RawLinkEnd } from './raw-end.ts';
export { WebSocketLinkEnd } from './websocket-end.ts';
