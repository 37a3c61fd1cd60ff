import { systemCode } from '#shared/errors.ts';
import { listProcesses, type ProcessEntry } from '#node/programs/index.ts';

/**
 * The process group, and session, of a program that was started as the leader of both (setsid(2)). Its number is the leader's process id. The
 * system gives no new process that number while the leader has not been waited for or the group has members; later it may. So once the group
 * was seen empty, or the number with others, it's over: nothing is signalled any more.
 */
export class ProcessGroup {
  readonly #number: number;
  #hasLeader = true;
  #isOver: boolean;

  /** @param number process id of the leader; 0 for a group that does not exist */
  constructor(number: number) {
    this.#number = number;
    this.#isOver = number <= 0;
  }

  /** Notes that the leader has been waited for. */
  leaderExited(): void {
    this.#hasLeader = false;
  }

  /** Tells whether the group has members. Cheap: members that ended and that nobody waits for count too. */
  get isThere(): boolean {
    if (this.#isOver || this.#hasLeader) return !this.#isOver;
    // The leader is gone: a process of that number is another one, and it couldn't have the number while the group had members.
    this.#isOver = isProcess(this.#number) || !kill(-this.#number, 0);
    return !this.#isOver;
  }

  /** Tells whether a member of the group runs. Reads the process table where the system shows it as files (Linux). */
  get isRunning(): boolean {
    const members = this.#look() ?? [];
    return this.isThere && (members.length === 0 || members.some(({ isEnded }) => !isEnded));
  }

  /** Signals all members. */
  signal(signal: NodeJS.Signals): void {
    this.#look();
    if (!this.isThere) return;
    kill(-this.#number, signal);
    // A stopped process does nothing about a signal before it continues.
    if (signal !== 'SIGKILL') kill(-this.#number, 'SIGCONT');
  }

  /** Checks that a group whose leader has gone is still the same one. @returns its members where the system tells; none were looked up while the leader is there */
  #look(): readonly ProcessEntry[] | undefined {
    if (this.#hasLeader || !this.isThere) return undefined;
    const members = listProcesses()?.filter(({ group }) => group === this.#number);
    // Only processes of one session can be in a group: this one is of another.
    if (members?.some(({ session }) => session !== this.#number) === true) this.#isOver = true;
    return members;
  }
}

function isProcess(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return systemCode(error) === 'EPERM';
  }
}

/** @returns false where no process may be signalled: all are gone, or belong to another account */
function kill(target: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(target, signal);
  } catch {
    return false;
  }
}
