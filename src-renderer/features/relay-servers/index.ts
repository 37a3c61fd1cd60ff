export { DeployRelay } from './deploy-relay.tsx';
export { RelayMissing } from './relay-missing.tsx';
export { RelayServers } from './server-list.tsx';
export { useIsDeploying } from './use-server-task.ts';
