import { posix } from 'node:path';
import type { OnceReason } from '#shared/app-api/index.ts';
import type { FoundFile, FoundProgram, Programs } from '#node/programs/index.ts';
import { plainName } from './launchers.ts';
import { findNamedFiles, isDirect } from './named-files.ts';
import { readerOf, scriptIndex } from './safe-programs.ts';

/** Scripts whose interpreter is a script in turn. */
const MOST_NESTED = 4;
/** Elsewhere a link on the way could lead each process to another place, as `/proc/self` does. */
const USUAL_PLACE = /^\/(?:usr\/|usr\/local\/)?s?bin\/[^/]+$/;

/** A file that decides what runs; `index` is the word that names it, null for one that the program's own first line names. */
export type PinnedFile = Readonly<{ index: number | null; file: FoundFile }>;

/**
 * The proof that everything that decides which code runs is known by its contents, or the reason why there is none. Only what is proved can be
 * remembered: every program is refused that is not known to load nothing else.
 */
export type Pinning =
  | Readonly<{
      isPinned: true;
      /** It loads nothing whatever its arguments are. */
      takesAny: boolean;
      /** The same words mean something else in another folder. */
      needsFolder: boolean;
      files: readonly PinnedFile[];
    }>
  | Readonly<{ isPinned: false; reason: OnceReason; files: readonly PinnedFile[] }>;

type Command = Readonly<{ argv: readonly string[]; program: FoundProgram; directory: string; programs: Programs }>;

export async function provePinned(command: Command): Promise<Pinning> {
  const { argv, program, directory, programs } = command;
  const chain = await findInterpreters(command);
  const files = chain.map(({ file }) => ({ index: null, file }));
  const not = (reason: OnceReason): Pinning => ({ isPinned: false, reason, files });
  const { platform } = programs;
  if (program.format === 'native' && program.isOfSystem) {
    const calledAs = plainName(platform === 'win32' ? program.path : (argv[0] ?? ''));
    const reads = readerOf({ path: program.path, calledAs, platform });
    if (reads !== undefined)
      return program.sha256 === null
        ? not('file')
        : { isPinned: true, takesAny: reads === 'any', needsFolder: reads !== 'any', files };
  }
  const last = chain.at(-1);
  const interpreter = last?.file ?? program;
  // Words of the interpreter: what the first line adds, the script, and what was asked for.
  const given = argv.slice(1).map((word, at) => ({ index: at + 1, word }));
  const before = last === undefined ? [] : last.words.map((word) => ({ index: null, word }));
  const words = [...before, ...given];
  const calledAs = plainName(last?.name ?? argv[0] ?? '');
  if (program.format === 'other' || (program.format === 'script' && last === undefined)) return not('loads');
  if (!interpreter.isOfSystem || interpreter.format !== 'native') return not('loads');
  const at = scriptIndex(
    { path: interpreter.path, calledAs, platform },
    words.map(({ word }) => word),
  );
  const script = at === undefined ? undefined : words[at];
  if (at === undefined || script === undefined) return not('loads');
  // Of these only Bash reads it, and only under its own name.
  if (calledAs === 'bash' && (programs.environment['BASH_ENV'] ?? '') !== '') return not('loads');
  const isOwn = script.index === null;
  const file = isOwn ? program : await programs.findFile(script.word, directory);
  if (file === undefined) return not('loads');
  if (!isSteady(file) || !(isOwn || isDirect(file))) return not('file');
  const operands = await findNamedFiles(
    words.slice(at + 1).flatMap(({ index, word }) => (index === null ? [] : [{ index, word }])),
    directory,
    programs,
  );
  if (operands.others.length > 0) return not('operand');
  if (operands.isCut || operands.files.some((one) => !isSteady(one.file) || !isDirect(one.file))) return not('file');
  if ([program, ...chain.map((one) => one.file)].some((one) => !isSteady(one))) return not('file');
  return {
    isPinned: true,
    takesAny: false,
    needsFolder: true,
    files: [...files, ...(isOwn ? [] : [{ index: script.index, file }]), ...operands.files],
  };
}

type Interpreter = Readonly<{
  file: FoundProgram;
  /** The name it is called by. */
  name: string;
  /** What it is given before the words that were asked for; the last one is the script. */
  words: readonly string[];
}>;

/** The programs that the first line of a script starts, in turn. Empty where one of them is not clear. */
async function findInterpreters({ program, directory, programs }: Command): Promise<readonly Interpreter[]> {
  const chain: Interpreter[] = [];
  let words: readonly string[] = [program.path];
  for (let script = program; script.format === 'script';) {
    const line = /^[ \t]*(\/[^ \t]+)(?:[ \t]+([^ \t]+))?[ \t]*$/.exec(script.firstLine ?? '');
    const [, name = '', argument] = line ?? [];
    const file = line === null ? undefined : await programs.findProgram(name, directory);
    if (file === undefined || chain.length >= MOST_NESTED) return [];
    if (!USUAL_PLACE.test(name) && name !== file.path) return [];
    words = argument === undefined ? words : [argument, ...words];
    chain.push({ file, name, words });
    script = file;
    if (file.format === 'script') words = [file.path, ...words];
    const [wanted = ''] = words;
    if (plainName(name) !== 'env') continue;
    if (file.format !== 'native' || !file.isOfSystem) return [];
    // `env NAME`: looked for in PATH; anything else that `env` can do is not followed.
    if (argument === undefined || !/^[A-Za-z][\w.+-]*$/.test(wanted)) return [];
    const found = await programs.findProgram(wanted, directory);
    if (found === undefined) return [];
    words = words.slice(1);
    chain.push({ file: found, name: posix.basename(wanted), words });
    script = found;
  }
  return chain;
}

/** Its contents are known, and nobody else can exchange it. */
function isSteady({ sha256, isOpenToOthers }: FoundFile): boolean {
  return sha256 !== null && !isOpenToOthers;
}
