export { openWorkerAgent, type OpenWorkerAgentOptions, type WorkerAgent } from './open-worker-agent.ts';
