import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { spawn, type IPty } from 'node-pty';
import type { Clock, Timer } from '#shared/clock.ts';
import type { Connection } from './connection.ts';
import { invalid, type Json } from './frames.ts';

const DETACHED_LIFE = 300_000;
/** Characters of output that an attach replays. */
const MAX_REPLAY = 262_144;
const SHELL = process.env['SHELL'] ?? '/bin/bash';

interface Session {
  readonly id: string;
  readonly pty: IPty;
  readonly createdAtMs: number;
  owner: Connection | undefined;
  /** Characters of output so far. */
  end: number;
  buffer: string;
  expiry?: Timer;
}

/** Shells on the gateway's machine: real ones. */
export class Terminals {
  readonly #clock: Clock;
  readonly #sessions = new Map<string, Session>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  open(owner: Connection, cols: number, rows: number): Json {
    const pty = spawn(SHELL, [], {
      name: 'xterm-256color',
      cols,
      rows,
      cwd: tmpdir(),
      env: { ...process.env, PS1: '$ ' },
    });
    const session: Session = {
      id: randomUUID(),
      pty,
      createdAtMs: this.#clock.now(),
      owner,
      end: 0,
      buffer: '',
    };
    this.#sessions.set(session.id, session);
    pty.onData((data) => this.#output(session, data));
    pty.onExit(({ exitCode, signal }) => this.#exit(session, 'process_exit', exitCode, signal));
    return { sessionId: session.id, agentId: 'main', shell: SHELL, cwd: tmpdir(), confined: false };
  }

  /** False for a session that is not there or belongs to somebody else. */
  input(caller: Connection, id: string, data: string): boolean {
    const session = this.#own(caller, id);
    session?.pty.write(data);
    return session !== undefined;
  }

  resize(caller: Connection, id: string, cols: number, rows: number): boolean {
    const session = this.#own(caller, id);
    session?.pty.resize(cols, rows);
    return session !== undefined;
  }

  close(caller: Connection, id: string): boolean {
    const session = this.#own(caller, id);
    if (session === undefined) return false;
    this.#exit(session, 'closed');
    session.pty.kill();
    return true;
  }

  attach(caller: Connection, id: string): Json {
    const session = this.#sessions.get(id);
    if (session === undefined) throw invalid(`unknown terminal session "${id}"`);
    if (session.owner !== undefined && session.owner !== caller)
      session.owner.event('terminal.exit', { sessionId: id, reason: 'detached' }, false);
    session.expiry?.cancel();
    session.owner = caller;
    return {
      sessionId: id,
      agentId: 'main',
      shell: SHELL,
      cwd: tmpdir(),
      confined: false,
      buffer: session.buffer,
      ...(caller.caps.includes('terminal-offset-seq') ? { seq: session.end } : {}),
    };
  }

  list(): readonly Json[] {
    return [...this.#sessions.values()].map((session) => ({
      sessionId: session.id,
      agentId: 'main',
      shell: SHELL,
      cwd: tmpdir(),
      confined: false,
      attached: session.owner !== undefined,
      owner: 'conn',
      createdAtMs: session.createdAtMs,
    }));
  }

  /** Its shells live on for a while without it. */
  disconnected(connection: Connection): void {
    for (const session of this.#sessions.values()) {
      if (session.owner !== connection) continue;
      session.owner = undefined;
      session.expiry = this.#clock.setTimer(DETACHED_LIFE, () => {
        this.#sessions.delete(session.id);
        session.pty.kill();
      });
    }
  }

  /** The gateway ends or starts anew. */
  endAll(): void {
    for (const session of this.#sessions.values()) {
      session.expiry?.cancel();
      this.#sessions.delete(session.id);
      session.pty.kill();
    }
  }

  #own(caller: Connection, id: string): Session | undefined {
    const session = this.#sessions.get(id);
    return session?.owner === caller ? session : undefined;
  }

  #output(session: Session, data: string): void {
    session.end += data.length;
    session.buffer = (session.buffer + data).slice(-MAX_REPLAY);
    session.owner?.event('terminal.data', { sessionId: session.id, seq: session.end, data }, false);
  }

  #exit(session: Session, reason: string, exitCode?: number, signal?: number): void {
    if (!this.#sessions.delete(session.id)) return;
    session.expiry?.cancel();
    session.owner?.event(
      'terminal.exit',
      { sessionId: session.id, reason, exitCode: exitCode ?? null, signal: signal || null },
      false,
    );
  }
}
