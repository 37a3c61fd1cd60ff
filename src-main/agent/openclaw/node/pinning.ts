import { posix } from 'node:path';
import type { OnceReason } from '#shared/app-api/index.ts';
import type { FoundFile, FoundProgram, Programs } from '#node/programs/index.ts';
import { givesShellsCode, loadsOtherCode } from './environment.ts';
import { plainProgramName } from './code-runners.ts';
import { findNamedFiles, isDirect } from './named-files.ts';
import { readerOf, scriptIndex } from './safe-programs.ts';

/** Most scripts whose interpreter is itself a script. */
const MOST_NESTED = 4;
/** Standard paths of programs. They name the same file for every process, unlike paths such as `/proc/self/exe`. */
const STANDARD_PATH = /^\/(?:usr\/|usr\/local\/)?s?bin\/[^/]+$/;
/** Script's first line: one program and at most one argument. macOS ends the line at `#`. */
const FIRST_LINE = /^[ \t]*(\/[^ \t#]+)(?:[ \t]+([^ \t#]+))?[ \t]*$/;

/**
 * File that determines which code runs. `index` is the argument that names it; null if a script's first line does. An
 * interpreter is started itself; any other file is passed to the program that is started.
 */
export type PinnedFile = Readonly<{ index: number | null; file: FoundFile; isInterpreter: boolean }>;

/**
 * Proof that all files that determine which code runs are known by their contents, or the reason why there is none. A
 * rule needs such a proof, which exists only for programs known to load nothing else.
 */
export type Pinning =
  | Readonly<{
      isPinned: true;
      /** The program loads nothing, whatever its arguments are. */
      takesAny: boolean;
      /** The same arguments mean something else in another folder. */
      needsFolder: boolean;
      files: readonly PinnedFile[];
    }>
  | Readonly<{ isPinned: false; reason: OnceReason; files: readonly PinnedFile[] }>;

type Command = Readonly<{ argv: readonly string[]; program: FoundProgram; directory: string; programs: Programs }>;

/**
 * Tries to prove that all code of a run is known, reading its script and interpreters; `planRun` calls it. Rules need such a proof, unless the
 * person accepts the risk.
 */
export async function provePinned(command: Command): Promise<Pinning> {
  const { argv, program, directory, programs } = command;
  const chain = await findInterpreters(command);
  const files = chain.map(({ file }) => ({ index: null, file, isInterpreter: true }));
  const not = (reason: OnceReason): Pinning => ({ isPinned: false, reason, files });
  const { platform } = programs;
  if (loadsOtherCode(programs.environment)) return not('loads');
  if (program.format === 'native' && program.isOfSystem) {
    const calledAs = plainProgramName(platform === 'win32' ? program.path : program.namedAs);
    const reads = readerOf({ path: program.path, calledAs, platform });
    if (reads !== undefined)
      return program.sha256 === null
        ? not('file')
        : { isPinned: true, takesAny: reads === 'any', needsFolder: reads !== 'any', files };
  }
  const last = chain.at(-1);
  const interpreter = last?.file ?? program;
  // The interpreter's arguments: those of the script's first line, the script, and those requested.
  const given = argv.slice(1).map((word, at): Word => ({ index: at + 1, word, contents: undefined }));
  const words = [...(last?.words ?? []), ...given];
  const calledAs = plainProgramName(last?.name ?? program.namedAs);
  if (program.format === 'other' || (program.format === 'script' && last === undefined)) return not('loads');
  if (!interpreter.isOfSystem || interpreter.format !== 'native') return not('loads');
  const at = scriptIndex(
    { path: interpreter.path, calledAs, platform },
    words.map(({ word }) => word),
  );
  const script = at === undefined ? undefined : words[at];
  if (at === undefined || script === undefined) return not('loads');
  if (!calledAs.startsWith('python') && givesShellsCode(programs.environment)) return not('loads');
  // The program and its interpreters are pinned already; any other argument is a file to inspect.
  const isKnown = script.contents !== undefined;
  const file = script.contents ?? (await programs.findFile(script.word, directory));
  if (file === undefined) return not('loads');
  if (!isSteady(file) || !(isKnown || isDirect(file))) return not('file');
  const operands = await findNamedFiles(
    words.slice(at + 1).filter(({ contents }) => contents === undefined),
    directory,
    programs,
    'all',
  );
  if (operands.others.length > 0) return not('operand');
  if (operands.isCut || operands.files.some((one) => !isSteady(one.file) || !isDirect(one.file))) return not('file');
  if ([program, ...chain.map((one) => one.file)].some((one) => !isSteady(one))) return not('file');
  return {
    isPinned: true,
    takesAny: false,
    needsFolder: true,
    files: [
      ...files,
      ...[...(isKnown ? [] : [{ index: script.index, file }]), ...operands.files].map((one) => ({
        ...one,
        isInterpreter: false,
      })),
    ],
  };
}

/** Argument of an interpreter; `index` is null if a script's first line adds it. */
type Word = Readonly<{
  index: number | null;
  word: string;
  /** Program that the system inserts itself: the started script, or an interpreter that is a script. */
  contents: FoundProgram | undefined;
}>;

type Interpreter = Readonly<{
  file: FoundProgram;
  /** Name by which it is called. */
  name: string;
  /** Arguments before the requested ones. */
  words: readonly Word[];
}>;

/** Follows the first lines of scripts to their interpreters. Empty if one of them is ambiguous. */
async function findInterpreters({ program, directory, programs }: Command): Promise<readonly Interpreter[]> {
  const chain: Interpreter[] = [];
  const own = (word: string, contents: FoundProgram): Word => ({ index: null, word, contents });
  let words: readonly Word[] = [own(program.path, program)];
  for (let script = program; script.format === 'script';) {
    const line = FIRST_LINE.exec(script.firstLine ?? '');
    const [, name = '', argument] = line ?? [];
    const file = line === null ? undefined : await programs.findProgram(name, directory);
    if (file === undefined || chain.length >= MOST_NESTED) return [];
    if (!STANDARD_PATH.test(name) && name !== file.path) return [];
    words = argument === undefined ? words : [{ index: null, word: argument, contents: undefined }, ...words];
    chain.push({ file, name, words });
    script = file;
    words = file.format === 'script' ? [own(name, file), ...words] : words;
    if (plainProgramName(name) !== 'env') continue;
    if (file.format !== 'native' || !file.isOfSystem) return [];
    // `env NAME` searches PATH; no other use of `env` is followed.
    if (argument === undefined || !/^[A-Za-z][\w.+-]*$/.test(argument)) return [];
    const found = await programs.findProgram(argument, directory);
    if (found === undefined) return [];
    words = words.slice(1);
    chain.push({ file: found, name: posix.basename(argument), words });
    script = found;
    words = found.format === 'script' ? [own(found.namedAs, found), ...words] : words;
  }
  return chain;
}

/** Reports whether a file's contents are known and no other user can replace it. */
function isSteady({ sha256, isOpenToOthers }: FoundFile): boolean {
  return sha256 !== null && !isOpenToOthers;
}
