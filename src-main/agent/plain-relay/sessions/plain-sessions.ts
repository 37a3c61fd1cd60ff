import type { Clock } from '#shared/clock.ts';
import type { Session } from '#shared/link/index.ts';
import type { PlainSender } from '../connection/plain-sender.ts';
import type { PlainRelayMessage } from '../connection/relay-messages.ts';
import type { PlainRelayLimits } from '../limits.ts';
import { PlainSession } from './plain-session.ts';

/** Reasons of `session_end` that don't end a session: a browser went away, and may come back. */
const KEPT_REASONS: ReadonlySet<string> = new Set(['', 'browser_disconnected']);

type SessionMessage = Extract<PlainRelayMessage, { session: string }>;

export type PlainSessionsOptions = Readonly<{
  link: Session;
  clock: Clock;
  limits: PlainRelayLimits;
  /** Called when the number of sessions has changed. */
  onChange(): void;
}>;

/** Terminal sessions of one plain relay, by the IDs that the relay gives them. They outlive its connections. In memory only. */
export class PlainSessions {
  readonly #options: PlainSessionsOptions;
  readonly #sessions = new Map<string, PlainSession>();
  #sender: PlainSender | undefined;
  #workdir = '';

  constructor(options: PlainSessionsOptions) {
    this.#options = options;
  }

  /** Number of sessions, including those that wait for an approval. */
  get size(): number {
    return this.#sessions.size;
  }

  /** Uses a new connection. The sessions stay silent until the relay mentions them. @param workdir folder for new terminals; empty for none */
  connected(sender: PlainSender, workdir: string): void {
    this.#sender = sender;
    this.#workdir = workdir;
  }

  disconnected(): void {
    this.#sender = undefined;
    for (const session of this.#sessions.values()) session.disconnected();
  }

  /** Handles a message of the relay about a session. */
  take(message: SessionMessage): void {
    const session = this.#sessions.get(message.session);
    if (message.type === 'session_start') {
      if (session === undefined) this.#start(message);
      else session.restart(message);
    } else if (session === undefined) {
      if (message.type !== 'session_end') this.#report(message.session, 'session_not_found');
    } else if (message.type === 'stdin') session.input(message.bytes);
    else if (message.type === 'resize') session.resize(message, message.probe);
    else if (!KEPT_REASONS.has(message.reason)) session.hangUp();
  }

  /** Ends all sessions and their programs, and tells the relay. @returns their number */
  end(): number {
    const sessions = [...this.#sessions.values()];
    for (const session of sessions) session.end();
    return sessions.length;
  }

  #start({ session: id, cols, rows }: Extract<SessionMessage, { type: 'session_start' }>): void {
    const { link, clock, limits, onChange } = this.#options;
    if (this.#sessions.size >= limits.sessions) {
      this.#report(id, 'too_many_sessions');
      this.#sender?.send({ type: 'session_end', data: { session_id: id, reason: 'pty_error' } });
      return;
    }
    const session: PlainSession = new PlainSession(
      {
        id,
        link,
        clock,
        limits,
        sender: () => this.#sender,
        onOver: () => {
          this.#sessions.delete(id);
          onChange();
        },
      },
      { cols, rows },
    );
    this.#sessions.set(id, session);
    onChange();
    void session.run(this.#workdir);
  }

  #report(session: string, message: string): void {
    this.#sender?.send({ type: 'error', data: { session_id: session, message } });
  }
}
