export { startHandshake, type InitiatorOptions, type StartedHandshake } from './initiator.ts';
export { HandshakeResponder, type IncomingHandshake, type ResponderOptions } from './responder.ts';
export { HandshakeError } from './errors.ts';
export { CLOCK_WINDOW, type Established } from './types.ts';
export { MAX_HANDSHAKE_MESSAGE, type HandshakePath } from './first-message.ts';
export { resumedCiphers, sessionSecretOf } from './resumption.ts';
export type { HandshakeAnswer, HandshakeLimits, HandshakeOffer, Purpose } from './payloads.ts';
export type { PinnedKey } from './pin.ts';
export { FramedMessageReader, frameMessage, type FramedMessage } from './framing.ts';
