import { systemCode } from '#shared/errors.ts';
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { assertNever } from '#shared/assert-never.ts';
import { ServiceError } from './errors.ts';
import { planService, type ServicePlan } from './plan-service.ts';
import { FILE_MARK } from './systemd-unit.ts';
import type { RunTool, ServiceFacts, ServiceState, ToolResult } from './types.ts';

/** Facts about the machine and profile, and the function that runs system tools. */
export type ServiceManagerOptions = Readonly<{ facts: ServiceFacts; run: RunTool }>;

type Running = Pick<ServiceState, 'enabled' | 'running' | 'pid' | 'lastExit' | 'linger'>;

const UNKNOWN: Running = { enabled: null, running: null, pid: null, lastExit: null, linger: null };

/** Removes the comments of a service's file: another version may word them differently without a need to install the service again. */
const withoutComments = (text: string): string => text.replaceAll(/^#.*\n|^<!--[^]*?-->\n/gmu, '');

/**
 * Installs, removes and inspects the agent as a service of the current user (systemd, launchd or Windows task), without administrator rights. Used by
 * `clawreach service`. Writes the service's file and runs the system's tools.
 */
export class ServiceManager {
  readonly #facts: ServiceFacts;
  readonly #run: RunTool;
  /** Name, file and text of the service. */
  readonly plan: ServicePlan;

  /** Throws as `planService` does. */
  constructor({ facts, run }: ServiceManagerOptions) {
    this.#facts = facts;
    this.#run = run;
    this.plan = planService(facts);
  }

  /**
   * Writes the service's file and starts the service, now and at each login. Replaces an earlier installation.
   * @param options.linger systemd only: run even while the user is logged out
   * @throws {ServiceError} `service.foreign-file`, `service.write`, `service.no-tool`, `service.no-manager`, `service.failed`
   */
  async install({ linger = false }: Readonly<{ linger?: boolean }> = {}): Promise<ServiceState> {
    await this.#checkTool();
    const { kind, name, file } = this.plan;
    await this.#write();
    switch (kind) {
      case 'systemd':
        await this.#tool('systemctl', '--user', 'daemon-reload');
        await this.#tool('systemctl', '--user', 'enable', name);
        // Restarts a running service, so that the new file takes effect.
        await this.#tool('systemctl', '--user', 'restart', name);
        if (linger) await this.#tool('loginctl', 'enable-linger', this.#facts.user);
        break;
      case 'launchd':
        await this.#run('launchctl', ['bootout', this.#target]);
        await this.#tool('launchctl', 'enable', this.#target);
        await this.#tool('launchctl', 'bootstrap', `gui/${this.#facts.uid ?? 0}`, file);
        break;
      case 'task':
        await this.#tool('schtasks', '/Create', '/TN', name, '/XML', file, '/F');
        await this.#tool('schtasks', '/Run', '/TN', name);
        break;
      default:
        assertNever(kind);
    }
    return await this.status();
  }

  /**
   * Stops the service and removes its file.
   * @returns the status before
   * @throws {ServiceError} `service.not-installed`, `service.foreign-file`, `service.write`, `service.failed`
   */
  async uninstall(): Promise<ServiceState> {
    const before = await this.status();
    const { kind, name, file } = this.plan;
    if (!before.installed) {
      await this.#checkOurs();
      throw new ServiceError('service.not-installed', 'there is no such service', { details: { name, file } });
    }
    switch (kind) {
      case 'systemd':
        await this.#tool('systemctl', '--user', 'disable', '--now', name);
        await this.#remove();
        await this.#tool('systemctl', '--user', 'daemon-reload');
        await this.#run('systemctl', ['--user', 'reset-failed', name]);
        break;
      case 'launchd':
        // The service is not loaded if the user has not logged in at the screen since.
        await this.#run('launchctl', ['bootout', this.#target]);
        await this.#remove();
        break;
      case 'task':
        await this.#run('schtasks', ['/End', '/TN', name]);
        await this.#tool('schtasks', '/Delete', '/TN', name, '/F');
        await this.#remove();
        break;
      default:
        assertNever(kind);
    }
    return before;
  }

  /** Returns the status of the service; null for facts that the system doesn't report. */
  async status(): Promise<ServiceState> {
    const { kind, name, file, text } = this.plan;
    const there = await this.#read();
    const installed = there?.includes(FILE_MARK) === true;
    const running = installed ? await this.#running() : UNKNOWN;
    return {
      kind,
      name,
      file,
      installed,
      current: installed ? withoutComments(there) === withoutComments(text) : null,
      ...running,
    };
  }

  get #target(): string {
    return `gui/${this.#facts.uid ?? 0}/${this.plan.name}`;
  }

  async #running(): Promise<Running> {
    const { kind, name } = this.plan;
    switch (kind) {
      case 'systemd': {
        const properties = 'UnitFileState,ActiveState,MainPID,ExecMainStatus';
        const shown = await this.#run('systemctl', ['--user', 'show', name, `--property=${properties}`]);
        const login = await this.#run('loginctl', ['show-user', this.#facts.user, '--property=Linger']);
        return { ...readSystemd(shown), linger: readLinger(login) };
      }
      case 'launchd':
        return readLaunchd(await this.#run('launchctl', ['print', this.#target]));
      case 'task': {
        // The texts of schtasks depend on the system's language; these numbers do not.
        const ask = `$t = Get-ScheduledTask -TaskName '${name}'; $i = $t | Get-ScheduledTaskInfo; "$([int]$t.State) $($i.LastTaskResult)"`;
        return readTask(await this.#run('powershell', ['-NoProfile', '-NonInteractive', '-Command', ask]));
      }
      default:
        return assertNever(kind);
    }
  }

  /** Checks that a service manager answers, before anything is written. */
  async #checkTool(): Promise<void> {
    switch (this.plan.kind) {
      case 'systemd':
        await this.#tool('systemctl', '--user', 'show-environment');
        break;
      case 'launchd':
        await this.#tool('launchctl', 'version');
        break;
      case 'task':
        await this.#tool('schtasks', '/Query', '/FO', 'CSV', '/NH');
        break;
      default:
        assertNever(this.plan.kind);
    }
  }

  async #tool(program: string, ...words: readonly string[]): Promise<ToolResult> {
    const result = await this.#run(program, words);
    if (result.code === 0) return result;
    const command = [program, ...words].join(' ');
    if (result.code === null && /ENOENT/.test(result.stderr))
      throw new ServiceError('service.no-tool', `${program} is not there`, { details: { program, command } });
    const reason = (result.stderr.trim() || result.stdout.trim() || `it ended with ${result.code ?? 'a signal'}`)
      .replaceAll(/\s*\n\s*/g, ' ')
      .slice(0, 400);
    const noBus = program === 'systemctl' && /bus|XDG_RUNTIME_DIR|No medium found/i.test(reason);
    throw new ServiceError(noBus ? 'service.no-manager' : 'service.failed', `${command} failed: ${reason}`, {
      details: { command, reason },
    });
  }

  async #write(): Promise<void> {
    const { file, text, encoding } = this.plan;
    await this.#checkOurs();
    const temporary = `${file}.${randomBytes(6).toString('hex')}`;
    try {
      await mkdir(dirname(file), { recursive: true });
      await writeFile(temporary, encoding === 'utf16le' ? `\uFEFF${text}` : text, {
        encoding,
        mode: 0o600,
        flag: 'wx',
      });
      await rename(temporary, file);
    } catch (error) {
      throw fileError(file, error);
    } finally {
      await rm(temporary, { force: true }).catch(() => undefined);
    }
  }

  async #remove(): Promise<void> {
    const { file } = this.plan;
    await rm(file, { force: true }).catch((error: unknown) => Promise.reject(fileError(file, error)));
  }

  async #checkOurs(): Promise<void> {
    const there = await this.#read();
    if (there === undefined || there.includes(FILE_MARK)) return;
    const { file } = this.plan;
    throw new ServiceError('service.foreign-file', `${file} was not written by ClawReach`, { details: { file } });
  }

  async #read(): Promise<string | undefined> {
    const { file, encoding } = this.plan;
    try {
      return (await readFile(file, encoding)).replace(/^\uFEFF/, '');
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return undefined;
      throw fileError(file, error);
    }
  }
}

