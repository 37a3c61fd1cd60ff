export { ControlError } from './errors.ts';
export { controlSocketPath, learnedSocketPath, profileSocketPath } from './path.ts';
export { connectControlSocket, connectPrivateSocket } from './connect.ts';
export { listenControlSocket, listenInPlaceOfStale, listenPrivately, type ControlListener } from './listen.ts';
export { SocketTransport } from './transport.ts';
export { lengthHeader, FrameSplitter } from './framing.ts';
export { controlKeyFile } from './control-key.ts';
export { PROOF_TIMEOUT, proveToClient, proveToServer, type ProofKind } from './proof.ts';
