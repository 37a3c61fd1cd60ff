import type { FoundFile, FoundPlace, FoundProgram, Programs } from '#node/programs/index.ts';
import { commandText } from './command-text.ts';
import { filterEnvironment, type RequestedEnvironment } from './environment.ts';
import { InvokeError } from './errors.ts';
import { plainName, runsItsArguments } from './interpreters.ts';
import { MOST_COMMAND_TEXT } from './limits.ts';
import type { PrepareParams, RunParams } from './run-params.ts';

/** Files that are looked at because an argument names them. */
const MOST_FILES = 8;

/** A run that was looked at once: what is shown, decided on, and started is this. */
export type RunPlan = Readonly<{
  argv: readonly string[];
  program: FoundProgram;
  /** `argv[0]` without folders, as rules have it. */
  calledAs: string;
  /** It runs what its arguments say. */
  isInterpreter: boolean;
  directory: FoundPlace;
  /** What an interpreter is to run: files that its arguments name. */
  files: readonly Readonly<{ index: number; file: FoundFile }>[];
  environment: RequestedEnvironment;
  /** All of `argv`, quoted. */
  text: string;
  /** What the gateway calls it, where that is something else. */
  claimed: string | null;
}>;

/** @throws {InvokeError} */
export async function planRun(
  params: PrepareParams & Partial<Pick<RunParams, 'env'>>,
  programs: Programs,
): Promise<RunPlan> {
  const argv = params.command;
  const [name = ''] = argv;
  const text = commandText(argv);
  if (text.length > MOST_COMMAND_TEXT)
    throw new InvokeError('INVALID_REQUEST', 'the command is too long to be shown to a person');
  const directory = await findFolder(params.cwd, programs);
  const program = await programs.findProgram(name, directory.path);
  if (program === undefined) throw new InvokeError('INVALID_REQUEST', `no such program: ${commandText([name])}`);
  if (programs.platform === 'win32' && /\.(?:bat|cmd)$/i.test(program.path))
    throw new InvokeError('INVALID_REQUEST', 'a batch file is run by cmd.exe: name that, and the file as its argument');
  const calledAs = plainName(programs.platform === 'win32' ? program.path : name);
  const isInterpreter = runsItsArguments(program.path, calledAs);
  return {
    argv,
    program,
    calledAs,
    isInterpreter,
    directory,
    files: isInterpreter ? await findFiles(argv, directory.path, programs) : [],
    environment: filterEnvironment(params.env ?? {}),
    text,
    claimed: claimedText(params.rawCommand, argv, text),
  };
}

/** The plan as a gateway gets it from `system.run.prepare`. */
export function describePlan(plan: RunPlan, params: PrepareParams): Readonly<Record<string, unknown>> {
  const script = plan.program.script;
  const [first] = plan.files;
  const operand = script !== null ? { index: 0, file: script } : first;
  return {
    argv: plan.argv,
    cwd: plan.directory.path,
    commandText: plan.text,
    commandPreview: plan.claimed,
    agentId: params.agentId ?? null,
    sessionKey: params.sessionKey ?? null,
    ...(operand === undefined || operand.file.sha256 === null
      ? {}
      : { mutableFileOperand: { argvIndex: operand.index, path: operand.file.path, sha256: operand.file.sha256 } }),
  };
}

/**
 * What was prepared is what is run: words, folder, and the file that was to be run.
 * @throws {InvokeError} `SYSTEM_RUN_DENIED`
 */
export function checkPrepared(plan: RunPlan, prepared: RunParams['systemRunPlan']): void {
  if (prepared === undefined) return;
  const { argv, cwd, mutableFileOperand: operand } = prepared;
  const isSame = argv.length === plan.argv.length && argv.every((word, index) => word === plan.argv[index]);
  if (!isSame || (cwd !== undefined && cwd !== plan.directory.path))
    throw new InvokeError('SYSTEM_RUN_DENIED', 'this is not the command that was prepared');
  if (operand === undefined) return;
  const files = [...plan.files.map(({ file }) => file), ...(plan.program.script === null ? [] : [plan.program.script])];
  if (!files.some(({ path, sha256 }) => path === operand.path && sha256 === operand.sha256))
    throw new InvokeError('SYSTEM_RUN_DENIED', 'the file that was prepared has changed');
}

async function findFolder(path: string | undefined, programs: Programs): Promise<FoundPlace> {
  try {
    return await programs.findFolder(path === undefined || path === '' || path === '~' ? null : path);
  } catch (error) {
    throw new InvokeError('INVALID_REQUEST', 'cwd is no folder that is there', error);
  }
}

async function findFiles(argv: readonly string[], directory: string, programs: Programs): Promise<RunPlan['files']> {
  const files: { index: number; file: FoundFile }[] = [];
  for (const [index, word] of argv.entries()) {
    if (index === 0 || files.length >= MOST_FILES) continue;
    // `--require=./hook.js` names one as well.
    const named = word.startsWith('-') ? word.slice(word.indexOf('=') + 1) : word;
    if (named.startsWith('-') || named.length > 4096) continue;
    const file = await programs.findFile(named, directory);
    if (file !== undefined) files.push({ index, file });
  }
  return files;
}

/** Null where the gateway says nothing, or what the words say: alone, or as what a shell is given after `-c`. */
function claimedText(raw: string | undefined, argv: readonly string[], text: string): string | null {
  const claimed = raw?.trim() ?? '';
  if (claimed === '' || claimed === text || claimed === argv.join(' ')) return null;
  return claimed === argv.at(-1)?.trim() ? null : commandText([claimed]);
}
