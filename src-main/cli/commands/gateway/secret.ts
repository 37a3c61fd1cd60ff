import type { Command } from 'commander';
import type { GatewayView } from '#shared/app-api/index.ts';
import { UsageError } from '../../errors.ts';
import { readStandardInput } from '../../control/index.ts';
import { printable } from '../../output/index.ts';
import type { CommandContext } from '../registry.ts';

export type SecretOptions = Readonly<{
  tokenStdin?: boolean;
  tokenFile?: string;
  password?: boolean;
  passwordStdin?: boolean;
  passwordFile?: string;
}>;

/** Secret that signs this device in at a gateway. It replaces the stored one, since a gateway accepts only one kind. */
export type GatewaySecret = Readonly<{ token: string; password: null }> | Readonly<{ token: null; password: string }>;

type Kind = 'token' | 'password';
type Source = Readonly<{ stdin: boolean; file: string | undefined }>;

const VARIABLES: Readonly<Record<Kind, string>> = {
  token: 'CLAWREACH_GATEWAY_TOKEN',
  password: 'CLAWREACH_GATEWAY_PASSWORD',
};
const MAX_LENGTH = 4096;

export function addSecretOptions(command: Command): Command {
  return command
    .option('--token-stdin', 'read the token of the gateway from the standard input')
    .option('--token-file <file>', `read it from a file; else it is taken from ${VARIABLES.token}, or asked`)
    .option('--password', `sign in with a password: taken from ${VARIABLES.password}, or asked and not shown`)
    .option('--password-stdin', 'read the password from the standard input')
    .option('--password-file <file>', 'read it from a file');
}

/** Tells whether an option names a secret. */
export function namesSecret(options: SecretOptions): boolean {
  const { token, password } = sourcesOf(options);
  return options.password === true || [token, password].some(({ stdin, file }) => stdin || file !== undefined);
}

/** Returns the kind of secret that a gateway rejected or misses. */
export function refusedSecret({ operator, node }: GatewayView): 'token' | 'password' | undefined {
  for (const { state, problem } of [operator, node]) {
    if (state !== 'stopped' || problem === null) continue;
    if (/^gateway\.token-(?:missing|wrong)$/.test(problem.code)) return 'token';
    if (/^gateway\.password-(?:missing|wrong)$/.test(problem.code)) return 'password';
  }
  return undefined;
}

/** Tells whether the secret comes from standard input, which is then not available for anything else. */
export function readsInput({ tokenStdin, passwordStdin }: SecretOptions): boolean {
  return tokenStdin === true || passwordStdin === true;
}

/**
 * Reads the gateway's token or password from a file, standard input, the environment or a prompt. Never from the
 * command line, which all users of the machine can read.
 * @param place the gateway, as part of the question
 * @returns undefined if none was given and no one may be asked
 * @throws {UsageError} `usage.gateway-token`, `usage.gateway-password`, `usage.file`
 */
export async function readGatewaySecret(
  context: CommandContext,
  options: SecretOptions,
  place: string,
): Promise<GatewaySecret | undefined> {
  const { token, password } = sourcesOf(options);
  const wantsPassword = options.password === true || password.stdin || password.file !== undefined;
  if (!wantsPassword) {
    const found = await secretFrom(context, 'token', token, `Token of the gateway at ${place}:`);
    return found === undefined ? undefined : { token: found, password: null };
  }
  if (token.stdin || token.file !== undefined)
    throw wrong('password', 'A gateway takes a token or a password, and both were given');
  const found = await secretFrom(context, 'password', password, `Password of the gateway at ${place}:`);
  if (found === undefined) throw wrong('password', 'None was given');
  return { token: null, password: found };
}

/** Error for a missing token where no one can be asked. */
export function missingToken(): UsageError {
  return wrong('token', 'None was given');
}

function sourcesOf(options: SecretOptions): Readonly<Record<Kind, Source>> {
  const { tokenStdin, tokenFile, passwordStdin, passwordFile } = options;
  return {
    token: { stdin: tokenStdin === true, file: tokenFile },
    password: { stdin: passwordStdin === true, file: passwordFile },
  };
}

async function secretFrom(
  context: CommandContext,
  kind: Kind,
  { stdin, file }: Source,
  question: string,
): Promise<string | undefined> {
  const { host, prompter } = context;
  if (stdin && file !== undefined) throw wrong(kind, `--${kind}-stdin and --${kind}-file exclude each other`);
  if (stdin) return checked(kind, await readStandardInput(context), 'The standard input');
  if (file !== undefined) return checked(kind, await host.readText(file), 'The file');
  const variable = VARIABLES[kind];
  const given = host.variables[variable];
  if (given) return checked(kind, given, variable);
  if (!prompter.available) return undefined;
  const typed = await prompter.askSecret(question);
  return typed.trim() === '' ? undefined : checked(kind, typed, 'What was typed');
}

function checked(kind: Kind, text: string, from: string): string {
  // A password may contain spaces, but the line end comes from the file or pipe.
  const secret = kind === 'token' ? text.trim() : text.replace(/\r?\n$/, '');
  if (secret === '') throw wrong(kind, `${from} is empty`);
  if (secret.length > MAX_LENGTH) throw wrong(kind, `${from} is too long for a ${kind}`);
  if ((kind === 'token' && /\s/.test(secret)) || printable(secret) !== secret)
    throw wrong(kind, `${from} holds more than a ${kind}`);
  return secret;
}

function wrong(kind: Kind, reason: string): UsageError {
  return new UsageError(`usage.gateway-${kind}`, reason, { details: { reason, variable: VARIABLES[kind] } });
}
