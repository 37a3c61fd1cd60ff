import { listProcesses, type ProcessEntry } from '#node/programs/index.ts';
import type { Clock, Timer } from '#shared/clock.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { KILL_GRACE } from '../pty-host/host-terminal.ts';

/** Interval between checks whether all programs that were hung up have ended, ms. */
const ENDING_INTERVAL = 200;
/** Rounds of SIGKILL: killed programs may have started others meanwhile. */
const ROUNDS = 5;
/** Interval between checks of programs left by terminals that have ended, ms. Process IDs are reused far more slowly. */
const LEFT_INTERVAL = 5000;

/** System session (setsid(2)), numbered by its leader's process ID, with its processes at the last lookup. */
type Session = { readonly peerId: PeerId; readonly leader: number; known: readonly ProcessEntry[] };

/**
 * System sessions of peers' terminals. Finds and ends programs that outlive their terminal's first program: those in the background, and those that
 * ignore SIGHUP. They may go on, as with ssh, until the right is revoked. Reads the process table and signals processes; does nothing where the
 * system shows no processes (`listProcesses`). Used by `TerminalService`.
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
   * Remembers the programs that a terminal of the peer left running when it ended.
   * @param leader process ID of the terminal's first program
   * @param hasExited true if the first program has exited and been waited for; a process with its ID is then another one, and nothing is remembered
   */
  ended(peerId: PeerId, leader: number, hasExited: boolean): void {
    const [session] = begin(peerId, [leader]);
    if (session === undefined || !isRunning(session)) return;
    if (hasExited && session.known.some(({ pid }) => pid === leader)) return;
    this.#left.add(session);
    this.#watch();
  }

  /**
   * Begins to end programs: sends SIGHUP to those left by the peer's terminals, and SIGKILL after the grace period of a hang-up to what is left of
   * them and of the terminals that the caller is hanging up now. `close` waits for it.
   * @param leaders process IDs of the first programs of the terminals being hung up
   */
  revoke(peerId: PeerId, leaders: readonly number[]): void {
    const left = [...this.#left].filter((session) => session.peerId === peerId);
    for (const session of left) this.#left.delete(session);
    refresh(left);
    for (const { known } of left) for (const { pid } of known) signal(pid, 'SIGHUP');
    this.#beginEnd([...left, ...begin(peerId, leaders)]);
  }

  /** Begins to end the programs of one terminal that the caller is hanging up now, also those in the background; as `revoke` does for all. */
  stop(peerId: PeerId, leader: number): void {
    this.#beginEnd(begin(peerId, [leader]));
  }

  #beginEnd(sessions: readonly Session[]): void {
    if (sessions.length === 0) return;
    const ended = this.#end(sessions);
    this.#ending.add(ended);
    void ended.then(() => this.#ending.delete(ended));
  }

  /** Waits for revoked programs to end; leaves the other programs running. */
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

  /** Forgets sessions without running programs at intervals, while there are sessions. */
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

/**
 * Looks up the processes of the sessions again. The system doesn't reuse a session's number while the session has members: if none of the previous
 * members is left, the number belongs to another session.
 */
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

/** Signals a process that was just looked up. */
function signal(pid: number, name: 'SIGHUP' | 'SIGKILL'): void {
  for (const each of name === 'SIGHUP' ? ([name, 'SIGCONT'] as const) : [name])
    try {
      process.kill(pid, each);
    } catch {
      // It has ended, or belongs to another user.
    }
}
