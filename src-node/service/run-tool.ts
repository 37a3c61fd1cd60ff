import { execFile } from 'node:child_process';
import { win32 } from 'node:path';
import type { RunTool } from './types.ts';

/** Time limit of a tool, ms. Stopping an agent takes some seconds. */
const PATIENCE = 60_000;
const MOST_OUTPUT = 256 * 1024;

/** Paths of tools below the folder of Windows. */
const WINDOWS_TOOLS: Readonly<Record<string, string>> = {
  schtasks: String.raw`System32\schtasks.exe`,
  powershell: String.raw`System32\WindowsPowerShell\v1.0\powershell.exe`,
};

/**
 * Returns the path at which a system tool is started. On Windows an absolute path: Windows searches the current folder before PATH, and that may be a
 * folder of downloads. Used by `runTool` and by the application where it installs the command. Pure.
 */
export function toolPath(
  program: string,
  platform: string,
  variables: Readonly<Record<string, string | undefined>>,
): string {
  const path = platform === 'win32' ? WINDOWS_TOOLS[program] : undefined;
  const root = variables['SystemRoot'] ?? variables['SYSTEMROOT'] ?? String.raw`C:\Windows`;
  return path === undefined ? program : win32.join(root, path);
}

/**
 * Returns the function by which `ServiceManager` runs system tools such as `systemctl`, found by the PATH of these variables. Starts child processes.
 */
export function runTool(variables: Readonly<Record<string, string | undefined>>): RunTool {
  return (program, arguments_) =>
    new Promise((resolve) => {
      const limits = { timeout: PATIENCE, maxBuffer: MOST_OUTPUT, env: { ...variables }, windowsHide: true } as const;
      execFile(
        toolPath(program, process.platform, variables),
        arguments_,
        { ...limits, encoding: 'utf8' },
        (error, stdout, stderr) => {
          const code = error === null ? 0 : typeof error.code === 'number' ? error.code : null;
          resolve({ code, stdout, stderr: stderr === '' && error !== null ? error.message : stderr });
        },
      );
    });
}
