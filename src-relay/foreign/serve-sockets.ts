import { errorMessage } from '#shared/errors.ts';
import { socketMessage, socketRegistration, type SignedObject } from '#shared/foreign/index.ts';
import { isWellFormed } from '#shared/well-formed.ts';
import type { RouteSocket, SocketArrival, SocketHandler, SocketRoute } from '../http/index.ts';
import { TokenBuckets } from '../limits/index.ts';
import type { Authenticator } from './authenticator.ts';
import { CLOSE_AUTH, CLOSE_POLICY, InstanceConnection } from './connections.ts';
import type { ForeignContext } from './context.ts';
import type { Flights } from './flights.ts';
import { ForeignRefusal } from './refusal.ts';
import type { Registrar } from './registrar.ts';
import { isObject, parse, refusalBody, seconds } from './serve-requests.ts';
import type { Tallies } from './tallies.ts';

const AUTH_FAILED = 'register first';

/** Parts that the WebSocket uses, and receivers of what instances do. */
export type SocketServices = Readonly<{
  authenticator: Authenticator;
  registrar: Registrar;
  flights: Flights;
  tallies: Tallies;
  /** Called with a connection whose register was accepted. Returns the other instances of the project that are online. */
  connected(connection: InstanceConnection): readonly string[];
  disconnected(connection: InstanceConnection): void;
}>;

/** Returns the WebSocket route `/api/v1/ws`, on which an instance gets messages. */
export function serveSockets(context: ForeignContext, services: SocketServices): SocketRoute {
  const { limits } = context;
  return {
    path: '/api/v1/ws',
    maxPayload: limits.body,
    maxBuffered: limits.unsent,
    maxUnauthenticated: limits.strangerBytes,
    authenticationTimeout: limits.registration,
    unauthenticated: { code: CLOSE_AUTH, reason: AUTH_FAILED },
    accept:
      (arrival): SocketHandler =>
      (socket) =>
        new InstanceSocket(socket, arrival, context, services),
  };
}

/** Connection to `/api/v1/ws`: checks the register, then takes messages and receipts. */
class InstanceSocket {
  readonly #socket: RouteSocket;
  readonly #arrival: SocketArrival;
  readonly #context: ForeignContext;
  readonly #services: SocketServices;
  readonly #faults: TokenBuckets;
  #isRegistering = false;
  #connection: InstanceConnection | undefined;

  constructor(socket: RouteSocket, arrival: SocketArrival, context: ForeignContext, services: SocketServices) {
    this.#socket = socket;
    this.#arrival = arrival;
    this.#context = context;
    this.#services = services;
    this.#faults = new TokenBuckets(context.rates.faultsPerConnection, 1);
    socket.onMessage = (message) => this.#receive(message);
    socket.onClose = () => {
      if (this.#connection !== undefined) services.disconnected(this.#connection);
    };
  }

  #receive(text: string | Buffer): void {
    const object = readObject(text);
    const connection = this.#connection;
    if (connection !== undefined) void this.#take(connection, object);
    // A client that sends before its register is accepted is refused: its messages would have no sender.
    else if (this.#isRegistering) this.#end(new ForeignRefusal('input', 'Wait for the answer to register.'));
    else void this.#register(object);
  }

  async #register(object: SignedObject | undefined): Promise<void> {
    this.#isRegistering = true;
    try {
      const fields = parse(socketRegistration, object);
      const facts = await this.#services.registrar.register('GET /api/v1/ws', object ?? {}, fields);
      // The client may have gone meanwhile, or was refused.
      if (!this.#socket.isOpen) return;
      this.#arrival.authenticated();
      const connection = new InstanceConnection(this.#socket, facts);
      this.#connection = connection;
      const online = this.#services.connected(connection);
      connection.send({
        type: 'registered',
        ok: true,
        session: facts.session,
        online,
        server_time: seconds(this.#context),
      });
    } catch (error) {
      this.#end(this.#expected(error));
    }
  }

  async #take(connection: InstanceConnection, object: SignedObject | undefined): Promise<void> {
    const { authenticator, flights, tallies } = this.#services;
    const id = typeof object?.['id'] === 'string' ? object['id'].slice(0, 64) : undefined;
    try {
      const message = parse(socketMessage, object);
      tallies.heard(connection.facts.row);
      if (message.type === 'receipt') {
        flights.receive(connection, message);
        return;
      }
      authenticator.takeRate(connection.id);
      const { publicKey, ...forwarded } = await flights.send({ kind: 'instance', row: connection.facts.row }, message);
      connection.send({
        type: 'receipt',
        status: 'forwarded',
        ...forwarded,
        ...(publicKey === undefined ? {} : { public_key: publicKey }),
      });
    } catch (error) {
      const refusal = this.#expected(error);
      this.#context.counts.refused(refusal.code);
      const body = refusalBody(this.#context, refusal);
      connection.send({ type: 'error', ...body, ...(id === undefined ? {} : { id }) });
      if (this.#faults.take('', this.#context.clock.monotonic()) > 0)
        this.#socket.close(CLOSE_POLICY, 'too many errors');
    }
  }

  #end(refusal: ForeignRefusal): void {
    this.#context.counts.refused(refusal.code);
    this.#socket.sendJson({ type: 'error', ...refusalBody(this.#context, refusal) });
    this.#socket.close(CLOSE_AUTH, AUTH_FAILED);
  }

  /** Returns a refusal for any error; an unexpected one is logged without content. */
  #expected(error: unknown): ForeignRefusal {
    if (error instanceof ForeignRefusal) return error;
    this.#context.logger.error('message of an instance failed', { message: errorMessage(error) });
    return new ForeignRefusal('input', 'The relay could not do that.');
  }
}

/** Returns the object of a message; undefined for anything else. */
function readObject(text: string | Buffer): SignedObject | undefined {
  if (typeof text !== 'string') return undefined;
  try {
    const value: unknown = JSON.parse(text);
    // A lone surrogate has no UTF-8, and so no signature.
    return isObject(value) && isWellFormed(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
