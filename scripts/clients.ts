import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

// Builds the client for JavaScript, which runs on a Node that takes no types, into `clients/typescript/dist`.
const root = join(import.meta.dirname, '..');
const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
const words = [compiler, '--project', join(root, 'clients', 'typescript')];
process.exitCode = spawnSync(process.execPath, words, { stdio: 'inherit' }).status ?? 1;
