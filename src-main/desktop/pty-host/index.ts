export { personsEnvironment } from './environment.ts';
export { launchUtilityHost, type UtilityHostOptions } from './launch-utility-host.ts';
