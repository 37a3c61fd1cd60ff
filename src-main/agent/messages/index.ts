export { createMessages, type MessageFiles, type MessagesDependencies } from './module.ts';
export { isAgentsQuestion } from './agents/agents-question.ts';
