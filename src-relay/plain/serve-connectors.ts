import { errorMessage, FormatError } from '#shared/errors.ts';
import type { RouteSocket, SocketArrival, SocketHandler, SocketRoute } from '../http/index.ts';
import { AUTH_FAILED, CLOSE } from './close-codes.ts';
import { decodeConnectorMessage, type ConnectorMessage } from './connector-messages.ts';
import { Connector } from './connectors.ts';
import type { PlainContext } from './context.ts';
import { findDevice, findDeviceByToken, type DeviceRow } from './device-rows.ts';
import { parseId, writeMessage } from './envelope.ts';
import { deviceTokenHash } from './secrets.ts';

type Hello = Extract<ConnectorMessage, { type: 'hello' }>;

/** Receivers of what connectors do. */
export type ConnectorHandlers = Readonly<{
  /** Called with a connection whose hello was accepted, before `hello_ok` is sent. */
  connected(connector: Connector): void;
  message(connector: Connector, message: Exclude<ConnectorMessage, Hello | { type: 'other' }>): void;
  /** Called when an accepted connection has closed. */
  disconnected(connector: Connector): void;
}>;

/** Returns the WebSocket route `/connect`, for connectors and OpenClaw nodes with a device's token. */
export function serveConnectors(context: PlainContext, handlers: ConnectorHandlers): SocketRoute {
  const { limits } = context;
  return {
    path: '/connect',
    maxPayload: limits.message,
    maxBuffered: limits.connectorBuffer,
    maxUnauthenticated: limits.strangerBytes,
    authenticationTimeout: limits.authentication,
    unauthenticated: { code: CLOSE.auth, reason: AUTH_FAILED },
    accept:
      (arrival): SocketHandler =>
      (socket) =>
        new ConnectorSocket(socket, arrival, context, handlers),
  };
}

/** Connection to `/connect`: checks the hello, then hands over each message. */
class ConnectorSocket {
  readonly #socket: RouteSocket;
  readonly #arrival: SocketArrival;
  readonly #context: PlainContext;
  readonly #handlers: ConnectorHandlers;
  /** Messages that came while the hello was checked; undefined before and after. */
  #waiting: ConnectorMessage[] | undefined;
  #connector: Connector | undefined;

  constructor(socket: RouteSocket, arrival: SocketArrival, context: PlainContext, handlers: ConnectorHandlers) {
    this.#socket = socket;
    this.#arrival = arrival;
    this.#context = context;
    this.#handlers = handlers;
    socket.onMessage = (message) => this.#receive(message);
    socket.onClose = () => {
      if (this.#connector !== undefined) handlers.disconnected(this.#connector);
    };
  }

  #receive(text: string | Buffer): void {
    let message: ConnectorMessage;
    try {
      message = decodeConnectorMessage(text);
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      this.#refuse(error.message);
      return;
    }
    if (this.#connector !== undefined) {
      this.#pass(this.#connector, message);
    } else if (this.#waiting !== undefined) {
      if (this.#waiting.length < this.#context.limits.waitingMessages) this.#waiting.push(message);
    } else if (message.type !== 'hello') {
      this.#refuse('Send hello first');
    } else if (message.id === '' || message.token === '') {
      this.#refuse('Missing device_id or token');
    } else {
      this.#waiting = [];
      void this.#authenticate(message);
    }
  }

  #pass(connector: Connector, message: ConnectorMessage): void {
    connector.heardAt = this.#context.clock.now();
    if (message.type !== 'hello' && message.type !== 'other') this.#handlers.message(connector, message);
  }

  async #authenticate(hello: Hello): Promise<void> {
    let device: DeviceRow | undefined;
    const tokenHash = deviceTokenHash(hello.token);
    try {
      device = await this.#context.store.read(async (database) => {
        const id = parseId(hello.id);
        // A node may have an ID of its own choice; the token says which device it is.
        if (id === undefined && hello.kind === 'openclaw') return findDeviceByToken(database, tokenHash);
        return id === undefined ? undefined : findDevice(database, id);
      });
    } catch (error) {
      this.#context.logger.error('hello not checked', { message: errorMessage(error) });
    }
    const isRight =
      device?.tokenHash !== undefined && device.tokenHash !== null && Buffer.compare(device.tokenHash, tokenHash) === 0;
    if (device === undefined || !isRight) {
      this.#refuse('Authentication failed');
      this.#socket.close(CLOSE.auth, AUTH_FAILED);
      return;
    }
    // The client may have gone meanwhile.
    if (!this.#socket.isOpen) return;
    this.#arrival.authenticated();
    const connector = new Connector(this.#socket, { device, tokenHash, kind: hello.kind }, this.#context);
    this.#connector = connector;
    this.#handlers.connected(connector);
    this.#socket.send(writeMessage('hello_ok', { workdir: device.workdir ?? '' }));
    for (const message of this.#waiting ?? []) this.#pass(connector, message);
    this.#waiting = undefined;
  }

  #refuse(message: string): void {
    this.#socket.send(writeMessage('error', { message }));
  }
}
