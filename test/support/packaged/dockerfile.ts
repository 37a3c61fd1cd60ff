import { cpSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ROOT } from '../e2e/commands.ts';

type Instruction = Readonly<{ name: string; words: readonly string[]; text: string }>;

/** A Dockerfile, whose steps are done in folders, since no image can be pulled on every machine. */
export class Dockerfile {
  readonly #instructions: readonly Instruction[];
  readonly #ignored = readFileSync(join(ROOT, '.dockerignore'), 'utf8').split('\n');

  /** @param path within the project; by default that of the relay */
  constructor(path = 'Dockerfile') {
    this.#instructions = readFileSync(join(ROOT, path), 'utf8')
      .replaceAll('\\\n', ' ')
      .split('\n')
      .filter((line) => line.trim() !== '' && !line.startsWith('#'))
      .map((line) => {
        const [name = '', ...words] = line.trim().split(/\s+/);
        return { name, words, text: line.trim().slice(name.length).trim() };
      });
  }

  /**
   * Copies what it copies and runs what it runs, stage by stage.
   * @param begin makes the root folder of a stage of this name; the last one has none
   * @param run runs a command of a `RUN` in the working folder of a stage
   * @returns root folder of the image
   */
  follow(begin: (stage: string) => string, run: (command: string, root: string, folder: string) => void): string {
    const roots = new Map<string, string>();
    let root = '';
    let folder = '/';
    for (const { name, words, text } of this.#instructions) {
      if (name === 'FROM') {
        root = begin(words[2] ?? 'image');
        roots.set(words[2] ?? 'image', root);
        folder = '/';
      }
      if (name === 'WORKDIR') {
        folder = words[0] ?? '/';
        mkdirSync(join(root, folder), { recursive: true });
      }
      if (name === 'COPY') this.#copy(words, roots, root, folder);
      if (name === 'RUN') for (const command of text.split('&&')) run(command.trim(), root, folder);
    }
    return root;
  }

  /** Working folder of the image. */
  get folder(): string {
    return this.#instructions.findLast(({ name }) => name === 'WORKDIR')?.words[0] ?? '/';
  }

  /** Words of an instruction that has them as JSON, such as ENTRYPOINT. */
  wordsOf(name: string): readonly string[] {
    const text = this.#instructions.find((instruction) => instruction.name === name)?.text ?? '';
    return JSON.parse(text.slice(text.indexOf('['))) as readonly string[];
  }

  /** Variables that ENV sets. */
  get environment(): Readonly<Record<string, string>> {
    const words = this.#instructions.filter(({ name }) => name === 'ENV').flatMap((instruction) => instruction.words);
    return Object.fromEntries(words.map((word) => word.split('=') as [string, string]));
  }

  #copy(words: readonly string[], roots: ReadonlyMap<string, string>, root: string, folder: string): void {
    const [, from] = /^--from=(\w+)$/.exec(words[0] ?? '') ?? [];
    const paths = from === undefined ? words : words.slice(1);
    const last = paths.at(-1) ?? '';
    const target = join(root, last.startsWith('/') ? last : join(folder, last));
    for (const path of paths.slice(0, -1)) {
      if (from === undefined && this.#ignored.includes(path)) throw new Error(`${path} is in .dockerignore`);
      const source = join(from === undefined ? ROOT : (roots.get(from) ?? ''), path);
      const isFileIntoFolder = target.endsWith('/') && statSync(source).isFile();
      cpSync(source, isFileIntoFolder ? join(target, basename(path)) : target, {
        recursive: true,
        verbatimSymlinks: true,
      });
    }
  }
}
