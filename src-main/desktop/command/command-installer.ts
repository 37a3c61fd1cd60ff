import { rm } from 'node:fs/promises';
import { delimiter, dirname, join, sep } from 'node:path';
import type { InstalledCommand } from '#shared/app-api/index.ts';
import { ClawReachError, errorMessage } from '#shared/errors.ts';
import { asAdministrator } from './as-administrator.ts';
import { CommandError } from './command-error.ts';
import { copyVersion, exists, findInPath, link, targetOf, withoutLinks } from './files.ts';
import type { CommandPlan } from './plan.ts';

export type CommandOptions = Readonly<{
  plan: CommandPlan;
  version: string;
  /** Reads the person's PATH; on Windows from the registry. */
  path(): Promise<string>;
  /** Runs a system program to its end; rejects if it fails. */
  run(program: string, words: readonly string[]): Promise<unknown>;
}>;

type LinkPlan = Extract<CommandPlan, { how: 'link' | 'copy' }>;
type PathPlan = Extract<CommandPlan, { how: 'path' }>;

/**
 * Installer of the bundled `clawreach` command: tells whether terminals find the command, and installs or removes it by a link, a copy or an entry in
 * PATH. The window's settings use it. Writes files and runs system programs; on macOS one may ask for an administrator's password.
 */
export class CommandInstaller {
  readonly #options: CommandOptions;
  /** Chain of changes, so that only one runs at a time. */
  #changing: Promise<unknown> = Promise.resolve();

  constructor(options: CommandOptions) {
    this.#options = options;
  }

  async get(): Promise<InstalledCommand> {
    const { plan } = this.#options;
    switch (plan.how) {
      case 'none':
        return { state: 'none', path: null, by: null, missingInPath: null };
      case 'package':
        return {
          state: (await exists(plan.path)) ? 'installed' : 'missing',
          path: plan.path,
          by: 'package',
          missingInPath: null,
        };
      case 'link':
      case 'copy':
        return this.#ofLink(plan);
      case 'path':
        return this.#ofPath(plan);
    }
  }

  /** Installs the command. @throws {CommandError} `shell.command-*` */
  install(): Promise<InstalledCommand> {
    return this.#change(async (plan) => {
      switch (plan.how) {
        case 'none':
        case 'package':
          throw new CommandError('shell.command-source', 'there is nothing to install from');
        case 'link':
          if (plan.refused) throw new CommandError('shell.command-moved', 'the application is not installed');
          await this.#link(plan, plan.program);
          return;
        case 'copy':
          await this.#link(plan, join(await copyVersion(plan.from, plan.to, this.#options.version), 'clawreach'));
          return;
        case 'path':
          if (plan.copyFrom !== null) {
            await rm(plan.folder, { recursive: true, force: true });
            await copyVersion(plan.copyFrom, dirname(plan.folder), 'command');
          }
          await this.#powershell(plan, 'add');
      }
    });
  }

  /** Removes the command. @throws {CommandError} `shell.command-*` */
  remove(): Promise<InstalledCommand> {
    return this.#change(async (plan) => {
      if (plan.how === 'none' || plan.how === 'package') {
        throw new CommandError('shell.command-source', 'there is nothing to remove');
      }
      if (plan.how === 'path') {
        await this.#powershell(plan, 'remove');
        return;
      }
      const target = await targetOf(plan.path);
      if (target === undefined || !isOf(plan, target)) return;
      await this.#asAdministrator(plan, () => rm(plan.path), [['rm', '-f', plan.path]]);
      if (plan.how === 'copy') await rm(plan.to, { recursive: true, force: true });
    });
  }

  /** Replaces the copy of the previous version after an update. Installs nothing that wasn't there. */
  async refresh(): Promise<void> {
    const { plan } = this.#options;
    if (plan.how !== 'copy') return;
    const target = await targetOf(plan.path);
    if (target === undefined || !isOf(plan, target) || target === this.#copied(plan.to)) return;
    await this.install();
  }

  #copied(to: string): string {
    return join(to, this.#options.version, 'clawreach');
  }

  #change(change: (plan: CommandPlan) => Promise<void>): Promise<InstalledCommand> {
    const changed = this.#changing
      .then(() => change(this.#options.plan))
      .then(
        () => this.get(),
        (error: unknown) => {
          if (error instanceof ClawReachError) throw error;
          throw new CommandError('shell.command-failed', 'the system refused', {
            cause: error,
            details: { reason: errorMessage(error).slice(0, 200) },
          });
        },
      );
    this.#changing = changed.catch(() => undefined);
    return changed;
  }

  async #ofLink(plan: LinkPlan): Promise<InstalledCommand> {
    const { path } = plan;
    const by = plan.how;
    const folders = (await this.#options.path()).split(delimiter).filter((folder) => folder !== '');
    const target = await targetOf(path);
    const installed = target !== undefined && isOf(plan, target) && (await exists(target));
    const found = await findInPath('clawreach', folders);
    if (found !== undefined && (await withoutLinks(found)) !== (await withoutLinks(path))) {
      return { state: 'other', path: found, by, missingInPath: null };
    }
    return {
      state: installed ? 'installed' : 'missing',
      path,
      by,
      missingInPath: folders.includes(dirname(path)) ? null : dirname(path),
    };
  }

  async #ofPath({ folder, copyFrom }: PathPlan): Promise<InstalledCommand> {
    const entries = (await this.#options.path()).split(';').map((entry) => entry.replace(/\\+$/, '').toLowerCase());
    const inPath = entries.includes(folder.replace(/\\+$/, '').toLowerCase());
    return {
      state: inPath && (await exists(join(folder, 'clawreach.exe'))) ? 'installed' : 'missing',
      path: `${folder}\\clawreach.exe`,
      by: copyFrom === null ? 'link' : 'copy',
      missingInPath: null,
    };
  }

  async #link(plan: LinkPlan, target: string): Promise<void> {
    const make = (): Promise<void> => link(target, plan.path, (before) => isOf(plan, before));
    await this.#asAdministrator(plan, make, [
      ['mkdir', '-p', dirname(plan.path)],
      ['ln', '-sfn', target, plan.path],
    ]);
  }

  /** Runs the change as the current user if permitted; otherwise, on macOS, asks for an administrator's password. */
  async #asAdministrator(
    plan: LinkPlan,
    act: () => Promise<void>,
    commands: readonly (readonly string[])[],
  ): Promise<void> {
    try {
      await act();
    } catch (error) {
      const { code } = error as Readonly<{ code?: unknown }>;
      if (plan.how !== 'link' || !plan.ask || (code !== 'EACCES' && code !== 'EPERM')) throw error;
      const [program, ...words] = asAdministrator(commands);
      await this.#options.run(program, words);
    }
  }

  async #powershell({ folder }: PathPlan, action: 'add' | 'remove'): Promise<void> {
    const file = `${folder}\\path.ps1`;
    const words = ['-NoLogo', '-NoProfile', '-NonInteractive', '-ExecutionPolicy', 'Bypass', '-File', file, action];
    await this.#options.run('powershell.exe', words);
  }
}

/** Tells whether this application created the link, in any version or location. */
function isOf(plan: LinkPlan, target: string): boolean {
  if (plan.how === 'copy') return target.startsWith(plan.to + sep);
  return target === plan.program || target.endsWith(join('command', 'clawreach'));
}
