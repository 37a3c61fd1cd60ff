import type { Clock, Timer } from '#shared/clock.ts';
import { errorCode } from '#shared/errors.ts';
import { errorText } from '#shared/locales/index.ts';
import { CATCH_UP_BYTES, DIRECTORY, type TerminalEnd } from '#shared/terminal/index.ts';
import type { Session } from '#shared/link/index.ts';
import { openTerminal, type TerminalConnection } from '../../terminals/index.ts';
import type { PlainSender } from '../connection/plain-sender.ts';
import type { PlainRelayLimits } from '../limits.ts';

/** Value of TERM, as the documented connector sets it. */
const TERM = 'xterm-256color';
/** Most bytes of output in one message, before base64. */
const PIECE = 16 * 1024;
/** Sequence that empties the browser's screen and resets its modes (RIS, ECMA-48 8.3.105), before the screen is drawn again. */
const RESET_SCREEN = '\u001bc';

export type PlainSessionOptions = Readonly<{
  /** ID that the relay has chosen. */
  id: string;
  /** Local session, over which the plain relay's requests reach this agent's own services. */
  link: Session;
  clock: Clock;
  limits: PlainRelayLimits;
  /** Returns the connection to the relay; undefined while there is none. */
  sender(): PlainSender | undefined;
  /** Called once, when the session is over. */
  onOver(): void;
}>;

/**
 * One terminal session of a plain relay. Its terminal runs in this agent's terminal service, so it has the rights, limits, audit entries and recordings
 * of any other, and outlives the connection to the relay: output is dropped while no browser watches, and the screen is drawn again after a probe. A
 * session that no one resumes for ten minutes ends. Created by `PlainSessions`.
 */
export class PlainSession {
  readonly #options: PlainSessionOptions;
  readonly #opening = new AbortController();
  #terminal: TerminalConnection | undefined;
  /** Size that was requested while the terminal was being opened. */
  #size: Readonly<{ cols: number; rows: number }>;
  /** Connection on which the relay has mentioned this session; output goes to no other. */
  #watcher: PlainSender | undefined;
  #unwatched: Timer | undefined;
  #waitingInput = 0;
  /** True once a person here has been asked whether the terminal may be opened. */
  #isAsking = false;
  #over = false;

  constructor(options: PlainSessionOptions, size: Readonly<{ cols: number; rows: number }>) {
    this.#options = options;
    this.#size = size;
    this.#watcher = options.sender();
  }

