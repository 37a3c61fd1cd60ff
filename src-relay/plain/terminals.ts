import type { Clock, Timer } from '#shared/clock.ts';
import { toUuid } from '#shared/platform/index.ts';
import type { RouteSocket } from '../http/index.ts';
import { CLOSE } from './close-codes.ts';
import type { ConnectorMessage } from './connector-messages.ts';
import type { Connector, Connectors } from './connectors.ts';
import { byteLength, writeMessage, type JsonObject } from './envelope.ts';
import type { PlainLimits } from './limits.ts';
import { endReason, type EndReason } from './session-rows.ts';
import type { TerminalSize, ViewerMessage } from './viewer-messages.ts';

/** Size of a terminal whose viewers told none. */
const USUAL_SIZE: TerminalSize = { cols: 80, rows: 24 };

/** Authenticated connection of a viewer to one session. */
export type Viewer = Readonly<{
  socket: RouteSocket;
  /** ID of the session that the viewer authenticated for. */
  session: string;
  /** Sign-in of the account that views: a row of `account_sessions`. */
  signIn: string;
}>;

/** Session that was viewed since the relay started, and hasn't ended. Nothing of its content is kept. */
type LiveSession = {
  readonly id: string;
  readonly device: string;
  readonly viewers: Set<Viewer>;
  /** Size that a viewer told last. */
  size: TerminalSize | undefined;
  /** Last `session_start` that was passed on, or the connector's word that it has the session. */
  start: Readonly<{ connector: Connector; at: number; isAnswered: boolean }> | undefined;
  /** Monotonic time of the last probe, ms. */
  probedAt: number;
  /** Monotonic time at which the last viewer left. */
  leftAt: number;
  /** Bytes since they were last recorded: to the device and back. */
  forward: number;
  back: number;
};

/** Bytes that a session has carried since they were last taken. */
export type CountedBytes = Readonly<{ id: string; forward: number; back: number }>;

/** Parts of the relay that `Terminals` uses. */
export type TerminalsOptions = Readonly<{
  clock: Clock;
  limits: PlainLimits;
  connectors: Connectors;
  /** Records the end of a session. */
  ended(session: string, reason: EndReason, bytes: CountedBytes): void;
}>;

/**
 * Terminal sessions between viewers and connectors. Passes messages on, each only between a session's viewers and the connector of its device, and keeps
 * no content. Created by `startPlainProtocol`; used by the routes `/session` and `/connect`, and by `end-session`. Touches memory and sockets only.
 */
export class Terminals {
  readonly #options: TerminalsOptions;
  readonly #sessions = new Map<string, LiveSession>();
  readonly #byDevice = new Map<string, Set<LiveSession>>();
  readonly #timers = new Map<Viewer, Timer>();

  constructor(options: TerminalsOptions) {
    this.#options = options;
  }

