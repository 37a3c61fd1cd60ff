import { spawn } from 'node:child_process';
import { PassThrough, type Readable } from 'node:stream';
import { utilityProcess } from 'electron';
import type { LaunchRelay } from './relay-process.ts';

/** A relay of a dead application would hold its port and its data: it ends with its standard input, which does not keep it alive. */
const END_WITH_INPUT = `data:text/javascript,${[
  'const input = process.stdin',
  'input.once("end", () => process.kill(process.pid, "SIGTERM")).once("error", () => {}).resume()',
  'input.unref?.()',
].join(';')}`;

/** The relay as a child process of a Node with node:sqlite. @param entry Path of dist/clawreach-relay.js. */
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

/** The same as a utility process of an Electron whose Node has node:sqlite: the packaged application has no other Node with it. */
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
      // SIGTERM.
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

/** The person's own settings of another relay are not for this one. */
function relayEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && !/^(?:CLAWREACH_|NODE_OPTIONS$)/.test(entry[0]),
    ),
  );
}