  /** Opens the terminal, which may ask the person here, and serves it until it ends. Never rejects. @param workdir folder; empty for the home folder */
  async run(workdir: string): Promise<void> {
    let end: TerminalEnd | undefined;
    try {
      const terminal = await this.#open(workdir);
      if (this.#over) {
        terminal.close();
        return;
      }
      this.#terminal = terminal;
      this.#terminal.resize(this.#size.cols, this.#size.rows);
      this.#started();
      await this.#carryOutput(this.#terminal);
      end = await this.#terminal.ended;
    } catch (error) {
      if (!this.#over) this.#refuse(errorCode(error));
    }
    if (this.#over) return;
    if (end?.code !== undefined && end.code !== null) this.#refuse(end.code);
    else if (end !== undefined) this.#send('session_end', { reason: 'exit' });
    this.#finish();
  }

  /** Passes input to the program. Input that the program doesn't take is dropped beyond a limit, and the relay is told. */
  input(bytes: Uint8Array): void {
    if (this.#watch()) this.#redraw();
    const terminal = this.#terminal;
    // Before the person has approved the terminal, there is no program that could take it.
    if (terminal === undefined || bytes.length === 0) return;
    if (this.#waitingInput + bytes.length > this.#options.limits.input) {
      this.#send('error', { message: 'input_overflow' });
      return;
    }
    this.#waitingInput += bytes.length;
    terminal
      .write(bytes)
      .catch(() => undefined)
      .finally(() => (this.#waitingInput -= bytes.length));
  }

  /** Sets the size. @param probe true if the browser asks whether the session still runs, and needs its screen */
  resize(size: Readonly<{ cols: number; rows: number }>, probe: boolean): void {
    const wasUnwatched = this.#watch();
    this.#size = size;
    if (this.#terminal === undefined) return;
    this.#terminal.resize(size.cols, size.rows);
    if (probe) this.#started();
    if (probe || wasUnwatched) this.#redraw();
  }

  /** Announces the running session again, after a second `session_start`. */
  restart(size: Readonly<{ cols: number; rows: number }>): void {
    this.resize(size, true);
  }

  /** Stops sending, because the connection to the relay has ended. The program keeps running for a while. */
  disconnected(): void {
    this.#watcher = undefined;
    this.#unwatched?.cancel();
    this.#unwatched = this.#options.clock.setTimer(this.#options.limits.unwatched, () => this.hangUp());
  }

  /** Ends the session and its program, and tells the relay, which didn't ask for it. */
  end(): void {
    if (!this.#over) this.#send('session_end', { reason: 'exit' });
    this.hangUp();
  }

  /** Ends the session and its program. */
  hangUp(): void {
    if (this.#over) return;
    // An abort takes the question back. It would only detach a terminal that has just been opened: `run` closes that.
    if (this.#terminal !== undefined) this.#terminal.close();
    else if (this.#isAsking) this.#opening.abort();
    this.#finish();
  }

  async #open(workdir: string): Promise<TerminalConnection> {
    const { link } = this.#options;
    const directory = workdir !== '' && DIRECTORY.test(workdir) ? { directory: workdir } : {};
    const params = { ...this.#size, term: TERM, ...directory };
    return await openTerminal(link, params, {
      signal: this.#opening.signal,
      onWaiting: () => {
        this.#isAsking = true;
        // It was hung up before the question.
        if (this.#over) this.#opening.abort();
        else this.#print('\u001b[2mWaiting for approval on this machine…\u001b[0m\r\n');
      },
    });
  }

  async #carryOutput(terminal: TerminalConnection): Promise<void> {
    let redrawn = false;
    terminal.onRedraw = () => {
      redrawn = true;
    };
    for (let bytes = await terminal.read(); bytes !== null; bytes = await terminal.read()) {
      const watcher = this.#watcher;
      if (watcher === undefined) {
        redrawn = false;
        continue;
      }
      if (redrawn) this.#print(RESET_SCREEN);
      redrawn = false;
      for (let at = 0; at < bytes.length && this.#watcher === watcher; at += PIECE) {
        if (!(await watcher.room())) break;
        if (this.#watcher === watcher) this.#print(bytes.subarray(at, at + PIECE));
      }
    }
  }

  /** Notes that the relay has mentioned this session on the present connection. @returns true if output was dropped until now */
  #watch(): boolean {
    if (this.#watcher !== undefined || this.#over) return false;
    this.#watcher = this.#options.sender();
    this.#unwatched?.cancel();
    return true;
  }

  /** Requests the whole screen; output before it is dropped. */
  #redraw(): void {
    this.#terminal?.catchUp?.(CATCH_UP_BYTES);
  }

  #started(): void {
    this.#send('session_started', {});
  }

  /** Reports why there is no terminal, as the published connector does: a red line, then the end. */
  #refuse(code: string): void {
    const { what } = errorText(code, code);
    this.#print(`\r\n\u001b[31m${what === '' ? code : what} [${code}]\u001b[0m\r\n`);
    this.#send('session_end', { reason: 'pty_error' });
    this.#finish();
  }

  #print(output: string | Uint8Array): void {
    this.#send('stdout', { data_b64: Buffer.from(output).toString('base64') });
  }

  #send(type: string, data: Readonly<Record<string, unknown>>): void {
    this.#watcher?.send({ type, data: { session_id: this.#options.id, ...data } });
  }

  #finish(): void {
    if (this.#over) return;
    this.#over = true;
    this.#unwatched?.cancel();
    this.#options.onOver();
  }
}
