import { systemCode } from '#shared/errors.ts';
import { listProcesses, type ProcessEntry } from '#node/programs/index.ts';

/**
 * Process group of a program that was started as leader of its own session and group (setsid(2)); signals all its members. Reads the process table
 * where the system shows it. The group's number is the leader's process ID. The system may reuse that number once the leader was waited for and the
 * group is empty. So after this object has seen the group empty, or the number used by another session, it sends no more signals. Used by
 * `startExec`.
 */
export class ProcessGroup {
  readonly #number: number;
  #hasLeader = true;
  #isOver: boolean;

  /** @param number process ID of the leader; 0 for a group that doesn't exist */
  constructor(number: number) {
    this.#number = number;
    this.#isOver = number <= 0;
  }

  /** Notes that the leader has ended and was waited for. */
  leaderExited(): void {
    this.#hasLeader = false;
  }

  /** Tells whether the group has members, including zombies (ended, but not waited for). Cheap. */
  get isThere(): boolean {
    if (this.#isOver || this.#hasLeader) return !this.#isOver;
    // The leader is gone: a process of that number is another one, and it couldn't have the number while the group had members.
    this.#isOver = isProcess(this.#number) || !kill(-this.#number, 0);
    return !this.#isOver;
  }

  /** Tells whether a member of the group runs, ignoring zombies. Reads the process table on Linux. */
  get isRunning(): boolean {
    const members = this.#look() ?? [];
    return this.isThere && (members.length === 0 || members.some(({ isEnded }) => !isEnded));
  }

  /** Sends a signal to all members, and continues stopped ones. */
  signal(signal: NodeJS.Signals): void {
    this.#look();
    if (!this.isThere) return;
    kill(-this.#number, signal);
    // A stopped process does nothing about a signal before it continues.
    if (signal !== 'SIGKILL') kill(-this.#number, 'SIGCONT');
  }

  /** Checks that a group whose leader has ended is still the same one. @returns its members; undefined if unknown, or while the leader runs */
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

/** @returns false if no process could be signalled: all are gone, or belong to another user */
function kill(target: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(target, signal);
  } catch {
    return false;
  }
}
