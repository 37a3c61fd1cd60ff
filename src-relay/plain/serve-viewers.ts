import { errorMessage, FormatError } from '#shared/errors.ts';
import type { RouteSocket, SocketArrival, SocketHandler, SocketRoute } from '../http/index.ts';
import { AUTH_FAILED, CLOSE } from './close-codes.ts';
import type { Connectors } from './connectors.ts';
import type { PlainContext } from './context.ts';
import { parseId, writeMessage } from './envelope.ts';
import { findSession, listSignIns, type SessionRow } from './session-rows.ts';
import type { TerminalTokens } from './terminal-tokens.ts';
import type { Terminals, Viewer } from './terminals.ts';
import { decodeViewerMessage, type ViewerMessage } from './viewer-messages.ts';

type Auth = Extract<ViewerMessage, { type: 'auth' }>;

/** Parts of the documented protocol that viewers use. */
export type ViewerServices = Readonly<{ terminals: Terminals; connectors: Connectors; tokens: TerminalTokens }>;

/** Returns the WebSocket route `/session`, for browsers and other viewers of a terminal session. */
export function serveViewers(context: PlainContext, services: ViewerServices): SocketRoute {
  const { limits } = context;
  return {
    path: '/session',
    maxPayload: limits.message,
    maxBuffered: limits.viewerBuffer,
    maxUnauthenticated: limits.strangerBytes,
    authenticationTimeout: limits.authentication,
    unauthenticated: { code: CLOSE.auth, reason: AUTH_FAILED },
    accept:
      (arrival): SocketHandler =>
      (socket) =>
        new ViewerSocket(socket, arrival, context, services),
  };
}

/** Connection to `/session`: checks the `auth`, then hands over each message. */
class ViewerSocket {
  readonly #socket: RouteSocket;
  readonly #arrival: SocketArrival;
  readonly #context: PlainContext;
  readonly #services: ViewerServices;
  #isChecking = false;
  #viewer: Viewer | undefined;

  constructor(socket: RouteSocket, arrival: SocketArrival, context: PlainContext, services: ViewerServices) {
    this.#socket = socket;
    this.#arrival = arrival;
    this.#context = context;
    this.#services = services;
    socket.onMessage = (message) => this.#receive(message);
    socket.onClose = () => {
      if (this.#viewer !== undefined) services.terminals.detach(this.#viewer);
    };
  }

  #receive(text: string | Buffer): void {
    let message: ViewerMessage;
    try {
      message = decodeViewerMessage(text);
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      this.#say(error.message);
      return;
    }
    if (this.#viewer !== undefined) {
      // A second auth changes nothing: the session stays the one of the first.
      if (message.type !== 'auth') this.#services.terminals.fromViewer(this.#viewer, message);
    } else if (message.type !== 'auth' || this.#isChecking) {
      this.#say('Send auth first');
    } else {
      this.#isChecking = true;
      void this.#authenticate(message);
    }
  }

  async #authenticate(auth: Auth): Promise<void> {
    const id = parseId(auth.session);
    let found: Readonly<{ signIn: string; session: SessionRow | undefined }> | undefined;
    try {
      // 1. Account: by a token for one terminal, or an API token.
      const known = this.#services.tokens.take(auth.token) ?? (await this.#accountOf(auth.token, id));
      // 2. Session: the account's own, active, and that of the token. Its device counts, whatever the message says.
      if (known !== undefined) {
        const session =
          id === undefined || known.session !== id
            ? undefined
            : await this.#context.store.read(async (database) =>
                // A token for a terminal may be older than the end of the sign-in that asked for it.
                (await listSignIns(database, [known.signIn], this.#context.clock.now())).has(known.signIn)
                  ? findSession(database, known.account, id)
                  : undefined,
              );
        found = { signIn: known.signIn, session };
      }
    } catch (error) {
      this.#context.logger.error('auth not checked', { message: errorMessage(error) });
    }
    if (!this.#socket.isOpen) return;
    if (found === undefined) {
      this.#refuse(CLOSE.auth, 'Invalid auth token', AUTH_FAILED);
    } else if (found.session?.status !== 'active') {
      this.#refuse(CLOSE.session, 'Session not found or unauthorized', 'Session invalid');
    } else if (this.#services.connectors.find(found.session.device, 'connector') === undefined) {
      // 3. Connector.
      this.#refuse(CLOSE.offline, 'Device connector is not online', 'Connector offline');
    } else {
      this.#attach(found.session, found.signIn);
    }
  }

  async #accountOf(token: string, session: string | undefined) {
    const caller = await this.#context.callers.of({
      bearer: token,
      cookie: undefined,
      address: this.#arrival.address,
      headers: {},
    });
    if (caller.kind !== 'account' || caller.session.kind !== 'api') return undefined;
    return { session, account: caller.account, signIn: caller.session.id };
  }

  #attach(session: SessionRow, signIn: string): void {
    this.#arrival.authenticated();
    const viewer: Viewer = { socket: this.#socket, session: session.id, signIn };
    this.#socket.send(writeMessage('auth_ok'));
    if (this.#services.terminals.attach(viewer, session.device)) this.#viewer = viewer;
    else this.#refuse(CLOSE.behind, 'Too many viewers', 'Too many viewers');
  }

  #refuse(code: number, message: string, reason: string): void {
    this.#say(message);
    this.#socket.close(code, reason);
  }

  #say(message: string): void {
    this.#socket.send(writeMessage('error', { message }));
  }
}
