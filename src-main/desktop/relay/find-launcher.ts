import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { relayInElectron, relayOnNode } from './launch-relay.ts';
import type { LaunchRelay } from './relay-process.ts';

export type RelayFacts = Readonly<{
  /** Path of dist/clawreach-relay.js. */
  entry: string;
  /** `process.versions.node` of this Electron. */
  node: string;
  /** Directories of packages, in which the package `node` may be. */
  packages: readonly string[];
  /** PATH */
  path: string;
  platform: string;
}>;

/** A Node of the person's own that this old runs the relay. */
const OLDEST_NODE = 24;
/** For `node --version`, ms. */
const PATIENCE = 3000;

/** How a relay can be started on this machine; undefined where it cannot. */
export async function findRelayLauncher(facts: RelayFacts): Promise<LaunchRelay | undefined> {
  if (!existsSync(facts.entry)) return undefined;
  if (hasSqlite(facts.node)) return relayInElectron(facts.entry);
  for (const node of candidates(facts)) {
    if ((await majorVersion(node)) >= OLDEST_NODE) return relayOnNode(node, facts.entry);
  }
  return undefined;
}

/** node:sqlite needs no flag from 22.13 on. */
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
