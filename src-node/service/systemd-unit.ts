import { PROJECT_URL } from '#shared/project.ts';
import { ServiceError } from './errors.ts';
import type { ServiceFacts } from './types.ts';

/** Text by which `ServiceManager` recognizes files written by ClawReach. */
export const FILE_MARK = 'Written by ClawReach';

/**
 * Returns the text of a systemd user unit (systemd.unit(5), systemd.exec(5)) that runs the agent. Called by `planService`. Pure.
 *
 * Some hardening is left out on purpose, because all programs that the agent starts would inherit it. NoNewPrivileges, and each setting that
 * implies it without root (the sandboxing of systemd.exec(5), SystemCallFilter, RestrictNamespaces, LockPersonality), would disable `sudo` and
 * other set-user-id programs in terminals. A private file system would show terminals other files than the user's.
 * @throws {ServiceError} `service.path`
 */
export function systemdUnit(facts: ServiceFacts): string {
  const { profile, program, environment } = facts;
  const words = [...facts.arguments, 'run', `--profile=${profile}`, '--service=systemd'];
  return `# ${FILE_MARK}: \`clawreach service install\` writes this file again, \`clawreach service uninstall\` removes it.
[Unit]
Description=ClawReach agent (${describe(profile)})
Documentation=${PROJECT_URL}
# No limit of restarts: the machine must stay reachable.
StartLimitIntervalSec=0

[Service]
Type=exec
ExecStart=${[quote(program, false), ...words.map((word) => quote(word, true))].join(' ')}
${Object.entries(environment)
  .map(([name, value]) => `Environment=${quote(`${name}=${value}`, false)}\n`)
  .join('')}\
# 143: ended by SIGTERM, as systemd ends it. \`clawreach stop\` ends with 0, which causes no restart.
SuccessExitStatus=143
Restart=on-failure
# 70: an unexpected error. Everything was saved, and terminals wait for the next agent.
RestartForceExitStatus=70
RestartSec=3
TimeoutStopSec=20
# Terminals run in processes of their own, which survive a restart of the agent; they end by themselves if no agent starts.
KillMode=process
# A program in a terminal that takes all memory ends alone, not the agent.
OOMPolicy=continue
# No core dump of the agent, whose memory holds keys; a terminal may allow its own.
LimitCORE=0:infinity
# Variables of the user's session must not make Node load other code.
UnsetEnvironment=NODE_OPTIONS NODE_REPL_EXTERNAL_MODULE
# Many connections need many descriptors.
LimitNOFILE=65536:infinity

[Install]
WantedBy=default.target
`;
}

/** Quotes a word for a systemd file (systemd.service(5), "Command lines"): escapes quotes, backslashes, specifiers and, in arguments, variables. */
function quote(word: string, variables: boolean): string {
  if (/[\n\r\0]/.test(word))
    throw new ServiceError('service.path', 'a path has a line break', { details: { path: word } });
  const escaped = word.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('%', '%%');
  return `"${variables ? escaped.replaceAll('$', '$$$$') : escaped}"`;
}

function describe(profile: string): string {
  return profile.replaceAll('%', '%%').replaceAll(/[\p{Cc}\\]/gu, '?');
}
