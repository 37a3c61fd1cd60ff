export {
  DashboardContext,
  useAccount,
  useDashboard,
  useEventsState,
  useIsPageAsked,
  usePageFacts,
  useResource,
  useSession,
} from './context.ts';
export { connectDashboard, createDashboard, type DashboardApi } from './create-dashboard.ts';
export type { EventsSocket, EventsState } from './events.ts';
export { type Loaded, type ReadRoute } from './resources.ts';
export type { SessionStatus } from './session.ts';
export { useRelay } from './relay.ts';
export { StepUpContext, useStepUp, wantsStepUp, withStepUp, type StepUp, type StepUpReason } from './step-up.ts';
export { useAction, type Action } from './use-action.ts';
