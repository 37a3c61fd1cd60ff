import { ServiceError } from './errors.ts';
import type { ServiceFacts } from './types.ts';

/** Mark that distinguishes files written by ClawReach. */
export const OURS = 'Written by ClawReach';

/**
 * A unit of the person's own systemd (systemd.unit(5), systemd.exec(5)).
 *
 * What would harden it most is left out on purpose, since everything that the agent starts inherits it: NoNewPrivileges, and each setting
 * that implies it without root (the sandboxing of systemd.exec(5), SystemCallFilter, RestrictNamespaces, LockPersonality), takes `sudo` and
 * every other set-user-id program from the terminals; a private file system would show them another machine than the person's.
 * @throws {ServiceError} `service.path`
 */
export function systemdUnit(facts: ServiceFacts): string {
  const { profile, program, environment } = facts;
  const words = [...facts.arguments, 'run', `--profile=${profile}`, '--service=systemd'];
  return `# ${OURS}: \`clawreach service install\` writes this file anew, \`clawreach service uninstall\` removes it.
[Unit]
Description=ClawReach agent (${describe(profile)})
Documentation=https://github.com/clawreach/clawreach
# However often it fails: a machine that must be reached is tried for ever.
StartLimitIntervalSec=0

[Service]
Type=exec
ExecStart=${[quote(program, false), ...words.map((word) => quote(word, true))].join(' ')}
${Object.entries(environment)
  .map(([name, value]) => `Environment=${quote(`${name}=${value}`, false)}\n`)
  .join('')}\
# 143: ended by SIGTERM, as systemd does it. \`clawreach stop\` ends with 0, and is not undone.
SuccessExitStatus=143
Restart=on-failure
# An error that nobody expected: everything was saved, terminals wait for the next agent.
RestartForceExitStatus=70
RestartSec=3
TimeoutStopSec=20
# Terminals are processes of their own, which outlive an agent that is restarted; they end by themselves when none comes.
KillMode=process
# A program in a terminal that takes all memory ends alone.
OOMPolicy=continue
# No image of the agent's memory, where the keys are, on the disk; a terminal may allow itself one.
LimitCORE=0:infinity
# Nothing of the session that started systemd tells Node to load foreign code.
UnsetEnvironment=NODE_OPTIONS NODE_REPL_EXTERNAL_MODULE
# Many connections need many descriptors.
LimitNOFILE=65536:infinity

[Install]
WantedBy=default.target
`;
}

/** systemd.service(5), "Command lines": quotes, backslashes, specifiers, and where it is not the program itself, variables. */
function quote(word: string, variables: boolean): string {
  if (/[\n\r\0]/.test(word))
    throw new ServiceError('service.path', 'a path has a line break', { details: { path: word } });
  const escaped = word.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('%', '%%');
  return `"${variables ? escaped.replaceAll('$', '$$$$') : escaped}"`;
}

function describe(profile: string): string {
  return profile.replaceAll('%', '%%').replaceAll(/[\p{Cc}\\]/gu, '?');
}
