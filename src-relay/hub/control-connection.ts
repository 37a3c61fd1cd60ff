import type { Socket } from 'node:net';
import { WebSocket, type RawData } from 'ws';
import type { PeerId } from '#shared/identity/index.ts';
import type { RelayErrorCode, RelayMessage } from '#shared/relay-api/index.ts';
import type { Membership } from '../store/index.ts';
import type { MailboxState } from './mailbox-registry.ts';

/**
 * WebSocket of a control connection. It refers to its connection by a field instead of closures, so that all connections share the same listener
 * functions.
 */
export class ControlSocket extends WebSocket {
  connection: ControlConnection | undefined = undefined;

  /**
   * Raises the limit of this socket's messages above that of the server, which holds for strangers. The library has no public call for one socket
   * (https://github.com/websockets/ws/blob/8.23.0/lib/receiver.js, `_maxPayload`).
   * @param limit bytes
   */
  allowMessages(limit: number): void {
    const receiver: unknown = Reflect.get(this, '_receiver');
    if (typeof receiver !== 'object' || receiver === null || !('_maxPayload' in receiver))
      throw new TypeError('this version of the library keeps the limit of a socket elsewhere');
    receiver._maxPayload = limit;
  }
}

/**
 * State of a control connection: `challenged` until its hello arrives, `checking` until the welcome is sent, then `agent` for a member of a project,
 * `joiner` for a device that may only use one mailbox, or `guest` for a page that may only call the device of its share.
 */
export type ControlState = 'challenged' | 'checking' | 'agent' | 'joiner' | 'guest' | 'closed';

/** Facts against which a hello is checked; dropped afterwards. */
export type Challenge = Readonly<{
  nonce: Uint8Array;
  /** Headers `Host` and `Origin` of the request. */
  host: string;
  origin: string | undefined;
  socket: Socket;
}>;

/** Limits and callbacks that all control connections share. */
export type ControlContext = Readonly<{
  /** Number of unsent bytes at which a connection is dropped. */
  controlBuffer: number;
  /** Called before a connection is dropped for its unsent bytes. */
  overflowed(connection: ControlConnection): void;
  /** Called with each message. */
  received(connection: ControlConnection, data: Uint8Array, isBinary: boolean): void;
  /** Called once when the connection has ended. */
  closed(connection: ControlConnection): void;
}>;

/** Shared by the connections without a mailbox, which are nearly all. */
const NO_MAILBOXES: readonly MailboxState[] = [];

/** Close code of a policy violation (RFC 6455 section 7.4.1). */
const CLOSE_POLICY = 1008;

/** Control connection of a device or a joiner, on the relay's side. Tens of thousands may be idle, so it has few fields. */
export class ControlConnection {
  readonly socket: ControlSocket;
  /** IP address of the client. */
  readonly address: string;
  readonly #context: ControlContext;
  state: ControlState = 'challenged';
  challenge: Challenge | undefined;
  peerId: PeerId | undefined = undefined;
  memberships: readonly Membership[] = [];
  /** Version of the control protocol, from the hello. */
  version = 1;
  /** True for a web page, which neither sends nor sees pings of the WebSocket protocol. */
  isPage = false;
  /** ID of the share whose device a guest may call. */
  share: string | undefined = undefined;
  /** Pairing mailboxes that this connection has opened or claimed. */
  mailboxes: readonly MailboxState[] = NO_MAILBOXES;
  /** True once a joiner has used its only claim of a mailbox, whether it succeeded or not. */
  hasClaimed = false;
  /** Number of pings since the last message or pong. */
  unanswered = 0;
  /** Index of this connection in the ping schedule; -1 if not scheduled. */
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

  /** Projects of the device, as sent to it; protocol version 1 has no pending members. */
  get projects(): { id: string; role: Membership['role'] }[] {
    return this.memberships.map(({ project, role }) => ({
      id: project,
      role: role === 'pending' && this.version < 2 ? 'member' : role,
    }));
  }

  /** Bytes that the client has not read yet. */
  get unsent(): number {
    return this.socket.bufferedAmount;
  }

  /** Handles a message of the client. */
  receive(data: Uint8Array, isBinary: boolean): void {
    this.unanswered = 0;
    // Messages after our close message are ignored.
    if (this.state !== 'closed') this.#context.received(this, data, isBinary);
  }

  /** Removes the connection from the hub, when its socket is closed or about to be. Idempotent. */
  leave(): void {
    if (this.state === 'closed') return;
    this.state = 'closed';
    this.challenge = undefined;
    this.#context.closed(this);
  }

  send(message: RelayMessage): void {
    this.sendText(JSON.stringify(message));
  }

  /** Sends a serialized relay message, which many connections can share. */
  sendText(text: string): void {
    if (this.#writable()) this.socket.send(text);
  }

  /** Sends a ping that the client answers by itself: of the WebSocket protocol, or a message to a web page. */
  ping(): void {
    if (this.isPage) this.send({ type: 'ping' });
    else if (this.socket.readyState === WebSocket.OPEN) this.socket.ping();
  }

  sendBinary(bytes: Uint8Array): void {
    if (this.#writable()) this.socket.send(bytes);
  }

  /** Reports an error and keeps the connection. */
  sendError(
    code: RelayErrorCode,
    message: string,
    more: Readonly<{ request?: number; retryAfter?: number }> = {},
  ): void {
    this.send({ type: 'error', code, message, fatal: false, ...more });
  }

  /** Reports an error and closes the connection. */
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

  /** Reports whether the socket can take more. Drops a client that doesn't read, since its buffer would grow without bound. */
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

/** Ignores an error: a broken socket also emits `close`, and the library answers malformed frames. */
function onError(): void {
  return undefined;
}
