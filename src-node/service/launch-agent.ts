import { join } from 'node:path/posix';
import { FILE_MARK } from './systemd-unit.ts';
import type { ServiceFacts } from './types.ts';
import { xmlText } from './xml.ts';

/**
 * Returns the text of a macOS LaunchAgent (launchd.plist(5)) that starts the agent at login, and again unless it ended with exit code 0.
 * Called by `planService`. Pure.
 * @param label name of the LaunchAgent
 * @throws {ServiceError} `service.path`
 */
export function launchAgent(facts: ServiceFacts, label: string): string {
  const { profile, program, environment } = facts;
  const words = [program, ...facts.arguments, 'run', `--profile=${profile}`, '--service=launchd'];
  const log = join(profile, 'agent.log');
  const variables = Object.entries(environment);
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<!-- ${FILE_MARK}: \`clawreach service install\` writes this file again, \`clawreach service uninstall\` removes it. -->
<plist version="1.0">
<dict>
  <key>Label</key>
  ${string(label)}
  <key>ProgramArguments</key>
  <array>
${words.map((word) => `    ${string(word)}`).join('\n')}
  </array>
${
  variables.length === 0
    ? ''
    : `  <key>EnvironmentVariables</key>
  <dict>
${variables.map(([name, value]) => `    <key>${xmlText(name)}</key>\n    ${string(value)}`).join('\n')}
  </dict>
`
}\
  <key>RunAtLoad</key>
  <true/>
  <key>KeepAlive</key>
  <dict>
    <key>SuccessfulExit</key>
    <false/>
  </dict>
  <key>ThrottleInterval</key>
  <integer>10</integer>
  <key>ExitTimeOut</key>
  <integer>20</integer>
  <key>ProcessType</key>
  <string>Interactive</string>
  <key>AbandonProcessGroup</key>
  <true/>
  <key>SoftResourceLimits</key>
  <dict>
    <key>Core</key>
    <integer>0</integer>
    <key>NumberOfFiles</key>
    <integer>8192</integer>
  </dict>
  <key>StandardOutPath</key>
  <string>/dev/null</string>
  <key>StandardErrorPath</key>
  ${string(log)}
</dict>
</plist>
`;
}

function string(text: string): string {
  return `<string>${xmlText(text)}</string>`;
}
