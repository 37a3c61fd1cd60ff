import { execFile } from 'node:child_process';
import { homedir } from 'node:os';
import { promisify } from 'node:util';
import { app } from 'electron';
import { toolPath } from '#node/service/index.ts';
import { isTemporaryPath, packageType } from '../updates/index.ts';
import { CommandInstaller } from './command-installer.ts';
import { planCommand } from './plan.ts';

/** Longest wait for a system program, which may ask for a password, ms. */
const PATIENCE = 300_000;
/** PowerShell script that prints the PATH variables of the user and of the system. */
const READ_PATH =
  "[Environment]::GetEnvironmentVariable('Path', 'User') + ';' + [Environment]::GetEnvironmentVariable('Path', 'Machine')";

const execute = promisify(execFile);

/**
 * Creates the installer of the bundled command for this system. Called by `startServices`. The installer runs system programs, such as PowerShell.
 */
export function createCommandInstaller(version: string): CommandInstaller {
  const windows = process.platform === 'win32';
  const run = (program: string, words: readonly string[]) =>
    execute(
      program === 'powershell.exe' ? toolPath('powershell', process.platform, process.env) : program,
      [...words],
      { timeout: PATIENCE, windowsHide: true },
    );
  return new CommandInstaller({
    plan: planCommand({
      packaged: app.isPackaged,
      platform: process.platform,
      resources: process.resourcesPath,
      home: homedir(),
      variables: process.env,
      packageType: packageType(),
      isTemporary: isTemporaryPath(process.execPath),
    }),
    version,
    path: async () => {
      if (!windows) return process.env['PATH'] ?? '';
      const words = ['-NoLogo', '-NoProfile', '-NonInteractive', '-Command', READ_PATH];
      return (await run('powershell.exe', words)).stdout.trim();
    },
    run,
  });
}
