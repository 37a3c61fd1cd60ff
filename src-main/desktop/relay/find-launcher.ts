import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { relayInElectron, relayOnNode } from './launch-relay.ts';
import type { LaunchRelay } from './relay-process.ts';

export type RelayFacts = Readonly<{
  /** Path of dist/clawreach-relay.js. */
  entry: string;
  /** Value of `process.versions.node` in this Electron. */
  node: string;
  /** Directories of packages that may contain the package `node`. */
  packages: readonly string[];
  /** Value of PATH. */
  path: string;
  platform: string;
}>;

/** Oldest major version of an installed Node that can run the relay. */
const OLDEST_NODE = 24;
/** Longest wait for `node --version`, ms. */
const PATIENCE = 3000;

/**
 * Finds a launcher for relays on this machine: Electron itself, or an installed Node; undefined if neither can run a relay. Looks for files and runs
 * `node --version`. Called once by `startServices`, for `HostedRelayService`.
 */
export async function findRelayLauncher(facts: RelayFacts): Promise<LaunchRelay | undefined> {
  if (!existsSync(facts.entry)) return undefined;
  if (hasSqlite(facts.node)) return relayInElectron(facts.entry);
  for (const node of candidates(facts)) {
    if ((await majorVersion(node)) >= OLDEST_NODE) return relayOnNode(node, facts.entry);
  }
  return undefined;
}

/** Tells whether a Node version has node:sqlite without a flag (22.13 and newer). */
export function hasSqlite(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 22 || (major === 22 && minor >= 13);
}

function candidates({ packages, path, platform }: RelayFacts): readonly string[] {
  const name = platform === 'win32' ? 'node.exe' : 'node';
  return [
    ...packages.map((directory) => join(directory, 'node', 'bin', name)),
    ...path
      .split(delimiter)
      .filter((directory) => directory !== '')
      .map((directory) => join(directory, name)),
  ].filter((file) => existsSync(file));
}

function majorVersion(node: string): Promise<number> {
  return new Promise((resolve) => {
    execFile(node, ['--version'], { timeout: PATIENCE, env: {} }, (error, stdout) => {
      resolve(error === null ? Number(/^v(\d+)\./.exec(stdout)?.[1] ?? 0) : 0);
    });
  });
}
