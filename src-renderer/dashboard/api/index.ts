export {
  DashboardContext,
  useAccount,
  useDashboard,
  useEventsState,
  usePageFacts,
  useResource,
  useSession,
} from './context.ts';
export { connectDashboard, createDashboard, type DashboardApi } from './create-dashboard.ts';
export type { EventsSocket, EventsState } from './events.ts';
export { type Loaded, type ReadRoute } from './resources.ts';
export type { SessionStatus } from './session.ts';
export { useRelay } from './relay.ts';
export { StepUpContext, useAction, type Action, type StepUp } from './use-action.ts';
