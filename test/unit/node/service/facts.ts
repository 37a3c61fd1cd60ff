import type { ServiceFacts } from '#node/service/index.ts';

/** A person on Linux, with a profile of the ordinary kind. */
export function serviceFacts(change: Partial<ServiceFacts> = {}): ServiceFacts {
  return {
    platform: 'linux',
    variables: {},
    home: '/home/ada',
    uid: 1000,
    user: 'ada',
    profile: '/home/ada/.config/clawreach',
    isDefaultProfile: true,
    program: '/usr/bin/node',
    arguments: ['/opt/clawreach/bin/clawreach.js'],
    environment: {},
    ...change,
  };
}

/** Paths that service files have to hold as they are. */
export const STRANGE_PATHS = [
  '/home/ada/my profile',
  '/home/ada/100% "sure"',
  "/home/ada/it's $HOME & <more>",
  '/home/ada/back\\slash\\',
  '/home/ädä/配置',
  '/home/ada/%h $$ %%',
];
