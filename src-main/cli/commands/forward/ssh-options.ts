import type { Command } from 'commander';
import type { SshServer } from '#shared/app-api/index.ts';
import { UsageError } from '../../errors.ts';
import { resolve } from 'node:path';
import { parseSshAddress, type SshAddress } from './host-port.ts';
import type { CommandContext } from '../registry.ts';

/** Options of `forward add` and `forward auto` about an SSH server: its address, and one way to log in. */
export type SshOptions = Readonly<{
  ssh?: SshAddress;
  key?: string;
  agent?: boolean;
  password?: boolean;
  passphrase?: boolean;
}>;

/** Adds `--ssh` and the login options `--key`, `--passphrase`, `--agent` and `--password` to a command. */
export function addSshOptions(command: Command): Command {
  return command
    .option('--ssh <user@host>', 'through this SSH server: user@host or user@host:port', parseSshAddress)
    .option('--key <file>', 'log in with this key file')
    .option('--passphrase', "the key file has a passphrase (CLAWREACH_SSH_PASSWORD, or you're asked)")
    .option('--agent', 'log in with the keys of the SSH agent (default)')
    .option('--password', "log in with a password (CLAWREACH_SSH_PASSWORD, or you're asked)");
}

/**
 * Returns the SSH server that the options describe; null without `--ssh`. Key paths become absolute, because the agent
 * has another working directory.
 * @throws {UsageError} `usage.ssh` if the options contradict each other
 */
export function readSshServer({ host }: CommandContext, options: SshOptions): SshServer | null {
  const { ssh, key, agent, password, passphrase } = options;
  const logins = [key !== undefined, agent === true, password === true].filter(Boolean).length;
  if (ssh === undefined) {
    if (logins > 0 || passphrase === true) throw invalid('Login options need --ssh user@host');
    return null;
  }
  if (logins > 1) throw invalid('Use only one of --key, --agent and --password');
  if (passphrase === true && key === undefined) throw invalid('--passphrase needs --key');
  const { variables, home, workingDirectory } = host;
  const user = ssh.user ?? variables['USER'] ?? variables['LOGNAME'] ?? variables['USERNAME'];
  if (!user) throw invalid('The user is missing: user@host');
  const address = { host: ssh.host, port: ssh.port, user };
  if (password === true) return { ...address, login: { method: 'password' } };
  if (key === undefined) return { ...address, login: { method: 'agent' } };
  // Absolute, since the agent runs in another directory than this command.
  const file = key.startsWith('~/') ? resolve(home, key.slice(2)) : resolve(workingDirectory, key);
  return { ...address, login: { method: 'key', file } };
}

/**
 * Returns the password or passphrase for an SSH login, from the environment or by asking; undefined if the options need
 * none.
 */
export async function readSshSecret(context: CommandContext, options: SshOptions): Promise<string | undefined> {
  const { ssh, password, passphrase } = options;
  if (ssh === undefined || (password !== true && passphrase !== true)) return undefined;
  const question = password === true ? `Password for ${ssh.host}:` : 'Passphrase of the key:';
  return await readSecret(context, 'CLAWREACH_SSH_PASSWORD', question);
}

/**
 * Returns the password that programs need for a proxy, from the environment or by asking; undefined if the proxy has no
 * user.
 */
export async function readProxyPassword(
  context: CommandContext,
  user: string | undefined,
): Promise<string | undefined> {
  if (user === undefined) return undefined;
  return await readSecret(context, 'CLAWREACH_PROXY_PASSWORD', `Password for ${user} at this proxy:`);
}

/**
 * Reads a secret from an environment variable, or asks for it. Never from an argument, since other users can read
 * command lines.
 * @throws {UsageError} `usage.password` if there is none
 */
async function readSecret({ host, prompter }: CommandContext, variable: string, question: string): Promise<string> {
  const given = host.variables[variable];
  if (given) return given;
  const answer = prompter.available ? await prompter.askSecret(question) : '';
  if (answer === '') throw new UsageError('usage.password', 'no password was given', { details: { variable } });
  return answer;
}

function invalid(reason: string): UsageError {
  return new UsageError('usage.ssh', reason, { details: { reason } });
}
