import { UsageError } from '../errors.ts';
import { printable } from '../output/index.ts';
import type { CommandContext, RelayFlags } from './context.ts';
import { readStandardInput } from './standard-input.ts';

/** Environment variable with the admission token. */
const VARIABLE = 'CLAWREACH_ADMISSION';
/** Longest token, in UTF-16 code units; a relay accepts 8 to 256 characters. */
const MAX_LENGTH = 1024;

/** Tells whether the options say where the admission token comes from. */
export function namesAdmission({ admissionStdin, admissionFile }: RelayFlags): boolean {
  return admissionStdin === true || admissionFile !== undefined;
}

/**
 * Reads the relay's admission token from standard input or a file, as the options say, or else from CLAWREACH_ADMISSION. Used when `ensureRelay` sets
 * up a relay. Never asks.
 * @returns undefined if there is none
 * @throws {UsageError} `usage.admission`, `usage.file`
 */
export async function readAdmission(context: CommandContext, options: RelayFlags): Promise<string | undefined> {
  const { host } = context;
  const { admissionStdin, admissionFile } = options;
  if (admissionStdin === true && admissionFile !== undefined)
    throw wrong("--admission-stdin and --admission-file can't be used together");
  if (admissionStdin === true) return checked(await readStandardInput(context), 'Standard input');
  if (admissionFile !== undefined) return checked(await host.readText(admissionFile), 'The file');
  return host.variables[VARIABLE] || undefined;
}

/**
 * Checks that the text is only a token.
 * @throws {UsageError} `usage.admission`
 */
function checked(text: string, from: string): string {
  const token = text.trim();
  if (token === '') throw wrong(`${from} is empty`);
  if (token.length > MAX_LENGTH || /\s/.test(token) || printable(token) !== token)
    throw wrong(`${from} contains more than an admission token`);
  return token;
}

function wrong(reason: string): UsageError {
  return new UsageError('usage.admission', reason, { details: { reason, variable: VARIABLE } });
}
