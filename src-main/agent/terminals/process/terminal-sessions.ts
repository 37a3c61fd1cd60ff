import { listProcesses, type ProcessEntry } from '#node/programs/index.ts';
import type { Clock, Timer } from '#shared/clock.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { KILL_GRACE } from '../pty-host/host-terminal.ts';

/** Interval at which it is checked whether all programs that were hung up have ended, ms. */
const ENDING_INTERVAL = 200;
/** Programs that are killed may have started others meanwhile; so many times those are looked for. */
const ROUNDS = 5;
/** Interval at which it is checked what is left of terminals that have ended, ms. Process ids go round far slower. */
const LEFT_INTERVAL = 5000;

/** A session of the system (setsid(2)), which is numbered by its leader's process id, and its processes when they were last looked up. */
type Session = { readonly peerId: PeerId; readonly leader: number; known: readonly ProcessEntry[] };

/**
 * Programs on terminals of peers that the end of a terminal's first program does not end: those in the background, and those that ignore SIGHUP. They
 * may go on, as with ssh, until the right is taken back. There are as many records as sessions with programs that run. Where the system shows no
 * processes (`listProcesses`) nothing is known of them.
 */
export class TerminalSessions {
  readonly #clock: Clock;
  readonly #left = new Set<Session>();
  readonly #ending = new Set<Promise<void>>();
  #check: Timer | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Remembers what a terminal of the peer has left that has just ended.
   * @param leader process id of its first program
   * @param hasExited that has been waited for: whoever has its number now is another one
   */
  ended(peerId: PeerId, leader: number, hasExited: boolean): void {
    const [session] = begin(peerId, [leader]);
    if (session === undefined || !isRunning(session)) return;
    if (hasExited && session.known.some(({ pid }) => pid === leader)) return;
    this.#left.add(session);
    this.#watch();
  }

  /**
   * Kills what is left of the peer's terminals, and of those that are hung up now, after the time that a hang-up leaves programs.
   * @param leaders process ids of the first programs of those
   */
  revoke(peerId: PeerId, leaders: readonly number[]): void {
    const left = [...this.#left].filter((session) => session.peerId === peerId);
    for (const session of left) this.#left.delete(session);
    refresh(left);
    for (const { known } of left) for (const { pid } of known) signal(pid, 'SIGHUP');
    const sessions = [...left, ...begin(peerId, leaders)];
    if (sessions.length === 0) return;
    const ended = this.#end(sessions);
    this.#ending.add(ended);
    void ended.then(() => this.#ending.delete(ended));
  }

  /** Leaves what may go on to itself, and waits for what was revoked. */
  async close(): Promise<void> {
    this.#check?.cancel();
    this.#left.clear();
    await Promise.all(this.#ending);
  }

  async #end(sessions: readonly Session[]): Promise<void> {
    for (let waited = 0; waited < KILL_GRACE; waited += ENDING_INTERVAL) {
      if (!sessions.some(isRunning)) return;
      await new Promise<void>((resolve) => {
        this.#clock.setTimer(ENDING_INTERVAL, resolve);
      });
      refresh(sessions);
    }
    for (let round = 0; round < ROUNDS && sessions.some(isRunning); round += 1) {
      for (const { known } of sessions) for (const { pid } of known) signal(pid, 'SIGKILL');
      refresh(sessions);
    }
  }

  /** Forgets sessions in which nothing runs, as long as there are any. */
  #watch(): void {
    if (this.#left.size === 0 || this.#check !== undefined) return;
    this.#check = this.#clock.setTimer(LEFT_INTERVAL, () => {
      this.#check = undefined;
      refresh([...this.#left]);
      for (const session of this.#left) if (!isRunning(session)) this.#left.delete(session);
      this.#watch();
    });
  }
}

function begin(peerId: PeerId, leaders: readonly number[]): readonly Session[] {
  if (leaders.length === 0) return [];
  const all = listProcesses() ?? [];
  return leaders
    .filter((leader) => leader > 0)
    .map((leader) => ({
      peerId,
      leader,
      // One that has just been started may not have made its session yet.
      known: all.filter(({ pid, session }) => session === leader || pid === leader),
    }));
}

/** Looks the processes up again. A session's number is not given away while it has members: where none of those before is there, it's another session. */
function refresh(sessions: readonly Session[]): void {
  if (sessions.length === 0) return;
  const all = listProcesses() ?? [];
  for (const session of sessions) {
    const members = all.filter((entry) => entry.session === session.leader);
    const isSame = members.some(({ pid, startedAt }) =>
      session.known.some((before) => before.pid === pid && before.startedAt === startedAt),
    );
    session.known = isSame ? members : [];
  }
}

function isRunning({ known }: Session): boolean {
  return known.some(({ isEnded }) => !isEnded);
}

/** To a process that was just looked up. */
function signal(pid: number, name: 'SIGHUP' | 'SIGKILL'): void {
  for (const each of name === 'SIGHUP' ? ([name, 'SIGCONT'] as const) : [name])
    try {
      process.kill(pid, each);
    } catch {
      // It has ended, or belongs to another user.
    }
}
