export { ControlError } from './errors.ts';
export { controlSocketPath } from './path.ts';
export { connectControlSocket } from './connect.ts';
export { listenControlSocket, type ControlListener } from './listen.ts';
export { SocketTransport } from './transport.ts';
export { lengthHeader, MessageSplitter } from './framing.ts';
