import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

type Manifest = Readonly<{
  dependencies: Readonly<Record<string, string>>;
  devDependencies: Readonly<Record<string, string>>;
  optionalDependencies: Readonly<Record<string, string>>;
}>;

const ROOT = new URL('../../../', import.meta.url);
const manifest = JSON.parse(read('package.json')) as Manifest;
const RUN_TIME = new Set(Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies }));
const BUILD_TIME = new Set(Object.keys(manifest.devDependencies));

/** Commands of the scripts in package.json; what oxlint asks for types; Node itself, which runs the commands. */
const TOOLS = new Set(['oxfmt', 'oxlint', 'oxlint-tsgolint', 'node', 'typescript']);
/** `ws` takes it where it is there; the protocol's schemas are what tests check messages against, of the same version as the client's. */
const BESIDE = new Set(['bufferutil', '@openclaw/gateway-protocol']);
/** Electron brings itself; of what the page is made of nothing is installed with the commands. */
const IN_THE_APPLICATION = new Set(['electron', 'electron-updater', 'js-yaml']);

function read(path: string): string {
  return readFileSync(new URL(path, ROOT), 'utf8');
}

function sourcesBelow(folder: string): readonly string[] {
  return readdirSync(new URL(`${folder}/`, ROOT), { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.(?:ts|tsx|js|cjs)$/.test(path))
    .map((path) => `${folder}/${path}`);
}

function textBelow(folders: readonly string[]): string {
  return folders.flatMap(sourcesBelow).map(read).join('\n');
}

/** The packages that files of a folder import, each with one of the files. */
function importsBelow(folders: readonly string[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const folder of folders)
    for (const path of sourcesBelow(folder)) {
      for (const [, name = ''] of read(path).matchAll(
        /(?:^import |^\} from |^(?:import|export) [^'\n]* from |\bimport\(|\brequire(?:\.resolve)?\()'((?:@[a-z0-9.-]+\/)?[a-z][a-z0-9.-]*)[/']/gm,
      ))
        found.set(name, path);
    }
  return found;
}

describe('the packages of package.json', () => {
  const program = importsBelow(['src-shared', 'src-node', 'src-relay', 'src-main', 'bin']);
  const page = importsBelow(['src-renderer']);
  const all = new Map([...importsBelow(['scripts', 'test']), ...page, ...program]);

  it('are there of what the program imports, also where only those of run time are installed', () => {
    const missing = [...program].filter(([name]) => !RUN_TIME.has(name) && !IN_THE_APPLICATION.has(name));
    expect(missing).toEqual([]);
  });

  it('are there of what the window imports', () => {
    expect([...page].filter(([name]) => !RUN_TIME.has(name) && !BUILD_TIME.has(name))).toEqual([]);
  });

  it('are all used, and nothing is installed at run time that only a build or a test wants', () => {
    const types = (name: string): boolean =>
      name.startsWith('@types/') && (all.has(name.slice('@types/'.length)) || name === '@types/node');
    // Fonts, by the sheets of the window.
    const sheets = readdirSync(new URL('src-renderer/', ROOT), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.css'))
      .map((path) => read(`src-renderer/${path}`));
    // By its name, or by a path to a file of it.
    const written =
      textBelow(['scripts', 'test']) + sheets.join('\n') + ['vite.config.ts', 'vitest.config.ts'].map(read).join('\n');
    const isNamed = (name: string): boolean =>
      ["'", '/'].some((end) => written.includes(`'${name}${end}`) || written.includes(`node_modules/${name}${end}`));
    const isUsed = (name: string): boolean =>
      all.has(name) || types(name) || TOOLS.has(name) || BESIDE.has(name) || isNamed(name);
    expect([...RUN_TIME, ...BUILD_TIME].filter((name) => !isUsed(name))).toEqual([]);
    expect([...RUN_TIME].filter((name) => !program.has(name) && !BESIDE.has(name))).toEqual([]);
  });
});
