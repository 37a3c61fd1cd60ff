export { systemParams, requestSystem, isSystemRequest, OWN_SYSTEM, serveSystem } from './about.ts';
