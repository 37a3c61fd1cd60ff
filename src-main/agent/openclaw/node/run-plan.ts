import { escapeHidden } from '#shared/visible-text/index.ts';
import { quoteShellWord } from '#shared/shell-quoting.ts';
import type { FoundPath, FoundProgram, Programs } from '#node/programs/index.ts';
import { filterEnvironment, type RequestedEnvironment } from './environment.ts';
import { InvokeError } from './errors.ts';
import { isKnownCodeRunner } from './code-runners.ts';
import { MOST_COMMAND_TEXT } from './limits.ts';
import { findNamedFiles, type NamedFiles } from './named-files.ts';
import { provePinned, type PinnedFile, type Pinning } from './pinning.ts';
import type { PrepareParams, RunParams } from './run-params.ts';

/** Inspected run. The same object is shown, decided on and started. */
export type RunPlan = Readonly<{
  argv: readonly string[];
  program: FoundProgram;
  /** The program is known to run code from its arguments or files. */
  isCodeRunner: boolean;
  directory: FoundPath;
  /** Known files that determine which code runs: those named by a code runner's arguments, and a script's interpreters. */
  files: readonly PinnedFile[];
  /** The arguments name more files than are inspected. */
  isCut: boolean;
  pinning: Pinning;
  environment: RequestedEnvironment;
  /** All of `argv`, quoted for a shell. */
  text: string;
  /** Gateway's own text for the command, if it differs. */
  claimed: string | null;
}>;

/**
 * Inspects a run that a gateway requests, or a command for which the person here makes a rule: finds its program, folder, files and environment.
 * Reads files; runs and writes nothing.
 * @throws {InvokeError}
 */
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
  const isCodeRunner = isKnownCodeRunner(program.path, program.namedAs, name);
  const pinning = await provePinned({ argv, program, directory: directory.path, programs });
  const named =
    isCodeRunner && !pinning.isPinned
      ? await findNamedFiles(operandsOf(argv), directory.path, programs, 'likely')
      : NONE;
  return {
    argv,
    program,
    isCodeRunner,
    directory,
    files: [...pinning.files, ...named.files.map((one) => ({ ...one, isInterpreter: false }))],
    isCut: named.isCut,
    pinning,
    environment: await filterEnvironment(params.env ?? {}, programs),
    text,
    claimed: claimedText(params.rawCommand, argv, text),
  };
}

const NONE: NamedFiles = { files: [], others: [], isCut: false };

function operandsOf(argv: readonly string[]): readonly Readonly<{ index: number; word: string }>[] {
  return argv.flatMap((word, index) => (index === 0 ? [] : [{ index, word }]));
}

/** Describes a plan for the reply to `system.run.prepare`. */
export function describePlan(plan: RunPlan, params: PrepareParams): Readonly<Record<string, unknown>> {
  const isScript = plan.program.format === 'script';
  const operand = isScript ? { index: 0, file: plan.program } : plan.files.find(({ index }) => index !== null);
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

/** Checks that arguments, folder and file are those that were prepared. @throws {InvokeError} `SYSTEM_RUN_DENIED` */
export function checkPrepared(plan: RunPlan, prepared: RunParams['systemRunPlan']): void {
  if (prepared === undefined) return;
  const { argv, cwd, mutableFileOperand: operand } = prepared;
  const isSame = argv.length === plan.argv.length && argv.every((word, index) => word === plan.argv[index]);
  if (!isSame || (cwd !== undefined && cwd !== plan.directory.path))
    throw new InvokeError('SYSTEM_RUN_DENIED', 'this is not the command that was prepared');
  if (operand === undefined) return;
  const files = [plan.program, ...plan.files.map(({ file }) => file)];
  if (!files.some(({ path, sha256 }) => path === operand.path && sha256 === operand.sha256))
    throw new InvokeError('SYSTEM_RUN_DENIED', 'the file that was prepared has changed');
}

async function findFolder(path: string | undefined, programs: Programs): Promise<FoundPath> {
  try {
    return await programs.findFolder(path === undefined || path === '' || path === '~' ? null : path);
  } catch (error) {
    throw new InvokeError('INVALID_REQUEST', 'cwd is no folder that is there', error);
  }
}

/** Formats a command as one shell line. Different commands never look the same, and nothing in the line is invisible. */
export function commandText(words: readonly string[]): string {
  return words.map(quote).join(' ');
}

/** Quotes a word as `quoteShellWord` does, but escapes invisible characters. */
function quote(word: string): string {
  if (escapeHidden(word, () => '', 'judge') === word) return quoteShellWord(word);
  const escaped = escapeHidden(word.replaceAll(/[\\']/g, String.raw`\$&`), escapeSign, 'judge');
  return `$'${escaped}'`;
}

function escapeSign(sign: string): string {
  const code = sign.codePointAt(0) ?? 0;
  if (sign === '\n') return String.raw`\n`;
  if (sign === '\t') return String.raw`\t`;
  return code > 0xffff
    ? String.raw`\U${code.toString(16).padStart(8, '0')}`
    : String.raw`\u${code.toString(16).padStart(4, '0')}`;
}

/** Returns the gateway's text for a command; null if it is missing or equals the arguments, or the script of a shell's `-c`. */
function claimedText(raw: string | undefined, argv: readonly string[], text: string): string | null {
  const claimed = raw?.trim() ?? '';
  if (claimed === '' || claimed === text || claimed === argv.join(' ')) return null;
  return claimed === argv.at(-1)?.trim() ? null : commandText([claimed]);
}
