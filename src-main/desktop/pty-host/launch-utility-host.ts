import { utilityProcess } from 'electron';
import { MessageDuplex, type HostProcess } from '#agent/index.ts';

export type UtilityHostOptions = Readonly<{
  /** Path of dist/pty-host.js. */
  entry: string;
  environment: Readonly<Record<string, string | undefined>>;
  /** Called with the host's stderr, at most 64 KiB in total. */
  onStderr(text: string): void;
}>;

const MAX_STDERR = 65_536;

/**
 * Starts the PTY host as a utility process of Electron, since the packaged application can't run as Node and contains no other Node. The
 * application's own agent calls it when it needs a PTY host. The process ends with the application.
 */
export function launchUtilityHost({ entry, environment, onStderr }: UtilityHostOptions): HostProcess {
  const child = utilityProcess.fork(entry, [], {
    serviceName: 'ClawReach terminals',
    // Not Chromium's inherited environment: terminals have variables of their own.
    env: defined(environment),
    stdio: ['ignore', 'ignore', 'pipe'],
    ...(process.platform === 'win32' ? {} : { cwd: '/' }),
  });
  let received = 0;
  child.stderr?.on('data', (chunk: Buffer) => {
    if (received < MAX_STDERR) onStderr(chunk.toString('utf8'));
    received += chunk.length;
  });
  const socket = new MessageDuplex({
    postMessage: (message) => child.postMessage(message),
    onMessage: (listener) => void child.on('message', listener),
  });
  const exited = new Promise<string>((resolve) => {
    child.once('exit', (code) => resolve(`exit code ${code}`));
  });
  return {
    get pid() {
      return child.pid;
    },
    socket,
    exited,
    kill: () => kill(child.pid, () => child.kill()),
    // A utility process never outlives the application.
    release: () => undefined,
  };
}

/**
 * Kills the host after it was asked to end. Electron's own way may block the whole application on macOS:
 * https://github.com/electron/electron/issues/45053
 */
function kill(pid: number | undefined, otherwise: () => boolean): void {
  if (process.platform === 'win32' || pid === undefined) {
    otherwise();
    return;
  }
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Already ended.
  }
}

function defined(environment: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
