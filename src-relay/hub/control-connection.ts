import type { Socket } from 'node:net';
import { WebSocket, type RawData } from 'ws';
import type { PeerId } from '#shared/identity/index.ts';
import type { RelayErrorCode, RelayMessage } from '#shared/relay-api/index.ts';
import type { Membership } from '../store/index.ts';
import type { MailboxState } from './mailboxes.ts';

/** The WebSocket of a control connection; a field instead of closures, so that its listeners are the same functions for every device. */
export class ControlSocket extends WebSocket {
  connection: ControlConnection | undefined = undefined;
}

/** `challenged` until hello, `checking` until welcome. */
export type ControlState = 'challenged' | 'checking' | 'agent' | 'joiner' | 'closed';

/** What hello is checked against; dropped afterwards. */
export type Challenge = Readonly<{ nonce: Uint8Array; host: string; socket: Socket }>;

/** What all control connections have in common. */
export type ControlContext = Readonly<{
  /** Unsent bytes before the connection is dropped. */
  controlBuffer: number;
  overflowed(connection: ControlConnection): void;
  received(connection: ControlConnection, data: Uint8Array, isBinary: boolean): void;
  /** The connection takes part in nothing any more. Called once. */
  closed(connection: ControlConnection): void;
}>;

/** RFC 6455 section 7.4.1: policy violation, try again later. */
const CLOSE_POLICY = 1008;

/** One device's (or joiner's) control connection. Tens of thousands of these are idle: every field counts. */
export class ControlConnection {
  readonly socket: ControlSocket;
  readonly address: string;
  readonly #context: ControlContext;
  state: ControlState = 'challenged';
  challenge: Challenge | undefined;
  peerId: PeerId | undefined = undefined;
  memberships: readonly Membership[] = [];
  /** Version of the control protocol, as its hello says. */
  version = 1;
  mailbox: MailboxState | undefined = undefined;
  /** A joiner has one claim, right or wrong. */
  hasClaimed = false;
  /** Pings since the last sign of life. */
  unanswered = 0;
  /** Slot of the heartbeat. */
  slot = -1;

  constructor(socket: ControlSocket, address: string, context: ControlContext, challenge: Challenge) {
    this.socket = socket;
    this.address = address;
    this.#context = context;
    this.challenge = challenge;
    socket.connection = this;
    socket.on('message', onMessage);
    socket.on('pong', onPong);
    socket.on('close', onClose);
    socket.on('error', onError);
  }

  /** Its projects as the relay names them to it. Version 1 knows no pending members. */
  get projects(): { id: string; role: Membership['role'] }[] {
    return this.memberships.map(({ project, role }) => ({
      id: project,
      role: role === 'pending' && this.version < 2 ? 'member' : role,
    }));
  }

  receive(data: Uint8Array, isBinary: boolean): void {
    this.unanswered = 0;
    // What comes after our close message is nobody's.
    if (this.state !== 'closed') this.#context.received(this, data, isBinary);
  }

  /** The socket is gone, or about to be. Idempotent. */
  leave(): void {
    if (this.state === 'closed') return;
    this.state = 'closed';
    this.challenge = undefined;
    this.#context.closed(this);
  }

  send(message: RelayMessage): void {
    this.sendText(JSON.stringify(message));
  }

  /** `text` is a relay message; serialised once when many get the same. */
  sendText(text: string): void {
    if (this.#writable()) this.socket.send(text);
  }

  sendBinary(bytes: Uint8Array): void {
    if (this.#writable()) this.socket.send(bytes);
  }

  /** An error that leaves the connection as it is. */
  complain(
    code: RelayErrorCode,
    message: string,
    more: Readonly<{ request?: number; retryAfter?: number }> = {},
  ): void {
    this.send({ type: 'error', code, message, fatal: false, ...more });
  }

  /** An error that ends the connection. */
  fail(code: RelayErrorCode, message: string, retryAfter?: number): void {
    if (this.state === 'closed') return;
    this.send({ type: 'error', code, message, fatal: true, ...(retryAfter === undefined ? {} : { retryAfter }) });
    this.socket.close(CLOSE_POLICY, code);
    this.leave();
  }

  /** Drops the socket at once. */
  terminate(): void {
    this.socket.terminate();
    this.leave();
  }

  /** A client that does not read is dropped: buffering for it would be its lever on everybody's memory. */
  #writable(): boolean {
    if (this.state === 'closed' || this.socket.readyState !== WebSocket.OPEN) return false;
    if (this.socket.bufferedAmount <= this.#context.controlBuffer) return true;
    this.#context.overflowed(this);
    this.terminate();
    return false;
  }
}

function onMessage(this: WebSocket, data: RawData, isBinary: boolean): void {
  // `nodebuffer` is the binary type: one Buffer a message.
  if (this instanceof ControlSocket && data instanceof Uint8Array) this.connection?.receive(data, isBinary);
}

function onPong(this: WebSocket): void {
  if (this instanceof ControlSocket && this.connection !== undefined) this.connection.unanswered = 0;
}

function onClose(this: WebSocket): void {
  if (this instanceof ControlSocket) this.connection?.leave();
}

/** A socket that breaks also closes; a frame that breaks the protocol is answered by the library. */
function onError(): void {
  return undefined;
}
