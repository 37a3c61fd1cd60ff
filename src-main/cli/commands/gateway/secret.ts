import type { Command } from 'commander';
import type { GatewayView } from '#shared/app-api/index.ts';
import { UsageError } from '../../errors.ts';
import { readStandardInput } from '../../control/index.ts';
import { printable } from '../../output/index.ts';
import type { CommandContext } from '../registry.ts';

/** Options of the commands that add a gateway or change its token or password: sources of that secret. The secret itself is never an option. */
export type SecretOptions = Readonly<{
  tokenStdin?: boolean;
  tokenFile?: string;
  password?: boolean;
  passwordStdin?: boolean;
  passwordFile?: string;
}>;

/**
 * Token or password with which this device signs in to a gateway. It replaces the stored secret, since a gateway
 * accepts only one kind.
 */
export type GatewaySecret = Readonly<{ token: string; password: null }> | Readonly<{ token: null; password: string }>;

type Kind = 'token' | 'password';
type Source = Readonly<{ stdin: boolean; file: string | undefined }>;

const VARIABLES: Readonly<Record<Kind, string>> = {
  token: 'CLAWREACH_GATEWAY_TOKEN',
  password: 'CLAWREACH_GATEWAY_PASSWORD',
};
/** Longest token or password, in characters. */
const MAX_LENGTH = 4096;

/** Adds the options for the token and the password to a command. */
export function addSecretOptions(command: Command): Command {
  return command
    .option('--token-stdin', 'read the token of the gateway from standard input')
    .option(
      '--token-file <file>',
      `read the token from a file; otherwise it's taken from ${VARIABLES.token}, or you're asked`,
    )
    .option('--password', `sign in with a password, taken from ${VARIABLES.password}, or you're asked`)
    .option('--password-stdin', 'read the password from standard input')
    .option('--password-file <file>', 'read the password from a file');
}

/** Tells whether any of these options is given. */
export function namesSecret(options: SecretOptions): boolean {
  const { token, password } = sourcesOf(options);
  return options.password === true || [token, password].some(({ stdin, file }) => stdin || file !== undefined);
}

/**
 * Returns the kind of secret that the gateway rejected or requires; undefined if the connection stopped for another
 * reason, or not at all.
 */
export function rejectedSecret({ operator, node }: GatewayView): 'token' | 'password' | undefined {
  for (const { state, problem } of [operator, node]) {
    if (state !== 'stopped' || problem === null) continue;
    if (/^gateway\.token-(?:missing|wrong)$/.test(problem.code)) return 'token';
    if (/^gateway\.password-(?:missing|wrong)$/.test(problem.code)) return 'password';
  }
  return undefined;
}

/** Tells whether the secret comes from standard input, so that nothing else can be read from there. */
export function readsInput({ tokenStdin, passwordStdin }: SecretOptions): boolean {
  return tokenStdin === true || passwordStdin === true;
}

/**
 * Reads the gateway's token or password from standard input, a file, the environment or a question, in this order.
 * Never from an argument, which other users of the machine can read.
 * @param gatewayHost the gateway's host, for the question
 * @returns undefined if no token was given and there is no terminal to ask in
 * @throws {UsageError} `usage.gateway-token`, `usage.gateway-password`, `usage.file`
 */
export async function readGatewaySecret(
  context: CommandContext,
  options: SecretOptions,
  gatewayHost: string,
): Promise<GatewaySecret | undefined> {
  const { token, password } = sourcesOf(options);
  const wantsPassword = options.password === true || password.stdin || password.file !== undefined;
  if (!wantsPassword) {
    const found = await secretFrom(context, 'token', token, `Token of the gateway at ${gatewayHost}:`);
    return found === undefined ? undefined : { token: found, password: null };
  }
  if (token.stdin || token.file !== undefined) throw wrong('password', 'Give a token or a password, not both');
  const found = await secretFrom(context, 'password', password, `Password of the gateway at ${gatewayHost}:`);
  if (found === undefined) throw wrong('password', 'None was given');
  return { token: null, password: found };
}

/** Creates the error for a token that is missing and can't be asked for. */
export function missingToken(): UsageError {
  return wrong('token', 'None was given');
}

/** Returns where each kind of secret comes from, as the options say. */
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
  if (stdin && file !== undefined) throw wrong(kind, `--${kind}-stdin and --${kind}-file can't be used together`);
  if (stdin) return checked(kind, await readStandardInput(context), 'Standard input');
  if (file !== undefined) return checked(kind, await host.readText(file), 'The file');
  const variable = VARIABLES[kind];
  const given = host.variables[variable];
  if (given) return checked(kind, given, variable);
  if (!prompter.available) return undefined;
  const typed = await prompter.askSecret(question);
  return typed.trim() === '' ? undefined : checked(kind, typed, 'Your input');
}

function checked(kind: Kind, text: string, from: string): string {
  // A password may contain spaces, but the line end comes from the file or pipe.
  const secret = kind === 'token' ? text.trim() : text.replace(/\r?\n$/, '');
  if (secret === '') throw wrong(kind, `${from} is empty`);
  if (secret.length > MAX_LENGTH) throw wrong(kind, `${from} is too long for a ${kind}`);
  if ((kind === 'token' && /\s/.test(secret)) || printable(secret) !== secret)
    throw wrong(kind, `${from} contains more than a ${kind}`);
  return secret;
}

function wrong(kind: Kind, reason: string): UsageError {
  return new UsageError(`usage.gateway-${kind}`, reason, { details: { reason, variable: VARIABLES[kind] } });
}