  /** Sessions with viewers, by ID. */
  viewers(): ReadonlyMap<string, ReadonlySet<Viewer>> {
    return new Map([...this.#sessions].map(([id, { viewers }]) => [id, viewers]));
  }

  /**
   * Adds a viewer to a session, after `auth_ok` was sent. If the viewer stays silent, the session is started for it.
   * @returns false if the session has too many viewers
   */
  attach(viewer: Viewer, device: string): boolean {
    const session = this.#sessions.get(viewer.session) ?? this.#open(viewer.session, device);
    if (session.viewers.size >= this.#options.limits.viewersPerSession) return false;
    session.viewers.add(viewer);
    this.#timers.set(
      viewer,
      this.#options.clock.setTimer(this.#options.limits.startDelay, () => this.#startFor(viewer, session)),
    );
    return true;
  }

  /** Removes a viewer whose connection has ended. */
  detach(viewer: Viewer): void {
    this.#hasSpoken(viewer);
    const session = this.#sessions.get(viewer.session);
    if (session?.viewers.delete(viewer) === true) session.leftAt = this.#options.clock.monotonic();
  }

  /** Handles a message of a viewer after its `auth`. */
  fromViewer(viewer: Viewer, message: Exclude<ViewerMessage, { type: 'auth' }>): void {
    if (message.type === 'other') return;
    if (message.type === 'ping') {
      viewer.socket.send(writeMessage('pong'));
      return;
    }
    const session = this.#sessions.get(viewer.session);
    if (session === undefined || message.session !== viewer.session) {
      viewer.socket.send(writeMessage('error', { message: 'Session not found or unauthorized' }));
      return;
    }
    this.#hasSpoken(viewer);
    if (message.type === 'session_end') {
      this.end(session.id, 'user_disconnect', { by: viewer });
      return;
    }
    const connector = this.#connectorOf(session);
    if (connector === undefined) {
      viewer.socket.send(writeMessage('error', { session_id: toUuid(session.id), message: 'Connector disconnected' }));
      return;
    }
    this.#toConnector(session, connector, message);
    connector.holdBack(viewer.socket);
  }

  /** Handles a message of a connector about a session. One about a session of another device is dropped. */
  fromConnector(
    connector: Connector,
    message: Extract<ConnectorMessage, { type: 'session_started' | 'stdout' | 'session_end' | 'error' }>,
  ): void {
    const session = message.session === undefined ? undefined : this.#sessions.get(message.session);
    if (session === undefined || session.device !== connector.device.id || this.#connectorOf(session) !== connector) {
      return;
    }
    const id = toUuid(session.id);
    switch (message.type) {
      case 'stdout':
        session.back += byteLength(message.data);
        // Output before `session_started`, such as a question at the machine, shows as well that the connector has the session.
        session.start = { connector, at: this.#options.clock.monotonic(), isAnswered: true };
        // Base64 needs no escapes.
        toViewers(session, `{"type":"stdout","data":{"session_id":"${id}","data_b64":"${message.data}"}}`);
        break;
      case 'session_started':
        session.start = { connector, at: this.#options.clock.monotonic(), isAnswered: true };
        toViewers(session, writeMessage('session_started', { session_id: id }));
        break;
      case 'error':
        if (message.message === 'session_not_found') session.start = undefined;
        toViewers(session, writeMessage('error', { session_id: id, message: message.message }));
        break;
      case 'session_end':
        this.end(session.id, endReason(message.reason), { isOver: true, shown: message.reason });
        break;
    }
  }

  /** Tells the viewers of a device's sessions about the device. */
  describe(connector: Connector, fields: JsonObject): void {
    const text = writeMessage('device_meta', { device_id: toUuid(connector.device.id), ...fields });
    for (const session of this.#ofDevice(connector.device.id)) toViewers(session, text);
  }

  /** Tells the viewers of a device's sessions that its connector has gone. The sessions stay active. */
  disconnected(connector: Connector): void {
    for (const session of this.#ofDevice(connector.device.id)) {
      session.start = undefined;
      toViewers(
        session,
        writeMessage('session_end', { session_id: toUuid(session.id), reason: 'connector_disconnected' }),
      );
    }
  }

  /**
   * Ends a session: tells its connector and its viewers, and closes them. A session that no one has viewed since the relay started is not known here,
   * but its connector is told all the same if `device` is given.
   * @param options `by`: viewer that ended it; `isOver`: the connector knows; `shown`: reason as the connector gave it
   */
  end(
    id: string,
    reason: EndReason,
    options: Readonly<{ by?: Viewer; isOver?: boolean; shown?: string; device?: string }> = {},
  ): void {
    const session = this.#sessions.get(id);
    const device = session?.device ?? options.device;
    if (options.isOver !== true && device !== undefined) {
      // The one reason for which every connector ends the shell.
      this.#options.connectors
        .find(device, 'connector')
        ?.send(writeMessage('session_end', { session_id: toUuid(id), reason: 'user_disconnect' }));
    }
    if (session !== undefined) this.#forget(session);
    const text = writeMessage('session_end', { session_id: toUuid(id), reason: options.shown ?? reason });
    for (const viewer of session?.viewers ?? []) {
      this.#hasSpoken(viewer);
      if (viewer !== options.by) viewer.socket.send(text);
      viewer.socket.close(CLOSE.ended, 'Session ended');
    }
    this.#options.ended(id, reason, { id, forward: session?.forward ?? 0, back: session?.back ?? 0 });
  }

  /** Ends sessions that no one has viewed for the idle time. */
  sweep(): void {
    const before = this.#options.clock.monotonic() - this.#options.limits.sessionIdle;
    for (const session of this.#sessions.values()) {
      if (session.viewers.size === 0 && session.leftAt <= before) this.end(session.id, 'no_viewer');
    }
  }

  /** Reports whether a session was viewed since the relay started, and hasn't ended. */
  has(id: string): boolean {
    return this.#sessions.has(id);
  }

  /** Returns the bytes that sessions have carried since the last call. */
  takeBytes(): CountedBytes[] {
    const counted = [...this.#sessions.values()].map(({ id, forward, back }) => ({ id, forward, back }));
    for (const session of this.#sessions.values()) {
      session.forward = 0;
      session.back = 0;
    }
    return counted.filter(({ forward, back }) => forward + back > 0);
  }

  /** Forgets all sessions without ending them, when the relay stops. */
  close(): void {
    for (const timer of this.#timers.values()) timer.cancel();
    this.#timers.clear();
    this.#sessions.clear();
    this.#byDevice.clear();
  }

  #open(id: string, device: string): LiveSession {
    const session: LiveSession = {
      id,
      device,
      viewers: new Set(),
      size: undefined,
      start: undefined,
      probedAt: Number.NEGATIVE_INFINITY,
      leftAt: this.#options.clock.monotonic(),
      forward: 0,
      back: 0,
    };
    this.#sessions.set(id, session);
    const siblings = this.#byDevice.get(device) ?? new Set();
    this.#byDevice.set(device, siblings.add(session));
    return session;
  }

  #forget(session: LiveSession): void {
    this.#sessions.delete(session.id);
    const siblings = this.#byDevice.get(session.device);
    siblings?.delete(session);
    if (siblings?.size === 0) this.#byDevice.delete(session.device);
  }

  #toConnector(
    session: LiveSession,
    connector: Connector,
    message: Extract<ViewerMessage, { type: 'session_start' | 'resize' | 'stdin' }>,
  ): void {
    switch (message.type) {
      case 'session_start':
        session.size = message.size;
        // A live session isn't started twice: the probe has the connector answer `session_started`, and draw the screen again if it can.
        if (this.#isLive(session, connector)) this.#resize(session, connector, { probe: true });
        else this.#start(session, connector);
        break;
      case 'resize':
        session.size = message.size;
        // The document's browser never sends `session_start`: its first size starts the session.
        if (message.probe || this.#isLive(session, connector) || this.#isProbed(session)) {
          this.#resize(session, connector, { probe: message.probe });
        } else {
          this.#start(session, connector);
        }
        break;
      case 'stdin':
        if (!this.#isLive(session, connector) && !this.#isProbed(session)) this.#start(session, connector);
        session.forward += byteLength(message.data);
        connector.send(`{"type":"stdin","data":{"session_id":"${toUuid(session.id)}","data_b64":"${message.data}"}}`);
        break;
    }
  }

  /** Starts the session of a viewer that has been silent since its `auth`, or has a live one drawn again. */
  #startFor(viewer: Viewer, session: LiveSession): void {
    this.#timers.delete(viewer);
    const connector = this.#connectorOf(session);
    if (connector === undefined || this.#sessions.get(session.id) !== session) return;
    if (!this.#isLive(session, connector)) this.#start(session, connector);
    else if (session.size !== undefined) this.#resize(session, connector, { probe: true });
  }

  #start(session: LiveSession, connector: Connector): void {
    const at = this.#options.clock.monotonic();
    const { start } = session;
    // One that waits for its answer isn't sent again.
    if (start?.connector === connector && at - start.at < this.#options.limits.startAnswer) return;
    session.start = { connector, at, isAnswered: false };
    const { cols, rows } = session.size ?? USUAL_SIZE;
    connector.send(writeMessage('session_start', { session_id: toUuid(session.id), cols, rows }));
  }

  #resize(session: LiveSession, connector: Connector, { probe }: Readonly<{ probe: boolean }>): void {
    if (probe) session.probedAt = this.#options.clock.monotonic();
    const { cols, rows } = session.size ?? USUAL_SIZE;
    connector.send(
      writeMessage('resize', { session_id: toUuid(session.id), cols, rows, ...(probe ? { probe: true } : {}) }),
    );
  }

  /** Reports whether the connector has said on this connection that it has the session. */
  #isLive(session: LiveSession, connector: Connector): boolean {
    return session.start?.connector === connector && session.start.isAnswered;
  }

  /** Reports whether a probe may still be answered. */
  #isProbed(session: LiveSession): boolean {
    return this.#options.clock.monotonic() - session.probedAt < this.#options.limits.startAnswer;
  }

  #connectorOf(session: LiveSession): Connector | undefined {
    return this.#options.connectors.find(session.device, 'connector');
  }

  #ofDevice(device: string): Iterable<LiveSession> {
    return this.#byDevice.get(device) ?? [];
  }

  /** Cancels the start that a silent viewer would get. */
  #hasSpoken(viewer: Viewer): void {
    this.#timers.get(viewer)?.cancel();
    this.#timers.delete(viewer);
  }
}

function toViewers(session: LiveSession, text: string): void {
  for (const { socket } of session.viewers) socket.send(text);
}
