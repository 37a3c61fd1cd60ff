export { ServiceError } from './errors.ts';
export { launchAgent } from './launch-agent.ts';
export { planService, type ServicePlan } from './plan-service.ts';
export { scheduledTask } from './scheduled-task.ts';
export { ServiceManager, type ServiceManagerOptions } from './service-manager.ts';
export { systemdUnit } from './systemd-unit.ts';
export { runTool, toolPath } from './run-tool.ts';
export type { RunTool, ServiceFacts, ServiceState, ToolResult } from './types.ts';
