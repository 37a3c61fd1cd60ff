export { AgentView } from './agent-view.ts';
export { openApplicationLog } from './log.ts';
export { Navigator } from './navigator.ts';
export { Shutdown } from './shutdown.ts';
