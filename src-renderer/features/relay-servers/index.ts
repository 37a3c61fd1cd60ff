export { DeployRelay } from './deploy-relay.tsx';
export { RelayNotice } from './relay-notice.tsx';
export { RelayServers } from './server-list.tsx';
export { useIsDeploying } from './use-server-task.ts';
