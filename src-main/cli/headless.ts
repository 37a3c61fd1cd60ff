import { existsSync } from 'node:fs';
import { homedir, hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import packageJson from '../../package.json' with { type: 'json' };
import type { AppTransport } from '#shared/app-api/index.ts';
import type { Logger } from '#shared/logger.ts';
import { Agent, launchHost, PtyHostBackend } from '#agent/index.ts';
import { systemClock } from '#node/clock/index.ts';
import { controlSocketPath, listenControlSocket } from '#node/control-socket/index.ts';
import { nativeBackend } from '#node/crypto/index.ts';
import { FileSecretStore, JsonDocumentFile, profilePaths, RotatingLineFile } from '#node/files/index.ts';
import { createLogger, LOG_LEVELS, type LogLevel } from '#node/logging/index.ts';
import { keepYoungGenerationSmall } from '#node/memory/index.ts';
import { createRelayDialer } from '#node/sockets/index.ts';
import type { HeadlessOptions } from './headless-options.ts';

/** What others can make the agent write: below 100 MB a day. */
const LOG_BUDGET = { burst: 2000, perSecond: 3 };
/** Milliseconds for an orderly end before the process goes anyway. */
const CLOSE_TIMEOUT = 8000;

/** A person at a terminal reads the lines of `run`, which say the same in words. */
function foregroundLevel(): LogLevel {
  return process.stderr.isTTY ? 'error' : 'warn';
}

/** The agent without a window: the agent's ports on this machine's files, sockets and processes, and a control socket for the commands. */
export async function runHeadless(options: HeadlessOptions): Promise<void> {
  keepYoungGenerationSmall();
  const { profile, background } = options;
  const logger = createLogger({
    name: 'clawreach',
    level:
      LOG_LEVELS.find((level) => level === process.env['CLAWREACH_LOG_LEVEL']) ??
      (background ? 'info' : foregroundLevel()),
    destination: 'stderr',
    budget: LOG_BUDGET,
  });
  // The socket first: a second agent on the same profile must find out before it touches a file.
  const waiting: AppTransport[] = [];
  let serve = (transport: AppTransport): void => void waiting.push(transport);
  const listener = await listenControlSocket(controlSocketPath(profile), (transport) => serve(transport));
  try {
    const agent = await createAgent(options, logger);
    serve = (transport) => agent.serve(transport);
    for (const transport of waiting.splice(0)) serve(transport);
    agent.start();
    options.onReady(agent.status());
    const reason = await Promise.race([agent.stopRequested.then(() => 'stop'), aborted(options.signal)]);
    const timer = setTimeout(() => {
      logger.error('the agent did not end in time', { reason });
      process.exit(1);
    }, CLOSE_TIMEOUT);
    await agent.close(reason);
    clearTimeout(timer);
  } finally {
    await listener.close();
  }
}

async function createAgent(options: HeadlessOptions, logger: Logger): Promise<Agent> {
  const paths = profilePaths(options.profile);
  const user = userInfo();
  const backend = new PtyHostBackend({
    clock: systemClock,
    logger: logger.child({ part: 'pty-host' }),
    launch: () =>
      launchHost({
        executable: process.execPath,
        args: [ptyHostPath()],
        environment: process.env,
        onStderr: (text) => logger.warn('pty host', { text }),
      }),
  });
  const agent = await Agent.create({
    crypto: nativeBackend,
    clock: systemClock,
    logger,
    version: packageJson.version,
    pid: process.pid,
    profile: options.profile,
    deviceName: options.name ?? (hostname().split('.')[0] || 'device').slice(0, 64),
    secret: new FileSecretStore(paths.secret),
    files: {
      settings: new JsonDocumentFile(paths.settings),
      peers: new JsonDocumentFile(paths.peers),
      approvals: new JsonDocumentFile(paths.approvals),
      audit: new RotatingLineFile(paths.audit),
    },
    dialer: createRelayDialer({ clock: systemClock }),
    terminals: {
      backend,
      home: {
        platform: process.platform,
        environment: process.env,
        shell: user.shell,
        username: user.username,
        home: homedir(),
      },
      ...(options.shell === undefined ? {} : { shell: { file: options.shell, args: [] } }),
    },
  });
  const { name } = options;
  if (name !== undefined && agent.settings.value.deviceName !== name) {
    agent.settings.update((current) => ({ ...current, deviceName: name }));
  }
  return agent;
}

/** Beside the bundle when built, beside the sources when run from them. */
function ptyHostPath(): string {
  const here = fileURLToPath(new URL('.', import.meta.url));
  const bundled = join(here, 'pty-host.js');
  return existsSync(bundled) ? bundled : join(here, '..', 'agent', 'terminals', 'pty-host-main.ts');
}

function aborted(signal: AbortSignal): Promise<string> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve('signal');
    signal.addEventListener('abort', () => resolve('signal'), { once: true });
  });
}
