export { launchUtilityHost, type UtilityHostOptions } from './launch-utility-host.ts';
