import { spawn } from 'node:child_process';
import { PassThrough, type Readable } from 'node:stream';
import { utilityProcess } from 'electron';
import type { LaunchRelay } from './relay-process.ts';

/**
 * JavaScript module, loaded into the relay's process by `--import`. It ends the relay when standard input closes, so that the relay doesn't keep its
 * port and data after the application has crashed. It doesn't keep the process alive. Used by `relayOnNode`.
 */
const END_WITH_INPUT = `data:text/javascript,${[
  'const input = process.stdin',
  'input.once("end", () => process.kill(process.pid, "SIGTERM")).once("error", () => {}).resume()',
  'input.unref?.()',
].join(';')}`;

/**
 * Returns a launcher that runs the relay as a child process, by an installed Node. Both launchers are chosen by `findRelayLauncher`.
 * @param node path of a Node executable that has node:sqlite
 * @param entry path of dist/clawreach-relay.js
 */
export function relayOnNode(node: string, entry: string): LaunchRelay {
  return (args) => {
    const child = spawn(node, ['--import', END_WITH_INPUT, entry, ...args], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: relayEnvironment(),
      windowsHide: true,
    });
    child.stdin.on('error', () => undefined);
    const exited = new Promise<string>((resolve) => {
      child.once('error', (error) => resolve(error.message));
      child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code ?? 'unknown'}`));
    });
    return {
      stdout: child.stdout,
      stderr: child.stderr,
      exited,
      stop: () => void child.stdin.end(),
      kill: () => void child.kill('SIGKILL'),
    };
  };
}

/**
 * Returns a launcher that runs the relay as a utility process of Electron, whose Node must have node:sqlite. The packaged application contains no
 * other Node.
 * @param entry path of dist/clawreach-relay.js
 */
export function relayInElectron(entry: string): LaunchRelay {
  return (args) => {
    const child = utilityProcess.fork(entry, [...args], {
      serviceName: 'ClawReach relay',
      env: relayEnvironment(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return {
      stdout: readable(child.stdout),
      stderr: readable(child.stderr),
      exited: new Promise((resolve) => {
        child.once('exit', (code) => resolve(`exit code ${code}`));
      }),
      // Sends SIGTERM.
      stop: () => void child.kill(),
      kill: () => {
        if (child.pid !== undefined) process.kill(child.pid, 'SIGKILL');
      },
    };
  };
}

function readable(stream: NodeJS.ReadableStream | null): Readable {
  return stream === null ? new PassThrough().end() : stream.pipe(new PassThrough());
}

/** Returns this process's environment without `NODE_OPTIONS` and all `CLAWREACH_*` variables, which the person may have set for another relay. */
function relayEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && !/^(?:CLAWREACH_|NODE_OPTIONS$)/.test(entry[0]),
    ),
  );
}
