import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { agentLogFile } from '../agent-log.ts';
import type { BackgroundAgent, BackgroundOptions } from './host.ts';

/**
 * Starts `clawreach run` as a process that outlives this one and its terminal: in its own session, without stdin, with the profile's `agent.log` as
 * output. Called when a command needs an agent and none is running.
 * @param entry path of the script that runs the command line
 * @param home working directory of the process
 */
export function startBackgroundAgent(entry: string, options: BackgroundOptions, home: string): BackgroundAgent {
  const logFile = agentLogFile(options.profile);
  const log = openSync(logFile, 'a', 0o600);
  const words = [
    'run',
    '--detached-child',
    `--profile=${options.profile}`,
    ...(options.name === undefined ? [] : [`--name=${options.name}`]),
    ...(options.shell === undefined ? [] : [`--shell=${options.shell}`]),
  ];
  try {
    const child = spawn(process.execPath, [...process.execArgv, entry, ...words], {
      detached: true,
      stdio: ['ignore', log, log],
      // Not the current directory, which must remain removable and unmountable.
      cwd: home,
      windowsHide: true,
      // These belong to this command alone; the agent would keep them for as long as it runs.
      env: { ...process.env, CLAWREACH_PAIR_CODE: undefined, CLAWREACH_ADMISSION: undefined },
    });
    const exited = new Promise<number | null>((resolve) => {
      child.once('exit', (code) => resolve(code));
      child.once('error', () => resolve(null));
    });
    child.unref();
    return { pid: child.pid ?? 0, logFile, exited };
  } finally {
    closeSync(log);
  }
}
