import { chmodSync, cpSync, existsSync, lstatSync, mkdirSync } from 'node:fs';
import { basename, join, relative, sep } from 'node:path';
import { NATIVE_PACKAGES } from '../support/bundling.ts';
import { findPackage, manifestOf } from '../support/used-packages.ts';

/** What a package has for those who build it, test it or read about it. */
const LEFT_OUT_FOLDERS = new Set([
  'src',
  'test',
  'tests',
  'examples',
  'deps',
  'third_party',
  'typings',
  'types',
  'scripts',
  'polyfill',
  'node_modules',
  'node-addon-api',
  '.github',
]);
const LEFT_OUT_FILES =
  /(?:\.(?:map|ts|mts|cts|md|pdb|gyp|gypi|c|cc|cpp|h|o|a|obj|lib|bat|mk|exp|iobj|ipdb|tlog)|\.test\.js|Makefile$|^(?:\..*|CMakeLists\.txt|Jenkinsfile|tsconfig\.json|install\.js|buildcheck\.js|testUtils\.js|build-test\.js|tests\.js|jest\.config\..*|rollup\.config\..*))$/;
/** Programs of one package that only Windows runs, outside of its folder for Windows. */
const WINDOWS_FILES = /\.(?:exe|dll)$/;
/** Needed while packages are built, or not built here. */
const LEFT_OUT_PACKAGES = new Set(['nan', 'cpu-features', 'buildcheck', 'node-addon-api']);

export type NativeTarget = Readonly<{ platform: string; arch: string }>;

/** Copies what is outside of the bundles, with what that needs, without what only another system or a compiler does. */
export function copyNativePackages(root: string, to: string, target: NativeTarget): void {
  const copied = new Set<string>();
  const copy = (name: string, from: string): void => {
    const folder = findPackage(name, from);
    if (folder === undefined || copied.has(name) || LEFT_OUT_PACKAGES.has(name)) return;
    copied.add(name);
    copyPackage(folder, join(to, name), target);
    const { dependencies = {}, optionalDependencies = {} } = manifestOf(folder);
    for (const other of Object.keys({ ...dependencies, ...optionalDependencies })) copy(other, folder);
  };
  for (const name of NATIVE_PACKAGES) copy(name, root);
}

function copyPackage(folder: string, to: string, target: NativeTarget): void {
  mkdirSync(to, { recursive: true });
  cpSync(folder, to, {
    recursive: true,
    dereference: true,
    filter: (path) => path === folder || isWanted(relative(folder, path).split(sep), path, target),
  });
  // npm loses the right to run it: https://github.com/microsoft/node-pty/issues/850
  const helper = join(to, 'prebuilds', `${target.platform}-${target.arch}`, 'spawn-helper');
  if (existsSync(helper)) chmodSync(helper, 0o755);
}

/** @param parts of the path within the package */
export function isWanted(parts: readonly string[], path: string, { platform, arch }: NativeTarget): boolean {
  const [first = '', second] = parts;
  const name = basename(path);
  if (lstatSync(path).isDirectory()) {
    if (parts.some((part) => LEFT_OUT_FOLDERS.has(part))) return false;
    if (first === 'prebuilds' && second !== undefined) return second === `${platform}-${arch}`;
    return first !== 'build' || second === undefined || (second === 'Release' && parts.length === 2);
  }
  if (WINDOWS_FILES.test(name) && platform !== 'win32') return false;
  return !LEFT_OUT_FILES.test(name);
}
