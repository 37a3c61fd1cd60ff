import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { systemClock } from '#node/clock/index.ts';
import { endTree } from '#node/programs/process-tree.ts';
import { HAS_PROCESS_TABLE } from '#test/support/e2e/process-table.ts';

const SAYS_SIGNALS = `sh -c 'trap "echo term" TERM; trap "echo winch" WINCH; echo $$; while :; do sleep 0.05; done'`;

it.runIf(HAS_PROCESS_TABLE)(
  'a program whose number another one has got by now: that one is left alone, and its group',
  async () => {
    const child = spawn('sh', ['-c', `${SAYS_SIGNALS} & read x`], {
      detached: true,
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    try {
      const [pid] = (await once(child.stdout, 'data')) as [Buffer];
      const platform = process.platform;
      const tree = { platform, pid: child.pid ?? 0, mark: 'CLAWREACH_TEST=none', isLeaderThere: () => false };
      await endTree(tree, systemClock, 100);
      // Of the signals that wait, the system delivers this one last.
      process.kill(Number(pid), 'SIGWINCH');
      const [said] = (await once(child.stdout, 'data')) as [Buffer];
      expect(said.toString()).toBe('winch\n');
    } finally {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    }
  },
);
