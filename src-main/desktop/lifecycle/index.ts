export { AgentView } from './agent-view.ts';
export { openApplicationLog } from './log.ts';
export { Navigator } from './navigator.ts';
export { askToQuit } from './ask-to-quit.ts';
export { QuitQuestion, type QuitFacts } from './quit-question.ts';
export { Shutdown } from './shutdown.ts';
