import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readlinkSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { ProcessGroup } from '#agent/terminals/exec/process-group.ts';
import { HAS_PROCESS_TABLE, isRunning } from '#test/support/e2e/process-table.ts';
import { until } from '#test/support/e2e/until.ts';

/** Says its process id, and then which signals have come. */
const MEMBER = `sh -c 'trap "echo hup" HUP; trap "echo usr1" USR1; echo $$; while :; do sleep 0.05; done'`;

describe.skipIf(process.platform === 'win32')('the process group of a program', () => {
  const started: ChildProcess[] = [];
  const pids: number[] = [];

  afterEach(() => {
    for (const pid of [...started.splice(0).flatMap(({ pid }) => pid ?? []), ...pids.splice(0)])
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It is gone.
      }
  });

  /** @returns the leader, and the process ids that it says first */
  async function start(
    script: string,
    { shell = 'sh', lines = 1 } = {},
  ): Promise<Readonly<{ child: ChildProcess; pid: number; said: readonly number[] }>> {
    const child = spawn(shell, ['-c', script], { detached: true, stdio: ['pipe', 'pipe', 'ignore'] });
    started.push(child);
    let text = '';
    while (text.split('\n').length <= lines) {
      const [chunk] = (await once(child.stdout, 'data')) as [Buffer];
      text += chunk.toString();
    }
    const said = text.trim().split(/\s/).map(Number);
    pids.push(...said);
    if (child.pid === undefined) throw new Error('not started');
    return { child, pid: child.pid, said };
  }

  it('is signalled after its leader has gone, as long as members run', async () => {
    const { child, pid } = await start('sleep 600 >/dev/null & echo $!; read x');
    const group = new ProcessGroup(pid);
    child.stdin?.end('\n');
    await once(child, 'exit');
    group.leaderExited();
    expect([group.isThere, group.isRunning]).toEqual([true, true]);
    group.signal('SIGTERM');
    await until('the member to end', () => (group.isRunning ? undefined : true));
  });

  it.runIf(HAS_PROCESS_TABLE)(
    'is another one where a process has its number, although its leader was waited for: nothing is signalled [S-TERM-5]',
    async () => {
      const { child, pid, said } = await start(`${MEMBER} & read x`);
      const group = new ProcessGroup(pid);
      group.leaderExited();
      group.signal('SIGHUP');
      expect(await signalsOf(child, said)).toBe('usr1');
      expect(group.isThere).toBe(false);
    },
  );

  it.runIf(HAS_PROCESS_TABLE)(
    'that was seen empty once is never signalled again, whoever has its number later [S-TERM-5]',
    async () => {
      const { child, pid, said } = await start(`${MEMBER} & read x`);
      const group = new ProcessGroup(pid);
      group.leaderExited();
      expect(group.isThere).toBe(false);
      // From here on the number looks as it did for the group before: no leader, members, a session of its own.
      child.stdin?.end('\n');
      await once(child, 'exit');
      group.signal('SIGHUP');
      expect(await signalsOf(child, said)).toBe('usr1');
    },
  );

  it.runIf(HAS_PROCESS_TABLE)('is another one where its members are of another session [S-TERM-5]', async () => {
    // With job control, each command in the background leads a group in the session of its shell.
    const { child, said } = await start(
      `set -m; sh -c 'echo $$; ${MEMBER.replaceAll("'", `'\\''`)} &' & wait; read x`,
      { shell: 'bash', lines: 2 },
    );
    const [leader = 0] = said;
    await until('its leader to be waited for', () => (existsSync(`/proc/${leader}`) ? undefined : true));
    const group = new ProcessGroup(leader);
    group.leaderExited();
    group.signal('SIGHUP');
    expect(await signalsOf(child, said.slice(1))).toBe('usr1');
    expect(group.isThere).toBe(false);
  });

  it.runIf(HAS_PROCESS_TABLE)('does not run where its members have ended, and nobody waits for them', async () => {
    // The parent of the one that sleeps has become a program of another session, which waits for nothing.
    const { child, pid, said } = await start(
      'sh -c "sleep 600 >/dev/null & echo \\$! \\$\\$; exec setsid sleep 600 >/dev/null" & read x',
    );
    const group = new ProcessGroup(pid);
    child.stdin?.end('\n');
    await once(child, 'exit');
    group.leaderExited();
    expect([group.isThere, group.isRunning]).toEqual([true, true]);
    const [member = 0, parent = 0] = said;
    await until('the parent to leave the group', () =>
      readlinkSync(`/proc/${parent}/exe`).endsWith('sleep') ? true : undefined,
    );
    process.kill(member, 'SIGKILL');
    await until('the member to end', () => (isRunning(member) ? undefined : true));
    expect([group.isThere, group.isRunning]).toEqual([true, false]);
  });
});

/** Sends one more signal to a member. Of all that wait, the system delivers this one last. @returns the names of those that have come */
async function signalsOf(child: ChildProcess, [member = 0]: readonly number[]): Promise<string> {
  process.kill(member, 'SIGUSR1');
  const names: string[] = [];
  if (child.stdout === null) throw new Error('no output');
  for await (const chunk of child.stdout) {
    names.push(...String(chunk).trim().split('\n'));
    if (names.includes('usr1')) break;
  }
  return names.join(' ');
}
