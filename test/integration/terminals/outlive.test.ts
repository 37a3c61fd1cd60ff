import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { hostSocketPath, listHostRecords } from '#agent/terminals/pty-host/host-record.ts';
import { silentLogger } from '#shared/logger.ts';
import { peerIdFromBytes } from '#shared/identity/index.ts';
import { childrenOf, descriptorsOf, HAS_PROCESS_TABLE, isRunning } from '#test/support/e2e/process-table.ts';
import { until } from '#test/support/e2e/until.ts';
import { AgentProcess, buildPrograms, endHosts, type AgentViewer } from './agent-process.ts';

/** Real ids: the owner of a terminal is read from what its host has kept. */
const ALICE = peerIdFromBytes(new Uint8Array(32).fill(7));
const TELLS_PID = ['sh', '-c', 'echo "pid $$;"; exec cat'];
const COUNTS = ['sh', '-c', 'stty -echo; echo "pid $$;"; seq 1 100000; read line; echo "then $line"; exec cat'];

describe.runIf(HAS_PROCESS_TABLE)('terminals of an agent that ends', () => {
  let entries: Readonly<{ agent: string; host: string }>;
  let remove: () => void;
  let profile: string;
  let agents: AgentProcess[];
  let hosts: Set<number>;

  beforeAll(async () => {
    ({ entries, remove } = await buildPrograms());
  });
  afterAll(() => remove());
  beforeEach(() => {
    profile = mkdtempSync(join(tmpdir(), 'clawreach-outlive-'));
    agents = [];
    hosts = new Set();
  });
  afterEach(async () => {
    for (const agent of agents) await agent.kill();
    await endHosts(profile);
    await until('every host to end', () => ([...hosts].some(isRunning) ? undefined : true));
    const left = readdirSync(profile);
    rmSync(profile, { recursive: true, force: true });
    if (left.length > 0) throw new Error(`the hosts have left ${left.join(', ')}`);
  });

  async function start(rights: Readonly<Record<string, string>> = {}, software = '1'): Promise<AgentProcess> {
    const agent = new AgentProcess({ ...entries, profile }, rights, software);
    agents.push(agent);
    await agent.ready;
    return agent;
  }

  async function open(agent: AgentProcess, command: readonly string[]): Promise<AgentViewer & { pid: number }> {
    const viewer = await agent.open(ALICE, { command });
    hosts.add(viewer.hostPid);
    const [, pid] = await viewer.says(/pid (\d+);/);
    // Until its process can be found: that takes a moment longer than its first terminal.
    await until('its record', () => {
      const pids = listHostRecords(profile, silentLogger).map((record) => record.pid);
      return pids.includes(viewer.hostPid) ? true : undefined;
    });
    return Object.assign(viewer, { pid: Number(pid) });
  }

  it('are killed -9 in the middle of a flood: the next one has the same shell, and every line within the scrollback', async () => {
    const first = await start();
    const before = await open(first, COUNTS);
    await before.says(/\n500\r/);
    const [listed] = await first.list(ALICE);
    await first.kill();
    const second = await start();
    expect(await second.list(ALICE)).toEqual([{ ...listed, attached: false }]);
    const after = await second.open(ALICE, { terminal: before.terminal });
    await after.says(/\n100000\r/);
    await after.type('typed\n');
    await after.says(/then typed/);
    const numbers = Array.from({ length: 5022 }, (_line, index) => String(100_000 - 5021 + index));
    expect(await after.lines()).toEqual([...numbers, 'then typed']);
    expect(after.hostPid).toBe(before.hostPid);
    expect(isRunning(before.pid)).toBe(true);
    expect(await second.list(ALICE)).toEqual([{ ...listed, attached: true }]);
    // New terminals are in the same process, under a number of their own.
    const other = await open(second, TELLS_PID);
    expect(other.hostPid).toBe(before.hostPid);
    await other.type('other\n');
    await other.says(/other\r\nother/);
    expect(after.text).not.toContain('other');
  });

  it('that end while no agent is there show their last screen and their exit code to whoever comes back', async () => {
    const first = await start();
    const before = await open(first, ['sh', '-c', 'echo "pid $$;"; sleep 0.5; echo the last word; exit 7']);
    await first.kill();
    await until('the program to end', () => (isRunning(before.pid) ? undefined : true));
    const second = await start();
    const after = await second.open(ALICE, { terminal: before.terminal });
    await after.says(/the last word/);
    await until('its end', () => (after.end === undefined ? undefined : true));
    expect(after.end).toEqual({ exitCode: 7, signal: null, code: null });
    expect(await second.list(ALICE)).toEqual([]);
  });

  it('go on when it is told to leave them, and end when it is not', async () => {
    const first = await start();
    const { pid, hostPid } = await open(first, TELLS_PID);
    expect(await first.stop('keep')).toBe(1);
    expect(isRunning(pid)).toBe(true);
    const second = await start();
    expect(await second.list(ALICE)).toHaveLength(1);
    expect(await second.stop('end')).toBe(0);
    await until('all to end', () => (isRunning(pid) || isRunning(hostPid) ? undefined : true));
    expect(readdirSync(profile)).toEqual([]);
  });

  it('have no process when there are none: it ends with the agent', async () => {
    const first = await start();
    const { pid, hostPid } = await open(first, ['sh', '-c', 'echo "pid $$;"']);
    await until('the program to end', () => (isRunning(pid) ? undefined : true));
    expect(isRunning(hostPid)).toBe(true);
    await first.kill();
    await until('the host to end', () => (isRunning(hostPid) ? undefined : true));
  });

  it('end with a profile that is removed', async () => {
    const first = await start();
    const { pid, hostPid } = await open(first, TELLS_PID);
    await first.kill();
    expect(isRunning(pid)).toBe(true);
    rmSync(profile, { recursive: true });
    await until('all to end', () => (isRunning(pid) || isRunning(hostPid) ? undefined : true));
    profile = mkdtempSync(join(tmpdir(), 'clawreach-outlive-'));
  });

  it('are found beside a profile whose name is too long for a socket', async () => {
    const short = profile;
    profile = join(short, 'p'.repeat(120));
    mkdirSync(profile, { mode: 0o700 });
    const first = await start();
    const { pid, terminal } = await open(first, TELLS_PID);
    const [record] = listHostRecords(profile, silentLogger);
    const socket = hostSocketPath(profile, record?.id ?? '');
    expect(socket.startsWith(short)).toBe(false);
    await first.kill();
    const second = await start();
    const viewer = await second.open(ALICE, { terminal });
    await viewer.says(new RegExp(`pid ${pid};`));
    await second.stop('end');
    await until('the program to end', () => (isRunning(pid) ? undefined : true));
    expect([existsSync(socket), readdirSync(profile)]).toEqual([false, []]);
    rmSync(profile, { recursive: true });
    profile = short;
  });

  it('wait while their agent stands still, and are whole when it goes on', async () => {
    const stillIn = mkdtempSync(join(tmpdir(), 'clawreach-still-'));
    onTestFinished(() => rmSync(stillIn, { recursive: true, force: true }));
    const first = await start();
    const still = join(stillIn, 'still');
    const counts = COUNTS[2]?.replace('seq ', `until [ -e ${still} ]; do sleep 0.05; done; seq `) ?? '';
    const viewer = await open(first, ['sh', '-c', counts]);
    process.kill(first.pid, 'SIGSTOP');
    // However fast the program is: nothing of it before the agent stands still.
    writeFileSync(still, '');
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(viewer.text).not.toContain('\n100000\r');
    process.kill(first.pid, 'SIGCONT');
    await viewer.says(/\n100000\r/);
    const numbers = [...viewer.text.matchAll(/^(\d+)\r$/gm)].map(([, number]) => Number(number));
    expect(numbers).toEqual(Array.from({ length: 100_000 }, (_line, index) => index + 1));
  });

  it('are there for a peer that was asked about them then, and would be now', async () => {
    const first = await start({ [ALICE]: 'ask' });
    const { pid } = await open(first, TELLS_PID);
    await first.kill();
    const second = await start({ [ALICE]: 'ask' });
    expect(await second.list(ALICE)).toHaveLength(1);
    expect(isRunning(pid)).toBe(true);
  });

  it('end before anybody can reach them when the right that was there is gone [S-RIGHT-3]', async () => {
    const first = await start({ [ALICE]: 'allow' });
    const { terminal, pid } = await open(first, TELLS_PID);
    await first.kill();
    const second = await start({ [ALICE]: 'ask' });
    expect(await second.list(ALICE)).toEqual([]);
    await expect(second.open(ALICE, { terminal })).rejects.toMatchObject({ code: 'terminal.unknown' });
    await until('the program to end', () => (isRunning(pid) ? undefined : true));
  });

  it('end with all that runs in them when the right is gone, whatever it does [S-TERM-2]', async () => {
    const first = await start();
    const proof = `sh -c 'trap "" HUP; echo "pid $$;"; exec sleep 600'`;
    const { pid } = await open(first, ['sh', '-c', `${proof} & exec cat`]);
    await first.kill();
    expect(isRunning(pid)).toBe(true);
    await start({ [ALICE]: 'deny' });
    await until('it to end', () => (isRunning(pid) ? undefined : true));
    expect(isRunning(pid)).toBe(false);
  });

  it('of a process that stands still are there once it goes on; until then there are new ones elsewhere', async () => {
    const timed = async (): Promise<readonly [AgentProcess, number]> => {
      const begun = performance.now();
      return [await start(), performance.now() - begun];
    };
    const [first, ordinary] = await timed();
    const { terminal, pid, hostPid } = await open(first, TELLS_PID);
    process.kill(hostPid, 'SIGSTOP');
    await first.kill();
    const [second, took] = await timed();
    // It waits three seconds for the old process; what a start takes beside that is the machine's.
    expect(took).toBeLessThan(5_000 + 5 * ordinary);
    expect(await second.list(ALICE)).toEqual([]);
    const other = await open(second, TELLS_PID);
    expect(other.hostPid).not.toBe(hostPid);
    process.kill(hostPid, 'SIGCONT');
    await until('the terminal', async () => ((await second.list(ALICE)).length === 2 ? true : undefined));
    const after = await second.open(ALICE, { terminal });
    await after.says(new RegExp(`pid ${pid};`));
    await after.type('again\n');
    await after.says(/again\r\nagain/);
  });

  it('are lost with their process, whose files the next agent removes', async () => {
    const first = await start();
    const { hostPid, pid } = await open(first, TELLS_PID);
    await first.kill();
    process.kill(hostPid, 'SIGKILL');
    await until('the program to end', () => (isRunning(pid) ? undefined : true));
    expect(readdirSync(profile)).toHaveLength(2);
    const second = await start();
    expect(await second.list(ALICE)).toEqual([]);
    expect(readdirSync(profile)).toEqual([]);
  });

  it('are with exactly one of two agents that race for them, and with none of those that lost', async () => {
    const first = await start();
    const before = await open(first, TELLS_PID);
    const others = await Promise.all([start(), start()]);
    const lists = await until('one agent to have them', async () => {
      const found = await Promise.all([first, ...others].map((agent) => agent.list(ALICE)));
      return found.flat().length === 1 ? found : undefined;
    });
    // The first has been sent away, and its viewer knows.
    expect(lists[0]).toEqual([]);
    await until('its end', () => (before.end === undefined ? undefined : true));
    expect(before.end).toEqual({ exitCode: null, signal: null, code: 'terminal.host-lost' });
    const winner = others[lists.findIndex((list) => list.length === 1) - 1];
    const after = await winner?.open(ALICE, { terminal: before.terminal });
    await after?.type('still there\n');
    await after?.says(/still there\r\nstill there/);
    expect(isRunning(before.pid)).toBe(true);
  });

  it('of another version go on in their own process, which ends when its last one does', async () => {
    const first = await start({}, '1');
    const before = await open(first, TELLS_PID);
    await first.kill();
    const second = await start({}, '2');
    const other = await open(second, TELLS_PID);
    expect(other.hostPid).not.toBe(before.hostPid);
    const after = await second.open(ALICE, { terminal: before.terminal });
    await after.type('\u0004');
    await until('the old process to end', () => (isRunning(before.hostPid) ? undefined : true));
    expect(isRunning(other.hostPid)).toBe(true);
  });

  it('cost nothing, however many agents come and go: no process, no descriptor', async () => {
    let agent = await start();
    const { terminal, pid, hostPid } = await open(agent, TELLS_PID);
    const facts = (): unknown => ({
      descriptors: descriptorsOf(hostPid).toSorted(),
      children: childrenOf(hostPid),
      listening: readdirSync(profile).length,
    });
    const cycle = async (): Promise<void> => {
      await agent.kill();
      agent = await start();
      const viewer = await agent.open(ALICE, { terminal });
      await viewer.says(new RegExp(`pid ${pid};`));
    };
    await cycle();
    const before = facts();
    for (let round = 0; round < 5; round += 1) await cycle();
    expect(facts()).toEqual(before);
  });

  it('that pour out while no agent is there cost a bounded amount of memory', async () => {
    const first = await start();
    const { hostPid, terminal } = await open(first, ['sh', '-c', 'echo "pid $$;"; exec yes 0123456789']);
    await first.kill();
    const resident = (): number => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${hostPid}/status`, 'utf8'))?.[1]);
    let most = 0;
    for (const end = performance.now() + 2_000; performance.now() < end;) {
      most = Math.max(most, resident());
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    console.info(`a flood with no agent for 2 s: at most ${Math.round(most / 1000)} MB resident`);
    expect(most).toBeLessThan(250_000);
    const second = await start();
    const after = await second.open(ALICE, { terminal });
    await after.says(/(0123456789\r\n){100}/);
  });
});
