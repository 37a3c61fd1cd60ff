import { createHash } from 'node:crypto';
import { posix, win32 } from 'node:path';
import type { ServiceKind } from '#shared/app-api/index.ts';
import { ServiceError } from './errors.ts';
import { launchAgent } from './launch-agent.ts';
import { scheduledTask } from './scheduled-task.ts';
import { systemdUnit } from './systemd-unit.ts';
import type { ServiceFacts } from './types.ts';

/** Name, file and text of a service to install. */
export type ServicePlan = Readonly<{
  kind: ServiceKind;
  /** Name of the unit, LaunchAgent or task; different for each profile. */
  name: string;
  /** Absolute path of the service's file. */
  file: string;
  /** Content of the file. */
  text: string;
  encoding: 'utf8' | 'utf16le';
}>;

/**
 * Returns the service that would be installed for a profile on this system. Pure; `ServiceManager` installs it.
 * @throws {ServiceError} `service.unsupported`, `service.app-image`, `service.path`
 */
export function planService(facts: ServiceFacts): ServicePlan {
  const { platform, home, profile, variables, program } = facts;
  const mounted = variables['APPDIR'];
  if (mounted !== undefined && mounted !== '' && program.startsWith(mounted))
    throw new ServiceError('service.app-image', 'an AppImage is mounted elsewhere each time');
  switch (platform) {
    case 'linux': {
      const configuration = variables['XDG_CONFIG_HOME'] ?? '';
      const base = posix.isAbsolute(configuration) ? configuration : posix.join(home, '.config');
      const name = `${nameOf(facts, 'clawreach', '-')}.service`;
      const file = posix.join(base, 'systemd', 'user', name);
      return { kind: 'systemd', name, file, text: systemdUnit(facts), encoding: 'utf8' };
    }
    case 'darwin': {
      const name = nameOf(facts, 'io.clawreach.agent', '.');
      const file = posix.join(home, 'Library', 'LaunchAgents', `${name}.plist`);
      return { kind: 'launchd', name, file, text: launchAgent(facts, name), encoding: 'utf8' };
    }
    case 'win32': {
      const name = nameOf(facts, 'ClawReach agent', ' ');
      const file = win32.join(profile, 'service-task.xml');
      return { kind: 'task', name, file, text: scheduledTask(facts, name), encoding: 'utf16le' };
    }
    default:
      throw new ServiceError('service.unsupported', 'no service manager of this system is known', {
        details: { platform },
      });
  }
}

/** Returns a name that is stable for a profile and differs between profiles. */
function nameOf({ isDefaultProfile, profile }: ServiceFacts, name: string, separator: string): string {
  if (isDefaultProfile) return name;
  return `${name}${separator}${createHash('sha256').update(profile).digest('hex').slice(0, 8)}`;
}
