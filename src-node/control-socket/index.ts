export { ControlError } from './errors.ts';
export { controlSocketPath, profileSocketPath } from './path.ts';
export { connectControlSocket, connectPrivateSocket } from './connect.ts';
export { listenControlSocket, listenPrivately, type ControlListener } from './listen.ts';
export { SocketTransport } from './transport.ts';
export { lengthHeader, MessageSplitter } from './framing.ts';
