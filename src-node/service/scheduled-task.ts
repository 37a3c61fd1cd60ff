import { ServiceError } from './errors.ts';
import { FILE_MARK } from './systemd-unit.ts';
import type { ServiceFacts } from './types.ts';
import { xmlText } from './xml.ts';

/**
 * Returns the XML of a Windows task (Task Scheduler schema 1.2) that starts the agent when the user logs on. Windows does not restart a task because
 * of its exit code; with `--service=task` the started process restarts the agent itself. Called by `planService`.
 * Pure.
 * @param name name of the task
 * @throws {ServiceError} `service.path`
 */
export function scheduledTask(facts: ServiceFacts, name: string): string {
  const { profile, program, variables, user } = facts;
  const domain = variables['USERDOMAIN'] ?? variables['COMPUTERNAME'];
  const account = domain === undefined ? user : `${domain}\\${user}`;
  const words = [...facts.arguments, 'run', `--profile=${profile}`, '--service=task'];
  // Node is a console program: without this host it would show an empty window.
  const isConsole = /(?:^|[\\/])node\.exe$/i.test(program);
  const root = variables['SystemRoot'] ?? String.raw`C:\Windows`;
  const [command, all] = isConsole
    ? [`${root}\\System32\\conhost.exe`, ['--headless', program, ...words]]
    : [program, words];
  return `<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Author>${xmlText(account)}</Author>
    <Description>ClawReach agent. ${FILE_MARK}: "clawreach service uninstall" removes it.</Description>
    <URI>\\${xmlText(name)}</URI>
  </RegistrationInfo>
  <Triggers>
    <LogonTrigger>
      <Enabled>true</Enabled>
      <UserId>${xmlText(account)}</UserId>
    </LogonTrigger>
  </Triggers>
  <Principals>
    <Principal id="Author">
      <UserId>${xmlText(account)}</UserId>
      <LogonType>InteractiveToken</LogonType>
      <RunLevel>LeastPrivilege</RunLevel>
    </Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <AllowHardTerminate>true</AllowHardTerminate>
    <StartWhenAvailable>true</StartWhenAvailable>
    <RunOnlyIfNetworkAvailable>false</RunOnlyIfNetworkAvailable>
    <IdleSettings>
      <StopOnIdleEnd>false</StopOnIdleEnd>
      <RestartOnIdle>false</RestartOnIdle>
    </IdleSettings>
    <AllowStartOnDemand>true</AllowStartOnDemand>
    <Enabled>true</Enabled>
    <Hidden>false</Hidden>
    <RunOnlyIfIdle>false</RunOnlyIfIdle>
    <WakeToRun>false</WakeToRun>
    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
    <Priority>7</Priority>
    <RestartOnFailure>
      <Interval>PT1M</Interval>
      <Count>255</Count>
    </RestartOnFailure>
  </Settings>
  <Actions Context="Author">
    <Exec>
      <Command>${xmlText(literal(command))}</Command>
      <Arguments>${xmlText(literal(all.map(quote).join(' ')))}</Arguments>
    </Exec>
  </Actions>
</Task>
`;
}

/** Rejects text in which Windows would replace variables: `%NAME%`, even if it spans several words, and `$(Arg0)`. Neither can be escaped. */
function literal(line: string): string {
  if (/%[^%]*%|\$\(/.test(line))
    throw new ServiceError('service.path', 'a path has a variable of Windows', { details: { path: line } });
  return line;
}

/** Quotes a word for the C runtime of Windows, which doubles backslashes before a quotation mark. */
function quote(word: string): string {
  if (word !== '' && !/[\s"]/.test(word)) return word;
  return `"${word.replaceAll(/(\\*)"/g, String.raw`$1$1\"`).replace(/(\\+)$/, '$1$1')}"`;
}
