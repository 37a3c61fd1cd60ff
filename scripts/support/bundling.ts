import { join } from 'node:path';

/**
 * Packages with native parts, and `ssh2`, which most starts do not need and which finds a program of its own beside its files: they stay outside of
 * every bundle.
 */
export const NATIVE_PACKAGES = ['node-pty', 'bufferutil', 'utf-8-validate', 'ssh2', 'node-datachannel'] as const;

/** Our own modules do nothing when they are loaded but the entries: one is left out where nothing of it is used, also behind the door of its folder. */
export const OWN_MODULES = { test: /[\\/]src-(?:main|node|relay|shared)[\\/]/, sideEffects: false };

/** The imports of package.json, for a bundler. */
export function sourceAliases(root: string): Readonly<Record<string, string>> {
  return {
    '#shared': join(root, 'src-shared'),
    '#node': join(root, 'src-node'),
    '#agent': join(root, 'src-main/agent'),
    '#cli': join(root, 'src-main/cli'),
    '#local': join(root, 'src-main/local'),
    '#relay': join(root, 'src-relay'),
  };
}
