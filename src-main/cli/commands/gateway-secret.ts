import type { Command } from 'commander';
import { UsageError } from '../errors.ts';
import { printable } from '../output/index.ts';
import type { CommandContext } from './registry.ts';

export type TokenOptions = Readonly<{ tokenStdin?: boolean; tokenFile?: string }>;

const VARIABLE = 'CLAWREACH_GATEWAY_TOKEN';
const MOST = 4096;

export function addTokenOptions(command: Command): Command {
  return command
    .option('--token-stdin', 'read the token of the gateway from the standard input')
    .option('--token-file <file>', `read it from a file; else it is taken from ${VARIABLE}, or asked`);
}

/**
 * The gateway's token: never from the command line, where every user of the machine could read it.
 * @returns undefined where none was given and none may be asked for
 * @throws {UsageError} `usage.gateway-token`, `usage.file`
 */
export async function tokenOf(
  context: CommandContext,
  { tokenStdin, tokenFile }: TokenOptions,
  question: string,
): Promise<string | undefined> {
  if (tokenStdin === true && tokenFile !== undefined) throw wrong('--token-stdin and --token-file exclude each other');
  const { host, prompter } = context;
  if (tokenStdin === true) return checked(await readStandardInput(context), 'The standard input');
  if (tokenFile !== undefined) return checked(await host.readText(tokenFile), 'The file');
  const given = host.variables[VARIABLE];
  if (given) return checked(given, VARIABLE);
  if (!prompter.available) return undefined;
  return (await prompter.askSecret(question)).trim() || undefined;
}

/** Everything that comes, up to what a token or a setup code can have. */
export async function readStandardInput({ host }: CommandContext): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of host.stdin as AsyncIterable<Buffer | string>) {
    const bytes = Buffer.from(chunk);
    chunks.push(bytes);
    size += bytes.length;
    if (size > MOST * 16) break;
  }
  return Buffer.concat(chunks).toString('utf8');
}

function checked(text: string, from: string): string {
  const token = text.trim();
  if (token === '') throw wrong(`${from} is empty`);
  if (token.length > MOST) throw wrong(`${from} is too long for a token`);
  if (/\s/.test(token) || printable(token) !== token) throw wrong(`${from} holds more than a token`);
  return token;
}

function wrong(reason: string): UsageError {
  return new UsageError('usage.gateway-token', reason, { details: { reason, variable: VARIABLE } });
}
