/**
 * Lint: a folder that holds an `index.ts` is a module, and other modules import only that file. A folder without one is a part of the module around
 * it, and open within it. Loaded by oxlint alone (`.oxlintrc.json`).
 */
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';

const MESSAGE = 'A folder with an index.ts has one door: import its index.ts.';
const ROOT = join(import.meta.dirname, '..', '..');

/** Aliases such as `#agent/`, with the folder each stands for. */
const ALIASES = Object.entries(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).imports).map(
  ([alias, folder]) => [alias.slice(0, -1), join(ROOT, folder.slice(0, -1))],
);

const modules = new Map();

/** Reports whether the folder is a module; the answer is kept for the run. */
function isModule(folder) {
  let known = modules.get(folder);
  if (known === undefined) {
    known = existsSync(join(folder, 'index.ts'));
    modules.set(folder, known);
  }
  return known;
}

/** Returns the absolute path of an imported file of this project, or `undefined` for a package. */
function resolve(importer, specifier) {
  if (specifier.startsWith('.')) return join(dirname(importer), specifier);
  for (const [alias, folder] of ALIASES)
    if (specifier.startsWith(alias)) return join(folder, specifier.slice(alias.length));
  return undefined;
}

/** Reports whether `target` lies behind the door of a module that `importer` is not part of. */
function passesDoor(importer, target) {
  if (basename(target) === 'index.ts') return false;
  for (let folder = dirname(target); folder.startsWith(ROOT) && folder !== ROOT; folder = dirname(folder)) {
    const inside = !relative(folder, importer).startsWith('..' + sep);
    if (inside) return false;
    if (isModule(folder)) return true;
  }
  return false;
}

const oneDoor = {
  meta: { type: 'problem', schema: [] },
  create(context) {
    const check = (node) => {
      const specifier = node.source?.value;
      if (typeof specifier !== 'string') return;
      const target = resolve(context.filename, specifier);
      if (target !== undefined && /\.tsx?$/.test(target) && passesDoor(context.filename, target)) {
        context.report({ node: node.source, message: MESSAGE });
      }
    };
    return {
      ImportDeclaration: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
      ImportExpression: check,
    };
  },
};

const plugin = { meta: { name: 'doors' }, rules: { 'one-door': oneDoor } };
export default plugin;