function readSystemd({ code, stdout }: ToolResult): Running {
  if (code !== 0) return UNKNOWN;
  const facts = new Map(
    stdout.split('\n').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
  const pid = Number(facts.get('MainPID') ?? 0);
  const active = facts.get('ActiveState');
  return {
    enabled: facts.get('UnitFileState') === 'enabled',
    running: active === 'active' || active === 'reloading' || active === 'activating',
    pid: pid > 0 ? pid : null,
    lastExit: pid > 0 ? null : Number(facts.get('ExecMainStatus') ?? 0),
    linger: null,
  };
}

function readLinger({ code, stdout }: ToolResult): boolean | null {
  return code === 0 && /^Linger=/m.test(stdout) ? /^Linger=yes$/m.test(stdout) : null;
}

function readLaunchd({ code, stdout }: ToolResult): Running {
  // Not loaded.
  if (code !== 0) return { ...UNKNOWN, running: false };
  const pid = /^\s*pid = (\d+)$/m.exec(stdout)?.[1];
  const last = /^\s*last exit code = (\d+)/m.exec(stdout)?.[1];
  return {
    enabled: true,
    running: pid !== undefined,
    pid: pid === undefined ? null : Number(pid),
    lastExit: last === undefined ? null : Number(last),
    linger: null,
  };
}

/** Parses the task's state as a number (1 disabled, 2 queued, 3 ready, 4 running) and its last result. */
function readTask({ code, stdout }: ToolResult): Running {
  const [, state, result] = /^(\d+) (\d+)\s*$/m.exec(stdout) ?? [];
  if (code !== 0 || state === undefined) return UNKNOWN;
  return { enabled: state !== '1', running: state === '4', pid: null, lastExit: Number(result), linger: null };
}

function fileError(file: string, error: unknown): ServiceError {
  const reason = systemCode(error) ?? 'unknown';
  return new ServiceError('service.write', `${file}: ${reason}`, { cause: error, details: { file, reason } });
}
