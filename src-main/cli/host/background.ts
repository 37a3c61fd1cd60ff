import { spawn } from 'node:child_process';
import { closeSync, openSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { BackgroundAgent, BackgroundOptions } from './host.ts';

/** The log of a background agent starts anew beyond this; one old one is kept. Bytes. */
const LONGEST_LOG = 4 * 1024 * 1024;

/**
 * Starts `clawreach run` so that it outlives this process and its terminal: a session of its own, no stdin, output into the profile's log.
 * @param entry The script that runs the command line.
 */
export function startBackgroundAgent(entry: string, options: BackgroundOptions, home: string): BackgroundAgent {
  const logFile = join(options.profile, 'agent.log');
  rotate(logFile);
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
      // Not where the person stands now: that directory must stay free to be removed or unmounted.
      cwd: home,
      windowsHide: true,
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

function rotate(logFile: string): void {
  try {
    if (statSync(logFile).size > LONGEST_LOG) renameSync(logFile, `${logFile}.1`);
  } catch {
    // No log yet.
  }
}
