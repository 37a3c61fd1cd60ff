import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readlinkSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { ProcessGroup } from '#agent/exec/process-group.ts';
import { HAS_PROCESS_TABLE, isRunning } from '#test/support/e2e/process-table.ts';
import { until } from '#test/support/e2e/until.ts';

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

  /** @returns the leader, and what it says in its first line: process ids */
  async function start(
    script: string,
    shell = 'sh',
  ): Promise<Readonly<{ child: ChildProcess; pid: number; said: readonly number[] }>> {
    const child = spawn(shell, ['-c', script], { detached: true, stdio: ['pipe', 'pipe', 'ignore'] });
    started.push(child);
    let text = '';
    while (!text.includes('\n')) {
      const [chunk] = (await once(child.stdout, 'data')) as [Buffer];
      text += chunk.toString();
    }
    const said = text.trim().split(' ').map(Number);
    pids.push(...said);
    if (child.pid === undefined) throw new Error('not started');
    return { child, pid: child.pid, said };
  }

  it('is signalled after its leader has gone, as long as members run', async () => {
    const { child, pid, said } = await start('sleep 600 >/dev/null & echo $!; read x');
    const group = new ProcessGroup(pid);
    child.stdin?.end('\n');
    await once(child, 'exit');
    group.leaderExited();
    const [member = 0] = said;
    expect([group.isThere, group.isRunning]).toEqual([true, true]);
    group.signal('SIGTERM');
    await until('the member to end', () => (group.isRunning ? undefined : true));
    if (HAS_PROCESS_TABLE) expect(isRunning(member)).toBe(false);
  });

  it.runIf(HAS_PROCESS_TABLE)(
    'is another one where a process has its number, although its leader was waited for: nothing is signalled',
    async () => {
      const { pid, said } = await start('sleep 600 >/dev/null & echo $!; read x');
      const group = new ProcessGroup(pid);
      group.leaderExited();
      group.signal('SIGKILL');
      expect(group.isThere).toBe(false);
      await settled();
      expect([pid, ...said].map(isRunning)).toEqual([true, true]);
    },
  );

  it.runIf(HAS_PROCESS_TABLE)(
    'that was seen empty once is never signalled again, whoever has its number later',
    async () => {
      const { child, pid, said } = await start('sleep 600 >/dev/null & echo $!; read x');
      const group = new ProcessGroup(pid);
      group.leaderExited();
      expect(group.isThere).toBe(false);
      // From here on the number looks as it did for the group before: no leader, members, a session of its own.
      child.stdin?.end('\n');
      await once(child, 'exit');
      group.signal('SIGKILL');
      await settled();
      expect(said.map(isRunning)).toEqual([true]);
    },
  );

  it.runIf(HAS_PROCESS_TABLE)('is another one where its members are of another session', async () => {
    // With job control, each command in the background leads a group in the session of its shell.
    const { said } = await start('set -m; sh -c "sleep 600 >/dev/null 2>&1 & echo \\$\\$ \\$!" & wait; read x', 'bash');
    const [leader = 0, member = 0] = said;
    await until('its leader to go', () => (isRunning(leader) ? undefined : true));
    const group = new ProcessGroup(leader);
    group.leaderExited();
    group.signal('SIGKILL');
    await settled();
    expect(isRunning(member)).toBe(true);
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

/** A signal that was sent has arrived when a process that was started later has come and gone. */
async function settled(): Promise<void> {
  await once(spawn('true'), 'exit');
}
